"""Intervals of scores: a bootstrap over videos, from stored predictions."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mosi_nb.results import Fit, Metric, Results, Vector

DRAWS = 1000
DRAWS_ANEW = 200
LEVEL = 0.95


def interval(results: Results, fits: Sequence[Fit], metric: Metric, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % interval of a model's score.

    The videos that were held out are drawn with replacement, all segments of a drawn video come
    along, the metric is computed anew in each fold and averaged over folds, as the score itself is.
    It is an interval of the error on segments of new videos of the models as they were fitted; it
    holds no variation of the training segments.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    fits
        Finished fits of one candidate.
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
    finished = [fit for fit in fits if fit.predicted is not None]
    if not finished:
        return float("nan"), float("nan")
    return ends(drawn_scores(results, finished, metric, DRAWS if metric.statistics else DRAWS_ANEW, seed))


def drawn_scores(results: Results, fits: Sequence[Fit], metric: Metric, draws: int, seed: int = 0) -> Vector:
    """Return the score in each draw of the videos that were held out, as for `interval`.

    The draws are the same for all candidates with fits on the same folds.

    Parameters
    ----------
    results, metric, seed
        As for `interval`.
    fits
        Fits of one candidate with predictions, at least one.
    draws
        How many.

    Returns
    -------
    array of shape (draws,)
        NaN where the metric is undefined.
    """
    videos = np.unique(np.concatenate([results.video_ids[fit.fold.held_out] for fit in fits]))
    counts = _draws(len(videos), draws, seed)
    return _mean_over_folds(np.stack([_fold_scores(results, fit, metric, videos, counts) for fit in fits]))


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


@lru_cache(maxsize=8)  # every model and metric of a leaderboard asks for the same draws
def _draws(videos: int, draws: int, seed: int) -> NDArray[np.float64]:
    """Return how often each video is drawn, shape (draws, videos)."""
    drawn = np.random.default_rng(seed).multinomial(videos, np.full(videos, 1 / videos), size=draws)
    counts = drawn.astype(np.float64)  # floats: products of matrices are quick for them alone
    counts.flags.writeable = False
    return counts


def _fold_scores(
    results: Results, fit: Fit, metric: Metric, videos: NDArray[np.str_], counts: NDArray[np.float64]
) -> Vector:
    """Return the score of one fold in each draw, shape (draws,)."""
    rows = fit.fold.held_out
    here, video = np.unique(results.video_ids[rows], return_inverse=True)
    times = counts[:, np.searchsorted(videos, here)]  # of the fold's own videos
    sentiment, predicted = results.sentiment[rows], np.asarray(fit.predicted)
    if metric.statistics is None or metric.from_sums is None:
        return _anew(metric, sentiment, predicted, times[:, video].astype(np.intp))
    statistics = metric.statistics(sentiment, predicted)
    by_video = np.stack([np.bincount(video, column, len(here)) for column in statistics.T], axis=1)
    return metric.from_sums(times @ by_video)


def _anew(metric: Metric, sentiment: Vector, predicted: Vector, times: NDArray[np.intp]) -> Vector:
    """Return the metric in each draw, of segments that are each there several times."""
    with warnings.catch_warnings():
        # A draw may hold one class, or one segment: a metric warns, and its NaN is left out.
        warnings.simplefilter("ignore")
        drawn = [np.repeat(np.arange(len(sentiment)), count) for count in times]
        return np.array([metric(sentiment[rows], predicted[rows]) if len(rows) else np.nan for rows in drawn])


def _mean_over_folds(scores: NDArray[np.float64]) -> Vector:
    """Average over the folds in which a draw has a score."""
    defined = np.isfinite(scores)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(defined, scores, 0).sum(axis=0) / defined.sum(axis=0))
