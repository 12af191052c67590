"""What every worker needs of a plan, sent once; a fit is then two numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from mosi_nb.components.nested import Nested
from mosi_nb.components.sendable import unsendable
from mosi_nb.data.segments import Segments
from mosi_nb.errors import FitError
from mosi_nb.plan import Plan
from mosi_nb.results import Fold, reason_of

if TYPE_CHECKING:
    from mosi_nb.run.memo import Memo


Estimators: TypeAlias = tuple[Mapping[int, Any], Nested | None]


@dataclass(frozen=True, eq=False)
class Family:
    """Candidates that one fit evaluates together; one candidate where nothing is nested.

    Attributes
    ----------
    model
        Name in the leaderboard.
    candidates
        Their numbers in the plan.
    blocks
        What the model sees: the last block of each chain, and its weight.
    """

    model: str
    candidates: tuple[int, ...]
    blocks: tuple[tuple[int, float], ...]

    def only(self, wanted: tuple[int, ...] | None) -> Family:
        """Return the family with these of its candidates, by position; with all for None."""
        if wanted is None:
            return self
        return replace(self, candidates=tuple(self.candidates[n] for n in wanted))


@dataclass(eq=False)
class Work:
    """What a worker needs to carry out any fit of a plan.

    Estimators travel pickled: one that a worker cannot read back is then a failed fit of its model,
    and not the end of the run.

    Attributes
    ----------
    segments
        All rows, with sequences pooled.
    folds
        In the order of the plan.
    families
        In the order of the plan.
    estimators
        By model, pickled: its unfitted estimators by candidate, and how they are evaluated together.
    blocks
        The distinct steps of the encoder chains.
    topic, interval
        Of a run whose fits leave states: its name, and the seconds between two of a fit. None for a run whose
        fits leave none.
    memo
        What this process keeps of them; it does not travel.
    """

    segments: Segments
    folds: tuple[Fold, ...]
    families: tuple[Family, ...]
    estimators: Mapping[str, bytes]
    blocks: bytes
    topic: str = ""
    interval: float | None = None
    memo: Memo | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave behind what a process keeps for itself."""
        return {**vars(self), "memo": None}


def work_of(plan: Plan, segments: Segments | None = None) -> Work:
    """Return what workers need of a plan.

    Parameters
    ----------
    plan
        What is to be fitted.
    segments
        In place of the plan's, which are pooled for all fits.

    Raises
    ------
    FitError
        If an estimator cannot be sent to a worker: its model is named.
    """
    return Work(
        plan.pooled if segments is None else segments,
        plan.folds,
        tuple(Family(family[0].model, tuple(c.number for c in family), family[0].blocks) for family in plan.families),
        {model: pickled(model, estimators) for model, estimators in estimators_of(plan).items()},
        pickled("an encoder", plan.blocks),
    )


def estimators_of(plan: Plan) -> dict[str, Estimators]:
    """Return the unfitted estimators of each model by candidate, and how they are evaluated together."""
    return {model: ({c.number: c.estimator for c in held}, held[0].nested) for model, held in plan.models().items()}


def pickled(name: str, thing: object) -> bytes:
    """Pickle as distributed does; joblib would wait forever for what cannot be sent."""
    from distributed.protocol.pickle import dumps  # noqa: PLC0415 -- 0.4 s that only a run needs

    try:
        sent: bytes = dumps(thing)
    except Exception as error:
        message = f"it cannot be sent to a worker: {unsendable(thing) or reason_of(error)}"
        raise FitError.of(name, message) from error
    return sent
