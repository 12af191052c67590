"""What happens during a run, as values, and the state that they add up to."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from mosi_nb.plan.candidates import Candidate
from mosi_nb.results import Fit, Fold, describe

Key: TypeAlias = tuple[int, int, int]
"""A fit: number of the candidate, repeat, number of the fold."""


@dataclass(frozen=True)
class Started:
    """The workers are there."""

    workers: int


@dataclass(frozen=True)
class Sent:
    """Fits that are made together were handed to the cluster: the key of the first, and how they are called."""

    key: Key
    name: str


@dataclass(frozen=True)
class Finished:
    """Fits came back, with predictions or without."""

    fits: tuple[Fit, ...]


@dataclass(frozen=True)
class Left:
    """Fits that are under way left states to go on from."""

    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Tick:
    """Nothing happened for a moment: time to show that the run is alive, and with how many workers."""

    workers: int


Event: TypeAlias = Started | Sent | Finished | Left | Tick

STARTING = "trying each model on a few rows, starting workers"
"""What goes on before the first fit."""


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
    ended_by
        What ended it before its plan did, as a sentence; empty if nothing did.
    began, asked, ended
        When fits began to be made, when they were asked for, when it was over.
    """

    total: int
    fits: list[Fit] = field(default_factory=list)
    waiting: dict[Key, str] = field(default_factory=dict)
    workers: int = 0
    over: bool = False
    ended_by: str = ""
    began: float = field(default_factory=time.monotonic)
    asked: float = field(default_factory=time.monotonic)
    ended: float | None = None

    def take(self, event: Event) -> None:
        """Add an event."""
        match event:
            case Started(workers) | Tick(workers):
                self.workers = workers
            case Sent(key, name):
                self.waiting[key] = name
            case Finished(fits):
                self.fits += fits
                for fit in fits:
                    self.waiting.pop((fit.candidate, fit.fold.repeat, fit.fold.number), None)

    def end(self) -> None:
        """Take note that it is over."""
        self.over = True
        if self.ended is None:
            self.ended = time.monotonic()

    @property
    def age(self) -> float:
        """Seconds since it was asked for, the start of the workers among them; until it was over."""
        return (time.monotonic() if self.ended is None else self.ended) - self.asked

    @property
    def note(self) -> str:
        """What is to be said of it beside numbers."""
        if not (self.over or self.workers):
            return STARTING
        return f"{self.resumed:,} from the history" if self.resumed else ""

    @property
    def running(self) -> tuple[str, ...]:
        """Fits that the workers are busy with: the oldest of those that were handed out."""
        return tuple(list(self.waiting.values())[: self.workers])

    @property
    def failed(self) -> int:
        """Number of fits that failed."""
        return sum(fit.status == "failed" for fit in self.fits)

    @property
    def resumed(self) -> int:
        """Number of fits that an earlier run had left in the history."""
        return sum(fit.resumed for fit in self.fits)

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds that a fit of each model took, in the mean of those that were made."""
        made: dict[str, list[float]] = {}
        for fit in self.fits:
            if fit.predicted is not None and not fit.resumed:
                made.setdefault(fit.model, []).append(fit.fit_seconds + fit.predict_seconds)
        return {model: sum(each) / len(each) for model, each in made.items()}

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began

    @property
    def remaining(self) -> float | None:
        """Seconds that the rest will take if it goes on like this; None as long as nobody knows."""
        done = 0 if self.over else len(self.fits) - self.resumed
        return self.elapsed / done * (self.total - len(self.fits)) if done else None


def key_of(candidate: Candidate, fold: Fold) -> Key:
    """Return by what a fit is known."""
    return candidate.number, fold.repeat, fold.number


def name_of(candidates: Sequence[Candidate], fold: Fold) -> str:
    """Name what is fitted together as people do: model, parameters or how many candidates, fold."""
    first = candidates[0]
    if len(candidates) > 1:
        return f"{first.model}, {len(candidates)} candidates at once, {fold}"
    written = describe(first.params)
    return f"{first.model} {written}, {fold}" if written else f"{first.model}, {fold}"
