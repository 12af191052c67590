"""A run's progress, which gives way to its result."""

from __future__ import annotations

import sys
import time
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.displays import ProgressState, ProgressView
from mosi_nb.model import Model
from mosi_nb.model.stages import Stages
from mosi_nb.notebook.library import in_notebook
from mosi_nb.run import State

SECONDS_BETWEEN_UPDATES = 0.25
SHARE = 0.02
"""Most of the time that showing progress may take: with thousands of fits it is shown less often."""


class Live:
    """A run's progress in one place, replaced by the result when the run has ended.

    Parameters
    ----------
    shell
        In which the cell runs.
    quiet
        Whether to show nothing.
    """

    def __init__(self, shell: InteractiveShell, *, quiet: bool) -> None:
        self.shell, self.quiet = shell, quiet
        self.handle: Any = None
        self.next_at = 0.0

    def begin(self, model: Model) -> None:
        """Say that it has begun, once the plan is made: the first fit ends seconds later."""
        fits = Stages(model.plan).total
        note = "trying each model on a few rows, starting workers"
        if not self.quiet:
            self._show(ProgressView(ProgressState(total=fits, done=0, note=note, models=len(model.plan.models()))))

    def __call__(self, model: Model, state: State) -> None:
        """Show how far the run is, at most four times a second."""
        del state
        now = time.monotonic()
        if self.quiet or now < self.next_at:
            return
        self._show(ProgressView(model.progress()))
        self.next_at = now + max(SECONDS_BETWEEN_UPDATES, (time.monotonic() - now) / SHARE)

    def end(self, model: Model | None) -> None:
        """Put the leaderboard in the place of the progress, and the chart and what else the cell asked for below."""
        if self.quiet:
            return
        if not in_notebook(self.shell):
            _write_line("")
        if model is None:
            if self.handle is not None:
                self.handle.update({"text/plain": ""}, raw=True)
            return
        board = model.leaderboard()
        self._put(board)
        chart = board.chart() if in_notebook(self.shell) else None
        if chart is not None:
            display(chart)
        for shown in model.shown_beside:
            display(shown)
            if in_notebook(self.shell) and (drawn := shown.chart()) is not None:
                display(drawn)

    def _show(self, view: ProgressView) -> None:
        if in_notebook(self.shell):
            self._put(view)
        else:
            _write_line(view.text())

    def _put(self, shown: object) -> None:
        if self.handle is None:
            self.handle = display(shown, display_id=True)
        else:
            self.handle.update(shown)


def _write_line(text: str) -> None:
    """Write over the line that a terminal shows; nothing where there is no terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()
