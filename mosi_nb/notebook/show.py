"""Displays in a notebook or a terminal, and the progress that gives way to the result."""

from __future__ import annotations

import sys
import time
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.displays import Display, ProgressState, ProgressView
from mosi_nb.model import Model
from mosi_nb.run import State

SECONDS_BETWEEN_UPDATES = 0.25


def in_notebook(shell: InteractiveShell) -> bool:
    """Tell whether a front end draws what is displayed; a terminal only prints it."""
    return getattr(shell, "kernel", None) is not None


def show(shell: InteractiveShell, shown: Display) -> None:
    """Show a display once."""
    display(shown.mimebundle(with_library=library_is_due(shell)), raw=True)


class _Library:
    """Which cell of this kernel holds the table library; a notebook needs it once."""

    cell: str | None = None


def library_is_due(shell: InteractiveShell) -> bool:
    """Tell whether this cell's output has to bring the table library along.

    It is due in the first cell that shows a table, and again when that very cell is run again, for
    then its output, and the library in it, is replaced.
    """
    if not in_notebook(shell):
        return False
    parent: Any = shell.kernel.get_parent() if hasattr(shell.kernel, "get_parent") else {}  # type: ignore[attr-defined]  # a kernel's shell has it
    cell = str(parent.get("metadata", {}).get("cellId") or shell.execution_count)
    if _Library.cell in (None, cell):
        _Library.cell = cell
        return True
    return False


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
        self.last = 0.0
        self.fits = -1

    def __call__(self, model: Model, state: State) -> None:
        """Show how far the run is, at most four times a second."""
        now = time.monotonic()
        if self.quiet or now - self.last < SECONDS_BETWEEN_UPDATES:
            return
        self.last = now
        view = ProgressView(_state(model, state))
        if not in_notebook(self.shell):
            self._line(view.text())
        elif self.handle is None:
            self.handle = display(view.mimebundle(), raw=True, display_id=True)
        else:
            self.handle.update(view.mimebundle(), raw=True)

    def end(self, model: Model | None) -> None:
        """Put the leaderboard in the place of the progress, and the chart below."""
        if self.quiet:
            return
        self._line("")
        if model is None:
            return
        board = model.leaderboard()
        bundle = board.mimebundle(with_library=library_is_due(self.shell))
        if self.handle is None:
            display(bundle, raw=True)
        else:
            self.handle.update(bundle, raw=True)
        chart = board.chart() if in_notebook(self.shell) else None
        if chart is not None:
            display(chart.mimebundle(), raw=True)

    def _line(self, text: str) -> None:
        """Write over the line that a terminal shows; nothing where there is no terminal."""
        if not in_notebook(self.shell) and sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{text}")
            sys.stderr.flush()


def _state(model: Model, state: State) -> ProgressState:
    board = model.leaderboard(intervals=False).frame() if state.fits else None
    metrics = model.plan.metrics
    return ProgressState(
        total=state.total,
        done=len(state.fits),
        failed=state.failed,
        running=state.running,
        elapsed=state.elapsed,
        remaining=state.remaining,
        workers=state.workers,
        leaderboard=board,
        directions={name: metric.larger_is_better for name, metric in metrics.items()},
        models=len(model.plan.models()),
    )
