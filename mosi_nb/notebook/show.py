"""A run's progress in the outputs of its cell, which gives way to its result."""

from __future__ import annotations

import contextvars
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import publish_display_data

from mosi_nb.displays import ProgressState, ProgressView
from mosi_nb.model import Model
from mosi_nb.model.stages import Stages
from mosi_nb.notebook.library import cell_of, in_notebook, library_is_due
from mosi_nb.notebook.settings import setting
from mosi_nb.run import State

if TYPE_CHECKING:
    from mosi_nb.notebook.progress import Moving

SECONDS_BETWEEN_UPDATES = 0.25
SHARE = 0.015
"""Most of the time that showing progress may take: with thousands of fits it is shown less often."""
OUTPUTS = 4
"""The most that a run shows: leaderboard and chart, an ablation and its chart."""
STOPPING = "stopping: what is finished is kept"


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
        self.cell = cell_of(shell)
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
        self.next_at = 0.0
        self.seconds = 0.0

    def begin(self, model: Model) -> None:
        """Say that it has begun, once the plan is made: the first fit ends seconds later."""
        place = self.place = self.place or Place(self.shell, 0)
        if not self.quiet:
            self._begin(model, place)
        if self.background:  # the cell will have ended when they are needed
            place.reserve(1 if self.quiet else _outputs(model, chart=setting(self.shell, "chart")))

    def _begin(self, model: Model, place: Place) -> None:
        note = "trying each model on a few rows, starting workers"
        total, models = Stages(model.plan).total, len(model.plan.models())
        view = ProgressView(ProgressState(total=total, done=0, note=note, models=models))
        if not self.background:
            self._show(view)
        elif in_notebook(self.shell):
            from mosi_nb.notebook.progress import Moving  # noqa: PLC0415 -- ipywidgets, which only this needs

            self.moving = Moving(view, self.background, model.stop)
            place.put(0, self.moving.mimebundle())
            place.put(1, self.moving.kept())
        else:
            place.put(0, {"text/plain": background_text(view, self.background)})

    def __call__(self, model: Model, state: State) -> None:
        """Show how far the run is, at most four times a second."""
        del state
        now = time.monotonic()
        if self.quiet or now < self.next_at:
            return
        before = time.thread_time()
        self._show(ProgressView(model.progress()))
        took = time.thread_time() - before
        self.seconds += took
        self.next_at = now + max(SECONDS_BETWEEN_UPDATES, took / SHARE)

    def end(self, model: Model | None, error: BaseException | None = None) -> None:
        """Put the leaderboard in the place of the progress, and the chart and what else the cell asked for below.

        Parameters
        ----------
        model
            None if there is nothing to show.
        error
            That is to be shown too, where nobody raises it in the cell.
        """
        if not (self.quiet or self.background or in_notebook(self.shell)):
            _write_line("")
        place = self.place
        if place is None:
            return
        shown = [] if model is None or self.quiet else self._results(model)
        if error is not None:
            shown[:1] = [_with_error(error, *shown[:1])]
        if self.moving is not None:
            self.moving.end(str(shown[0][0].get("text/html", "")) if shown else "")
        if self.background and not in_notebook(self.shell):
            return  # a thread prints nothing
        for number, (bundle, metadata) in enumerate(shown):
            place.put(number, bundle, metadata)
        place.clear(len(shown))

    def _results(self, model: Model) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Return the outputs of a run that has ended."""
        place, with_charts = self.place, in_notebook(self.shell) and setting(self.shell, "chart")
        shown: list[tuple[dict[str, Any], dict[str, Any]]] = []
        due = library_is_due(self.shell, place.cell if place else None)
        for display in (model.leaderboard(), *model.shown_beside):
            shown.append((display.mimebundle(with_library=due and not shown), {}))
            chart = display.chart() if with_charts else None
            if chart is not None:
                shown.append(_formatted(self.shell, chart))
        return shown

    def _show(self, view: ProgressView) -> None:
        if self.moving is not None:
            if self.moving.stopping:
                view = ProgressView(replace(view.state, note=STOPPING))
            self.moving.show(view)
        elif in_notebook(self.shell) and self.place is not None:
            self.place.put(0, view.mimebundle())
        elif not self.background:
            _write_line(view.text())


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


def _outputs(model: Model, *, chart: bool) -> int:
    """Return how many outputs a run may need, with those of an ablation that its cell asks for."""
    tables = 1 if model.plan.spec.ablate is None else 2
    return tables * (2 if chart else 1)


def _with_error(
    error: BaseException, shown: tuple[dict[str, Any], dict[str, Any]] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an output with an error above what is shown."""
    bundle, metadata = shown or ({}, {})
    text = f"{type(error).__name__}: {error}"
    html = f'<div role="alert"><pre style="white-space:pre-wrap">{escape(text)}</pre></div>'
    html += str(bundle.get("text/html", ""))
    plain = "\n\n".join(filter(None, [text, bundle.get("text/plain", "")]))
    return {"text/html": html, "text/plain": plain}, metadata


def _formatted(shell: InteractiveShell, shown: object) -> tuple[dict[str, Any], dict[str, Any]]:
    formatter: Any = shell.display_formatter
    data, metadata = formatter.format(shown)
    return data, metadata


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def _write_line(text: str) -> None:
    """Write over the line that a terminal shows; nothing where there is no terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()
