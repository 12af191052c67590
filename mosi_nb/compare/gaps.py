"""How much better one model is than another on the same held-out videos, with a paired interval.

It is quick enough to be asked whenever a leaderboard is shown; it tests one pair, and corrects for no others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from mosi_nb.compare.intervals import DRAWS, LEVEL, drawn_scores, ends
from mosi_nb.compare.leaderboard import Row
from mosi_nb.results import Metric, Results, Vector


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


def gap_of(results: Results, row: Row, other: Row, metric: Metric, drawn: dict[str, Vector] | None = None) -> Gap:
    """Return how much better one model is than another.

    With a metric that is a function of sums, by a paired bootstrap over held-out videos: both models see the
    same draws. With any other, which would have to be computed anew in each draw, by the differences in the
    folds, whose variance is corrected for the training segments that folds share.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    row, other
        Models with all their fits.
    metric
        What is measured.
    drawn
        Scores in the draws, by model; those that are missing are added.

    References
    ----------
    Nadeau, C. and Bengio, Y. (2003). Inference for the generalization error. Machine Learning 52, 239-281.
    """
    sign = 1 if metric.larger_is_better else -1
    folds = sign * (_by_fold(results, row, metric) - _by_fold(results, other, metric))
    defined = folds[np.isfinite(folds)]
    if not len(defined):
        return Gap(float("nan"), float("nan"), float("nan"))
    if metric.statistics is None or metric.from_sums is None:
        return _by_folds(defined, row)
    known = {} if drawn is None else drawn
    for one in (row, other):
        if one.model not in known:
            known[one.model] = drawn_scores(results, one.fits, metric, DRAWS)
    return Gap(float(defined.mean()), *ends(sign * (known[row.model] - known[other.model])))


def _by_fold(results: Results, row: Row, metric: Metric) -> Vector:
    ordered = sorted(row.fits, key=lambda fit: (fit.fold.repeat, fit.fold.number))
    return np.array([results.score_of(fit, metric) for fit in ordered])


def _by_folds(differences: Vector, row: Row) -> Gap:
    count, mean = len(differences), float(differences.mean())
    if count < 2:  # noqa: PLR2004 -- one difference has no variance
        return Gap(mean, float("nan"), float("nan"))
    share = float(np.mean([len(fit.fold.held_out) / max(len(fit.fold.train), 1) for fit in row.fits]))
    error = float(np.sqrt((1 / count + share) * differences.var(ddof=1)))
    reach = float(student.ppf((1 + LEVEL) / 2, count - 1)) * error
    return Gap(mean, mean - reach, mean + reach)
