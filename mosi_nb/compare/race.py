"""A race of candidates: which are worse than another one on the videos that were held out so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mosi_nb.compare.intervals import drawn_scores
from mosi_nb.compare.leaderboard import score
from mosi_nb.results import Dropped, Fit, Fold, Results, Vector

DRAWS = 1000
DRAWS_ANEW = 100
"""Draws where a metric must be computed anew in each."""

LEAST_VIDEOS = 5
"""Held-out videos; with fewer no candidate is dropped."""

MOST_RIVALS = 200
"""The best ones, with which a candidate is compared: those that are worse add nothing."""

TINY = 1e-12


def race(
    results: Results,
    folds: Sequence[Fold],
    judged: Collection[int],
    rivals: Collection[int],
    level: float,
    against: Literal["model", "all"] = "model",
) -> list[Dropped]:
    """Return the candidates that are worse than another one, in the order of their numbers.

    Videos are drawn with replacement, as for the intervals, and each candidate's score is computed in
    the same draws. A candidate is compared with each rival by the difference of their scores, divided
    by its standard deviation over the draws; the largest of these counts. Its p is the share of draws
    in which the largest of the differences, less what they are, is at least as large: if the candidate
    were as good as all its rivals, it would be dropped with a chance of `level`, however many they are.
    For few videos, each rival's differences are spread as Student's t is, since their standard deviation
    is itself estimated. The best candidate of each model is never dropped.

    Parameters
    ----------
    results
        Whose first metric counts.
    folds
        Those that count: all candidates have finished fits on them.
    judged, rivals
        Numbers of the candidates that may be dropped, and of those with which they are compared, the
        judged ones among them.
    level
        Largest p of a candidate that is dropped.
    against
        Whether only rivals of its own model count.

    References
    ----------
    Hansen, P. R. (2005). A test for superior predictive ability. Journal of Business & Economic
    Statistics 23, 365-380; with the candidate as the benchmark. Lopez-Ibanez, M. et al. (2016). The irace
    package: iterated racing for automatic algorithm configuration. Operations Research Perspectives 3,
    43-58, for races with tests.
    """
    metric = next(iter(results.metrics.values()))
    sign = -1.0 if metric.larger_is_better else 1.0
    videos = len(np.unique(np.concatenate([results.video_ids[fold.held_out] for fold in folds])))
    fits = fits_on(results, folds, rivals)
    scores = {number: sign * score(results, held, metric) for number, held in fits.items()}
    scored = {number: value for number, value in scores.items() if np.isfinite(value)}
    if videos < LEAST_VIDEOS:
        return []
    draws = DRAWS if metric.statistics else DRAWS_ANEW
    drawn = {number: sign * drawn_scores(results, fits[number], metric, draws) for number in scored}
    best = {held[0] for held in _groups(fits, scored, "model").values()}
    dropped = []
    for group in _groups(fits, scored, against).values():
        for number in set(group).intersection(judged) - best:
            others = [other for other in group[:MOST_RIVALS] if other != number]
            worse = _worse(number, others, scored, drawn, videos)
            if worse is not None and worse[1] <= level:
                dropped.append(_told(fits, number, worse, scored))
    return sorted(dropped, key=lambda one: one.candidate)


def standings(results: Results, folds: Sequence[Fold], candidates: Collection[int]) -> dict[int, tuple[float, int]]:
    """Return how candidates of one model stand that are not equally far.

    Parameters
    ----------
    results
        Whose first metric counts.
    folds
        All, in the order in which candidates are fitted on them.
    candidates
        Their numbers.

    Returns
    -------
    dict
        By number: the mean difference from the furthest candidate (the best of these) on the folds that
        both have, smaller being better; and the number of folds. NaN where a fit has failed, or where
        the metric is undefined.
    """
    metric = next(iter(results.metrics.values()))
    places = {(fold.repeat, fold.number): n for n, fold in enumerate(folds)}
    by_fold: dict[int, Vector] = {number: np.full(len(folds), np.nan) for number in candidates}
    sign = -1.0 if metric.larger_is_better else 1.0
    for fit in results.fits:
        if fit.candidate in by_fold and fit.predicted is not None:
            place = places[fit.fold.repeat, fit.fold.number]
            by_fold[fit.candidate][place] = sign * results.score_of(fit, metric)
    reached = {number: int(np.isfinite(scores).sum()) for number, scores in by_fold.items()}
    furthest = max(reached.values(), default=0)
    leaders = [number for number in sorted(reached) if reached[number] == furthest]
    leader = min(leaders, key=lambda number: _mean(by_fold[number]), default=None)
    if leader is None:
        return {}
    return {number: (_mean(scores - by_fold[leader]), reached[number]) for number, scores in by_fold.items()}


def fits_on(results: Results, folds: Sequence[Fold], candidates: Collection[int]) -> dict[int, list[Fit]]:
    """Return the finished fits of candidates on folds, by number, in the order of the folds; of those with all."""
    wanted, places = set(candidates), {(fold.repeat, fold.number): n for n, fold in enumerate(folds)}
    found: dict[int, dict[int, Fit]] = {}
    for fit in results.fits:
        place = places.get((fit.fold.repeat, fit.fold.number))
        if place is not None and fit.candidate in wanted and fit.predicted is not None:
            found.setdefault(fit.candidate, {})[place] = fit
    return {n: [held[place] for place in sorted(held)] for n, held in found.items() if len(held) == len(folds)}


def _groups(
    fits: Mapping[int, Sequence[Fit]], scored: Mapping[int, float], by: Literal["model", "all"]
) -> dict[str, list[int]]:
    """Return the candidates that are compared with one another, best first."""
    found: dict[str, list[int]] = {}
    for number in sorted(scored, key=lambda number: (scored[number], number)):
        found.setdefault(fits[number][0].model if by == "model" else "", []).append(number)
    return found


def _worse(
    number: int, others: Sequence[int], scored: Mapping[int, float], drawn: Mapping[int, Vector], videos: int
) -> tuple[int, float] | None:
    """Return the rival that is most clearly better, and p; None if there is none."""
    if not others:
        return None
    differences = scored[number] - np.array([scored[other] for other in others])
    spread = drawn[number][:, None] - np.stack([drawn[other] for other in others], axis=1) - differences
    spread *= np.sqrt(videos / (videos - 1))
    defined = np.isfinite(spread)
    enough = defined.sum(axis=0) * 2 >= len(spread)
    with np.errstate(invalid="ignore", divide="ignore"):
        deviations = _deviations(spread, defined)
        t = np.where(enough & (deviations > TINY), differences / deviations, -np.inf)
    most = int(np.argmax(t))
    if not t[most] > 0:
        return None
    # A rival that is much worse than the candidate has no part in the largest difference (Hansen 2005).
    near = t >= -np.sqrt(2 * np.log(np.log(max(videos, 3))))
    scaled = spread[:, near] / deviations[near] * _student(len(spread), len(others), videos)[:, near]
    largest = np.where(defined[:, near], scaled, -np.inf).max(axis=1)
    return others[most], float((1 + np.sum(largest >= t[most])) / (1 + len(largest)))


def _deviations(spread: NDArray[np.float64], defined: NDArray[np.bool_]) -> Vector:
    """Return standard deviations over the draws in which a difference is defined."""
    number = np.maximum(defined.sum(axis=0), 1)
    held = np.where(defined, spread, 0.0)
    mean = held.sum(axis=0) / number
    return np.asarray(np.sqrt(np.where(defined, (spread - mean) ** 2, 0.0).sum(axis=0) / number))


def _student(draws: int, rivals: int, videos: int) -> NDArray[np.float64]:
    """Return by what a normal value is multiplied to make it one of Student's t."""
    freedom = videos - 1
    return np.asarray(np.sqrt(freedom / np.random.default_rng(0).chisquare(freedom, (draws, rivals))))


def _told(
    fits: Mapping[int, Sequence[Fit]], number: int, found: tuple[int, float], scored: Mapping[int, float]
) -> Dropped:
    one, (rival, p) = fits[number][0], found
    other = fits[rival][0]
    return Dropped(
        one.model,
        number,
        one.params,
        len(fits[number]),
        rival,
        other.model,
        other.params,
        scored[number] - scored[rival],
        p,
    )


def _mean(values: Vector) -> float:
    defined = np.isfinite(values)
    return float(values[defined].mean()) if defined.any() else float("nan")
