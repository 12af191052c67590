"""Modalities with several steps in each segment, in memory or in a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.steps import Rows, Steps, StoredSteps, lazily
from mosi_nb.errors import DataError

TOGETHER = 1024
"""Segments that are handed out at a time where all are in memory."""


@dataclass(frozen=True, eq=False)
class Sequences:
    """A modality with several steps (words, frames) in each segment.

    Attributes
    ----------
    values
        Shape (n_segments, n_steps, n_columns), padded to one length: an array; or a `numpy.memmap` or
        `h5py.Dataset`, which stay in their files and are read by blocks; or `StoredSteps` steps of any
        other origin. None of them is ever copied as a whole.
    lengths
        Number of steps of each segment, shape (n_segments,). Steps beside them are padding, whatever
        they hold.
    starts
        The first step of each segment, shape (n_segments,); None where all begin at step 0, as they
        do unless padding stands in front.

    Raises
    ------
    DataError
        If lengths or starts do not fit the values.

    Examples
    --------
    >>> words = Sequences(np.array([[[1.0], [3.0], [0.0]]]), lengths=np.array([2]))
    >>> [steps.tolist() for rows, block in words.blocks() for steps in block]
    [[[1.0], [3.0]]]
    """

    values: NDArray[Any] | StoredSteps
    lengths: Rows
    starts: Rows | None = None

    def __post_init__(self) -> None:
        """Leave what is a file in its file, and refuse lengths that do not fit."""
        object.__setattr__(self, "values", lazily(self.values))
        ends = self.lengths if self.starts is None else self.starts + self.lengths
        fit = len(self.lengths) == len(self.values) and ends.shape == (len(self.values),)
        if not fit or bool((ends > self.values.shape[1]).any()) or bool((self.lengths < 0).any()):
            n, steps, _ = self.values.shape
            sentence = f"lengths and starts do not fit {n} segments of up to {steps} steps."
            raise DataError.of("Sequences", sentence, "Both are whole numbers, one for each segment.")

    def __len__(self) -> int:
        """Return the number of segments."""
        return len(self.values)

    def take(self, rows: Rows) -> Sequences:
        """Return the segments of these rows; what is in a file stays there."""
        if len(rows) == len(self) and np.array_equal(rows, np.arange(len(self))):
            return self
        values = self.values.take(rows) if isinstance(self.values, StoredSteps) else self.values[rows]
        taken = Sequences(values, self.lengths[rows], None if self.starts is None else self.starts[rows])
        if "gaps" in vars(self):  # counted once, however often rows are taken
            vars(taken)["gaps"] = self.gaps[rows]
        return taken

    def inside(self) -> NDArray[np.bool_]:
        """Tell which steps are no padding, shape (n_segments, n_steps)."""
        steps = np.arange(self.values.shape[1])
        first = np.zeros((len(self), 1), dtype=np.intp) if self.starts is None else self.starts[:, None]
        return np.asarray((steps >= first) & (steps < first + self.lengths[:, None]))

    def read(self, rows: Rows) -> list[Steps]:
        """Return the steps of each of these rows without padding, shape (length, n_columns) each."""
        values = self.values
        found = values.read(rows) if isinstance(values, StoredSteps) else [values[row] for row in rows.tolist()]
        return self._without_padding(rows, found)

    def blocks(self, *, as_stored: bool = True) -> Iterator[tuple[Rows, list[Steps]]]:
        """Go through all segments, however large they are together.

        Parameters
        ----------
        as_stored
            In the order in which they stand in a file; else in the order of the rows.

        Yields
        ------
        rows, steps
            Rows, and the steps of each without padding, shape (length, n_columns).
        """
        if isinstance(self.values, StoredSteps):
            for rows, found in self.values.blocks(as_stored=as_stored):
                yield rows, self._without_padding(rows, found)
            return
        for start in range(0, len(self), TOGETHER):
            rows = np.arange(start, min(start + TOGETHER, len(self)))
            yield rows, self._without_padding(rows, self.values[start : start + TOGETHER])

    @cached_property
    def gaps(self) -> Rows:
        """Values in each segment that are NaN and that are infinite, and 1 where all are zero: shape (n, 3).

        Counted when first asked for, in one pass.
        """
        counts = np.zeros((len(self), 3), dtype=np.intp)
        with np.errstate(over="ignore", invalid="ignore"):
            for rows, block in self.blocks():
                counts[rows] = [_gaps(steps) for steps in block]
        return counts

    def _without_padding(self, rows: Rows, found: Any) -> list[Steps]:
        lengths = self.lengths[rows].tolist()
        if self.starts is None:
            return [steps[:length] for steps, length in zip(found, lengths, strict=True)]
        spans = zip(found, self.starts[rows].tolist(), lengths, strict=True)
        return [steps[start : start + length] for steps, start, length in spans]


def _gaps(steps: Steps) -> tuple[int, int, int]:
    # A sum is finite only if everything in it is: most segments need no second look.
    if np.isfinite(np.add.reduce(steps, axis=None)):
        return 0, 0, int(not steps.any())
    return int(np.isnan(steps).sum()), int(np.isinf(steps).sum()), 0
