"""Files that hold the features of one modality, to be joined to segments by id."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import MATRIX, as_modality, stacked
from mosi_nb.data.frame import ID_COLUMNS, SENTIMENT_COLUMNS, STANDARD_COLUMNS, from_frame
from mosi_nb.data.parts import Later, Parts
from mosi_nb.data.readers import csd, read_parts
from mosi_nb.data.readers.csd_steps import Times, modality_from
from mosi_nb.data.readers.hdf5 import array as array_of
from mosi_nb.data.readers.hdf5 import check, members, open_hdf5
from mosi_nb.data.readers.npz import ids_among, load_npy, load_npz
from mosi_nb.data.readers.paths import HDF5, NPY, PARQUET, ZIP, existing, kind_of, named, start_of
from mosi_nb.data.readers.pickles import recognises as is_pickle
from mosi_nb.data.readers.table import load_frame
from mosi_nb.data.readers.table import recognises as is_table
from mosi_nb.data.segments import Modality, Sequences
from mosi_nb.data.steps import CUBE, STAYS, lazily
from mosi_nb.errors import DataError, nearest
from mosi_nb.results import Vector

KNOWN = "Known for features: .npz, .npy, .csv, .tsv, .parquet, .h5, .csd, .pkl, and all that can be read as data."

DESCRIBING = (*ID_COLUMNS, *SENTIMENT_COLUMNS, *STANDARD_COLUMNS, "video_id", "clip_id", "segment", "start", "end")
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
    sentiment
        Of each row, where the file has no ids but labels: they tell whether rows are in the same order.
    """

    values: Modality
    ids: NDArray[np.str_] | None
    source: str
    sentiment: Vector | None = None


def read_features(path: str | Path, modality: str, array: str | None = None, times: Times | None = None) -> Block:
    """Read the features of one modality.

    Parameters
    ----------
    path
        A `.npz`, `.npy`, table, `.h5`, `.csd`, pickle, or a folder that can be read as data.
    modality
        `text`, `audio` or `video`: also the name of the array where none is given.
    array
        Name of the array inside a `.npz` or `.h5`, or of the column of a table or pickle.
    times
        When the segments are spoken, which a `.csd` is cut by.

    Raises
    ------
    DataError
        If the file is missing, damaged or of no known format, or has no such array.
    """
    place = existing(path)
    start = start_of(place)
    if place.is_dir() or is_pickle(place):
        return _from_parts(read_parts(place), modality, array)
    if start.startswith(NPY):
        return Block(as_modality(load_npy(place), modality, named(place)), None, named(place))
    if start.startswith(ZIP):
        return _among(load_npz(place), modality, array, named(place))
    if csd.recognises(place):
        values, ids = modality_from(place, modality, times)
        return Block(values, ids, named(place))
    if start.startswith(HDF5):
        return _among(_load_hdf5(place), modality, array, named(place))
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
    ids = ids_among(arrays, source)
    if ids is not None and len(ids) != len(values):
        raise DataError.of(source, f"{len(ids):,} segment ids, but '{wanted}' has {len(values):,} rows.")
    return Block(values, ids, source)


def _from_table(path: Path, modality: str, column: str | None) -> Block:
    parts = from_frame(load_frame(path), named(path))
    source = parts.source
    if column is not None or modality in parts.modalities:
        return _from_parts(parts, modality, column)
    rest = [name for name in parts.columns if name not in DESCRIBING and not name.startswith("fold_")]
    if rest and not parts.modalities:
        return Block(stacked(parts.columns, rest, source), parts.segment_ids, source)
    raise DataError.of(
        source,
        f"no columns of {modality}. It has: {', '.join(list(parts.columns)[:12])}.",
        f'Expected: {modality}_0, {modality}_1, ... Or name one: {modality}=("{source}", "<column>").',
    )


def _from_parts(parts: Parts, modality: str, column: str | None) -> Block:
    held = {**parts.columns, **parts.modalities}
    name = column or modality
    if name not in held:
        sentence = f"no {'column called ' if column else ''}'{name}'.{nearest(name, held)}"
        raise DataError.of(parts.source, sentence, f"It has: {', '.join(held) or 'none'}.")
    values = as_column(held[name], modality, parts.source)
    if parts.numbered:
        return Block(values, None, parts.source, parts.sentiment)
    return Block(values, parts.segment_ids, parts.source)


def as_column(held: Any, modality: str, source: str) -> Modality:
    """Return a column as a modality, reading it if it has not been read yet."""
    if isinstance(held, Later):
        return held.load()
    return held if isinstance(held, Sequences) else as_modality(held, modality, source)


def _load_hdf5(path: Path) -> dict[str, NDArray[Any]]:
    source = named(path)
    with open_hdf5(path) as file:
        held = members(file, source)
        return {name: _array(data, source) for name, data in held.items() if hasattr(data, "shape")}


def _array(dataset: Any, source: str) -> Any:
    if dataset.ndim == CUBE and dataset.nbytes >= STAYS:
        check(dataset, source, "fiu")
        return lazily(dataset)
    return array_of(dataset, source, "fiuSO")
