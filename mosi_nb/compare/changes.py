"""What becomes of a score when something is changed: paired, by a bootstrap over videos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mosi_nb.compare.intervals import DRAWS, DRAWS_ANEW, drawn_scores, ends
from mosi_nb.compare.leaderboard import score
from mosi_nb.results import Fit, Metric, Results, Vector

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
        interval = f" ({self.low:+.3f} to {self.high:+.3f})" if np.isfinite(self.low) else ""
        return f"{self.value:+.3f}{interval}"


@dataclass
class Paired:
    """Scores of predictions in the same draws of the held-out videos, each computed once.

    The draws are those of the intervals of the leaderboard, so that differences are paired.

    Attributes
    ----------
    results
        Whose segments the fits speak of.
    metric
        What is measured.

    References
    ----------
    Field, C. A. and Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal
    Statistical Society: Series B 69, 369-390.
    """

    results: Results
    metric: Metric
    _known: dict[int, tuple[Sequence[Fit], Vector]] = field(default_factory=dict, repr=False)

    def drawn(self, fits: Sequence[Fit]) -> Vector:
        """Return the score of the fits of one candidate in each draw; NaN where it is undefined."""
        known = self._known.get(id(fits))
        if known is None:
            draws = DRAWS if self.metric.statistics else DRAWS_ANEW
            # the fits are kept beside it: no other object can then have their id
            known = self._known[id(fits)] = fits, drawn_scores(self.results, fits, self.metric, draws)
        return known[1]

    def score(self, fits: Sequence[Fit]) -> float:
        """Return the mean over folds, as a leaderboard shows it."""
        return score(replaced(self.results), fits, self.metric) if fits else NAN

    def mean_drawn(self, held: Sequence[Sequence[Fit]]) -> Vector:
        """Return the mean of several in each draw, such as of repeats of something random."""
        return np.asarray(np.mean([self.drawn(fits) for fits in held], axis=0))

    def mean_score(self, held: Sequence[Sequence[Fit]]) -> float:
        """Return the mean of their scores."""
        return float(np.mean([self.score(fits) for fits in held])) if held else NAN

    def change(self, after: Sequence[Sequence[Fit]], before: Sequence[Sequence[Fit]]) -> Change:
        """Return how the score changes from some predictions to others of the same segments.

        Parameters
        ----------
        after, before
            Each one or several repeats, whose scores are averaged; nothing where they are not there.
        """
        if not after or not before or not all(after) or not all(before):
            return Change(NAN, NAN, NAN, self.metric.larger_is_better)
        value = self.mean_score(after) - self.mean_score(before)
        low, high = ends(self.mean_drawn(after) - self.mean_drawn(before))
        return Change(value, low, high, self.metric.larger_is_better)


def replaced(results: Results) -> Results:
    """Return results that remember no scores: predictions of other fits have the same numbers of candidates."""
    return Results((), results.segment_ids, results.video_ids, results.sentiment, results.metrics)
