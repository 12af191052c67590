"""Steps of a segment made into one row of features."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.sequences import Sequences
from mosi_nb.data.steps import Rows, Steps, StoredSteps

Missing: TypeAlias = Literal["skip", "zero"]
Vector: TypeAlias = NDArray[np.float64]


def pooled(sequences: Sequences, statistics: Sequence[str], missing: Missing = "skip") -> NDArray[np.float64]:
    """Return statistics over the steps of each segment.

    A segment at a time, in double precision, while its steps are in the processor's cache; the
    numbers do not depend on how the data are cut into blocks, nor on the other segments.

    Parameters
    ----------
    sequences
        In memory or in a file.
    statistics
        Names among `STATISTICS`.
    missing
        Values that are NaN or infinite: left out (`skip`), or taken for 0 (`zero`).

    Returns
    -------
    array of shape (n_segments, number of statistics x n_columns)
        The statistics side by side; NaN where a segment has no value in a column.

    Examples
    --------
    >>> audio = Sequences(np.array([[[1.0], [3.0], [np.nan], [0.0]]]), lengths=np.array([3]))
    >>> pooled(audio, ["mean", "last"]).tolist(), pooled(audio, ["mean"], "zero").round(2).tolist()
    ([[2.0, 3.0]], [[1.33]])
    """
    n, _, columns = sequences.values.shape
    found = np.empty((n, len(statistics), columns))
    if not isinstance(sequences.values, StoredSteps):
        for rows, block in sequences.blocks():
            found[rows] = _of_block(block, statistics, missing, columns)
        return found.reshape(n, len(statistics) * columns)
    # The next block is read while one is pooled: numpy and the disk both leave Python's lock alone.
    with ThreadPoolExecutor(1) as other:
        under_way: deque[tuple[Rows, Future[NDArray[np.float64]]]] = deque()
        for rows, block in sequences.blocks():
            under_way.append((rows, other.submit(_of_block, block, statistics, missing, columns)))
            if len(under_way) > 1:
                done, future = under_way.popleft()
                found[done] = future.result()
        for done, future in under_way:
            found[done] = future.result()
    return found.reshape(n, len(statistics) * columns)


def _of_block(block: Sequence[Steps], statistics: Sequence[str], missing: Missing, columns: int) -> NDArray[np.float64]:
    """Return the statistics of the segments of a block, shape (n_segments, n_statistics, n_columns)."""
    functions = [STATISTICS[name] for name in statistics]
    found = np.full((len(block), len(functions), columns), np.nan)
    left: Iterable[int] = range(len(block))
    with np.errstate(all="ignore"):  # a column without values is NaN, for the imputer that follows
        if set(statistics) <= MOMENTS:
            moments, good = _moments(block, columns, squares="std" in statistics)
            found[:] = np.stack([moments[name] for name in statistics], axis=1)
            left = np.flatnonzero(~good).tolist()
        for place in left:
            if len(block[place]):
                segment = _Segment(block[place].astype(np.float64), missing)
                found[place] = [function(segment) for function in functions]
    return found


MOMENTS = {"mean", "std"}

CANCELLED = 1e-4
"""Variance by squared mean from which on their difference has eleven digits left, and is good enough."""


def _moments(block: Sequence[Steps], columns: int, *, squares: bool) -> tuple[dict[str, Vector], NDArray[np.bool_]]:
    """Return mean and deviation of each segment of a block, from sums in one pass, and which of them hold good.

    Those do not that have gaps, or a deviation so far below their mean that the digits cancel out.
    """
    sums, squared = np.zeros((2, len(block), columns))
    for place, steps in enumerate(block):
        values = steps.astype(np.float64)
        np.add.reduce(values, axis=0, out=sums[place])
        if squares:
            np.einsum("td,td->d", values, values, out=squared[place])
    lengths = np.array([len(steps) for steps in block])[:, None]
    means = sums / lengths
    variances = squared / lengths - means * means
    # A sum is finite only if everything in it is.
    good = np.isfinite(sums) & (~np.bool_(squares) | ((variances >= CANCELLED * means * means) & np.isfinite(squared)))
    return {"mean": means, "std": np.sqrt(variances)}, np.asarray(good.all(axis=1))


class _Segment:
    """The steps of a segment, gaps filled with zeros.

    Attributes
    ----------
    values
        Shape (n_steps, n_columns).
    there
        Where there are values and no gaps; None if everywhere.
    counts, means
        Of the values in each column.
    """

    def __init__(self, values: Vector, missing: Missing) -> None:
        self.values = values
        self.counts: Any = len(values)
        self.there: NDArray[np.bool_] | None = None
        sums = np.add.reduce(values, axis=0)
        # A sum is finite only if everything in it is: most segments need no second look.
        if not np.logical_and.reduce(np.isfinite(sums)):
            sums = self._filled(missing)
        self.means: Vector = sums / self.counts

    def _filled(self, missing: Missing) -> Vector:
        there = np.isfinite(self.values)
        self.values[~there] = 0.0
        if missing == "skip":
            self.there, self.counts = there, there.sum(axis=0)
        return np.asarray(np.add.reduce(self.values, axis=0))

    @cached_property
    def ascending(self) -> Vector:
        """Each column sorted, what is missing last."""
        return np.sort(self.with_gaps(np.nan), axis=0)

    def with_gaps(self, value: float) -> Vector:
        return self.values if self.there is None else np.where(self.there, self.values, value)


def _std(segment: _Segment) -> Vector:
    # From the mean of the segment itself: the steps are at hand, and nothing cancels out.
    apart = segment.values - segment.means
    if segment.there is not None:
        apart[~segment.there] = 0.0
    return np.asarray(np.sqrt(np.einsum("td,td->d", apart, apart) / segment.counts))


def _extreme(lowest: bool) -> Callable[[_Segment], Vector]:  # noqa: FBT001 -- private, and named where it is used
    reduce, beyond = (np.minimum.reduce, np.inf) if lowest else (np.maximum.reduce, -np.inf)

    def extreme(segment: _Segment) -> Vector:
        found: Vector = reduce(segment.with_gaps(beyond), axis=0)
        return found if segment.there is None else np.where(segment.counts, found, np.nan)

    return extreme


def _last(segment: _Segment) -> Vector:
    if segment.there is None:
        return np.asarray(segment.values[-1])
    last = len(segment.values) - 1 - np.argmax(segment.there[::-1], axis=0)
    found: Vector = segment.values[last, np.arange(len(last))]
    return np.where(segment.counts, found, np.nan)


def _quantile(share: float) -> Callable[[_Segment], Vector]:
    def quantile(segment: _Segment) -> Vector:
        ordered, columns = segment.ascending, np.arange(segment.values.shape[1])
        place = share * np.maximum(segment.counts - 1, 0) + np.zeros(len(columns))
        below = np.floor(place).astype(np.intp)
        above = np.minimum(below + 1, np.maximum(segment.counts - 1, 0))
        low, high = ordered[below, columns], ordered[above, columns]
        return np.asarray(low + (high - low) * (place - below))

    return quantile


STATISTICS: Mapping[str, Callable[[_Segment], Vector]] = {
    "mean": lambda segment: segment.means,
    "std": _std,
    "min": _extreme(lowest=True),
    "max": _extreme(lowest=False),
    "last": _last,
    **{f"q{percent:02}": _quantile(percent / 100) for percent in (5, 10, 25, 50, 75, 90, 95)},
}
