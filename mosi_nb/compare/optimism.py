"""What picking the best of many adds to its score: bootstrap bias correction of cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mosi_nb.compare.draws import Layout, counts, summed, weighted
from mosi_nb.compare.intervals import DRAWS
from mosi_nb.results import Fit, Metric, Results, Vector

Matrix = NDArray[np.float64]

MOST = 500
"""The best candidates, which alone are drawn for: those beyond are the best of no draw."""


@dataclass(frozen=True)
class Optimism:
    """The score of the best of several candidates, as it is and without the luck of having been picked.

    Attributes
    ----------
    naive
        The best score.
    corrected
        What BBC-CV makes of it.
    draws
        In how many draws it is defined.
    larger_is_better
        Of the metric.
    """

    naive: float
    corrected: float
    draws: int
    larger_is_better: bool

    @property
    def gap(self) -> float:
        """How much better the best looks than it is; below 0 by chance only."""
        return (self.naive - self.corrected) * (1 if self.larger_is_better else -1)


@dataclass(frozen=True)
class Bags:
    """Scores of candidates on the videos that are drawn, and on those that are not.

    Attributes
    ----------
    score
        On all, shape (n_candidates,).
    drawn, left
        In each draw, shape (n_candidates, draws).
    larger_is_better
        Of the metric.
    """

    score: Vector
    drawn: Matrix
    left: Matrix
    larger_is_better: bool

    def best(self, candidates: Sequence[int] | None = None) -> Optimism:
        """Return what the best of some of the candidates is worth; of all, if none are named.

        In each draw the candidate is picked that is best on the videos drawn, and scored on those that were
        not. The mean of these scores over the draws is the corrected one.

        References
        ----------
        Tsamardinos, I., Greasidou, E. and Borboudakis, G. (2018). Bootstrapping the out-of-sample predictions
        for efficient and accurate cross-validation. Machine Learning 107, 1895-1922.
        """
        rows = np.arange(len(self.score)) if candidates is None else np.asarray(candidates, dtype=np.intp)
        sign = 1 if self.larger_is_better else -1
        held = np.where(np.isfinite(self.drawn[rows]), sign * self.drawn[rows], -np.inf)
        scores = sign * self.score[rows]
        nothing = Optimism(float("nan"), float("nan"), 0, self.larger_is_better)
        if not np.isfinite(scores).any():
            return nothing
        picked = held.argmax(axis=0)
        worth = self.left[rows][picked, np.arange(held.shape[1])]
        known = np.isfinite(worth) & np.isfinite(held.max(axis=0))
        if 2 * known.sum() < len(known):
            return nothing
        naive = sign * float(np.nanmax(scores))
        return Optimism(naive, float(worth[known].mean()), int(known.sum()), self.larger_is_better)


def bagged(
    results: Results, layout: Layout, members: Sequence[Sequence[Fit]], metric: Metric, seed: int = 0
) -> Bags | None:
    """Return the scores of candidates on the videos that are drawn, and on those that are not.

    Parameters
    ----------
    results, layout, members, metric
        As for `resampled`.
    seed
        Of the draws, those of the intervals.

    Returns
    -------
    Bags or None
        None for a metric that would have to be computed anew for each draw and candidate: too slow.
    """
    if metric.statistics is None or not members:
        return None
    times = counts(len(layout.videos), DRAWS, seed)
    sums = summed(results, layout, members, metric)
    score = weighted(layout, sums, metric, np.ones((1, len(layout.videos))))[:, 0]
    kept = np.sort(np.argsort(-score if metric.larger_is_better else score, kind="stable")[:MOST])
    drawn, left = np.full((len(members), DRAWS), np.nan), np.full((len(members), DRAWS), np.nan)
    few = [np.ascontiguousarray(held[:, :, kept]) for held in sums]
    drawn[kept], left[kept] = weighted(layout, few, metric, times), weighted(layout, few, metric, (times == 0) * 1.0)
    return Bags(score, drawn, left, metric.larger_is_better)
