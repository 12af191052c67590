"""Intervals of scores: a bootstrap over videos, from stored predictions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mosi_nb.results import Fit, Metric, Results, Vector

DRAWS = 1000
DRAWS_ANEW = 200
LEVEL = 0.95


def interval(results: Results, fits: Sequence[Fit], metric: Metric, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % interval of a model's score.

    Videos are drawn with replacement, all segments of a drawn video come along, the metric is
    computed anew in each fold and averaged over folds, as the score itself is. It is an interval of
    the error on segments of new videos of the models as they were fitted; it holds no variation of
    the training segments.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    fits
        All fits of one candidate.
    metric
        What is measured; without `statistics` it is computed anew in 200 draws instead of 1,000.
    seed
        Of the draws: the same for all models, so that intervals can be compared.

    Returns
    -------
    tuple of float
        Percentiles 2.5 and 97.5; NaN where the metric is undefined in more than half of the draws.

    References
    ----------
    Field, C. A. and Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal
    Statistical Society: Series B 69, 369-390.
    """
    videos, codes = np.unique(results.video_ids, return_inverse=True)
    draws = DRAWS if metric.statistics else DRAWS_ANEW
    counts = _draws(len(videos), draws, seed)
    scores = np.stack([_fold_scores(results, one, metric, codes, counts) for one in fits])
    return ends(_mean_over_folds(scores))


def ends(draws: Vector) -> tuple[float, float]:
    """Return the percentiles 2.5 and 97.5 of the draws in which a score is defined.

    Examples
    --------
    >>> ends(np.linspace(0, 1, 1001))
    (0.025, 0.975)
    """
    defined = draws[np.isfinite(draws)]
    if 2 * len(defined) < len(draws):
        return float("nan"), float("nan")
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(defined, [tail, 100 - tail])
    return round(float(low), 12), round(float(high), 12)


def _draws(videos: int, draws: int, seed: int) -> NDArray[np.intp]:
    """Return how often each video is drawn, shape (draws, videos)."""
    drawn = np.random.default_rng(seed).multinomial(videos, np.full(videos, 1 / videos), size=draws)
    return np.asarray(drawn, dtype=np.intp)


def _fold_scores(
    results: Results, fit: Fit, metric: Metric, codes: NDArray[np.intp], counts: NDArray[np.intp]
) -> Vector:
    """Return the score of one fold in each draw, shape (draws,)."""
    rows = fit.fold.held_out
    sentiment, predicted, video = results.sentiment[rows], fit.predicted, codes[rows]
    if predicted is None:  # pragma: no cover -- asked for complete candidates only
        return np.full(len(counts), np.nan)
    if metric.statistics is not None and metric.from_sums is not None:
        statistics = metric.statistics(sentiment, predicted)
        by_video = np.zeros((counts.shape[1], statistics.shape[1]))
        np.add.at(by_video, video, statistics)
        return metric.from_sums(counts @ by_video)
    return np.array([_anew(metric, sentiment, predicted, drawn[video]) for drawn in counts])


def _anew(metric: Metric, sentiment: Vector, predicted: Vector, times: NDArray[np.intp]) -> float:
    """Return the metric of segments that are each there several times; NaN where it is not defined."""
    rows = np.repeat(np.arange(len(sentiment)), times)
    if not len(rows):
        return float("nan")
    try:
        return metric(sentiment[rows], predicted[rows])
    except (ArithmeticError, ValueError):
        # A draw may hold one class, or no non-zero label: the metric is undefined there.
        return float("nan")


def _mean_over_folds(scores: NDArray[np.float64]) -> Vector:
    """Average over the folds in which a draw has a score."""
    defined = np.isfinite(scores)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(defined, scores, 0).sum(axis=0) / defined.sum(axis=0))
