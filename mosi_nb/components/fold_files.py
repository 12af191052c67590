"""Folds that a file names, segment by segment or video by video."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.components.speakers import table_column
from mosi_nb.data.ids import canonical
from mosi_nb.data.readers.paths import existing_file
from mosi_nb.data.segments import Rows, Segments
from mosi_nb.errors import DataError


def named_folds(source: Mapping[Any, Any] | str, column: str, segments: Segments, rows: Rows) -> NDArray[np.str_]:
    """Return the fold of each of these rows.

    Parameters
    ----------
    source
        Path of a table or a JSON, or a mapping from video id to fold.
    column
        The table's column of folds.
    segments, rows
        The data and the rows of it.

    Raises
    ------
    ValueError
        If the source cannot be read or names no fold for a segment.
    """
    by_id = _fold_by_id(source, column)
    ids = zip(segments.segment_ids[rows].tolist(), segments.video_ids[rows].tolist(), strict=True)
    found = np.array([by_id.get(canonical(one), by_id.get(video, "")) for one, video in ids], dtype=np.str_)
    if (found == "").any():
        missing = segments.segment_ids[rows][found == ""]
        sentence = f"{told(source)} names no fold for {len(missing)} of {len(rows)} segments, the first: {missing[0]}."
        message = f"{sentence}\nEvery segment that is not locked away needs one."
        raise ValueError(message)
    return found


def _fold_by_id(source: Mapping[Any, Any] | str, column: str) -> dict[str, str]:
    """Return the fold of each segment id, or video id."""
    if isinstance(source, Mapping):
        return {str(video): str(fold) for video, fold in source.items()}
    if not source.lower().endswith(".json"):
        try:
            by_segment = table_column(source, "segment_id", column)
        except ValueError as error:
            if "no column 'segment_id'" not in str(error):
                raise
            return table_column(source, "video_id", column)
        return {canonical(one): fold for one, fold in by_segment.items()}
    return _fold_by_video(source)


def _fold_by_video(source: str) -> dict[str, str]:
    try:
        content = json.loads(existing_file(source).read_text(encoding="utf-8-sig"))
    except DataError as error:  # a plain ValueError is told with its line of the cell
        raise ValueError(str(error)) from None
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        message = f"{told(source)} is no JSON ({str(error)[:200]})."
        raise ValueError(message) from None
    named = content.items() if isinstance(content, dict) else enumerate(content, 1) if isinstance(content, list) else ()
    lists = [(str(name), videos) for name, videos in named]
    if not lists or not all(isinstance(videos, list) for _, videos in lists):
        message = f'{told(source)} is no list of video ids for each fold.\nExpected: {{"1": [video ids], "2": [...]}}.'
        raise ValueError(message)
    by_id: dict[str, str] = {}
    for name, videos in lists:
        for video in map(str, videos):
            if video in by_id:
                message = f"{told(source)} has the video {video} in the folds '{by_id[video]}' and '{name}'."
                raise ValueError(message)
            by_id[video] = name
    return by_id


def told(source: object) -> str:
    """Name a source of folds for a message."""
    return Path(source).name if isinstance(source, str) else "the dict of folds"
