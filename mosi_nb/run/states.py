"""States of fits that are under way, on their way from the workers that make them.

A worker keeps the newest state of each of its fits, and hands it over when it is asked: nothing of it stays
on the scheduler, and a state that a newer one replaced never travels.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from mosi_nb.components.checkpoints import Checkpoint
from mosi_nb.run.limit import TooLongError, within

if TYPE_CHECKING:
    from distributed import Client

    from mosi_nb.run.work import Work

Which: TypeAlias = tuple[int, int]
"""A fit: number of the candidate, and position of the fold."""

ASKED_AT_LEAST = 0.1
"""Seconds between two questions to the workers."""
LEAVE_SECONDS = 2.0


class _Here:
    """What this process keeps, by run and fit."""

    lock = threading.Lock()
    made: dict[str, dict[Which, bytes]] = {}  # noqa: RUF012 -- one for the process


@contextmanager
def checkpoint_of(work: Work, which: Which, state: bytes | None) -> Iterator[Checkpoint | None]:
    """Give a fit of a run a place to leave its states; None where none are wanted. What is left goes with it.

    Parameters
    ----------
    work
        Of the run.
    which
        The fit.
    state
        Where it goes on from.
    """
    if work.interval is None:
        yield None
        return
    try:
        yield Checkpoint(work.interval, partial(_leave, work.topic, which), state)
    finally:
        with _Here.lock:
            left = _Here.made.get(work.topic, {})
            left.pop(which, None)
            if not left:
                _Here.made.pop(work.topic, None)


def _leave(topic: str, which: Which, state: bytes) -> None:
    with _Here.lock:
        _Here.made.setdefault(topic, {})[which] = state


def collected(topic: str) -> dict[Which, bytes]:
    """Return the states that this process has made since it was last asked; what a worker is asked."""
    with _Here.lock:
        return _Here.made.pop(topic, {})


class Collecting:
    """Asks the workers for states, in a thread of its own.

    Parameters
    ----------
    client
        Of the cluster.
    topic
        Of the run.
    interval
        Seconds between two states of one fit; they are asked for twice as often.
    take
        Is given the states of each worker.
    """

    def __init__(
        self, client: Client, topic: str, interval: float, take: Callable[[Mapping[Which, bytes]], None]
    ) -> None:
        self.client, self.topic, self.take = client, topic, take
        self._wait = max(interval / 2, ASKED_AT_LEAST)
        self._leaving = threading.Event()
        threading.Thread(target=self._look, name="mosi_nb states", daemon=True).start()

    def leave(self, *, ask: bool) -> None:
        """End the thread.

        Parameters
        ----------
        ask
            Whether to ask for the last time: before fits that are under way are taken back.
        """
        self._leaving.set()
        if ask:
            with suppress(TooLongError):
                within(LEAVE_SECONDS, self._ask)

    def _look(self) -> None:
        while not self._leaving.wait(self._wait):
            self._ask()

    def _ask(self) -> None:
        with suppress(Exception):  # a worker has just died, or the scheduler is out of reach: the run finds out
            for states in self.client.run(collected, self.topic, on_error="ignore").values():
                if states:
                    self.take(states)
