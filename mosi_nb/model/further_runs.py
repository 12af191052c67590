"""Runs beside one that is finished, over the same segments: what an ablation or a learning curve still has to fit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mosi_nb.model.extended import OneOf
from mosi_nb.model.ran import Ran
from mosi_nb.model.recorder import Recorder
from mosi_nb.model.stages import Stages
from mosi_nb.plan import Plan
from mosi_nb.run import State
from mosi_nb.spec import seconds_of

if TYPE_CHECKING:
    from mosi_nb.model.gathered import Gathered


@dataclass
class Stopping:
    """What `Model.stop` asks to end where no run is under way."""

    asked: bool = False

    def stop(self) -> None:
        """Ask for the end."""
        self.asked = True


def every_run(gathered: Gathered) -> list[Ran]:
    """Return the run of an experiment, and those that extended it."""
    runs = [gathered.run, *(one.run for one in gathered.added.values() if isinstance(one, OneOf))]
    return list({id(run): run for run in runs if isinstance(run, Ran)}.values())


def within_budget(plan: Plan, run: Ran) -> Plan | None:
    """Return a plan with what a run has left of its budget; None where that is nothing."""
    if not run.plan.spec.budget:
        return plan
    left = seconds_of(run.plan.spec.budget) - run.state.elapsed
    return replace(plan, spec=replace(plan.spec, budget=f"{left:.1f}s")) if left > 0 else None


def run_beside(
    run: Ran,
    plan: Plan,
    cell: str,
    begun: Callable[[Ran], None],
    tell: Callable[[State], None],
    *,
    keep_failures: bool,
    again: bool = False,
) -> Ran:
    """Carry out a plan beside a run, on its workers; fits that the history holds are not made again.

    Its models were tried when that run began, so there is no trial.

    Parameters
    ----------
    run
        That is finished.
    plan
        What is still to be fitted.
    cell
        The experiment as cell text, for the history.
    begun
        Is given the run before its first fit, so that it can be stopped.
    tell, keep_failures
        As for `Ran.carry_out`.
    again
        Whether to make every fit, whatever the history holds.

    Raises
    ------
    FitError, ClusterError
        As `Ran.carry_out`.
    """
    name = run.recorder.name if run.recorder else None
    current = Ran(Stages(plan), State(len(plan.fits)), Recorder.of(plan, name), cluster=run.cluster)
    begun(current)
    missing = current.begin(cell, again=again)
    if not missing:
        current.end("done")
        return current
    prepared = run.workers([candidate.pipeline for candidate in plan.candidates])
    current.state.began = time.monotonic()
    current.carry_out(missing, prepared, tell, keep_failures=keep_failures, guesses=_guesses(run, plan))
    return current


def _guesses(run: Ran, plan: Plan) -> Mapping[str, float]:
    """Return the seconds that a fit of each model may take: those of the model whose name it goes by."""
    held: dict[str, list[float]] = {}
    for fit in run.results.fits:
        held.setdefault(fit.model, []).append(fit.fit_seconds)
    found = {name: max((one for one in held if name.startswith(one)), key=len, default="") for name in plan.models()}
    return {name: float(np.mean(held[one])) if one else 0.0 for name, one in found.items()}
