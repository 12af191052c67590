"""Columns that tell which segment, or which video, this is, whatever they are called."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from mosi_nb.data.segments import Features, Segments, Sequences, is_text, split_id

LEAST = 5
"""Segments of a video in which an order can be told from chance."""

ORDERED = 0.98
"""Median rank correlation with the position from which on a column is one."""

DISTINCT = 0.9
"""Share of videos with a value of their own, in a column that never changes within a video."""


def column_that_tells(segments: Segments, modality: str) -> str | None:
    """Return which column of a modality is a position or a code of the video; None if none is.

    A position: within videos of at least five segments, the median rank correlation of the column
    with the clip number (or, without one, the row) is at least .98, in either direction. A code: the
    column is constant within every video, and nine of ten videos have a value of their own.
    """
    held = segments.modalities[modality]
    if isinstance(held, Sequences) or is_text(held):
        return None
    columns = np.nan_to_num(np.asarray(held, dtype=np.float64))
    parts = _by_video(segments)
    ordered = np.flatnonzero(_order(columns, parts, _positions(segments)) >= ORDERED)
    if len(ordered):
        return f"column {ordered[0]} grows or falls with the position of the segment"
    codes = np.flatnonzero(_is_code(columns, parts))
    return f"column {codes[0]} is a code of the video" if len(codes) else None


def _by_video(segments: Segments) -> list[NDArray[np.intp]]:
    order = np.argsort(segments.video_ids, kind="stable")
    _, starts = np.unique(segments.video_ids[order], return_index=True)
    return np.split(order, starts[1:])


def _positions(segments: Segments) -> NDArray[np.float64]:
    """Return clip numbers, or rows where the ids hold none."""
    clips = [split_id(one)[1] for one in segments.segment_ids.tolist()]
    numbered = all(clip.isdigit() for clip in clips)
    return np.array(clips, dtype=np.float64) if numbered else np.arange(len(segments), dtype=np.float64)


def _order(columns: Features, parts: list[NDArray[np.intp]], positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median over videos of each column's rank correlation with the position, without its sign."""
    long = [rows for rows in parts if len(rows) >= LEAST]
    if not long:  # every row is its own video: the order of all rows
        positions = np.arange(len(columns), dtype=np.float64)
        long = [np.arange(len(columns))] if len(columns) >= LEAST else []
    if not long:
        return np.zeros(columns.shape[1])
    return np.median([np.abs(_correlations(columns[rows], positions[rows])) for rows in long], axis=0)


def _correlations(columns: Features, positions: NDArray[np.float64]) -> NDArray[np.float64]:
    ranks = rankdata(columns, axis=0)
    ranks -= ranks.mean(axis=0)
    place = rankdata(positions) - (len(positions) + 1) / 2
    lengths = np.sqrt((ranks**2).sum(axis=0) * (place**2).sum())
    return np.asarray(np.divide(place @ ranks, lengths, out=np.zeros(columns.shape[1]), where=lengths > 0))


def _is_code(columns: Features, parts: list[NDArray[np.intp]]) -> NDArray[np.bool_]:
    several = [rows for rows in parts if len(rows) > 1]
    if len(several) < LEAST:
        return np.zeros(columns.shape[1], dtype=np.bool_)
    constant = np.all([(columns[rows] == columns[rows[0]]).all(axis=0) for rows in several], axis=0)
    firsts = columns[[rows[0] for rows in several]]
    distinct = np.array([len(np.unique(column)) for column in firsts.T]) >= DISTINCT * len(several)
    return np.asarray(constant & distinct)
