"""A loader of one's own: an object that says what it has, and is data wherever a path is.

Its contract: `modalities()` names some of text, audio and video; `load(modality)` gives raw texts,
features of shape (n, d), sequences of shape (n, t, d) or a pair of these and their lengths;
`union(modalities)` gives a DataFrame with the index (video_id, segment), whose columns are called
`text` or begin with `text_`, `audio_`, `video_`. If it likes, `sentiment()`, `folds()` and an attribute
`scale`. Rows are in the same order everywhere, or carry the same index.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import as_fold, as_modality, numbers
from mosi_nb.data.audit import OWN_VIDEOS
from mosi_nb.data.ids import as_ids, rows_in
from mosi_nb.data.parts import Parts
from mosi_nb.data.segments import Modality
from mosi_nb.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("modalities", "load", "union")
PAIR = 2


def is_loader(thing: object) -> TypeGuard[Any]:
    """Tell whether it is a loader, or a class of them that needs no arguments."""
    return all(callable(getattr(thing, method, None)) for method in METHODS)


def made(loader: Any) -> Any:
    """Return the loader; of a class, one of it."""
    return loader() if isinstance(loader, type) else loader


def parts_of_loader(loader: Any) -> Parts:
    """Return what a loader holds.

    Parameters
    ----------
    loader
        The object. Segment and video ids come from the index of its union.

    Raises
    ------
    DataError
        If a method fails, or what it gives does not fit the others; `check_loader` says all of it.
    """
    source = type(loader).__name__
    names = tuple(map(str, called(loader, "modalities")))
    frame = called(loader, "union", list(names))
    segment_ids, video_ids = ids_of(frame, source)
    held = {name: modality_of(called(loader, "load", name), name, segment_ids, source) for name in names}
    points = called(loader, "sentiment") if hasattr(loader, "sentiment") else None
    sentiment = (
        None if points is None else numbers(aligned(points, segment_ids, source), source, "sentiment").reshape(-1)
    )
    notes = (OWN_VIDEOS,) if video_ids is None else ()
    return Parts(
        segment_ids, segment_ids if video_ids is None else video_ids, sentiment, held,
        folds_of(loader, segment_ids, source), {str(c): frame[c].to_numpy() for c in frame.columns}, source, notes,
    )  # fmt: skip


def called(loader: Any, method: str, *arguments: Any) -> Any:
    """Call a method; what it raises becomes an error that names it.

    Raises
    ------
    DataError
        If it fails.
    """
    try:
        return getattr(loader, method)(*arguments)
    except Exception as error:
        written = f"{type(loader).__name__}.{method}({', '.join(map(repr, arguments))})"
        raise DataError.of(written, f"{type(error).__name__}: {error}") from error


def ids_of(frame: Any, source: str) -> tuple[NDArray[np.str_], NDArray[np.str_] | None]:
    """Return segment ids and video ids of a union's index; None where it names no videos.

    Raises
    ------
    DataError
        If it is no DataFrame, or has no index of segments.
    """
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(frame, pandas.DataFrame):
        sentence = f"union gave {type(frame).__name__}, not a DataFrame."
        raise DataError.of(source, sentence, "Its index is (video_id, segment), one row a segment.")
    index = frame.index
    if index.nlevels == PAIR:
        video, segment = (1, 0) if index.names[1] == "video_id" else (0, 1)
        return as_ids(index.get_level_values(segment)), as_ids(index.get_level_values(video))
    return as_ids(index), None


def aligned(given: Any, segment_ids: NDArray[np.str_], source: str) -> Any:
    """Return what was given in the order of the segments: by its index if it has one of ids.

    Raises
    ------
    DataError
        If the index lacks a segment.
    """
    held = index_of(given)
    if held is None:
        return given
    rows = rows_in(segment_ids, held, source)
    if (rows < 0).any():
        missing = segment_ids[rows < 0]
        sentence = (
            f"{len(missing)} of {len(rows)} segments of its union are missing elsewhere, the first: {missing[0]}."
        )
        raise DataError.of(source, sentence, "Give all methods the same rows; check_loader says which differ.")
    return given.iloc[rows]


def index_of(given: Any) -> NDArray[np.str_] | None:
    """Return the segment ids in the index of a pandas object; None if it has none."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(given, pandas.DataFrame | pandas.Series):
        return None
    index = given.index
    if index.nlevels == PAIR:
        return as_ids(index.get_level_values(0 if index.names[1] == "video_id" else 1))
    return None if isinstance(index, pandas.RangeIndex) else as_ids(index)


def modality_of(given: Any, name: str, segment_ids: NDArray[np.str_], source: str) -> Modality:
    """Return what `load` gave as raw texts, features or sequences.

    Raises
    ------
    DataError
        If it is none of these, or has other rows than the union.
    """
    lengths = None
    if isinstance(given, tuple) and len(given) == PAIR:
        given, lengths = given
    held = aligned(given, segment_ids, source)
    if len(held.shape if hasattr(held, "shape") else ()) == PAIR and held.shape[1] == 1 and _is_words(held):
        held = np.asarray(held)[:, 0]  # a DataFrame with one column of texts
    found = as_modality(held, name, source, lengths)
    if len(found) != len(segment_ids):
        sentence = f"load({name!r}) gave {len(found):,} rows, its union has {len(segment_ids):,}."
        raise DataError.of(source, sentence, "Give all methods the same rows, in the same order.")
    return found


def _is_words(held: Any) -> bool:
    return np.asarray(held).dtype.kind in "OUST"


def folds_of(loader: Any, segment_ids: NDArray[np.str_], source: str) -> dict[str, NDArray[np.str_]]:
    """Return the folds that a loader brings: one word for each segment, or several sets of them by name."""
    given = called(loader, "folds") if hasattr(loader, "folds") else None
    if given is None:
        return {}
    named = given if isinstance(given, Mapping) else {"standard": given}
    return {str(name): as_fold(aligned(fold, segment_ids, source), source, str(name)) for name, fold in named.items()}


def union_of_loader(loader: Any, modalities: list[str], segment_ids: NDArray[np.str_]) -> pd.DataFrame:
    """Return a loader's own union, the rows of these segments in their order."""
    frame: pd.DataFrame = called(loader, "union", modalities)
    held, _ = ids_of(frame, type(loader).__name__)
    return frame.iloc[rows_in(segment_ids, held, type(loader).__name__)]
