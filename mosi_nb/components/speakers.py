"""Groups that must not be split: videos, and the speakers that one knows of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.readers.paths import existing_file
from mosi_nb.data.readers.table import load_frame
from mosi_nb.data.segments import Rows, Segments
from mosi_nb.errors import DataError

Groups = NDArray[np.str_]


class Shared(NamedTuple):
    """Videos that are on both sides: how many, and the first."""

    number: int
    first: str


def groups_of(by: object, segments: Segments, rows: Rows) -> Groups:
    """Return what must not be split, for each of these rows.

    Parameters
    ----------
    by
        `"video"`; or who speaks in each video: a mapping from video id to speaker, or the path of a
        table with the columns `video_id` and `speaker`.
    segments, rows
        The data and the rows of it.

    Raises
    ------
    ValueError
        If a video has no speaker, or the table cannot be read.
    """
    videos = segments.video_ids[rows]
    if by == "video":
        return videos
    speakers = {str(video): str(speaker) for video, speaker in _speakers(by).items()}
    unknown = [video for video in np.unique(videos).tolist() if video not in speakers]
    if unknown:
        sentence = (
            f"there is no speaker for {len(unknown)} of {len(np.unique(videos))} videos, the first: {unknown[0]}."
        )
        message = f"{sentence}\nName the speaker of every video; one that nobody else shares may have the video's id."
        raise ValueError(message)
    return np.array([speakers[video] for video in videos.tolist()], dtype=np.str_)


def _speakers(by: object) -> Mapping[Any, Any]:
    if isinstance(by, Mapping):
        return by
    return table_column(str(by), "video_id", "speaker")


def table_column(path: str, key: str, column: str) -> dict[str, str]:
    """Read one column of a table by another one.

    Raises
    ------
    ValueError
        If there is no such file or column, it is no table, or a key has two values.
    """
    try:
        frame = load_frame(existing_file(path)).astype(str)
    except DataError as error:  # a plain ValueError is told with its line of the cell
        raise ValueError(str(error)) from None
    missing = [name for name in (key, column) if name not in frame]
    if missing:
        message = f"{Path(path).name} has no column '{missing[0]}'.\nIt has: {', '.join(map(str, frame.columns))}."
        raise ValueError(message)
    found = frame[[key, column]].drop_duplicates()
    twice = found[key][found[key].duplicated()]
    if len(twice):
        message = f"{Path(path).name} gives {twice.iloc[0]} more than one {column}."
        raise ValueError(message)
    return dict(zip(found[key], found[column], strict=True))


def shared_video(segments: Segments, one: Rows, other: Rows) -> Shared | None:
    """Return how many videos have segments among both rows, and the first; None if there are none."""
    shared = np.intersect1d(segments.video_ids[one], segments.video_ids[other])
    return Shared(len(shared), str(shared[0])) if len(shared) else None


def drawn_rows(groups: Groups, share: float, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Draw a share of the groups, at least one and never all.

    Returns
    -------
    rest, drawn
        Positions in `groups`.
    """
    found = np.unique(groups)
    count = min(max(round(share * len(found)), 1), len(found) - 1)
    chosen = np.isin(groups, rng.choice(found, count, replace=False))
    return np.flatnonzero(~chosen), np.flatnonzero(chosen)
