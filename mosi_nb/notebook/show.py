"""A run's progress in the outputs of its cell, which gives way to its result."""

from __future__ import annotations

import contextvars
import shutil
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import publish_display_data

from mosi_nb.displays import ProgressState, ProgressView
from mosi_nb.displays.library import library_html
from mosi_nb.errors import NotTrainedError
from mosi_nb.model import Model
from mosi_nb.model.stages import Stages
from mosi_nb.notebook.library import cell_of, execution_of, in_notebook, library_is_due
from mosi_nb.notebook.marked_error import with_error
from mosi_nb.notebook.settings import setting
from mosi_nb.run import State
from mosi_nb.run.events import STARTING

if TYPE_CHECKING:
    from mosi_nb.notebook.progress import Moving

SECONDS_BETWEEN_UPDATES = 0.25
SHARE = 0.015
"""Most of the time that showing progress may take: with thousands of fits it is shown less often."""
OUTPUTS = 4
"""The most that a run shows: leaderboard and chart, an ablation and its chart."""
ALIVE_SECONDS = 1.0
"""After how long it is shown anew though nothing has happened: the clock goes on."""
ELSEWHERE = "The progress of this run is shown where it was asked for last."


class Place:
    """Outputs of the cell that is executing, for what a run will show, whenever and from whatever thread that comes.

    There is nothing to see of them until then. Each can be shown anew as often as one likes.

    Parameters
    ----------
    shell
        In which the cell is executing.
    reserved
        How many outputs to reserve now; further ones come into the cell that is executing when they are needed.
    """

    def __init__(self, shell: InteractiveShell, reserved: int = OUTPUTS) -> None:
        self.shell = shell
        self.cell, self.execution = cell_of(shell), execution_of(shell)
        self._ids: list[str] = []
        self._filled: set[int] = set()
        self.reserve(reserved)

    def reserve(self, outputs: int) -> None:
        """Reserve so many outputs in all, in the cell that is executing."""
        while in_notebook(self.shell) and len(self._ids) < outputs:
            self._add(EMPTY, {})

    def put(self, number: int, bundle: Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> None:
        """Show something in an output, in place of what is there.

        Parameters
        ----------
        number
            Of the output, from 0.
        bundle, metadata
            What is shown, by mime type.
        """
        self._filled.add(number)
        if number < len(self._ids):
            self._publish(self._ids[number], bundle, metadata or {}, update=True)
        else:
            self._add(bundle, metadata or {})

    def clear(self, first: int = 0) -> None:
        """Empty the outputs from this one on."""
        for number in sorted(one for one in self._filled if one >= first):
            self._publish(self._ids[number], EMPTY, {}, update=True)
        self._filled = {one for one in self._filled if one < first}

    def _add(self, bundle: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        self._ids.append(uuid4().hex)
        self._publish(self._ids[-1], bundle, metadata, update=False)

    def _publish(self, name: str, bundle: Mapping[str, Any], metadata: Mapping[str, Any], *, update: bool) -> None:
        if not in_notebook(self.shell) and (update or not any(bundle.values())):
            return  # a terminal shows what it is given, below what is there
        given = {"data": dict(bundle), "metadata": dict(metadata), "transient": {"display_id": name}, "update": update}
        # From a thread it belongs to whatever cell is executing: nbclient passes over messages about an earlier one.
        context = contextvars.copy_context() if _is_main() else contextvars.Context()
        context.run(lambda: publish_display_data(**given))


EMPTY: Mapping[str, Any] = {"text/plain": ""}


class Live:
    """A run's progress in one place, replaced by the result when the run has ended.

    Parameters
    ----------
    shell
        In which the cell runs.
    quiet
        Whether to show nothing but errors.
    place
        Where to; left out, the cell that is executing.
    background
        The name of the result, where the cell does not wait for it: progress then has a button that stops the run.

    Attributes
    ----------
    seconds
        Of computing that showing progress took so far; waiting for others on the machine is not counted.
    """

    def __init__(
        self, shell: InteractiveShell, *, quiet: bool, place: Place | None = None, background: str = ""
    ) -> None:
        self.shell, self.quiet, self.background = shell, quiet, background
        self.place = place
        self.moving: Moving | None = None
        self.next_at = self.shown_at = 0.0
        self.seconds = 0.0
        self.over = threading.Event()
        self.lock = threading.RLock()

    def begin(self, model: Model) -> None:
        """Say that it has begun, once the plan is made: the first fit ends seconds later."""
        self._open(model, self.place or Place(self.shell, 0))
        _LIVES[model] = self
        threading.Thread(target=self._go_on, args=(model,), name="mosi_nb clock", daemon=True).start()

    def move(self, model: Model, background: str) -> bool:
        """Show the run in the cell that is executing from now on; return False if it is over.

        Parameters
        ----------
        model
            That is being trained.
        background
            The name that it is bound to.
        """
        with self.lock:
            if self.over.is_set():
                return False
            if self.moving is not None:
                self.moving.end(f"<p>{ELSEWHERE}</p>")
            if self.place is not None and not self.quiet:
                self.place.clear(1)
                self.place.put(0, {"text/html": f"<p>{ELSEWHERE}</p>", "text/plain": ELSEWHERE})
            self.quiet, self.background = False, background
            self._open(model, Place(self.shell, 0))
            return True

    def _open(self, model: Model, place: Place) -> None:
        self.place = place
        if not self.quiet:
            self._begin(model, place)
        if self.background:  # the cell will have ended when they are needed
            place.reserve(1 if self.quiet else _outputs(model, chart=setting(self.shell, "chart")))

    def _begin(self, model: Model, place: Place) -> None:
        view = _view(model)
        if not self.background:
            self._show(view)
        elif in_notebook(self.shell):
            from mosi_nb.notebook.progress import Moving  # noqa: PLC0415 -- ipywidgets, which only this needs

            self.moving = Moving(view, self.background, lambda: self._stop(model))
            place.put(0, self.moving.mimebundle())
            place.put(1, self.moving.kept())
        else:
            place.put(0, {"text/plain": background_text(view, self.background)})

    def __call__(self, model: Model, state: State) -> None:
        """Show how far the run is, at most four times a second."""
        del state
        self.refresh(model)

    def refresh(self, model: Model) -> None:
        """Do the same, whoever asks."""
        with self.lock:
            now = time.monotonic()
            if self.quiet or self.over.is_set() or now < self.next_at:
                return
            before = time.thread_time()
            self._show(ProgressView(model.progress()))
            took = time.thread_time() - before
            self.seconds += took
            self.shown_at, self.next_at = now, now + max(SECONDS_BETWEEN_UPDATES, took / SHARE)

    def _go_on(self, model: Model) -> None:
        """Let the clock go on where nothing happens: while workers start, during a long fit."""
        while not self.over.wait(ALIVE_SECONDS):
            if model.running and time.monotonic() - self.shown_at >= ALIVE_SECONDS:
                with suppress(NotTrainedError):  # asked for, and not begun yet
                    self.refresh(model)

    def _stop(self, model: Model) -> None:
        """End the run, and say at once that it was heard."""
        model.stop()
        self.next_at = 0.0
        with suppress(NotTrainedError):
            self.refresh(model)

    def end(self, model: Model | None, error: BaseException | None = None) -> None:
        """Put the leaderboard in the place of the progress, and the chart and what else the cell asked for below.

        Parameters
        ----------
        model
            None if there is nothing to show.
        error
            That is to be shown too, where nobody raises it in the cell.
        """
        with self.lock:
            self.over.set()
            for one in [one for one, live in _LIVES.items() if live is self]:
                del _LIVES[one]
            self._end(model, error)

    def _end(self, model: Model | None, error: BaseException | None) -> None:
        if not (self.quiet or self.background or in_notebook(self.shell)):
            _write_line("")
        place = self.place
        if place is None:
            return
        shown = [] if model is None or self.quiet else self._results(model)
        if error is not None:
            shown[:1] = [with_error(error, *shown[:1])]
        if self.moving is not None:
            # widgets run no scripts, and a notebook may keep what they hold: no library
            self.moving.end(str(shown[0][0].get("text/html", "")).replace(library_html(), "") if shown else "")
        if self.background and not in_notebook(self.shell):
            return  # a thread prints nothing
        for number, (bundle, metadata) in enumerate(shown):
            place.put(number, bundle, metadata)
        place.clear(len(shown))

    def _results(self, model: Model) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Return the outputs of a run that has ended."""
        place, with_charts = self.place, in_notebook(self.shell) and setting(self.shell, "chart")
        shown: list[tuple[dict[str, Any], dict[str, Any]]] = []
        due = library_is_due(self.shell, place)
        for display in (model.leaderboard(), *model.shown_beside):
            shown.append((display.mimebundle(with_library=due and not shown), {}))
            chart = display.chart() if with_charts else None
            if chart is not None:
                shown.append(_formatted(self.shell, chart))
        return shown

    def _show(self, view: ProgressView) -> None:
        if self.moving is not None:
            self.moving.show(view)
        elif in_notebook(self.shell) and self.place is not None:
            self.place.put(0, view.mimebundle())
        elif not self.background:
            _write_line(view.text())


_LIVES: dict[Model, Live] = {}
"""Runs that go on, and what shows them."""


def live_of(model: Model) -> Live | None:
    """Return what shows a run that goes on; None where nothing does."""
    return _LIVES.get(model)


def background_text(view: ProgressView, name: str) -> str:
    """Return what is said of a run in the background where nothing can be shown that moves.

    Parameters
    ----------
    view
        Its progress.
    name
        Of the variable that it is bound to.
    """
    return (
        f"{name} is being trained in the background: {view.state.total:,} fits. "
        f"{name} shows how far it is; {name}.wait() waits for it, {name}.stop() ends it and keeps what is finished."
    )


def _view(model: Model) -> ProgressView:
    """Return how far a run is, or that it begins."""
    if model.running and model.trained:
        return ProgressView(model.progress())
    total, models = Stages(model.plan).total, len(model.plan.models())
    return ProgressView(ProgressState(total=total, done=0, note=STARTING, models=models))


def _outputs(model: Model, *, chart: bool) -> int:
    """Return how many outputs a run may need, with those of an ablation that its cell asks for."""
    tables = 1 if model.plan.spec.ablate is None else 2
    return tables * (2 if chart else 1)


def _formatted(shell: InteractiveShell, shown: object) -> tuple[dict[str, Any], dict[str, Any]]:
    formatter: Any = shell.display_formatter
    data, metadata = formatter.format(shown)
    return data, metadata


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def _write_line(text: str) -> None:
    """Write over the line that a terminal shows; nothing where there is no terminal."""
    if sys.stderr.isatty():
        # One column less than there are: a full line would move on to the next.
        sys.stderr.write(f"\r\033[K{text[: shutil.get_terminal_size().columns - 1]}")
        sys.stderr.flush()
