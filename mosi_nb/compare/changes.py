"""What becomes of a score when something is changed: paired, by a bootstrap over videos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mosi_nb.compare.draws import Resampled, laid_out
from mosi_nb.compare.intervals import drawn, intervals
from mosi_nb.results import Fit, Metric, Results

NAN = float("nan")


@dataclass(frozen=True)
class Change:
    """A change of a score with its 95 % interval.

    Attributes
    ----------
    value
        Score after the change minus score before it, in the metric's own direction.
    low, high
        Ends of the interval; NaN where there is none.
    larger_is_better
        Of the metric.

    Examples
    --------
    >>> print(Change(-0.02, -0.035, -0.005, larger_is_better=False))
    -0.020 (-0.035 to -0.005)
    >>> Change(-0.02, -0.035, -0.005, larger_is_better=False).verdict
    'better'
    """

    value: float
    low: float
    high: float
    larger_is_better: bool

    @property
    def verdict(self) -> str:
        """`better` or `worse` where the interval says so, else `not shown`; empty where there is no interval."""
        if not np.isfinite(self.low):
            return ""
        sign = 1 if self.larger_is_better else -1
        low, high = sorted((sign * self.low, sign * self.high))
        return "better" if low > 0 else "worse" if high < 0 else "not shown"

    def __str__(self) -> str:
        """Write the change and its interval, with signs."""
        if not np.isfinite(self.value):
            return "undefined"
        interval = f" ({self.low:+z.3f} to {self.high:+z.3f})" if np.isfinite(self.low) else ""
        return f"{self.value:+z.3f}{interval}"


class Paired:
    """Scores of predictions in the same draws of the held-out videos, so that their differences are paired.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    metric
        What is measured.
    held
        Fits of one candidate each, all over the same folds; nothing stands for what was not fitted.
    """

    def __init__(self, results: Results, metric: Metric, held: Sequence[Sequence[Fit]]) -> None:
        self.metric = metric
        members = [sorted(fits, key=lambda fit: (fit.fold.repeat, fit.fold.number)) for fits in held if fits]
        self._held = [fits for fits in held if fits]  # they stay, so that no other object can have their id
        self._place = {id(fits): place for place, fits in enumerate(self._held)}
        self._scores: Resampled | None = None
        if members:
            layout = laid_out(results, [fit.fold for fit in members[0]])
            self._scores = drawn(results, layout, members, metric)

    def score(self, *held: Sequence[Fit]) -> float:
        """Return the mean over folds, as a leaderboard shows it; of several, such as of repeats, their mean."""
        found = self._of(held)
        return float(found.score[0]) if found else NAN

    def interval(self, *held: Sequence[Fit]) -> tuple[float, float]:
        """Return the 95 % interval of the score."""
        found = self._of(held)
        return _ends(found) if found else (NAN, NAN)

    def change(self, after: Sequence[Sequence[Fit]], before: Sequence[Sequence[Fit]]) -> Change:
        """Return how the score changes from some predictions to others of the same segments.

        Parameters
        ----------
        after, before
            Each one or several repeats, whose scores are averaged; nothing where they are not there.
        """
        first, last = self._of(before), self._of(after)
        if first is None or last is None:
            return Change(NAN, NAN, NAN, self.metric.larger_is_better)
        difference = last.minus(first)
        return Change(float(difference.score[0]), *_ends(difference), self.metric.larger_is_better)

    def _of(self, held: Sequence[Sequence[Fit]]) -> Resampled | None:
        """Return the mean of some of them as one candidate; None where one was not fitted."""
        if self._scores is None or not held or not all(held):
            return None
        some = self._scores.of([self._place[id(fits)] for fits in held])
        return Resampled(*(np.mean(one, axis=0, keepdims=True) for one in (some.score, some.drawn, some.without)))


def _ends(scores: Resampled) -> tuple[float, float]:
    low, high = intervals(scores)[0]
    return float(low), float(high)
