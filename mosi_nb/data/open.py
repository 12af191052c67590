"""The doors of the data layer for the rest of the package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mosi_nb.data.iterator import DataIterator
from mosi_nb.data.loader import is_loader
from mosi_nb.data.segments import SCALE, Segments
from mosi_nb.data.sources import ACCEPTED, is_frame
from mosi_nb.errors import DataError

ARRAY_OPTIONS = ("sentiment", "segment_ids")


def as_segments(thing: object, **options: Any) -> Segments:
    """Return segments from whatever a user may call data.

    Parameters
    ----------
    thing
        DataIterator, `Segments`, path, DataFrame, a loader of your own, or a dict of arrays by modality (with
        `sentiment` and `segment_ids` in it or among the options).
    **options
        Those of `DataIterator`, or for a dict those of `DataIterator.from_arrays`.

    Raises
    ------
    DataError
        If it is none of these, or cannot be read.

    Examples
    --------
    >>> len(as_segments({"text": ["fine"], "sentiment": [1.0], "segment_ids": ["a_1"]}))
    1
    """
    if isinstance(thing, Mapping):
        return _from_dict(thing, options)
    if isinstance(thing, DataIterator) and not options:
        return thing.segments
    if isinstance(thing, (str, Path, Segments, DataIterator)) or is_frame(thing) or is_loader(thing):
        return DataIterator(thing, **options).segments
    raise DataError.of(type(thing).__name__, "this is no data.", f"Accepted: {ACCEPTED}.")


def read(
    path: str,
    modalities: Sequence[str] | None = None,
    *,
    sentiment: str | None = None,
    scale: tuple[float, float] = SCALE,
    folds: str | None = None,
    text: str | tuple[str, str] | None = None,
    audio: str | tuple[str, str] | None = None,
    video: str | tuple[str, str] | None = None,
) -> DataIterator:
    """Data from a file or a folder.

    Parameters
    ----------
    path
        A table (`.csv`, `.tsv`, `.parquet`), arrays (`.npz`), pickles of MMSA, MulT, MISA, MAG-BERT or LMF,
        `.csd` of the CMU-MultimodalSDK (labels, or a folder), MFN's HDF5 folder, the files of Poria et al.
    modalities
        Which of text, audio and video; left out, all that the data hold.
    sentiment
        A column, or a labelled file that is joined by segment id.
    scale
        Lowest and highest sentiment, in points.
    folds
        A JSON with the video ids of train, valid and test, a file with fold columns, or a column.
    text, audio, video
        A file of features that is joined by segment id, `("file.npz", "array")`, or a column.

    Raises
    ------
    DataError
        If something cannot be read, is not there or does not fit.

    Examples
    --------
    >>> read("no_such_file.csv")
    Traceback (most recent call last):
    ...
    mosi_nb.errors.DataError: no_such_file.csv: there is no such file or folder...
    """
    return DataIterator(
        path, modalities, sentiment=sentiment, scale=scale, folds=folds, text=text, audio=audio, video=video
    )


def _from_dict(thing: Mapping[Any, Any], options: Mapping[str, Any]) -> Segments:
    options = dict(options)
    arrays = {str(name): value for name, value in thing.items()}
    for name in (*ARRAY_OPTIONS, "video_ids", "lengths", "folds"):
        if name in arrays:
            options.setdefault(name, arrays.pop(name))
    missing = [name for name in ARRAY_OPTIONS if options.get(name) is None]
    if missing:
        sentence = f"{' and '.join(missing)} is not in it. It has: {', '.join(map(str, thing)) or 'nothing'}."
        raise DataError.of("the dict of arrays", sentence, "See DataIterator.from_arrays.")
    return DataIterator.from_arrays(arrays, **options).segments
