"""Intervals, tests and the luck of the pick for all rows of a leaderboard, in the same draws."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mosi_nb.compare.draws import Layout, Resampled, laid_out
from mosi_nb.compare.intervals import drawn, intervals
from mosi_nb.compare.leaderboard import Row, score
from mosi_nb.compare.optimism import Bags, bagged
from mosi_nb.compare.standing import Standing, picked_note, standing
from mosi_nb.results import Fit, Metric, Results, describe

SEVERAL = 2
"""Candidates from which on one was picked."""


@dataclass(frozen=True)
class Tested:
    """What is computed for the rows of a leaderboard from draws and tests.

    Attributes
    ----------
    ends
        Low and high end of the 95 % interval, by number of the candidate and name of the metric.
    letters
        By model.
    gains
        Gain over the best baseline in the first metric, with its interval, by model.
    optimism
        By how much the best of a model's candidates flatters it, by model.
    notes
        What has to be said of them.
    """

    ends: Mapping[tuple[int, str], tuple[float, float]] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    gains: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    optimism: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


NOTHING = Tested()


def tested(
    results: Results, shown: Sequence[Row], beneath: Sequence[Row], folds: int, unranked: Collection[str]
) -> Tested:
    """Compute what draws and tests say of the rows of a leaderboard.

    Parameters
    ----------
    results
        Whose first metric ranks.
    shown
        From `rows`.
    beneath
        Other candidates that are to have intervals.
    folds
        Number of fits of each candidate.
    unranked
        Models that the folds cannot judge: they have intervals, and are not tested.
    """
    members = in_order([row.fits for row in (*shown, *beneath) if row.complete], folds)
    if not members:
        return NOTHING
    layout = laid_out(results, [fit.fold for fit in members[0]])
    ranked = [n for n, row in enumerate(r for r in shown if r.complete) if row.model not in unranked]
    ends: dict[tuple[int, str], tuple[float, float]] = {}
    undefined: list[str] = []
    order: Standing | None = None
    for name, metric in results.metrics.items():
        scores = drawn(results, layout, members, metric)
        for fits, (low, high) in zip(members, intervals(scores).tolist(), strict=True):
            ends[fits[0].candidate, name] = low, high
        undefined += _undefined(results, scores, metric, members)
        if order is None:
            order = standing(results, {members[n][0].model: members[n] for n in ranked}, metric, scores.of(ranked))
    return _told(results, layout, ends, order, undefined, folds, unranked)


def in_order(members: Sequence[Sequence[Fit]], folds: int) -> list[list[Fit]]:
    """Return the fits with predictions of candidates that have all of them, in the order of the folds."""
    finished = [[fit for fit in fits if fit.predicted is not None] for fits in members]
    return [sorted(fits, key=lambda fit: (fit.fold.repeat, fit.fold.number)) for fits in finished if len(fits) == folds]


def _told(
    results: Results,
    layout: Layout,
    ends: Mapping[tuple[int, str], tuple[float, float]],
    order: Standing | None,
    undefined: Sequence[str],
    folds: int,
    unranked: Collection[str],
) -> Tested:
    if order is None or not order.models:
        return Tested(ends, notes=tuple(undefined))
    every = _candidates(results, folds, unranked)
    picked = bagged(results, layout, every, order.metric)
    best = picked.best() if picked else None
    repeats = len({fit.fold.repeat for fit in every[0]})
    tests = order.note(folds, repeats, len(layout.videos))
    notes = (
        tests,
        picked_note(order.models[0], _distinct(results, every, order.metric), order.metric, best),
        *undefined,
    )
    return Tested(
        ends, order.letters, _gains(order, results), _optimism(picked, every), tuple(note for note in notes if note)
    )


def _candidates(results: Results, folds: int, unranked: Collection[str]) -> list[list[Fit]]:
    """Return the fits of all candidates that could have been picked."""
    found: dict[int, list[Fit]] = {}
    for fit in results.fits:
        if fit.model not in unranked:
            found.setdefault(fit.candidate, []).append(fit)
    return in_order(list(found.values()), folds)


def _distinct(results: Results, every: Sequence[Sequence[Fit]], metric: Metric) -> int:
    """Count the candidates that have a score; those of an experiment that stands beside itself, once."""
    scored = [fits for fits in every if np.isfinite(score(results, fits, metric))]
    return len({(describe(fits[0].params), *(_bytes(fit) for fit in fits)) for fits in scored})


def _bytes(fit: Fit) -> bytes:
    return np.asarray(fit.predicted, dtype=float).tobytes()


def _gains(order: Standing, results: Results) -> dict[str, tuple[float, float, float]]:
    """Return the gain of each model over the best baseline; none where there is none."""
    over = next((name for name in order.models if name in results.baselines), None)
    return {name: order.gain(name, over) for name in order.models if name != over} if over is not None else {}


def _optimism(picked: Bags | None, every: Sequence[Sequence[Fit]]) -> dict[str, float]:
    """Return by how much the best candidate of each model with several flatters it."""
    by_model: dict[str, list[int]] = {}
    for place, fits in enumerate(every):
        by_model.setdefault(fits[0].model, []).append(place)
    several = {model: places for model, places in by_model.items() if len(places) >= SEVERAL}
    return {model: picked.best(places).gap for model, places in several.items()} if picked else {}


def _undefined(results: Results, scores: Resampled, metric: Metric, members: Sequence[Sequence[Fit]]) -> list[str]:
    """Say in how many draws a metric is undefined for a model that has a score in it; empty if in none."""
    judged = np.array([fits[0].model not in results.baselines for fits in members]) & np.isfinite(scores.score)
    missing = np.where(judged, (~np.isfinite(scores.drawn)).sum(axis=1), 0)
    most = int(missing.argmax())
    if not missing[most]:
        return []
    draws = scores.drawn.shape[1]
    model = members[most][0].model
    none = " It has no interval." if 2 * missing[most] > draws else ""
    return [f"{metric.name} is undefined in {missing[most]:,} of {draws:,} draws of {model}, which are left out.{none}"]
