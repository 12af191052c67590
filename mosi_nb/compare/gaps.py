"""How much better one model is than another, with the interval that the leaderboard gives a gain.

It is of one pair, and corrects for no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mosi_nb.compare.draws import laid_out
from mosi_nb.compare.intervals import drawn
from mosi_nb.compare.leaderboard import Row
from mosi_nb.compare.pairs import Pairs, by_videos, over_folds
from mosi_nb.results import Metric, Results


@dataclass(frozen=True)
class Gap:
    """How much better one model is than another.

    Attributes
    ----------
    value
        Difference of the scores, > 0 where the first is better, whichever way the metric counts.
    low, high
        Ends of its 95 % interval; NaN where there is none.

    Examples
    --------
    >>> print(Gap(0.02, 0.005, 0.035))
    0.020 (95 % 0.005 to 0.035)
    >>> Gap(0.02, -0.005, 0.035).shown, Gap(-0.02, -0.03, -0.01).reversed
    (False, True)
    """

    value: float
    low: float
    high: float

    @property
    def shown(self) -> bool:
        """Whether the first is better, and the interval says so."""
        return self.low > 0

    @property
    def reversed(self) -> bool:
        """Whether the first is worse, and the interval says so."""
        return self.high < 0

    def __str__(self) -> str:
        """Write difference and interval."""
        value, low, high = (f"{round(one, 3) + 0.0:.3f}" for one in (self.value, self.low, self.high))  # no "-0.000"
        return f"{value} (95 % {low} to {high})" if np.isfinite(self.low) else value


def gap_of(results: Results, row: Row, other: Row, metric: Metric) -> Gap:
    """Return how much better one model is than another, by the test of the leaderboard's `gain`.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    row, other
        Models with all their fits.
    metric
        What is measured.
    """
    return gap_in(pairs_of(results, (row, other), metric), metric, 0, 1)


def gap_in(pairs: Pairs, metric: Metric, first: int, second: int) -> Gap:
    """Return how much better the first of two models is, as they were tested."""
    value, low, high, _, _ = pairs.of(first, second)
    return Gap(value, low, high) if metric.larger_is_better else Gap(-value, -high, -low)


def pairs_of(results: Results, rows: Sequence[Row], metric: Metric) -> Pairs:
    """Return all differences between models with all their fits, tested as the leaderboard tests them."""
    members = [sorted(row.fits, key=lambda fit: (fit.fold.repeat, fit.fold.number)) for row in rows]
    found = over_folds(results, members, metric)
    if found is not None:
        return found
    return by_videos(drawn(results, laid_out(results, [fit.fold for fit in members[0]]), members, metric))
