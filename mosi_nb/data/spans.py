"""Steps of a computational sequence of the CMU-MultimodalSDK: those of one video stand together, ragged.

A segment is a span of them; nothing is padded, and nothing read before it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.sequences import Sequences
from mosi_nb.data.steps import BLOCK, Rows, Steps, StoredSteps, handed_over, told


@dataclass(frozen=True, eq=False)
class Spans(StoredSteps):
    """Segments as spans of the steps of their videos, `<group>/<video>/features` in HDF5.

    Attributes
    ----------
    group
        What holds the videos: `<root name>/data`.
    videos
        Names of the videos in it.
    spans
        Number of the video, first step and the step after the last one, shape (n_stored, 3), in
        ascending order; `at` counts its rows.
    """

    group: str
    videos: tuple[str, ...]
    spans: Rows

    def read(self, rows: Rows) -> Sequence[Steps]:
        """Return the steps of each of these rows; those of one video are read at once."""
        import h5py  # noqa: PLC0415 -- slow to load, and only those who have such files need it

        found: list[Steps] = [np.empty((0, self.columns), self.dtype)] * len(rows)
        with told(self.path), h5py.File(self.path, "r") as file:
            group = file[self.group].id
            for places, video, spans in self._by_video(self.at[rows]):
                first, end = int(spans[:, 0].min()), int(spans[:, 1].max())
                # Below h5py's own objects, which would take longer than reading does.
                steps = self._steps(h5py.h5d.open(group, f"{video}/features".encode()), first, end - first)
                for place, (start, stop) in zip(places.tolist(), (spans - first).tolist(), strict=True):
                    found[place] = steps[start:stop]
        return found

    def _steps(self, dataset: Any, first: int, count: int) -> Steps:
        steps = np.empty((count, self.columns), self.dtype)
        if count:
            wanted, here = dataset.get_space(), dataset.get_space().copy()
            wanted.select_hyperslab((first, 0), steps.shape)
            here.set_extent_simple(steps.shape)
            dataset.read(here, wanted, steps)
        return steps

    def _by_video(self, at: Rows) -> Iterator[tuple[Rows, str, Rows]]:
        order = np.argsort(at, kind="stable")
        spans = self.spans[at[order]]
        cuts = [0, *(np.flatnonzero(np.diff(spans[:, 0])) + 1).tolist(), len(at)]
        for start, end in pairwise(cuts):
            yield order[start:end], self.videos[spans[start, 0]], spans[start:end, 1:]

    def _batch(self, rows: Rows, *, as_stored: bool) -> Rows:
        del as_stored
        spans = self.spans[self.at[rows]]
        sizes = (spans[:, 2] - spans[:, 1]) * self.columns * self.dtype.itemsize
        batch: Rows = np.cumsum(sizes) // (8 * BLOCK)
        return batch


def sequences_of(path: Path, group: str, video_of: Sequence[str], spans: Rows, like: Any) -> Sequences:
    """Return segments whose steps are spans of those of their videos.

    Parameters
    ----------
    path, group
        The file, and the group in it that holds the videos.
    video_of
        The video of each segment.
    spans
        The first step of each segment and the step after its last one, shape (n_segments, 2).
    like
        The features of any of the videos, for the number and type of the columns.
    """
    videos, numbers = np.unique(np.asarray(video_of, dtype=object).astype(str), return_inverse=True)
    table = np.column_stack([numbers, spans]).astype(np.intp)
    order = np.lexsort((table[:, 1], table[:, 0]))
    at = np.argsort(order, kind="stable")
    lengths = table[:, 2] - table[:, 1]
    steps, columns, kind = int(lengths.max(initial=0)), int(like.shape[1]), handed_over(np.dtype(like.dtype))
    names = tuple(str(video) for video in videos)
    stored = Spans(path.resolve(), at, steps, columns, kind, group, names, table[order])
    return Sequences(stored, lengths)


def steps_within(intervals: NDArray[Any], start: NDArray[Any], end: NDArray[Any]) -> Rows:
    """Return the span of steps that overlap each segment, as the SDK's `align` takes them.

    Parameters
    ----------
    intervals
        Start and end of each step of a video, in seconds, shape (n_steps, 2).
    start, end
        Of each segment, in seconds, shape (n_segments,).

    Returns
    -------
    array of shape (n_segments, 2)
        The first step, and the step after the last one; twice the same where there is none.

    Examples
    --------
    >>> seconds = np.array([[0, 1], [1, 2], [2, 3], [3, 4]])
    >>> steps_within(seconds, np.array([1, 9]), np.array([2.5, 10])).tolist()
    [[1, 3], [4, 4]]
    """
    # Where steps are out of order: from the first to the last that overlaps.
    ends = np.maximum.accumulate(intervals[:, 1])
    starts = np.minimum.accumulate(intervals[::-1, 0])[::-1]
    first = np.searchsorted(ends, start, side="right")
    return np.column_stack([first, np.maximum(first, np.searchsorted(starts, end, side="left"))])
