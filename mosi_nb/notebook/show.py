"""A run's progress, which gives way to its result."""

from __future__ import annotations

import sys
import time
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.displays import ProgressView
from mosi_nb.model import Model
from mosi_nb.notebook.library import in_notebook
from mosi_nb.run import State

SECONDS_BETWEEN_UPDATES = 0.25


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
        self.shown_at = 0.0

    def __call__(self, model: Model, state: State) -> None:
        """Show how far the run is, at most four times a second."""
        del state
        now = time.monotonic()
        if self.quiet or now - self.shown_at < SECONDS_BETWEEN_UPDATES:
            return
        self.shown_at = now
        view = ProgressView(model.progress())
        if in_notebook(self.shell):
            self._put(view)
        else:
            _write_line(view.text())

    def end(self, model: Model | None) -> None:
        """Put the leaderboard in the place of the progress, and the chart below."""
        if self.quiet:
            return
        if not in_notebook(self.shell):
            _write_line("")
        if model is None:
            return
        board = model.leaderboard()
        self._put(board)
        chart = board.chart() if in_notebook(self.shell) else None
        if chart is not None:
            display(chart)

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
