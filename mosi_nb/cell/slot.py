"""What may stand where the cursor is: components of a kind, a parameter's name, its value."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from inspect import Parameter
from typing import Any

from mosi_nb.cell.cursor import Bracket, Cursor
from mosi_nb.cell.help import KIND_OF
from mosi_nb.components.build import Namespace
from mosi_nb.registry import Component, find

SEARCHED = ("encoder", "model")
"""Kinds whose parameters may have several values to try."""


@dataclass(frozen=True)
class Slot:
    """What may stand at one place of a cell.

    Attributes
    ----------
    key
        Whose value it belongs to; empty where a key is to be written.
    kind
        Components of this kind may stand here; empty if none may.
    component
        What is called around it.
    thing
        The variable that is called around it, where it is no component.
    parameter
        Whose value may stand here.
    is_listed
        Whether it is inside a list or a tuple that is the value.
    outer
        Of a space: the slot in which that stands.
    bracket
        The innermost one.
    """

    key: str
    kind: str = ""
    component: Component | None = None
    thing: Any = None
    parameter: str = ""
    is_listed: bool = False
    outer: Slot | None = None
    bracket: Bracket | None = None

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Parameters of what is called around it."""
        if self.component is not None:
            return self.component.parameters
        return parameters_of(self.thing) if self.thing is not None else {}

    @property
    def is_call(self) -> bool:
        """Whether it stands right inside the parentheses of a call."""
        return self.bracket is not None and bool(self.bracket.name) and not self.is_listed


def slot_of(cursor: Cursor, namespace: Namespace) -> Slot:
    """Return what may stand at the cursor.

    Parameters
    ----------
    cursor
        What stands around it.
    namespace
        The notebook's variables.

    Examples
    --------
    >>> from mosi_nb.cell.cursor import read
    >>> slot = slot_of(read("models = ridge(alpha=", 21), {})
    >>> slot.component.name, slot.parameter
    ('ridge', 'alpha')
    """
    slot = Slot(cursor.key, KIND_OF.get(cursor.key, ""), bracket=cursor.brackets[0])
    for bracket in cursor.brackets[1:]:
        slot = _called(slot, bracket, namespace) if bracket.name else replace(slot, is_listed=True, bracket=bracket)
    return slot


def meant(slot: Slot, name: str) -> Component | None:
    """Return the component that a name means at a slot; None if it means none."""
    if slot.kind:
        return find(slot.kind, name)
    if slot.component is None:
        return None
    if slot.parameter in slot.component.tags.get("models", ()):
        return find("model", name)
    return find("space", name) if is_searched(slot) else None


def is_searched(slot: Slot) -> bool:
    """Tell whether several values may be tried at a slot."""
    return slot.component is not None and slot.component.kind in SEARCHED and not slot.is_listed


def _called(slot: Slot, bracket: Bracket, namespace: Namespace) -> Slot:
    component = meant(slot, bracket.name)
    thing = namespace.get(bracket.name) if component is None and (slot.kind or slot.key == "ablate") else None
    inside = Slot(slot.key, component=component, thing=thing, bracket=bracket)
    if component is not None and component.kind == "space":
        inside = replace(inside, outer=slot)
    return replace(inside, parameter=bracket.keyword or _at(inside.parameters, bracket.position))


def _at(parameters: Mapping[str, Parameter], position: int) -> str:
    """Return the parameter that a value means by its position; empty if none."""
    positional = [name for name, p in parameters.items() if p.kind is not Parameter.KEYWORD_ONLY]
    if any(parameters[name].kind is Parameter.VAR_POSITIONAL for name in positional):
        return positional[0]
    return positional[position] if position < len(positional) else ""


def parameters_of(thing: object) -> Mapping[str, Parameter]:
    """Return the parameters of an estimator of the notebook, or of a class of them; nothing is called."""
    try:
        found = inspect.signature(thing if isinstance(thing, type) else type(thing)).parameters
    except (TypeError, ValueError):  # compiled classes tell no signature
        return {}
    several = (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL, Parameter.POSITIONAL_ONLY)
    return {name: p.replace(annotation=Any) for name, p in found.items() if p.kind not in several}
