"""Finished fits on their way to the history, and back."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mosi_nb.plan import Plan
from mosi_nb.plan.keys import fit_keys
from mosi_nb.results import Fit
from mosi_nb.run import Key
from mosi_nb.spec import seconds_of
from mosi_nb.storage import History, HistoryError, default_path

if TYPE_CHECKING:
    from pathlib import Path

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
    states
        What fits that were broken off go on from; a run puts newer ones in their place.
    name
        What the user calls the run.
    """

    plan: Plan
    history: History | None
    interval: float = 0.0
    notes: list[str] = field(default_factory=list)
    states: dict[Key, bytes] = field(default_factory=dict)
    name: str | None = None
    _known: dict[Key, bytes] = field(default_factory=dict)
    _waiting: list[Fit] = field(default_factory=list)
    _written: float = 0.0
    _cell: str = ""
    _expected: int = 0
    _again: bool = False
    _run: int | None = None
    _keys: Keys | None = None
    _trouble: str = ""

    @classmethod
    def of(cls, plan: Plan, name: str | None = None) -> Recorder:
        """Return a recorder that uses the user's history, unless it is switched off."""
        path, checkpoint = default_path(), plan.spec.checkpoint
        interval = seconds_of(checkpoint) if checkpoint else 0.0
        return cls(plan, History(path) if path else None, interval, name=name)

    def begin(self, cell: str, expected: int, *, again: bool) -> None:
        """Begin a run.

        Parameters
        ----------
        cell
            The experiment as cell text.
        expected
            Number of fits that there will be at most.
        again
            Whether to make all fits, whatever the history holds.
        """
        self._cell, self._expected, self._again = cell, expected, again
        if self.history is None:
            return
        self._keys = fit_keys(self.plan)
        for model, reason in self._keys.without.items():
            self.notes.append(f"Fits of {model} are not kept in the history: {reason.rstrip('.')}.")

    @property
    def listed_as(self) -> tuple[Path, int] | None:
        """The file of the history and the number of the run in it; None as long as it is in none."""
        return None if self.history is None or self._run is None else (self.history.path, self._run)

    @property
    def without(self) -> dict[str, str]:
        """Models whose fits cannot be kept, with the reason."""
        return dict(self._keys.without) if self._keys else {}

    def recall(self, plan: Plan, wanted: Collection[Key]) -> list[Fit]:
        """Return those of the wanted fits that the history holds; they need not be made.

        Parameters
        ----------
        plan
            Of the run; it may have grown.
        wanted
            Which fits.
        """
        if self.history is None:
            return []
        if plan is not self.plan:
            self.plan, self._keys = plan, fit_keys(plan)
        found: list[Fit] = []
        try:
            if not self._again:
                found = self._recalled(set(wanted))
        except HistoryError as error:
            self._trouble = str(error).replace("\n", " ")
        if self.plan.spec.checkpoint and not self._again:
            self._recall_states(set(wanted) - {(fit.candidate, fit.fold.repeat, fit.fold.number) for fit in found})
        self._waiting += found  # so that this run lists them too
        self._write()
        return found

    def _recalled(self, wanted: Collection[Key]) -> list[Fit]:
        if self.history is None or self._keys is None:
            return []
        by_fit = self._keys.by_fit
        stored = self.history.recall({by_fit[key] for key in wanted if key in by_fit})
        fits = []
        for candidate, fold in self.plan.fits:
            key: Key = (candidate.number, fold.repeat, fold.number)
            one = stored.get(by_fit.get(key, "")) if key in wanted else None
            if one is not None and len(one.predicted) == len(fold.held_out):
                fits.append(Fit(candidate.model, candidate.number, candidate.params, fold, **vars(one), resumed=True))
        return fits

    def _recall_states(self, wanted: Collection[Key]) -> None:
        """Find what fits that are missing go on from."""
        if self.history is None or self._keys is None or self._trouble:
            return
        missing = {self._keys.by_fit[key]: key for key in wanted if key in self._keys.by_fit}
        try:
            stored = self.history.states(missing)
        except HistoryError as error:
            self._trouble = str(error).replace("\n", " ")
            return
        found = {missing[key]: state for key, state in stored.items()}
        self.states |= found
        self._known |= found
        if number := len(found):
            self.notes.append(f"{number:,} fit{'s' if number > 1 else ''} went on from where an earlier run had left.")

    def take_states(self) -> None:
        """Write the states that are newer than those that the history holds."""
        newer = {key: state for key, state in [*self.states.items()] if self._known.get(key) is not state}
        if self.history is None or self._keys is None or self._run is None:
            return
        keyed = {self._keys.by_fit[key]: state for key, state in newer.items() if key in self._keys.by_fit}
        if keyed:
            with suppress(HistoryError):  # the next finished fit tells it; a state is only a convenience
                self.history.keep_states(self._run, keyed)
        self._known.update(newer)

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
        self.take_states()
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
                self._run = self.history.begin(self._cell, self.plan.fingerprint, self._expected, self.name)
            if rows:
                self.history.keep(self._run, rows, replace=self._again)
        except HistoryError as error:
            self._trouble = str(error).replace("\n", " ")
            return
        self._waiting, self._trouble = [], ""
