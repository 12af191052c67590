"""Keys with a plain value: a length of time, a number, a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mosi_nb.cell.edit import source_of, with_key
from mosi_nb.errors import MosiError
from mosi_nb.notebook.form.parameters import Asked, Field
from mosi_nb.spec import DURATIONS, written

if TYPE_CHECKING:
    from mosi_nb.notebook.form.form import Form


class Plain:
    """A field for a key whose value is written as it is.

    Parameters
    ----------
    form
        Whose text it changes.
    key
        The key.
    asked
        Its label, its default and what may stand there.
    """

    def __init__(self, form: Form, key: str, asked: Asked) -> None:
        self._form, self.key = form, key
        self.field = Field(form.look, asked, self._change)
        self.widget = self.field.widget

    def refresh(self) -> None:
        """Do nothing: what it offers is always the same."""

    def show(self) -> None:
        """Show what the text says; a length of time without its quotes."""
        if self.key in DURATIONS:
            self.field.show(getattr(self._form.draft.spec, self.key) or "", None)
        else:
            self.field.show(", ".join(source_of(self._form.draft.body, self.key)), None)

    def _change(self, value: str) -> None:
        if value and self.key in DURATIONS:
            value = written(value.strip("\"'"))
        self._form.edit(lambda text: with_key(text, self.key, value or None))


class OfLine:
    """A field for a word of the magic's line.

    Parameters
    ----------
    form
        Whose text it changes.
    asked
        Its label, its default and what may stand there.
    read
        From the form to what the line says.
    change
        From the line and the value to the line after it.
    """

    def __init__(self, form: Form, asked: Asked, read: Callable[[Any], str], change: Callable[[str, str], str]) -> None:
        self._form, self._read, self._change_line = form, read, change
        self.field = Field(form.look, asked, self._change)
        self.widget = self.field.widget

    def refresh(self) -> None:
        """Do nothing: what it offers is always the same."""

    def show(self) -> None:
        """Show what the line says."""
        self.field.show(self._read(self._form.draft.flags) or "", None)

    def _change(self, value: str) -> None:
        self._form.edit_line(lambda line: self._change_line(line, value))


class Tick:
    """A box that is ticked where a flag stands in the magic's line.

    Parameters
    ----------
    form, label, tooltip, read, change
        As for `OfLine`, with True and False.
    """

    def __init__(
        self,
        form: Form,
        label: str,
        tooltip: str,
        read: Callable[[Any], bool],
        change: Callable[[str, bool], str],
    ) -> None:
        self._form, self._read, self._change_line, self._showing = form, read, change, False
        self.control = form.look.tick(label, tooltip)
        self.widget = self.control
        self.control.observe(self._told, "value")

    def refresh(self) -> None:
        """Do nothing."""

    def show(self) -> None:
        """Show what the line says."""
        self._showing = True
        self.control.value = bool(self._read(self._form.draft.flags))
        self._showing = False

    def _told(self, change: Any) -> None:
        if self._showing:
            return
        try:
            self._form.edit_line(lambda line: self._change_line(line, change["new"]))
        except MosiError as error:
            self._form.complain(error)
            self.show()
