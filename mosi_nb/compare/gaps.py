"""How much better one model is than another on the same held-out videos, with a paired interval.

It is quick enough to be asked whenever a leaderboard is shown; it tests one pair, and corrects for no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mosi_nb.compare.draws import laid_out
from mosi_nb.compare.intervals import drawn, drawn_scores, ends
from mosi_nb.compare.leaderboard import Row, score
from mosi_nb.compare.pairs import Pairs, by_folds, by_videos, ratio_of
from mosi_nb.results import Metric, Results, Vector

DRAWS = 1000
"""Draws of videos: a check is carried out whenever a leaderboard is shown."""


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


def gap_of(results: Results, row: Row, other: Row, metric: Metric, scores: dict[str, Vector] | None = None) -> Gap:
    """Return how much better one model is than another.

    With a metric that is a function of sums, by a paired bootstrap over held-out videos: both models see the
    same draws. It is about these two models as they were fitted. With any other metric, which would have to be
    computed anew in each draw, by the differences in the folds, as the leaderboard tests.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    row, other
        Models with all their fits.
    metric
        What is measured.
    scores
        Scores in the draws, by model; those that are missing are added.
    """
    if metric.statistics is None or metric.from_sums is None:
        return gap_in(pairs_of(results, (row, other), metric), metric, 0, 1)
    known = {} if scores is None else scores
    for one in (row, other):
        if one.model not in known:
            known[one.model] = drawn_scores(results, one.fits, metric, DRAWS)
    sign = 1 if metric.larger_is_better else -1
    value = score(results, row.fits, metric) - score(results, other.fits, metric)
    return Gap(sign * value, *ends(sign * (known[row.model] - known[other.model])))


def gap_in(pairs: Pairs, metric: Metric, first: int, second: int) -> Gap:
    """Return how much better the first of two models is, as they were tested."""
    value, low, high, _, _ = pairs.of(first, second)
    return Gap(value, low, high) if metric.larger_is_better else Gap(-value, -high, -low)


def pairs_of(results: Results, rows: Sequence[Row], metric: Metric) -> Pairs:
    """Return all differences between models with all their fits, tested as the leaderboard tests them."""
    members = [sorted(row.fits, key=lambda fit: (fit.fold.repeat, fit.fold.number)) for row in rows]
    folds = [fit.fold for fit in members[0]] if members else []
    ratio = ratio_of(results, folds) if folds else float("nan")
    if len(folds) > 1 and np.isfinite(ratio):
        return by_folds(np.array([[results.score_of(fit, metric) for fit in fits] for fits in members]), ratio)
    return by_videos(drawn(results, laid_out(results, folds), members, metric))
