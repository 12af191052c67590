"""Scores in draws of the held-out videos, of many candidates at once.

A metric that is a function of sums over segments is computed from the sums of each video: how often the
videos are drawn, times their sums, is the sum of a draw. Any other metric is computed anew in each draw.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from mosi_nb.results import Fit, Fold, Metric, Results, Vector

Matrix = NDArray[np.float64]

AT_ONCE = 32
"""Candidates whose draws are computed together: more do not fit into a core's cache."""


@dataclass(frozen=True)
class Part:
    """The held-out rows of one fold, sorted by video.

    Attributes
    ----------
    rows
        Row numbers in the data.
    order
        From the order of the fold's predictions to that of `rows`.
    starts
        Where each video begins in `rows`.
    own
        Which of all held-out videos they are.
    """

    rows: NDArray[np.intp]
    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    own: NDArray[np.intp]


@dataclass(frozen=True)
class Layout:
    """How the held-out rows of folds belong to videos.

    Attributes
    ----------
    videos
        Ids of the videos that are held out in any of the folds, sorted.
    parts
        One a fold.
    """

    videos: NDArray[np.str_]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Resampled:
    """Scores of candidates in the same draws of the held-out videos.

    Attributes
    ----------
    score
        As they are, shape (n_candidates,); NaN where undefined, here and below.
    drawn
        In each draw, shape (n_candidates, draws).
    without
        Without each of the videos in turn, shape (n_candidates, n_videos).
    """

    score: Vector
    drawn: Matrix
    without: Matrix

    def minus(self, other: Resampled) -> Resampled:
        """Return the differences to other candidates in the same draws."""
        return Resampled(self.score - other.score, self.drawn - other.drawn, self.without - other.without)

    def of(self, candidates: Sequence[int]) -> Resampled:
        """Return some of them."""
        rows = np.asarray(candidates, dtype=np.intp)
        return Resampled(self.score[rows], self.drawn[rows], self.without[rows])


