"""In which order fits are handed out: one row at once, then the longest first."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from mosi_nb.run.fit import Unit

HANDFUL_SECONDS = 0.25
"""What is handed out together takes about this long: handing it out costs milliseconds."""


@dataclass
class Mean:
    """A mean of what was measured so far."""

    total: float = 0.0
    number: int = 0

    def add(self, value: float) -> None:
        """Take one more."""
        self.total, self.number = self.total + value, self.number + 1

    @property
    def value(self) -> float:
        """The mean."""
        return self.total / self.number


class Order:
    """The units that are still to be handed out.

    The first ones are those of the quickest model, so that there is a row to see. Then each family
    is tried on one fold, since nobody knows how long it takes; what is left goes longest first, so
    that no long fit is begun when all others have ended.

    Parameters
    ----------
    units
        What is to be fitted.
    models, guesses
        Of each family: its model, and the seconds that one unit of it may take.
    workers
        How many there are.
    together
        Whether short ones may be handed out together.
    """

    ahead = "2*n_jobs"
    """What is handed to the workers before anything comes back, as joblib takes it."""

    def __init__(
        self,
        units: Sequence[Unit],
        models: Sequence[str],
        guesses: Sequence[float],
        workers: int,
        *,
        together: bool = True,
    ) -> None:
        self.models, self.guesses, self.workers, self.together = models, guesses, max(workers, 1), together
        self.waiting: dict[int, deque[Unit]] = {}
        for unit in units:
            self.waiting.setdefault(unit.family, deque()).append(unit)
        self.measured: dict[int, Mean] = {}
        self.of_model: dict[str, Mean] = {}
        self.begun: set[int] = set()
        self._lock = threading.Lock()
        total: dict[str, float] = {}
        for family in self.waiting:
            total[models[family]] = total.get(models[family], 0.0) + guesses[family]
        self.first = min(total, key=lambda model: total[model], default="")

    def expected(self, family: int) -> float:
        """Return the seconds that a unit of a family is expected to take."""
        known = self.measured.get(family) or self.of_model.get(self.models[family])
        return known.value if known else self.guesses[family]

    def learn(self, family: int, seconds: float) -> None:
        """Take note of how long a unit of a family took."""
        with self._lock:
            self.measured.setdefault(family, Mean()).add(seconds)
            self.of_model.setdefault(self.models[family], Mean()).add(seconds)

    def take(self) -> list[Unit]:
        """Return the units to hand out next; nothing if none is left."""
        with self._lock:
            taken: list[Unit] = []
            seconds, most = 0.0, self._share() if self.together else 0.0
            for family in sorted(self.waiting, key=self._rank):
                expected = self.expected(family)
                is_known = self.models[family] in self.of_model
                for _ in range(self._folds_at_once(family)):
                    # Nobody knows about a model of which nothing has come back: the trial's rows were few.
                    if taken and (seconds + expected > most or not is_known):
                        return taken
                    taken.append(self._next(family))
                    seconds += expected
            return taken

    def _folds_at_once(self, family: int) -> int:
        """Return how many folds may be handed out: one, where it has to be found out how long it takes."""
        is_known = family in self.measured or self.models[family] == self.first
        return len(self.waiting[family]) if is_known else 1

    def _share(self) -> float:
        """Return the seconds that are handed out together: less towards the end, so that all end alike."""
        rest = sum(self.expected(family) * len(units) for family, units in self.waiting.items())
        return min(HANDFUL_SECONDS, rest / (2 * self.workers))

    def _rank(self, family: int) -> tuple[int, float]:
        if self.models[family] == self.first:
            return (0, 0.0)
        return (1 if family not in self.begun else 2, -self.expected(family))

    def _next(self, family: int) -> Unit:
        units = self.waiting[family]
        unit = units.popleft()
        self.begun.add(family)
        if not units:
            del self.waiting[family]
        return unit


class OneByOne:
    """Units that are handed out one at a time, the next when the one before has come back.

    Parameters
    ----------
    units
        What is to be fitted.
    """

    ahead = 1

    def __init__(self, units: Sequence[Unit]) -> None:
        self._waiting = deque(units)

    def learn(self, family: int, seconds: float) -> None:
        """Take no note: the order is fixed."""

    def take(self) -> list[Unit]:
        """Return the next unit; nothing if none is left."""
        return [self._waiting.popleft()] if self._waiting else []
