"""Finished fits on their way to the history, and back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mosi_nb.plan import Plan
from mosi_nb.plan.keys import fit_keys
from mosi_nb.results import Fit
from mosi_nb.run import Key
from mosi_nb.spec import seconds_of
from mosi_nb.storage import History, HistoryError, default_path

if TYPE_CHECKING:
    from mosi_nb.plan.keys import Keys

RETRY_SECONDS = 5.0


@dataclass
class Recorder:
    """Writes finished fits to the history, and finds those that it holds already.

    A history that cannot be read or written ends no run: `notes` says what was lost.

    Attributes
    ----------
    plan
        What the fits belong to.
    history
        None where there is none.
    interval
        How many seconds finished fits may wait.
    notes
        What the user should know.
    """

    plan: Plan
    history: History | None
    interval: float = 0.0
    notes: list[str] = field(default_factory=list)
    _waiting: list[Fit] = field(default_factory=list)
    _written: float = 0.0
    _cell: str = ""
    _again: bool = False
    _run: int | None = None
    _keys: Keys | None = None
    _trouble: str = ""

    @classmethod
    def of(cls, plan: Plan) -> Recorder:
        """Return a recorder that uses the user's history, unless it is switched off."""
        path, checkpoint = default_path(), plan.spec.checkpoint
        return cls(plan, History(path) if path else None, seconds_of(checkpoint) if checkpoint else 0.0)

    def begin(self, cell: str, *, again: bool) -> list[Fit]:
        """Begin a run, and return the fits that need not be made.

        Parameters
        ----------
        cell
            The experiment as cell text.
        again
            Whether to make all fits, whatever the history holds.
        """
        if self.history is None:
            return []
        self._keys = fit_keys(self.plan)
        for model, reason in self._keys.without.items():
            self.notes.append(f"Fits of {model} are not kept in the history: {reason.rstrip('.')}.")
        found: list[Fit] = []
        try:
            if not again:
                found = self._recalled()
        except HistoryError as error:
            self._trouble = str(error).replace("\n", " ")
        self._cell, self._again = cell, again
        self._waiting = list(found)  # so that this run lists them too
        self._write()
        return found

    def _recalled(self) -> list[Fit]:
        if self.history is None or self._keys is None:
            return []
        stored = self.history.recall(set(self._keys.by_fit.values()))
        fits = []
        for candidate, fold in self.plan.fits:
            key: Key = (candidate.number, fold.repeat, fold.number)
            one = stored.get(self._keys.by_fit.get(key, ""))
            if one is not None and len(one.predicted) == len(fold.held_out):
                fits.append(Fit(candidate.model, candidate.number, candidate.params, fold, **vars(one), resumed=True))
        return fits

    def take(self, fits: Sequence[Fit]) -> None:
        """Take fits that ended, and write those that wait if it is time."""
        self._waiting += [fit for fit in fits if fit.predicted is not None]
        wait = max(self.interval, RETRY_SECONDS if self._trouble else 0.0)
        if time.monotonic() - self._written >= wait:
            self._write()

    def end(self, status: str) -> None:
        """Write what waits, and how the run ended."""
        if self.history is None:
            return
        self._write()
        self.notes += self.history.notes
        if self._trouble:
            made = sum(not fit.resumed for fit in self._waiting)
            self.notes.append(f"{made:,} fits are not in the history. {self._trouble}")
        try:
            if self._run is not None:
                self.history.end(self._run, status)
        except HistoryError as error:
            if not self._trouble:
                self.notes.append(f"The history does not say how the run ended. {error}".replace("\n", " "))
        self.history.close()

    def _write(self) -> None:
        self._written = time.monotonic()
        if self.history is None or self._keys is None:
            self._waiting = []
            return
        keyed = [((fit.candidate, fit.fold.repeat, fit.fold.number), fit) for fit in self._waiting]
        rows = [(self._keys.by_fit[key], fit) for key, fit in keyed if key in self._keys.by_fit]
        try:
            if self._run is None:
                self._run = self.history.begin(self._cell, self.plan.fingerprint, len(self.plan.fits))
            if rows:
                self.history.keep(self._run, rows, replace=self._again)
        except HistoryError as error:
            self._trouble = str(error).replace("\n", " ")
            return
        self._waiting, self._trouble = [], ""
