"""Intervals of scores: a bootstrap over videos, from stored predictions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import t as student

from mosi_nb.compare.draws import Layout, Resampled, counts, laid_out, resampled
from mosi_nb.results import Fit, Metric, Results, Vector

DRAWS = 2000
DRAWS_ANEW = 200
"""Draws of a metric that must be computed anew in each: the first ones of all."""

LEVEL = 0.95

MOST_WIDER = 2.0
"""How many times as long an interval may become where the videos left out say so: of few videos, that is rough."""

LEAST = 0.05
"""How near to its pole the acceleration may come; only a handful of videos brings it there."""


def interval(results: Results, fits: Sequence[Fit], metric: Metric, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % interval of a model's score; see `intervals`.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    fits
        Finished fits of one candidate.
    metric
        What is measured; without `statistics` it is computed anew in 200 draws instead of 2,000.
    seed
        Of the draws: the same for all models, so that intervals can be compared.

    Returns
    -------
    tuple of float
        NaN where there are no two videos, or the metric is undefined in more than half of the draws.
    """
    return several_intervals(results, [fits], metric, seed)[0]


def several_intervals(
    results: Results, several: Sequence[Sequence[Fit]], metric: Metric, seed: int = 0
) -> list[tuple[float, float]]:
    """Return `interval` of each of several candidates; those with the same folds are computed together.

    Parameters
    ----------
    results, metric, seed
        As for `interval`.
    several
        Fits of one candidate each.
    """
    alike: dict[tuple[int, ...], list[tuple[int, list[Fit]]]] = {}
    for place, fits in enumerate(several):
        finished = [fit for fit in fits if fit.predicted is not None]
        if finished:  # by identity: candidates of a run share their folds
            alike.setdefault(tuple(id(fit.fold.held_out) for fit in finished), []).append((place, finished))
    found = [(float("nan"), float("nan"))] * len(several)
    for group in alike.values():
        layout = laid_out(results, [fit.fold for fit in group[0][1]])
        ends = intervals(drawn(results, layout, [fits for _, fits in group], metric, seed))
        for (place, _), (low, high) in zip(group, ends.tolist(), strict=True):
            found[place] = low, high
    return found


def drawn(
    results: Results, layout: Layout, members: Sequence[Sequence[Fit]], metric: Metric, seed: int = 0
) -> Resampled:
    """Return the scores of candidates in the draws of their intervals.

    Parameters
    ----------
    results, metric, seed
        As for `interval`.
    layout, members
        As for `resampled`.
    """
    draws = DRAWS if metric.statistics else DRAWS_ANEW
    return resampled(results, layout, members, metric, counts(len(layout.videos), draws, seed))


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
    layout = laid_out(results, [fit.fold for fit in fits])
    times = counts(len(layout.videos), draws, seed)
    return np.asarray(resampled(results, layout, [fits], metric, times).drawn[0])


def intervals(scores: Resampled) -> NDArray[np.float64]:
    """Return the 95 % intervals of scores, or of differences of scores.

    The videos that were held out are drawn with replacement, all segments of a drawn video come along, the
    metric is computed anew in each fold and averaged over folds, as the score itself is. The ends are
    percentiles of the draws, moved and widened by what the scores without one video say (the jackknife):

    - moved for skewness, with the acceleration of Efron's BCa interval. Its other constant, the bias of the
      median, is set to what it is where bias is due to skewness alone, the acceleration itself: that of the
      draws would count the curvature of a correlation over the few videos of a fold twice;
    - widened by the ratio of the jackknife's standard error to that of the draws, since the draws vary about
      each fold's own mean, and to Student's t, since the videos are few (Hesterberg's expanded percentiles).

    It is an interval of the error, on segments of new videos, of the models as they were fitted in the folds;
    it holds no variation of the training segments.

    Parameters
    ----------
    scores
        From `drawn`.

    Returns
    -------
    array of shape (n_candidates, 2)
        NaN where there are no two videos, or less than half of the draws are defined.

    References
    ----------
    Field, C. A. and Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal Statistical
    Society: Series B 69, 369-390. Efron, B. (1987). Better bootstrap confidence intervals. Journal of the
    American Statistical Association 82, 171-185. Hesterberg, T. C. (2015). What teachers should know about the
    bootstrap. The American Statistician 69, 371-386.
    """
    videos = scores.without.shape[1]
    if videos < 2:  # noqa: PLR2004 -- nothing varies
        return np.full((len(scores.drawn), 2), np.nan)
    acceleration, error = _jackknife(scores.without)
    wider = _ratio(error, _deviation(scores.drawn)) * student.ppf((1 + LEVEL) / 2, videos - 1)
    points = acceleration[:, None] + np.column_stack([-wider, wider])
    shares = ndtr(acceleration[:, None] + points / np.maximum(1 - acceleration[:, None] * points, LEAST))
    return _percentiles(scores.drawn, shares)


def standard_errors(scores: Resampled) -> Vector:
    """Return the standard errors of scores over videos, those of `intervals`; NaN as there."""
    deviation = _deviation(scores.drawn)
    if scores.without.shape[1] < 2:  # noqa: PLR2004 -- as above
        return np.full(len(deviation), np.nan)
    return np.asarray(deviation * _ratio(_jackknife(scores.without)[1], deviation))


def ends(draws: Vector) -> tuple[float, float]:
    """Return the percentiles 2.5 and 97.5 of the draws in which a score is defined.

    Examples
    --------
    >>> ends(np.linspace(0, 1, 1001))
    (0.025, 0.975)
    """
    tail = (1 - LEVEL) / 2
    low, high = _percentiles(draws[None, :], np.array([[tail, 1 - tail]]))[0]
    return float(low), float(high)


def _jackknife(without: NDArray[np.float64]) -> tuple[Vector, Vector]:
    """Return acceleration and standard error from the scores without one video each."""
    videos = without.shape[1]
    held = np.where(np.isfinite(without), without, np.nan)
    known = np.isfinite(held)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, held, 0).sum(axis=1) / known.sum(axis=1)
        apart = np.where(known, mean[:, None] - held, 0.0)
        squares = (apart**2).sum(axis=1)
        acceleration = (apart**3).sum(axis=1) / (6 * squares**1.5)
    return np.where(squares > 0, acceleration, 0.0), np.sqrt((videos - 1) / videos * squares)


def _deviation(draws: NDArray[np.float64]) -> Vector:
    """Return standard deviations over the draws that are defined."""
    known = np.isfinite(draws)
    number = np.maximum(known.sum(axis=1), 1)
    held = np.where(known, draws, 0.0)
    mean = held.sum(axis=1) / number
    apart = np.where(known, draws - mean[:, None], 0.0)
    return np.asarray(np.sqrt((apart**2).sum(axis=1) / number))


def _ratio(error: Vector, deviation: Vector) -> Vector:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(deviation > 0, error / deviation, 1.0)
    return np.clip(ratio, 1.0, MOST_WIDER)


def _percentiles(draws: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each row the values below which these shares of its defined draws lie."""
    ordered = np.sort(draws, axis=1)  # what is undefined comes last
    number = np.isfinite(draws).sum(axis=1)
    place = shares * np.maximum(number - 1, 0)[:, None]
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(number - 1, 0)[:, None])
    low, high = np.take_along_axis(ordered, below, axis=1), np.take_along_axis(ordered, above, axis=1)
    values = np.round(low + (place - below) * (high - low), 12)
    return np.where((2 * number >= draws.shape[1])[:, None], values, np.nan)
