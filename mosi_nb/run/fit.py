"""Fits, on a worker: the only module of the package that a worker is sent to.

What comes back are predictions, timings and warnings, never a score. A failure is a value too: an
exception that left this module would end the whole run.
"""

from __future__ import annotations

import os
import re
import time
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from sklearn.base import clone
from sklearn.pipeline import Pipeline

from mosi_nb.components.fitting import fit_from, fit_model, takes_videos
from mosi_nb.components.foreign import import_libraries
from mosi_nb.components.predictions import checked_predictions
from mosi_nb.data.segments import Rows, Segments
from mosi_nb.results import Vector, reason_of, without_codes
from mosi_nb.run.alone import quiet
from mosi_nb.run.arrive import FOLDER
from mosi_nb.run.limit import StuckError, within
from mosi_nb.run.memo import Encoded, memo_of
from mosi_nb.run.states import checkpoint_of
from mosi_nb.run.work import Family, Work

LEAVE_SECONDS = 0.5
SENT = re.compile(rf'(?<=File ")[^"]*/{FOLDER}/[^/"]+/[^/"]+/')
"""Where a worker keeps modules of the user that were sent to it."""
BEGINS = "Traceback (most recent call last)"
"""Of frames, where Python prints any: the rest is what `reason_of` says."""
OURS = (
    __file__,
    str(Path(__file__).with_name("probe.py")),
    *(one.__code__.co_filename for one in (within, fit_model, checked_predictions)),
)


@dataclass(frozen=True)
class Unit:
    """What is fitted in one go: a family on a fold.

    Attributes
    ----------
    family, fold
        Positions in the work.
    only
        Positions in the family of the candidates to fit; None for all.
    states
        By candidate, what an earlier fit left to go on from.
    """

    family: int
    fold: int
    only: tuple[int, ...] | None = None
    states: Mapping[int, bytes] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Outcome:
    """What one fit left behind, as it travels; see `Fit`."""

    candidate: int
    fold: int
    predicted: Vector | None = None
    fit_seconds: float = 0.0
    predict_seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    reason: str = ""
    traceback: str = ""
    worker: str = ""
    started: float = 0.0
    ended: float = 0.0


One: TypeAlias = Callable[[Work, Family, Unit, int], Outcome]
Each: TypeAlias = Callable[[Work, Unit, float | None], list[Outcome]]


def fit_units(work: Work, units: Sequence[Unit], limit: float | None = None, each: Each | None = None) -> list[Outcome]:
    """Carry out units, one after the other.

    Parameters
    ----------
    work
        What the units speak of.
    units
        What to fit.
    limit
        Most seconds for one fit.
    each
        Carries out one of them; `fit_unit` if left out.
    """
    carry_out = each or fit_unit
    worker = _worker()
    address = str(worker.address) if worker else ""
    outcomes = []
    for unit in units:
        started = time.time()
        made = carry_out(work, unit, limit)
        ended = time.time()
        outcomes += [replace(one, worker=address, started=started, ended=ended) for one in made]
        if any(StuckError.__name__ in told for one in made for told in (one.reason, *one.warnings)):
            _replace_process(worker)
    return outcomes


def fit_unit(work: Work, unit: Unit, limit: float | None = None) -> list[Outcome]:
    """Train the candidates of a family on a fold's train rows and predict the held-out ones.

    Returns
    -------
    list of Outcome
        One a candidate, with predictions, or with the reason why there are none.
    """
    family = work.families[unit.family].only(unit.only)
    if len(family.candidates) > 1:
        try:
            together = within(limit and limit * len(family.candidates), partial(_together, work, family, unit.fold))
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a model raises is a result
            return apart(work, family, unit, limit, f"evaluated one by one, since {reason_of(error)}")
        if together is not None:
            return together
    return apart(work, family, unit, limit)