def laid_out(results: Results, folds: Sequence[Fold]) -> Layout:
    """Return how the held-out rows of folds belong to videos.

    Parameters
    ----------
    results
        Whose rows they are.
    folds
        At least one.
    """
    codes, held = _coded(results.video_ids), [fold.held_out for fold in folds]
    present = np.unique(codes[np.concatenate(held)])
    parts = []
    for rows in held:
        order = np.argsort(codes[rows], kind="stable")
        ordered = codes[rows][order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(rows) else np.arange(0)
        parts.append(Part(rows[order], order, starts, np.searchsorted(present, ordered[starts])))
    return Layout(np.unique(results.video_ids)[present], tuple(parts))


def _coded(videos: NDArray[np.str_]) -> NDArray[np.intp]:
    return np.unique(videos, return_inverse=True)[1]


@lru_cache(maxsize=8)  # every candidate and metric of a leaderboard asks for the same draws
def counts(videos: int, draws: int, seed: int) -> Matrix:
    """Return how often each video is drawn, shape (draws, videos); fewer draws are the first of more."""
    drawn = np.random.default_rng(seed).multinomial(videos, np.full(videos, 1 / videos), size=draws)
    times = drawn.astype(np.float64)  # floats: products of matrices are quick for them alone
    times.flags.writeable = False
    return times


def resampled(
    results: Results, layout: Layout, members: Sequence[Sequence[Fit]], metric: Metric, times: Matrix
) -> Resampled:
    """Return the scores of candidates as they are, in each draw, and without each video.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    layout
        Of the folds.
    members
        For each candidate its fits with predictions, in the order of the layout's folds.
    metric
        What is measured.
    times
        From `counts`.
    """
    if metric.statistics is None or metric.from_sums is None:
        return _joined([_anew(results, layout, fits, metric, times) for fits in members], layout, times)
    parts = []
    for first in range(0, len(members), AT_ONCE):
        sums = summed(results, layout, members[first : first + AT_ONCE], metric)
        ones = np.ones((1, len(layout.videos)))
        score = weighted(layout, sums, metric, ones)[:, 0]
        parts.append(Resampled(score, weighted(layout, sums, metric, times), _without(layout, sums, metric)))
    return _joined(parts, layout, times)


def summed(
    results: Results, layout: Layout, members: Sequence[Sequence[Fit]], metric: Metric
) -> list[NDArray[np.float64]]:
    """Return the sums of a metric's statistics by video: for each fold, shape (k, n_videos, n_candidates)."""
    if metric.statistics is None:
        message = f"{metric.name} is no function of sums"
        raise ValueError(message)
    found = []
    for place, part in enumerate(layout.parts):
        sentiment = results.sentiment[part.rows]
        held = []
        for fits in members:
            statistics = metric.statistics(sentiment, np.asarray(fits[place].predicted)[part.order])
            held.append(np.add.reduceat(statistics, part.starts, axis=0) if len(part.rows) else statistics)
        found.append(np.ascontiguousarray(np.stack(held).transpose(2, 1, 0)))
    return found


def weighted(layout: Layout, sums: Sequence[NDArray[np.float64]], metric: Metric, times: Matrix) -> Matrix:
    """Return the mean over folds of a metric where each video counts several times.

    Parameters
    ----------
    layout, metric
        As for `resampled`.
    sums
        From `summed`.
    times
        How often each video counts, shape (draws, n_videos).

    Returns
    -------
    array of shape (n_candidates, draws)
        Folds in which it is undefined are left out; NaN where it is undefined in all.
    """
    total = np.zeros((len(times), sums[0].shape[2]))
    defined = np.zeros_like(total)
    for part, held in zip(layout.parts, sums, strict=True):
        # contiguous, or the product is made without BLAS, at a fifth of the speed
        own = np.ascontiguousarray(times[:, part.own])
        with _blas().limit(limits=1, user_api="blas"):
            drawn = np.matmul(own, held)
        _add(total, defined, _from_sums(metric, drawn))
    return _mean(total, defined).T


@lru_cache(maxsize=1)
def _blas() -> ThreadpoolController:
    """Return what limits BLAS to one thread: beside workers that use all cores, its threads wait for each other."""
    return ThreadpoolController()


def _without(layout: Layout, sums: Sequence[NDArray[np.float64]], metric: Metric) -> Matrix:
    """Return the mean over folds without each video, shape (n_candidates, n_videos)."""
    total = np.zeros((len(layout.videos), sums[0].shape[2]))
    defined = np.zeros_like(total)
    for part, held in zip(layout.parts, sums, strict=True):
        whole = held.sum(axis=1, keepdims=True)
        values = np.repeat(_from_sums(metric, whole), len(layout.videos), axis=0)
        values[part.own] = _from_sums(metric, whole - held)
        _add(total, defined, values)
    return _mean(total, defined).T


def _from_sums(metric: Metric, sums: NDArray[np.float64]) -> Matrix:
    if metric.from_sums is None:
        message = f"{metric.name} is no function of sums"
        raise ValueError(message)
    return metric.from_sums(np.moveaxis(sums, 0, -1))


def _add(total: Matrix, defined: Matrix, values: Matrix) -> None:
    """Add what is defined, in place."""
    known = np.isfinite(values)
    total += np.where(known, values, 0)
    defined += known


def _mean(total: Matrix, defined: Matrix) -> Matrix:
    with np.errstate(invalid="ignore"):
        return np.asarray(total / defined)


def _joined(parts: Sequence[Resampled], layout: Layout, times: Matrix) -> Resampled:
    if not parts:
        return Resampled(np.zeros(0), np.zeros((0, len(times))), np.zeros((0, len(layout.videos))))
    return Resampled(
        np.concatenate([one.score for one in parts]),
        np.vstack([one.drawn for one in parts]),
        np.vstack([one.without for one in parts]),
    )


def _anew(results: Results, layout: Layout, fits: Sequence[Fit], metric: Metric, times: Matrix) -> Resampled:
    """Return the same of one candidate, the metric computed for each draw."""
    videos = len(layout.videos)
    total, defined = np.zeros((1 + len(times) + videos, 1)), np.zeros((1 + len(times) + videos, 1))
    for part, fit in zip(layout.parts, fits, strict=True):
        sentiment, predicted = results.sentiment[part.rows], np.asarray(fit.predicted)[part.order]
        lengths = np.diff(np.r_[part.starts, len(part.rows)])
        ones = np.ones(len(part.own))
        own = np.vstack([ones, times[:, part.own], ones - np.eye(len(part.own))])
        values = _each(metric, sentiment, predicted, np.repeat(own, lengths, axis=1).astype(np.intp))
        spread = np.full(len(total), values[0])
        spread[: 1 + len(times)] = values[: 1 + len(times)]
        spread[1 + len(times) + part.own] = values[1 + len(times) :]
        _add(total, defined, spread[:, None])
    values = _mean(total, defined).T
    return Resampled(values[:, 0], values[:, 1 : 1 + len(times)], values[:, 1 + len(times) :])


def _each(metric: Metric, sentiment: Vector, predicted: Vector, times: NDArray[np.intp]) -> Vector:
    """Return the metric of segments that are each there several times, for each row of `times`."""
    with warnings.catch_warnings():
        # A draw may hold one class, or one segment: a metric warns, and its NaN is left out.
        warnings.simplefilter("ignore")
        drawn = [np.repeat(np.arange(len(sentiment)), count) for count in times]
        return np.array([metric(sentiment[rows], predicted[rows]) if len(rows) else np.nan for rows in drawn])
