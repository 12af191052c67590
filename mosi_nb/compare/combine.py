"""Held-out predictions of several models to those of an ensemble: nothing is fitted to segments here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import has_fit_parameter

from mosi_nb.results import Fit, Metric, Results, Vector, reason_of

PARTS = 5
"""Parts of whole videos, where a repeat has one fold only."""

Member: TypeAlias = Sequence[Fit]
Learned: TypeAlias = list[tuple[NDArray[np.intp], Any]]
"""Rows of a fold, and what combines their predictions."""


@dataclass(frozen=True)
class HeldOut:
    """Held-out predictions of all members in one fold.

    Attributes
    ----------
    of
        The fit of the first member: its fold is that of all.
    predicted
        Shape (n_held_out, n_members).
    sentiment
        In points, shape (n_held_out,).
    videos
        Video ids, shape (n_held_out,).
    """

    of: Fit
    predicted: NDArray[np.float64]
    sentiment: Vector
    videos: NDArray[np.str_]


def gather(results: Results, members: Sequence[Member]) -> list[HeldOut]:
    """Return the held-out predictions of members fold by fold.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    members
        Finished fits of each, over the same folds.

    Raises
    ------
    ValueError
        If the members do not have the same folds.
    """
    by_fold = [{(f.fold.repeat, f.fold.number): f for f in fits if f.predicted is not None} for fits in members]
    if any(held.keys() != by_fold[0].keys() for held in by_fold) or not by_fold[0]:
        message = "its members were not judged on the same folds"
        raise ValueError(message)
    found = []
    for key in sorted(by_fold[0]):
        fits = [held[key] for held in by_fold]
        rows = fits[0].fold.held_out
        predicted = np.column_stack([np.asarray(fit.predicted) for fit in fits])
        found.append(HeldOut(fits[0], predicted, results.sentiment[rows], results.video_ids[rows]))
    return found


def fitted(combiner: Any, evidence: Sequence[HeldOut], metric: Metric) -> Any:
    """Return a combiner fitted to all held-out predictions.

    Parameters
    ----------
    combiner
        Unfitted; see `components/ensembles.py`.
    evidence
        Of any folds.
    metric
        What it is to be best in, where its `fit` asks for one.
    """
    predicted = np.vstack([one.predicted for one in evidence])
    return _fit(combiner, predicted, np.concatenate([one.sentiment for one in evidence]), metric)


def cross_fitted(
    evidence: Sequence[HeldOut],
    combiner: Any,
    metric: Metric,
    *,
    name: str,
    candidate: int,
    params: Mapping[str, Any],
    members: Sequence[Member],
) -> list[Fit]:
    """Return the fits of an ensemble, whose weights never saw the videos that it is judged on.

    In each fold, the combiner is fitted to the held-out predictions of the other folds of the same
    repeat; where a repeat has one fold only, the held-out videos are shared out among five parts,
    each of which is predicted with weights from the others.

    Parameters
    ----------
    evidence
        Of all folds, as `gather` returns it.
    combiner, metric
        As for `fitted`.
    name, candidate, params
        Of the fits.
    members
        The members' fits, whose times are added up.
    """
    fits = []
    for one in evidence:
        clock = time.perf_counter()
        others = [e for e in evidence if e.of.fold.repeat == one.of.fold.repeat and e is not one]
        predicted: Vector | None = None
        reason = ""
        try:
            predicted = _held_out(combiner, one, others, metric)
        except Exception as error:  # noqa: BLE001 -- whatever a user's combiner raises
            reason = reason_of(error)
        seconds = time.perf_counter() - clock
        told = {"predicted": predicted, "reason": reason, "fit_seconds": seconds + _sum(members, one, "fit_seconds")}
        predict_seconds = _sum(members, one, "predict_seconds")
        fits.append(Fit(name, candidate, params, one.of.fold, **told, predict_seconds=predict_seconds))  # type: ignore[arg-type]
    return fits


def _held_out(combiner: Any, one: HeldOut, others: Sequence[HeldOut], metric: Metric) -> Vector:
    return combined(cross_learned(combiner, one, others, metric), one.predicted)


def cross_learned(combiner: Any, one: HeldOut, others: Sequence[HeldOut], metric: Metric) -> Learned:
    """Return what combines the predictions of a fold, learned from other videos than those it is used for.

    Parameters
    ----------
    combiner, metric
        As for `fitted`.
    one
        Of the fold.
    others
        Of the other folds of its repeat; where there are none, its own videos are shared out.

    Raises
    ------
    ValueError
        If there are no other videos to learn from.
    """
    if not getattr(combiner, "learns", True):
        others = others or [one]
    if others:
        return [(np.arange(len(one.sentiment)), fitted(combiner, others, metric))]
    videos = len(np.unique(one.videos))
    if videos < 2:  # noqa: PLR2004 -- one to learn from, one to predict
        message = f"{one.of.fold} holds out one video only: there is no other to learn from"
        raise ValueError(message)
    parts = GroupKFold(min(PARTS, videos)).split(one.predicted, groups=one.videos)
    return [(held_out, _fit(combiner, one.predicted[train], one.sentiment[train], metric)) for train, held_out in parts]


def combined(learned: Learned, predicted: NDArray[np.float64]) -> Vector:
    """Return what combiners make of the members' predictions of a fold.

    Parameters
    ----------
    learned
        As `cross_learned` returns it.
    predicted
        Shape (n_held_out, n_members); those that it was learned from, or others of the same segments.

    Raises
    ------
    ValueError
        If a combiner predicts anything but one finite number a segment.
    """
    found = np.empty(len(predicted))
    for rows, combiner in learned:
        found[rows] = _checked(combiner.predict(predicted[rows]), len(rows))
    return found


def _fit(combiner: Any, predicted: NDArray[np.float64], sentiment: Vector, metric: Metric) -> Any:
    copy: Any = clone(combiner)
    extra = {"metric": metric} if has_fit_parameter(copy, "metric") else {}
    return copy.fit(predicted, sentiment, **extra)


def _checked(predicted: Any, rows: int) -> Vector:
    values = np.asarray(predicted, dtype=np.float64)
    if values.shape != (rows,):
        message = f"it predicted an array of shape {values.shape}, where one number a segment is wanted"
        raise ValueError(message)
    if not np.isfinite(values).all():
        message = "it predicted values that are NaN or infinite"
        raise ValueError(message)
    return values


def _sum(members: Sequence[Member], one: HeldOut, name: str) -> float:
    fold = one.of.fold
    same: Callable[[Fit], bool] = lambda fit: (fit.fold.repeat, fit.fold.number) == (fold.repeat, fold.number)  # noqa: E731
    return float(sum(getattr(fit, name) for fits in members for fit in fits if same(fit)))
