"""The text that a form stands for: what it says, what it said before, and why it cannot be read."""

from __future__ import annotations

import keyword
from argparse import Namespace
from collections.abc import Callable

from IPython.core.error import UsageError
from IPython.core.magic_arguments import parse_argstring

from mosi_nb.cell import parse
from mosi_nb.cell.magic_line import MAGIC, arguments_of, joined, split
from mosi_nb.errors import SpecError
from mosi_nb.notebook.magics import MosiMagics
from mosi_nb.spec import Spec

KEPT = 200
"""Most changes that can be taken back."""


class UnreadError(SpecError):
    """A change by a field while the text cannot be read: it is not kept."""


class Draft:
    """A whole cell as it is being written.

    Parameters
    ----------
    text
        The cell, with the line of the magic.

    Attributes
    ----------
    text
        As it stands now.
    spec, flags
        What it says; where it cannot be read, what it said last.
    error
        Why it cannot be read; None where it can.
    """

    def __init__(self, text: str) -> None:
        self.text = ""
        self.spec, self.flags = Spec(), flags_of(MAGIC)
        self.error: SpecError | None = None
        self._before: list[str] = []
        self._after: list[str] = []
        self._typed_in: int | None = None
        self._take(text)

    @property
    def line(self) -> str:
        """The line of the magic."""
        return split(self.text)[0]

    @property
    def body(self) -> str:
        """What stands below it."""
        return split(self.text)[1]

    @property
    def above(self) -> int:
        """How many lines stand above the body: a mistake is told by its line in the text that is in view."""
        return self.text[: len(self.text) - len(self.body)].count("\n")

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether a change was taken back."""
        return bool(self._after)

    def write(self, text: str, *, typed: bool = False) -> None:
        """Put another text in place of this one.

        Parameters
        ----------
        text
            The whole cell.
        typed
            Whether somebody is typing: letters in one line are one change, to be taken back at once.
        """
        if text == self.text:
            return
        line = _changed_line(self.text, text) if typed else None
        if line is None or line != self._typed_in:
            self._before = [*self._before[-KEPT:], self.text]
        self._typed_in, self._after = line, []
        self._take(text)

    def edit(self, change: Callable[[str], str]) -> None:
        """Change the body.

        Raises
        ------
        UnreadError
            If the text cannot be read.
        SpecError
            If what is to stand there cannot stand there.
        """
        self._refuse_unread()
        self.write(joined(self.line, change(self.body)))

    def edit_line(self, change: Callable[[str], str]) -> None:
        """Change the line of the magic.

        Raises
        ------
        UnreadError
            If the text cannot be read.
        SpecError
            If the line could not be read any more.
        """
        self._refuse_unread()
        line = change(self.line)
        flags_of(line)
        self.write(joined(line, self.body))

    def undo(self) -> None:
        """Take the last change back."""
        if self._before:
            self._after.append(self.text)
            self._typed_in = None
            self._take(self._before.pop())

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        if self._after:
            self._before.append(self.text)
            self._typed_in = None
            self._take(self._after.pop())

    def _take(self, text: str) -> None:
        self.text = text
        try:
            flags, spec = flags_of(self.line), parse("\n" * self.above + self.body)
        except SpecError as error:
            self.error = error
        else:
            self.flags, self.spec, self.error = flags, spec, None

    def _refuse_unread(self) -> None:
        if self.error is not None:
            sentence = "the text cannot be read, so that no field can change it."
            raise UnreadError.at(None, "form", sentence, advice="Correct the text first, or take it back with Undo.")


def flags_of(line: str) -> Namespace:
    """Read the line of the magic.

    Raises
    ------
    SpecError
        If it is another line, or holds what the magic does not know.
    """
    magic = line.split(maxsplit=1)[0] if line else MAGIC
    if magic != MAGIC:
        sentence = f"a form is of {MAGIC}, found {magic}."
        raise SpecError.at(None, "first line", sentence, advice=f"Write {MAGIC} NAME.")
    try:
        flags: Namespace = parse_argstring(MosiMagics.mosi_experiment, arguments_of(line))
    except (UsageError, ValueError) as error:
        raise SpecError.at(None, "first line", f"{error}", advice=f"See {MAGIC} --help.") from None
    if flags.name:
        refuse_no_name(flags.name, "first line")
    return flags


def refuse_no_name(name: str | None, where: str) -> None:
    """Refuse what a variable cannot be called.

    Raises
    ------
    SpecError
        If it is no name, or empty.
    """
    if not name:
        advice = f"Write it in the field Name, or behind {MAGIC}."
        raise SpecError.at(None, where, "the result needs a name.", advice=advice)
    if not name.isidentifier() or keyword.iskeyword(name):
        sentence = f"'{name}' cannot be the name of a variable."
        raise SpecError.at(None, where, sentence, advice="Letters, digits and _, no digit first.")


def _changed_line(before: str, after: str) -> int | None:
    """Return the number of the one line in which two texts differ."""
    old, new = before.split("\n"), after.split("\n")
    if len(old) != len(new):
        return None
    differing = [n for n, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    return differing[0] if len(differing) == 1 else None
