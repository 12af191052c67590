"""Where the data come from, and beneath it what was found there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mosi_nb.cell.edit import source_of, with_key
from mosi_nb.data.iterator import shape
from mosi_nb.data.segments import Segments
from mosi_nb.errors import MosiError
from mosi_nb.notebook.form.latest import Latest
from mosi_nb.notebook.form.look import cut, told
from mosi_nb.notebook.form.parameters import Parameters
from mosi_nb.notebook.form.variables import standing
from mosi_nb.plan import open_data
from mosi_nb.spec import Spec, Use, written

if TYPE_CHECKING:
    from mosi_nb.notebook.form.form import Form

HELP = "A path, sample(), read(...) or a variable of the notebook that holds data"


class Data:
    """A field for the data, and what was found there: looked up beside the form, which never waits for it."""

    def __init__(self, form: Form) -> None:
        self._form, self._showing, self._looked = form, False, ""
        look = form.look
        self.control = look.text("Data", placeholder='sample() or "path.csv"', tooltip=HELP, options=["sample()"])
        self.message = look.html()
        self.found = look.html("", "mosi-form-found")
        self.parameters = Parameters(form, "data", "data")
        self.widget = look.box(self.control, self.message, self.found, self.parameters.widget)
        self.latest = Latest()
        self.control.observe(self._told, "value")

    def refresh(self) -> None:
        """Offer what is there by now, and look again at data that may be others."""
        offered = ("sample()", *standing(self._form.namespace, "data"))
        if offered != tuple(self.control.options):
            self.control.options = offered

    def show(self) -> None:
        """Show what the text says."""
        source = (source_of(self._form.draft.body, "data") or [""])[0]
        data = self._form.draft.spec.data
        self._showing = True
        self.control.value = source
        self._showing = False
        self.message.value = ""
        self.parameters.show(data if isinstance(data, Use) and data.called else None)
        self._look(data)

    def _look(self, data: Any) -> None:
        """Look the data up, where they are others than those that were looked up before."""
        name = data.name if isinstance(data, Use) else ""
        held = self._form.namespace.get(name.partition(".")[0])
        looked = f"{written(data)} {id(held) if held is not None else ''}"
        if looked == self._looked:
            return
        self._looked = looked
        if data is None:
            self.found.value = "No data yet."
            return
        self.found.value = "Looking at the data ..."
        spec, namespace = replace(Spec(), data=data), dict(self._form.namespace)
        self.latest.ask(lambda: self._tell(looked, spec, namespace))

    def _tell(self, looked: str, spec: Spec, namespace: Mapping[str, Any]) -> None:
        try:
            shown = described(open_data(spec, namespace))
        except MosiError as error:
            shown = told(error)
        except Exception as error:  # noqa: BLE001 -- of a loader of the user's; it must not be lost with the thread
            shown = told(f"{type(error).__name__}: {error}")
        if looked == self._looked:
            self.found.value = shown

    def _told(self, change: Any) -> None:
        if self._showing:
            return
        try:
            value = as_data(change["new"].strip(), self._form.namespace)
            self._form.edit(lambda text: with_key(text, "data", value or None))
        except MosiError as error:
            self.message.value = told(error, short=True)


def as_data(typed: str, namespace: Mapping[str, Any]) -> str:
    """Return what was typed as it is written in a cell: a path that has no quotes gets some.

    Examples
    --------
    >>> as_data("mosi/data.csv", {}), as_data("mine", {"mine": 0}), as_data("sample()", {})
    ('"mosi/data.csv"', 'mine', 'sample()')
    """
    is_quoted = typed[:1] in ("'", '"')
    first = typed.partition(".")[0]
    looks_like_path = "/" in typed or "\\" in typed or ("." in typed and first not in namespace) or Path(typed).exists()
    if not typed or is_quoted or "(" in typed or typed in namespace or not looks_like_path:
        return typed
    return written(typed)


def described(segments: Segments) -> str:
    """Return what data hold, as HTML."""
    videos = len(np.unique(segments.video_ids))
    lines = [f"<b>{len(segments):,} segments of {videos:,} videos</b> in {escape(cut(segments.source, 60))}"]
    lines += [f"{escape(name)}: {escape(shape(held))}" for name, held in segments.modalities.items()]
    for name, fold in segments.folds.items():
        counts = [f"{int((fold == word).sum()):,} {word}" for word in ("train", "valid", "test")]
        lines.append(f"folds {escape(cut(name, 40))}: {', '.join(counts)}")
    return "<br>".join(lines)
