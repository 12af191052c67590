"""A table with one row for each segment, whatever its columns are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import FOLD_OF, as_fold, numbers, rounded, stacked, texts
from mosi_nb.data.ids import as_ids, rewritten, videos_of
from mosi_nb.data.parts import Column, Parts
from mosi_nb.data.segments import Modality
from mosi_nb.errors import DataError
from mosi_nb.spec import MODALITIES

if TYPE_CHECKING:
    import pandas as pd

ID_COLUMNS = ("segment_id", "id", "mmsa_id", "sdk_id")
SENTIMENT_COLUMNS = ("sentiment", "label", "regression_label")
STANDARD_COLUMNS = ("fold", "mode", "split", "fold_standard")
EXPECTED = "Expected: segment_id, or id, or video_id with clip_id or segment, or sdk_id, or mmsa_id"


def from_frame(frame: pd.DataFrame, source: str, *, numbered: bool = False) -> Parts:
    """Return the parts that a table holds.

    Parameters
    ----------
    frame
        One row for each segment. Ids stand in `segment_id`, `id`, `video_id` with `clip_id` or
        with `segment`, `sdk_id`, `mmsa_id` or the index; raw texts in `text`; sentiment in `sentiment`, `label` or
        `regression_label`; folds in `fold`, `mode`, `split` or `fold_<name>`; features in columns
        called `text_...`, `audio_...`, `video_...`.
    source
        Where it comes from, for messages.
    numbered
        Whether rows may go without ids; their row numbers, from 0, stand in for them.

    Raises
    ------
    DataError
        If there are no rows or no ids, or a cell that must be a number is none.

    Examples
    --------
    >>> import pandas as pd
    >>> parts = from_frame(pd.DataFrame({"id": ["a_1"], "text": ["fine"], "label": [1.2]}), "a table")
    >>> parts.video_ids.tolist(), parts.sentiment.tolist(), parts.modalities["text"].tolist()
    (['a'], [1.2], ['fine'])
    """
    columns = {str(name): frame[name].to_numpy() for name in _unique(frame, source)}
    if not len(frame):
        raise DataError.of(source, "the table has no rows.", f"{EXPECTED}, one row for each segment.")
    segment_ids = _segment_ids(frame, columns, source, numbered=numbered)
    video_ids = as_ids(columns["video_id"], source) if "video_id" in columns else _videos(frame, segment_ids)
    folds, notes = _folds(columns, source)
    modalities = modalities_of(columns, source)
    if "text" in columns and feature_columns(list(columns), "text"):
        notes = (*notes, "text: raw text was taken; name the columns (text=[...]) to take features in its place")
    return Parts(segment_ids, video_ids, _sentiment(columns, source), modalities, folds, columns, source, notes)


def modalities_of(columns: Mapping[str, Column], source: str) -> dict[str, Modality]:
    """Return the modalities that columns hold by their names: raw `text`, or a prefix for features."""
    found: dict[str, Modality] = {}
    for name in MODALITIES:
        if name == "text" and "text" in columns:
            found["text"] = texts(columns["text"])
        elif wanted := _numeric(columns, feature_columns(list(columns), name), source):
            found[name] = stacked(columns, wanted, source)
    return found


def feature_columns(names: list[str], modality: str) -> list[str]:
    """Return the columns called `<modality>_...`: by number if all are numbered, else as they stand.

    Examples
    --------
    >>> feature_columns(["audio_10", "audio_9", "video_id", "text"], "audio")
    ['audio_9', 'audio_10']
    """
    found = [n for n in names if n.startswith(f"{modality}_") and n != "video_id"]
    numbers_ = [re.fullmatch(rf"{modality}_(\d+)", n) for n in found]
    if all(numbers_):
        return sorted(found, key=lambda n: int(n.rsplit("_", 1)[1]))
    return found


def ids_of(frame: pd.DataFrame, source: str) -> NDArray[np.str_]:
    """Return the segment ids of a table, wherever they stand in it; see `from_frame`.

    Raises
    ------
    DataError
        If there are none.
    """
    columns = {str(name): frame[name].to_numpy() for name in _unique(frame, source)}
    return _segment_ids(frame, columns, source, numbered=False)


def _numeric(columns: Mapping[str, Column], names: list[str], source: str) -> list[str]:
    """Leave out text under a feature's prefix (`audio_path`); a numbered column must hold numbers."""
    kept = []
    for name in names:
        try:
            numbers(columns[name], source, name)
        except DataError:
            if name.rsplit("_", 1)[1].isdigit():
                raise
            continue
        kept.append(name)
    return kept


