"""The line that a script shows in a terminal while it waits for `fit` or `predict`."""

from __future__ import annotations

import math
import shutil
import sys
import time
from typing import TYPE_CHECKING

from mosi_nb.displays import ProgressView
from mosi_nb.displays.progress import clock
from mosi_nb.run import State

if TYPE_CHECKING:
    from mosi_nb.model.model import Model

SECONDS_OF_SILENCE = 2.0
SECONDS_BETWEEN_UPDATES = 0.25


class Line:
    """Progress on one line of stderr, after two seconds, where stderr is a terminal."""

    def __init__(self) -> None:
        self.last = 0.0

    def __call__(self, model: Model, state: State) -> None:
        """Show how far the run is, at most four times a second."""
        now = time.monotonic()
        if state.elapsed < SECONDS_OF_SILENCE or now - self.last < SECONDS_BETWEEN_UPDATES or not sys.stderr.isatty():
            return
        self.last = now
        # One column less than there are: a full line would move on to the next.
        _write_over(ProgressView(model.progress()).text()[: shutil.get_terminal_size().columns - 1])

    def end(self) -> None:
        """Take the line away."""
        if self.last:
            _write_over("")


class BatchLine:
    """The same for batches that are predicted, counted in segments.

    Parameters
    ----------
    name
        Of the model.
    total
        Number of segments.
    what
        Is counted, and was done.
    """

    def __init__(self, name: str, total: int, what: str = "segments predicted") -> None:
        self.name, self.total, self.what = name, total, what
        self.began, self.last = time.monotonic(), 0.0

    def __call__(self, done: int) -> None:
        """Show how far it is, at most four times a second."""
        now = time.monotonic()
        elapsed = now - self.began
        if elapsed < SECONDS_OF_SILENCE or now - self.last < SECONDS_BETWEEN_UPDATES or not sys.stderr.isatty():
            return
        self.last = now
        left = f", about {clock(math.ceil(elapsed / done * (self.total - done)))} left" if done else ""
        text = f"{self.name}: {done:,}/{self.total:,} {self.what} · {clock(elapsed)}{left}"
        _write_over(text[: shutil.get_terminal_size().columns - 1])

    def end(self) -> None:
        """Take the line away."""
        if self.last:
            _write_over("")


class FitLine:
    """The same for fits that are made beside a run.

    Parameters
    ----------
    name
        Of what they are for.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.line: BatchLine | None = None

    def __call__(self, state: State) -> None:
        """Show how far it is."""
        if self.line is None:
            self.line = BatchLine(self.name, state.total, "fits")
        self.line(len(state.fits))

    def end(self) -> None:
        """Take the line away."""
        if self.line is not None:
            self.line.end()


def _write_over(text: str) -> None:
    sys.stderr.write(f"\r\033[K{text}")
    sys.stderr.flush()