def _together(work: Work, family: Family, fold: int) -> list[Outcome] | None:
    """Evaluate a family in one fit; None if that cannot be done with these features."""
    with quiet() as caught:
        memo = memo_of(work)
        estimators, nested = memo.model(family.model)
        if nested is None:
            return None
        seen = memo.features(fold, family.blocks)
        rows = work.folds[fold]
        clock = time.perf_counter()
        sentiment = work.segments.sentiment[rows.train]
        copies = [clone(estimators[number]) for number in family.candidates]
        found = nested.together(copies, seen.train, sentiment, seen.held_out)
        if found is None:
            return None
        if len(found) != len(copies):
            message = f"it returned {len(found)} predictions for {len(copies)} candidates"
            raise ValueError(message)
        predicted = [checked_predictions(one, len(rows.held_out)) for one in found]
    seconds = (time.perf_counter() - clock) / len(predicted)
    told = texts_of(caught)
    return [
        Outcome(number, fold, one, seen.seconds + seconds, 0.0, told)
        for number, one in zip(family.candidates, predicted, strict=True)
    ]


def apart(
    work: Work, family: Family, unit: Unit, limit: float | None, note: str = "", one: One | None = None
) -> list[Outcome]:
    """Carry out the fits of a unit one by one.

    Parameters
    ----------
    work, unit, limit
        As for `fit_unit`.
    family
        What of it is to be fitted.
    note
        Joins the warnings of each.
    one
        Carries out one of them, a candidate by its number; a plain fit if left out.
    """
    outcomes, carry_out = [], one or _alone
    if limit is not None:
        _import_first(work, family)
    for number in family.candidates:
        try:
            ended = within(limit, partial(carry_out, work, family, unit, number))
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- as above
            outcomes.append(_failed(number, unit.fold, error))
            continue
        outcomes.append(replace(ended, warnings=(*ended.warnings, note)) if note else ended)
    return outcomes


def _import_first(work: Work, family: Family) -> None:
    """Import what networks are trained by: it takes seconds that are none of the fit's, and must not be broken off."""
    with suppress(Exception):  # the fit tells it
        estimators = memo_of(work).model(family.model)[0]
        import_libraries(estimators[family.candidates[0]])


def _alone(work: Work, family: Family, unit: Unit, number: int) -> Outcome:
    fold = unit.fold
    with quiet() as caught:
        memo = memo_of(work)
        seen: Encoded = memo.features(fold, family.blocks)
        make = partial(clone, memo.model(family.model)[0][number])
        rows, clock = work.folds[fold], time.perf_counter()
        videos, sentiment = work.segments.video_ids[rows.train], work.segments.sentiment[rows.train]
        with checkpoint_of(work, (number, fold), unit.states.get(number)) as checkpoint:
            estimator = fit_from(make, seen.train, sentiment, videos, checkpoint)
        fit_seconds = time.perf_counter() - clock
        predicted = checked_predictions(estimator.predict(seen.held_out), len(rows.held_out))
    predict_seconds = time.perf_counter() - clock - fit_seconds
    return Outcome(number, fold, predicted, seen.seconds + fit_seconds, predict_seconds, texts_of(caught))


def _failed(number: int, fold: int, error: BaseException) -> Outcome:
    return Outcome(number, fold, reason=reason_of(error), traceback=frames_of(error))


def texts_of(caught: Sequence[warnings.WarningMessage]) -> tuple[str, ...]:
    """Return each warning once, as text."""
    return tuple(dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in caught))


def trained(segments: Segments, pipeline: Pipeline, rows: Rows) -> Pipeline:
    """Return a fitted copy of a pipeline, trained on these rows."""
    train = segments.take(rows)
    fitted: Pipeline = clone(pipeline)
    name, model = fitted.steps[-1]
    asked = {f"{name}__videos": train.video_ids} if takes_videos(model) else {}
    return fitted.fit(train, train.sentiment, **asked)


def _worker() -> Any:
    """Return the worker that this runs on; None where it is none."""
    from distributed import get_worker  # noqa: PLC0415 -- a model that only predicts needs no distributed

    try:
        return get_worker()
    except ValueError:
        return None


def _replace_process(worker: Any) -> None:
    """End this process, once what it found is on its way: a fit that cannot be ended is still busy in it.

    Where nobody would start another one, it goes on beside it.
    """
    if worker is not None and worker.nanny:
        worker.loop.call_later(LEAVE_SECONDS, os._exit, 1)


def frames_of(error: BaseException) -> str:
    """Return an exception's frames as Python prints them, without ours; empty if there are no others."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename in OURS:
        frames = frames.tb_next
    text = "".join(traceback.format_exception(type(error), error, frames))
    return without_codes(SENT.sub("", text)) if BEGINS in text else ""
