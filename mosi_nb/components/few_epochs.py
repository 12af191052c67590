"""How long networks learn while models are tried: two epochs, and a guess at what the others would take."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

EPOCHS = 2


@dataclass
class Trial:
    """What was left out.

    Attributes
    ----------
    seconds
        That the epochs which were left out would have taken.
    """

    seconds: float = 0.0


@functools.cache
def _current() -> ContextVar[Trial | None]:
    """Return what tells of the trial: in a function, since the content of a module is told to other processes."""
    return ContextVar("trial", default=None)


@contextmanager
def few_epochs() -> Iterator[Trial]:
    """Let networks take two epochs at most, in this thread and in those that it hands its context to."""
    token = _current().set(trial := Trial())
    try:
        yield trial
    finally:
        _current().reset(token)


@contextmanager
def epochs_of(asked: int) -> Iterator[int]:
    """Yield how many epochs to take, and note what those that are left out would have taken.

    Parameters
    ----------
    asked
        Of the user.

    Examples
    --------
    >>> with few_epochs() as trial, epochs_of(200) as number:
    ...     number
    2
    >>> trial.seconds > 0
    True
    >>> with epochs_of(200) as number:
    ...     number
    200
    """
    trial = _current().get()
    if trial is None or asked <= EPOCHS:
        yield asked
        return
    clock = time.perf_counter()
    yield EPOCHS
    trial.seconds += (time.perf_counter() - clock) * (asked / EPOCHS - 1)