def _unique(frame: pd.DataFrame, source: str) -> list[Any]:
    names = list(frame.columns)
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise DataError.of(source, f"the column {twice[0]} is there {names.count(twice[0])} times.")
    return names


def _segment_ids(
    frame: pd.DataFrame, columns: Mapping[str, Column], source: str, *, numbered: bool
) -> NDArray[np.str_]:
    if "segment_id" not in columns and {"video_id", "clip_id"} <= set(columns):
        pairs = zip(as_ids(columns["video_id"], source), as_ids(columns["clip_id"], source), strict=True)
        clips = ((video, clip.removesuffix(".0")) for video, clip in pairs)
        return as_ids((f"{video}_{int(clip) if clip.isdecimal() else clip}" for video, clip in clips), source)
    for name in ID_COLUMNS:
        if name in columns:
            return rewritten(as_ids(columns[name], source))
    if {"video_id", "segment"} <= set(columns):  # the index of a union, written as columns
        return rewritten(_of_union(as_ids(columns["video_id"], source), as_ids(columns["segment"], source)))
    if (held := _from_index(frame)) is not None:
        return held
    if numbered:
        return as_ids(range(len(frame)))
    shown = ", ".join(list(columns)[:12]) + (", ..." if len(columns) > 12 else "")  # noqa: PLR2004
    raise DataError.of(source, "no column holds segment ids.", f"{EXPECTED}. It has: {shown}.")


def _of_union(videos: NDArray[np.str_], segments: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return segments that are ids as they are; those that only number the segments of a video, behind its id."""
    numbers_only = all(one.isdecimal() for one in segments.tolist()) and (videos != segments).any()
    return np.char.add(np.char.add(videos, "_"), segments) if numbers_only else segments


def _from_index(frame: pd.DataFrame) -> NDArray[np.str_] | None:
    index = frame.index
    for level in ("segment_id", "segment", "id"):
        if level in index.names:
            return rewritten(as_ids(index.get_level_values(level)))
    if index.nlevels == 1 and len(index) and isinstance(index[0], str):
        return rewritten(as_ids(index))
    return None


def _videos(frame: pd.DataFrame, segment_ids: NDArray[np.str_]) -> NDArray[np.str_]:
    if "video_id" in frame.index.names:
        return as_ids(frame.index.get_level_values("video_id"))
    return videos_of(segment_ids)


def _sentiment(columns: Mapping[str, Column], source: str) -> NDArray[np.float64] | None:
    for name in SENTIMENT_COLUMNS:
        if name in columns:
            return rounded(numbers(columns[name], source, name))
    return None


def _folds(columns: Mapping[str, Column], source: str) -> tuple[dict[str, NDArray[np.str_]], tuple[str, ...]]:
    folds: dict[str, NDArray[np.str_]] = {}
    notes: list[str] = []
    for column in columns:
        if column not in STANDARD_COLUMNS and not column.startswith("fold_"):
            continue
        name = "standard" if column in STANDARD_COLUMNS else column.removeprefix("fold_")
        words = {str(v).strip().lower() for v in texts(columns[column]).tolist()}
        if words <= set(FOLD_OF):
            folds.setdefault(name, as_fold(columns[column], source, column))
        else:
            notes.append(f"the column {column} was passed over: it holds more than train, valid and test")
    return folds, tuple(notes)
