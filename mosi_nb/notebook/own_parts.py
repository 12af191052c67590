"""Estimators and functions of the notebook, told of like components."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from inspect import Parameter, Signature
from typing import Any

from mosi_nb.cell.slot import parameters_of
from mosi_nb.components.build import COULD_STAND, is_result, variable_of
from mosi_nb.components.foreign import adapted
from mosi_nb.components.torch_nets import column_params
from mosi_nb.notebook.form.variables import standing
from mosi_nb.plan.words import listed
from mosi_nb.registry import Component
from mosi_nb.spec import Use

OF_THE_NOTEBOOK = ("model", "encoder", "metric")
"""Kinds of components among which an object of the notebook may stand, and be described."""

LONGEST = 40
PLAIN = (bool, int, float, str, type(None))


class _Short:
    """A value whose repr leaves room for others."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __repr__(self) -> str:
        line = " ".join(repr(self._value).split())
        return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."


def own_names(namespace: Mapping[str, Any], kind: str) -> list[str]:
    """Return the names of what could stand among the components of a kind.

    Parameters
    ----------
    namespace
        The notebook's variables.
    kind
        A kind of components.
    """
    return standing(namespace, kind) if kind in OF_THE_NOTEBOOK else []


def own(namespace: Mapping[str, Any], kind: str, name: str) -> Component | None:
    """Return an object of the notebook as a component that is shown and never built; None if it could not stand there.

    Parameters
    ----------
    namespace
        The notebook's variables.
    kind
        A kind of components.
    name
        Of the variable, dotted or not.
    """
    if kind not in OF_THE_NOTEBOOK:
        return None
    thing = variable_of(Use(name), "%mosi_components", namespace)
    could_stand = thing is not None and COULD_STAND[kind](thing) and not is_result(thing)
    if not could_stand or ("." not in name and name not in standing(namespace, kind)):
        return None
    parameters = {} if kind == "metric" else _parameters(thing)

    def stands_in() -> None:
        raise NotImplementedError

    stands_in.__doc__ = _told(thing)
    stands_in.__annotations__ = {one: parameter.annotation for one, parameter in parameters.items()}
    stands_in.__signature__ = Signature(list(parameters.values()))  # type: ignore[attr-defined]  # what inspect looks at
    return Component(kind, name, stands_in, {"notebook": True})


def _told(thing: Any) -> str:
    """Return its own docstring; what it inherits is about something else."""
    kind = thing if isinstance(thing, type) or hasattr(thing, "__code__") else type(thing)
    told = kind.__doc__ if hasattr(kind, "__code__") else vars(kind).get("__doc__")
    what = "function" if hasattr(kind, "__code__") else "class"
    return told if isinstance(told, str) and told.strip() else f"The {what} {kind.__name__}, which has no docstring."


def _parameters(thing: Any) -> dict[str, Parameter]:
    values = {} if isinstance(thing, type) else _values(thing)
    kind: Any = thing if isinstance(thing, type) else type(thing)
    try:
        hints = typing.get_type_hints(kind.__init__)
    except Exception:  # noqa: BLE001 -- annotations that cannot be evaluated
        hints = {}
    found, trainer = {}, _trainer(thing)
    for name, parameter in _taken(thing, trainer).items():
        default = values.get(name, parameter.default)
        if default is not Parameter.empty and not isinstance(default, PLAIN):
            default = _Short(default)
        words: Any = tuple(listed(trainer, name))
        other: Any = typing.Union[typing.Literal[words], Any] if words else Any  # noqa: UP007 -- made of values
        wanted = hints.get(name, other)
        found[name] = Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=wanted)
    return found


def _taken(thing: Any, trainer: Any) -> dict[str, Parameter]:
    """Return the parameters that may be written: those of what trains a network too, not its number of columns."""
    found = dict(parameters_of(thing))
    if trainer is thing or not hasattr(trainer, "known_params"):
        return found
    known = trainer.known_params(())
    filled = column_params(thing, (), 1) if isinstance(thing, type) else {}
    own = {name: one for name, one in found.items() if name in known and name not in filled}
    return {**own, **{name: one for name, one in parameters_of(trainer).items() if name in known}}


def _trainer(thing: Any) -> Any:
    """Return what trains a network; anything else as it is."""
    try:
        return adapted(thing)
    except Exception:  # noqa: BLE001 -- an extra that is missing, or somebody's class; the cell will say
        return thing


def _values(thing: Any) -> dict[str, Any]:
    """Return what an object was made with, as it tells."""
    try:
        return dict(thing.get_params(deep=False))
    except Exception:  # noqa: BLE001 -- it has no get_params, or one of somebody's that fails
        return {}
