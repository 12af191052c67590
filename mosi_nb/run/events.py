"""What happens during a run, as values, and the state that they add up to."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from mosi_nb.plan.candidates import Candidate
from mosi_nb.results import Fit, Fold, describe


@dataclass(frozen=True)
class Started:
    """The workers are there."""

    workers: int


@dataclass(frozen=True)
class Sent:
    """A fit was handed to the cluster."""

    candidate: Candidate
    fold: Fold


@dataclass(frozen=True)
class Finished:
    """A fit came back, with predictions or without."""

    fit: Fit


@dataclass(frozen=True)
class Tick:
    """Nothing happened for a moment: time to show that the run is alive."""


Event: TypeAlias = Started | Sent | Finished | Tick


@dataclass
class State:
    """How far a run is.

    Attributes
    ----------
    total
        Number of fits in the plan.
    fits
        Those that ended.
    waiting
        Those that were handed to the cluster and have not ended, oldest first.
    workers
        How many there are; 0 before the run has started.
    over
        Whether the run has ended, with all its fits or without.
    """

    total: int
    fits: list[Fit] = field(default_factory=list)
    waiting: dict[tuple[int, int, int], str] = field(default_factory=dict)
    workers: int = 0
    over: bool = False
    began: float = field(default_factory=time.monotonic)

    def take(self, event: Event) -> None:
        """Add an event."""
        match event:
            case Started(workers):
                self.workers = workers
            case Sent(candidate, fold):
                key = (candidate.number, fold.repeat, fold.number)
                self.waiting[key] = name_of(candidate.model, candidate.params, fold)
            case Finished(fit):
                self.fits.append(fit)
                self.waiting.pop((fit.candidate, fit.fold.repeat, fit.fold.number), None)

    @property
    def running(self) -> tuple[str, ...]:
        """Fits that the workers are busy with: the oldest of those that were handed out."""
        return tuple(list(self.waiting.values())[: self.workers])

    @property
    def failed(self) -> int:
        """Number of fits that failed."""
        return sum(fit.status == "failed" for fit in self.fits)

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began

    @property
    def remaining(self) -> float | None:
        """Seconds that the rest will take if it goes on like this; None as long as nobody knows."""
        done = len(self.fits)
        return self.elapsed / done * (self.total - done) if done else None


def name_of(model: str, params: Mapping[str, Any], fold: Fold) -> str:
    """Name a fit as people do: model, parameters, fold."""
    written = describe(params)
    return f"{model} {written}, {fold}" if written else f"{model}, {fold}"
