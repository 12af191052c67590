"""A form that writes a cell: the text it stands for is always in view, and both change each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets
from IPython.core.interactiveshell import InteractiveShell

from mosi_nb.cell.magic_line import joined, split
from mosi_nb.components import lookup
from mosi_nb.errors import MosiError
from mosi_nb.notebook.form.check import first_problem
from mosi_nb.notebook.form.draft import Draft
from mosi_nb.notebook.form.look import Look, css, told
from mosi_nb.notebook.form.running import Running
from mosi_nb.notebook.form.sections import OUTLINES, Section
from mosi_nb.notebook.form.versions import Change, Versions
from mosi_nb.notebook.kept import Kept
from mosi_nb.spec import Use

ROWS = 10, 24

COPY = """\
<button class="jupyter-button widget-button mosi-form-copy" type="button" title="Copy the cell" onclick="
const area = this.closest('.mosi-form').querySelector('.mosi-form-text textarea');
const done = () => { this.textContent = 'Copied'; setTimeout(() => { this.textContent = 'Copy'; }, 1500); };
const old = () => { area.select(); document.execCommand('copy'); this.focus(); done(); };
if (navigator.clipboard) { navigator.clipboard.writeText(area.value).then(done, old); } else { old(); }
">Copy</button>"""
"""Core ipywidgets have no way to the clipboard."""

LOST = "what a field changed just now is not in the text: something was typed at the same place. Set it again."

GONE = "A form stood here, and is gone with its kernel. Its cell is below: run that, or this cell for a new form."


PRE = "white-space: pre; overflow: auto; font-family: monospace; text-align: left"
"""On a page made by nbconvert nothing else says that it is code."""


class Form:
    """A form of one cell.

    Parameters
    ----------
    shell
        Whose variables the cell may name, and in which it is run.
    text
        The whole cell.

    Attributes
    ----------
    place
        Where a run shows its progress and its result.
    """

    def __init__(self, shell: InteractiveShell, text: str) -> None:
        self.shell = shell
        self.place: Any = None
        self._kept: Any = None
        self.draft, self.look = Draft(text), Look()
        self._versions = Versions(text)
        self._stays = Kept()
        self._showing = False
        self.text = self._made_text()
        self.message = self.look.html("", "mosi-form-message")
        self.undo = self.look.button("Undo", partial(self._go, self.draft.undo), "Take the last change back")
        self.redo = self.look.button("Redo", partial(self._go, self.draft.redo), "Make the change again")
        self.running = Running(self)
        self.sections = [Section(self, outline) for outline in OUTLINES]
        self.widget = self._laid_out()
        self.text.observe(self._typed, "value")
        self.show()
        for section in self.sections:
            if section.outline.opened:
                section.toggle()

    @property
    def namespace(self) -> Mapping[str, Any]:
        """The notebook's variables."""
        names: Mapping[str, Any] = self.shell.user_ns
        return names

    def section(self, title: str) -> Section:
        """Return a section by its heading."""
        return next(one for one in self.sections if one.outline.title == title)

    def edit(self, change: Callable[[str], str]) -> None:
        """Change the body of the cell, and show what it says then.

        Raises
        ------
        SpecError
            If what is to stand there cannot stand there.
        """
        self.draft.edit(change)
        self.show(lambda text: joined(split(text)[0], change(split(text)[1])))

    def edit_line(self, change: Callable[[str], str]) -> None:
        """Change the line of the magic, and show what it says then.

        Raises
        ------
        SpecError
            As for `edit`.
        """
        self.draft.edit_line(change)
        self.show(lambda text: joined(change(split(text)[0]), split(text)[1]))

    def found(self, use: Use, kind: str) -> object | None:
        """Return the component that a use means, or the notebook's object; None where there is none."""
        try:
            found: object = lookup(use, kind, kind, self.namespace if kind not in ONLY_OURS else {})
        except MosiError:
            return None
        return found

    def complain(self, error: MosiError) -> None:
        """Tell what is wrong, beneath the text."""
        self.message.value = told(error)

    def show(self, change: Change | None = None) -> None:
        """Show what the text says, in every section that is open.

        Parameters
        ----------
        change
            What made the text, where that can be made again of another.
        """
        draft = self.draft
        self._showing = True
        if self.text.value != draft.text:
            self._versions.send(draft.text, change)
            self.text.value = draft.text
        self._showing = False
        rows = min(max(draft.text.count("\n") + 2, ROWS[0]), ROWS[1])
        if self.text.rows != rows:
            self.text.rows = rows
        self.undo.disabled, self.redo.disabled = not draft.can_undo, not draft.can_redo
        self._tell_problem()
        self.running.changed()
        if draft.error is None:
            for section in self.sections:
                section.show()
        if self._kept is not None:
            self._kept.update(self.static(), raw=True)

    def refresh(self) -> None:
        """Offer what the notebook has by now: a component that was registered, a variable that was made."""
        for section in self.sections:
            section.refresh()
        if self.draft.error is None:
            self._tell_problem()
            for section in self.sections:
                section.show()

    def close(self) -> None:
        """Take the form away."""
        self.widget.close()

    def _tell_problem(self) -> None:
        problem = self.draft.error or first_problem(self.draft.spec, self.namespace)
        shown = told(problem) if problem else ""
        if self.message.value != shown:
            self.message.value = shown

    def _typed(self, change: Any) -> None:
        if self._showing:
            return
        text, is_whole = self._versions.arrive(change["new"])
        self.draft.write(text, typed=True)
        self.show()
        if not is_whole:
            self.message.value = f"{self.message.value}{told(LOST, short=True)}"

    def _go(self, where: Callable[[], None]) -> None:
        where()
        self.show()

    def _made_text(self) -> Any:
        return widgets.Textarea(
            value=self.draft.text,
            description="Cell",
            rows=ROWS[0],
            layout=self.look.layout,
            style={"description_width": "auto"},
            _dom_classes=["mosi-form-text"],
        )

    def _laid_out(self) -> Any:
        look, running = self.look, self.running
        style = look.html(f"<style>{css()}</style>", "mosi-form-style")
        copy = look.html(COPY, "mosi-form-copying")
        copy.layout = look.small
        buttons = [running.check, running.run, copy, self.undo, self.redo]
        fields = look.box(*(section.widget for section in self.sections), classes=["mosi-form-fields"])
        below = [
            self.message,
            look.box(*buttons, across=True, classes=["mosi-form-buttons"]),
            running.state,
            running.problem,
        ]
        text = look.box(self.text, *below, classes=["mosi-form-cell"])
        sides = look.box(fields, text, across=True, classes=["mosi-form-sides"])
        return look.box(style, sides, running.plan, self._stays.hiding(), classes=["mosi-form"])

    def __repr__(self) -> str:
        """Return the text."""
        return self.draft.text

    def _repr_mimebundle_(self, **how: Any) -> dict[str, Any]:
        bundle = dict(self.widget._repr_mimebundle_(**how) or {})
        return {**bundle, "text/html": "", "text/plain": repr(self)}

    def static(self) -> dict[str, str]:
        """Return the text for a notebook that is opened without its kernel; hidden where the form is alive."""
        kept = f'<p>{GONE}</p><pre style="{PRE}">{escape(self.draft.text)}</pre>'
        return {"text/html": self._stays.html(kept), "text/plain": ""}

    def keep_in(self, handle: Any) -> None:
        """Keep the text in an output of its own from now on: what a saved notebook holds of the form."""
        self._kept = handle


ONLY_OURS = ("fusion", "folds", "test", "search")
"""Kinds for which no variable of the notebook can stand."""
