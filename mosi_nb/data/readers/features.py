"""Files that hold the features of one modality, to be joined to segments by id."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import MATRIX, as_modality, stacked
from mosi_nb.data.frame import ID_COLUMNS, SENTIMENT_COLUMNS, STANDARD_COLUMNS, from_frame
from mosi_nb.data.readers.hdf5 import open_hdf5
from mosi_nb.data.readers.npz import DAMAGE, ids_among, load_npz, unreadable
from mosi_nb.data.readers.paths import HDF5, NPY, PARQUET, ZIP, existing, kind_of, named, start_of
from mosi_nb.data.readers.pickles import recognises as is_pickle
from mosi_nb.data.readers.pickles import refusal
from mosi_nb.data.readers.table import load_frame
from mosi_nb.data.readers.table import recognises as is_table
from mosi_nb.data.segments import Modality
from mosi_nb.errors import DataError, nearest

KNOWN = "Known for features: .npz, .npy, .csv, .tsv, .parquet, .h5."

DESCRIBING = (*ID_COLUMNS, *SENTIMENT_COLUMNS, *STANDARD_COLUMNS, "video_id", "clip_id", "start", "end")
"""Columns of a table that are no features, where its features have no prefix."""


@dataclass(frozen=True, eq=False)
class Block:
    """A modality as it was found in a file of its own.

    Attributes
    ----------
    values
        Raw texts, features or sequences.
    ids
        Segment id of each row; None where the file has none and rows stand in the source's order.
    source
        The file, for messages.
    """

    values: Modality
    ids: NDArray[np.str_] | None
    source: str


def read_features(path: str | Path, modality: str, array: str | None = None) -> Block:
    """Read the features of one modality.

    Parameters
    ----------
    path
        A `.npz`, `.npy`, table or `.h5`.
    modality
        `text`, `audio` or `video`: also the name of the array where none is given.
    array
        Name of the array inside a `.npz` or `.h5`, or of the column of a table.

    Raises
    ------
    DataError
        If the file is missing, damaged or of no known format, or has no such array.
    """
    place = existing(path)
    start = start_of(place)
    if start.startswith(NPY):
        return Block(as_modality(_load_npy(place), modality, named(place)), None, named(place))
    if start.startswith(ZIP):
        return _among(load_npz(place), modality, array, named(place))
    if start.startswith(HDF5):
        return _among(_load_hdf5(place), modality, array, named(place))
    if is_pickle(place):
        raise refusal(place)
    if start.startswith(PARQUET) or is_table(place):
        return _from_table(place, modality, array)
    raise DataError.of(named(place), f"this is {kind_of(place)}, and no file of features.", KNOWN)


def _among(arrays: dict[str, NDArray[Any]], modality: str, array: str | None, source: str) -> Block:
    wanted = array or modality
    if wanted not in arrays:
        shown = [f"{n} {a.shape}" for n, a in arrays.items() if a.ndim >= MATRIX]
        sentence = f"no array called '{wanted}'.{nearest(wanted, arrays)}"
        has = f"Arrays of features in it: {', '.join(shown) or 'none'}."
        raise DataError.of(source, sentence, f'{has} Name one: {modality}=("{source}", "<array>").')
    values = as_modality(arrays[wanted], modality, source, arrays.get(f"{wanted}_lengths"))
    ids = ids_among(arrays)
    if ids is not None and len(ids) != len(values):
        raise DataError.of(source, f"{len(ids):,} segment ids, but '{wanted}' has {len(values):,} rows.")
    return Block(values, ids, source)


def _from_table(path: Path, modality: str, column: str | None) -> Block:
    parts = from_frame(load_frame(path), named(path))
    source = parts.source
    if column is not None:
        if column not in parts.columns:
            sentence = f"no column called '{column}'.{nearest(column, parts.columns)}"
            raise DataError.of(source, sentence, f"It has: {', '.join(parts.columns)}.")
        return Block(as_modality(parts.columns[column], modality, source), parts.segment_ids, source)
    if modality in parts.modalities:
        return Block(parts.modalities[modality], parts.segment_ids, source)
    rest = [name for name in parts.columns if name not in DESCRIBING and not name.startswith("fold_")]
    if rest and not parts.modalities:
        return Block(stacked(parts.columns, rest, source), parts.segment_ids, source)
    raise DataError.of(
        source,
        f"no columns of {modality}. It has: {', '.join(list(parts.columns)[:12])}.",
        f'Expected: {modality}_0, {modality}_1, ... Or name one: {modality}=("{source}", "<column>").',
    )


def _load_npy(path: Path) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(path, allow_pickle=False)
    except DAMAGE as error:
        raise unreadable(path, error) from None
    return array


def _load_hdf5(path: Path) -> dict[str, NDArray[Any]]:
    with open_hdf5(path) as file:
        try:
            return {name: np.asarray(held) for name, held in file.items() if hasattr(held, "shape")}
        except (OSError, TypeError) as error:
            raise unreadable(path, error) from None
