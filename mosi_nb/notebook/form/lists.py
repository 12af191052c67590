"""Components behind one key: several in their order, or one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mosi_nb.cell.edit import moved, source_of, with_item, with_key
from mosi_nb.errors import MosiError
from mosi_nb.notebook.form.look import cut, told
from mosi_nb.notebook.form.parameters import Parameters
from mosi_nb.notebook.form.variables import of_notebook, standing
from mosi_nb.registry import find, names
from mosi_nb.spec import Use

if TYPE_CHECKING:
    from mosi_nb.notebook.form.form import Form

LONGEST, SHOWN = 200, 90
"""Letters of what a drop-down offers, which opens as wide as need be, and of what a list shows."""
ROWS = 2, 7


class Several:
    """The components behind a key that takes several: a list, what adds to it and changes their order.

    Parameters
    ----------
    form
        Whose text it changes.
    key, kind
        The key of the cell, and the kind of its components.
    label
        What the list is called.
    add
        What the list to add from is called.
    empty
        What is the case where the key is not there.
    begins
        What adding begins with where the key is not there.
    """

    def __init__(
        self, form: Form, key: str, kind: str, label: str, *, add: str = "", empty: str = "", begins: Sequence[str] = ()
    ) -> None:
        self._form, self.key, self.kind, self._empty, self._begins = form, key, kind, empty, tuple(begins)
        self._showing, self._sources = False, [""]
        look = form.look
        self.listing = look.listing(label, ROWS[0])
        self.adding = look.dropdown(add or f"Add to {label}", [])
        # With the word for one of them in each button: a form has several sets of these.
        one = f"{key} encoder" if kind == "encoder" else key.removesuffix("s")
        self.add = look.button(f"Add {one}", self._add, f"Add it to {label}")
        self.up = look.button(f"{one.capitalize()} up", lambda: self._move(-1), f"Move the selected of {label} up")
        self.down = look.button(f"{one.capitalize()} down", lambda: self._move(1), f"Move the selected of {label} down")
        self.remove = look.button(f"Remove {one}", self._remove, f"Take the selected out of {label}")
        self.message = look.html()
        self.parameters = Parameters(form, key, kind)
        buttons = look.box(self.add, self.up, self.down, self.remove, across=True, classes=["mosi-form-buttons"])
        parts = [self.listing, self.adding, buttons, self.message, self.parameters.widget]
        self.widget = look.box(*parts, classes=["mosi-form-several"])
        self.listing.observe(lambda _: self._selected(), "index")

    def refresh(self) -> None:
        """Offer what is there by now: components and variables."""
        offered = [("choose one", "")]
        offered += [
            (cut(f"{name}: {found.summary}", LONGEST), name)
            for name in names(self.kind)
            if (found := find(self.kind, name)) is not None
        ]
        held = self._form.namespace
        offered += [(cut(f"{name}: {of_notebook(held[name])}", LONGEST), name) for name in standing(held, self.kind)]
        if tuple(offered) != tuple(self.adding.options):
            chosen = self.adding.value
            self.adding.options = offered
            self.adding.value = chosen if chosen in [name for _, name in offered] else ""

    def show(self) -> None:
        """Show what the text says."""
        sources = source_of(self._form.draft.body, self.key)
        if sources != self._sources:
            self._list(sources)
        self._selected()

    def select(self, number: int) -> None:
        """Select one of them, which opens its parameters."""
        self.listing.index = number

    def _list(self, sources: list[str]) -> None:
        before, self._sources = self._sources, sources
        index = self.listing.index
        if len(sources) == len(before) + 1 and sources[:-1] == before:
            index = len(before)
        self._showing = True
        options = [(f"{n}. {cut(source, SHOWN)}", n) for n, source in enumerate(sources, 1)]
        if len(options) != len(self.listing.options):
            self.listing.rows = min(max(len(options), ROWS[0]), ROWS[1])
        self.listing.options = options or [(self._empty, 0)]
        self.listing.index = min(index or 0, max(len(sources) - 1, 0))
        self._showing = False

    def _uses(self) -> tuple[Use, ...]:
        return getattr(self._form.draft.spec, self.key) or ()

    def _selected(self) -> None:
        if self._showing:
            return
        uses, index = self._uses(), self.listing.index
        chosen = index is not None and index < len(uses)
        self.message.value = ""
        tooltip = self._sources[index] if chosen and index < len(self._sources) else self._empty
        self.listing.tooltip = f"{self.listing.description}: {tooltip}"
        self.parameters.show(uses[index] if chosen else None, index or 0)

    def _add(self) -> None:
        name = self.adding.value
        if not name:
            self._refuse("choose one to add first.")
            return
        uses = self._uses()
        if uses and uses != (Use("none"),):
            self._do(lambda text: with_item(text, self.key, len(uses), name))
        else:
            listed = dict.fromkeys((*self._begins, name) if not uses else (name,))
            self._do(lambda text: with_key(text, self.key, ", ".join(listed)))

    def _remove(self) -> None:
        if self._uses():
            index = self.listing.index
            self._do(lambda text: with_item(text, self.key, index, None))
        else:  # a button that is disabled while it has the focus would lose it
            self._refuse("there is none to take away.")

    def _move(self, by: int) -> None:
        index = self.listing.index
        if 0 <= index + by < len(self._uses()):
            self._do(lambda text: moved(text, self.key, index, index + by))
            self.listing.index = index + by
        else:
            self._refuse(f"there is none to change places with {'above' if by < 0 else 'below'}.")

    def _refuse(self, sentence: str) -> None:
        self.message.value = told(sentence, short=True)

    def _do(self, change: Any) -> None:
        try:
            self._form.edit(change)
        except MosiError as error:
            self.message.value = told(error, short=True)


class One:
    """The component behind a key that takes one.

    Parameters
    ----------
    form, key, label
        As for `Several`.
    default
        What is the case where the key is not there, as it would be written.
    """

    def __init__(self, form: Form, key: str, label: str, default: str) -> None:
        self._form, self.key, self._default = form, key, default
        self._showing = False
        self.choice = form.look.dropdown(label, [(f"default: {default}", "")])
        self.message = form.look.html()
        self.parameters = Parameters(form, key, key)
        parts = [self.choice, self.message, self.parameters.widget]
        self.widget = form.look.box(*parts, classes=["mosi-form-one"])
        self.choice.observe(self._chosen, "value")

    def refresh(self) -> None:
        """Offer what is there by now."""
        self._offer(self.choice.value or "")

    def show(self) -> None:
        """Show what the text says."""
        use: Use | None = getattr(self._form.draft.spec, self.key)
        self._showing = True
        self._offer(use.name if use else "")
        self.choice.value = use.name if use else ""
        self._showing = False
        self.message.value = ""
        self.parameters.show(use)

    def _offer(self, written: str) -> None:
        known = names(self.key)
        listed = [(f"default: {self._default}", "")]
        listed += [
            (cut(f"{name}: {found.summary}", LONGEST), name) for name in known if (found := find(self.key, name))
        ]
        listed += [(written, written)] if written and written not in known else []
        if tuple(listed) != tuple(self.choice.options):
            showing, self._showing = self._showing, True
            value = self.choice.value
            self.choice.options = listed
            if value in [one for _, one in listed]:
                self.choice.value = value
            self._showing = showing

    def _chosen(self, change: Any) -> None:
        if self._showing:
            return
        try:
            self._form.edit(lambda text: with_key(text, self.key, change["new"] or None))
        except MosiError as error:
            self.message.value = told(error, short=True)
