"""Help on what stands at the cursor of a cell, finished or not."""

from __future__ import annotations

from mosi_nb.cell.cursor import Cursor, read
from mosi_nb.cell.help import of_component, of_key, of_parameter
from mosi_nb.cell.slot import Slot, meant, slot_of
from mosi_nb.components.build import Namespace
from mosi_nb.registry import Component, find, names
from mosi_nb.spec import KEYS


def help_at(text: str, cursor: int, namespace: Namespace) -> str | None:
    """Return help on the key, component or parameter at the cursor.

    Parameters
    ----------
    text
        The body of a cell.
    cursor
        How many characters stand before it.
    namespace
        The notebook's variables.

    Returns
    -------
    str or None
        None where a variable stands, and where there is nothing to tell.

    Examples
    --------
    >>> print(help_at("models = svr(kernel=rbf)", 15, {}))
    kernel (parameter of model svr)
    rbf or linear or poly or sigmoid, default rbf
    Shape of the function.
    """
    at = read(text, cursor)
    if at.kind == "comment":
        return None
    if not at.key:
        return of_key(at.word) if at.word in KEYS else None
    slot = slot_of(at, namespace)
    word = "" if at.kind == "string" else at.word
    if (slot.is_call and at.is_assigned) or not (found := _named(slot, word)):
        return None if word in namespace and not at.is_assigned else _around(slot, at, word)
    return of_component(found)


def _named(slot: Slot, word: str) -> Component | None:
    """Return the component that a word names, or the one that begins like it."""
    if not word or (found := meant(slot, word)):
        return found if word else None
    begun = [name for name in names(slot.kind) if name.startswith(word)] if slot.kind else []
    return find(slot.kind, begun[0]) if len(begun) == 1 else None


def _around(slot: Slot, at: Cursor, word: str) -> str | None:
    """Return help on the parameter whose value is written, on what is called, or on the key."""
    if slot.component is None:
        return None if slot.thing is not None or slot.key not in KEYS else of_key(slot.key)
    name = word if slot.is_call and at.is_assigned else slot.parameter
    if name in slot.parameters and (at.brackets[-1].keyword or slot.is_listed or at.word):
        return of_parameter(slot.component, name)
    return of_component(slot.component)
