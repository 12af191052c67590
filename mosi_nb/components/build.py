"""From the use of a name to the thing itself: looked up, checked against its signature, built.

Names are looked up in the registry and then among the notebook's variables. What a cell hands to a
component is checked here, before anything is built, so that every mistake names its line.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from inspect import Parameter
from typing import Any, Literal

from mosi_nb.components.foreign import is_network
from mosi_nb.components.installed import also_missing
from mosi_nb.errors import Place, SpecError
from mosi_nb.registry import Component, find, hint, names
from mosi_nb.spec import Use, Value, written

Namespace = Mapping[str, Any]


def lookup(use: Use, key: str, kind: str, namespace: Namespace) -> Component | Any:
    """Return the component that is meant, or the notebook's object.

    Parameters
    ----------
    use
        The name as it was used.
    key
        The key of the cell in which it stands.
    kind
        Kind of component that may stand there.
    namespace
        The notebook's variables.

    Raises
    ------
    SpecError
        If nobody knows the name, both know it and the variable could stand there too, or it is the result of a run.
    """
    found = find(kind, use.name)
    variable = variable_of(use, key, namespace)
    is_another = found and variable is not None and variable is not found.build
    if use.place and is_result(variable):  # a cell may be called after the one model that it trains
        is_another = False
    if is_another and kind in COULD_STAND and COULD_STAND[kind](variable):
        sentence = f"'{use.name}' is a {kind} of mosi_nb and also a variable of yours that could stand here."
        advice = f"Rename your variable to use it, or delete it: del {use.name}"
        if not use.place:
            sentence = f"'{use.name}' is a {kind} of mosi_nb, and what you handed over has the same name."
            advice = f'Give it another one, as a pair: {key}=[("my_{use.name}", {use.name})]'
        raise SpecError.at(use.place, key, sentence, advice=advice)
    if found:
        return found
    if variable is None:
        sentence = f"unknown {kind}: '{use.name}'.{hint(kind, use.name)}"
        advice = f"Or name a variable of the notebook: there is none called '{use.name}'."
        advice = also_missing(advice if kind in COULD_STAND else "")
        raise SpecError.at(use.place, key, sentence, known=names(kind), advice=advice)
    if kind == "model" and is_result(variable):
        sentence = f"'{use.name}' is what a cell or a saved model gave, and no estimator that could be trained."
        raise SpecError.at(use.place, key, sentence, advice="Name the component or the estimator that it was made of.")
    return variable


def variable_of(use: Use, key: str, namespace: Namespace) -> Any:
    """Follow a dotted name among the notebook's variables; None if it leads nowhere.

    Raises
    ------
    SpecError
        If an attribute on the way is computed, and fails.
    """
    first, *rest = use.name.split(".")
    value = namespace.get(first)
    try:
        for name in rest:
            value = getattr(value, name, None)
    except Exception as error:
        sentence = f"looking '{use.name}' up failed: {type(error).__name__}: {error}"
        raise SpecError.at(use.place, key, sentence) from error
    return value


def is_result(value: object) -> bool:
    """Tell whether a variable is what a cell or a saved model gave, or its class: it predicts, and is no estimator."""
    of = value if isinstance(value, type) else type(value)
    return of.__module__.startswith("mosi_nb.model.")


def _is_estimator(value: object) -> bool:
    return callable(getattr(value, "fit", None)) and callable(getattr(value, "predict", None))


def _is_function(value: object) -> bool:
    return callable(value) and not isinstance(value, type)


def _could_be_trained(value: object) -> bool:
    return _is_estimator(value) or is_network(value)


COULD_STAND: Mapping[str, Callable[[object], bool]] = {
    "model": _could_be_trained,
    "metric": _is_function,
    "encoder": lambda value: callable(getattr(value, "fit", None)) and callable(getattr(value, "transform", None)),
    "data": lambda value: callable(getattr(value, "union", None)),
    "ensemble": _is_estimator,
}


def bind(component: Component, use: Use, key: str) -> dict[str, Value]:
    """Return what was handed to a component by parameter, checked but for the values to try.

    Raises
    ------
    SpecError
        For an unknown, missing or double parameter, and for too many of them.
    """
    known = component.parameters
    positional = [n for n, p in known.items() if p.kind is not Parameter.KEYWORD_ONLY]
    rest = next((n for n, p in known.items() if p.kind is Parameter.VAR_POSITIONAL), None)
    bound: dict[str, Value] = {}
    for number, value in enumerate(use.arguments):
        if rest:
            bound[rest] = (*typing.cast("tuple[Value, ...]", bound.get(rest, ())), value)
        elif number < len(positional):
            bound[positional[number]] = value
        else:
            raise _too_many(component, use, key, positional)
    for name, value in use.parameters.items():
        place = use.places.get(name, use.place)
        if name not in known or name == rest:
            raise SpecError.unknown(place, key, f"parameter of {component.kind} '{component.name}'", name, known)
        if name in bound:
            raise SpecError.at(place, key, f"'{name}' of {component.kind} '{component.name}' is given twice.")
        bound[name] = value
    missing = [n for n, p in known.items() if p.default is Parameter.empty and n not in bound and n != rest]
    if missing:
        sentence = f"{component.kind} '{component.name}' needs '{missing[0]}'."
        raise SpecError.at(use.place, key, sentence, known=known)
    return bound


def _too_many(component: Component, use: Use, key: str, positional: list[str]) -> SpecError:
    most = f"at most {len(positional)} values" if positional else "no values"
    sentence = f"{component.kind} '{component.name}' takes {most}, found {len(use.arguments)}."
    return SpecError.at(use.places.get(len(positional), use.place), key, sentence, known=component.parameters)


def place_of(component: Component, use: Use, name: str, further: int = 0) -> Place | None:
    """Return where a parameter stands in the cell, whether by keyword or by position.

    Parameters
    ----------
    component, use, name
        The component, its use and the name of the parameter.
    further
        How many positions further, for a parameter that takes several values.
    """
    if name in use.places:
        return use.places[name]
    position = list(component.parameters).index(name) if name in component.parameters else -1
    return use.places.get(position + further, use.place)


def convert(component: Component, use: Use, key: str, name: str, value: Value) -> Any:
    """Return a value in the type that the component's signature asks for.

    A bare name stands for a string where the signature lists the strings that it takes.

    Raises
    ------
    SpecError
        If the value is of another type, or not among those listed.
    """
    parameter = component.parameters[name]
    several = parameter.kind is Parameter.VAR_POSITIONAL and isinstance(value, tuple)
    values: tuple[Value, ...] = value if several else (value,)  # type: ignore[assignment]  # a tuple where several
    converted = []
    for number, one in enumerate(values):
        fits, result = _fit_to(parameter.annotation, one)
        if not fits:
            sentence = f"'{name}' of {component.kind} '{component.name}' wants {_named(parameter.annotation)}"
            place = place_of(component, use, name, number)
            is_fraction = parameter.annotation is int and isinstance(one, float)
            advice = "Whole numbers to try: a list, or integers(low, high)." if is_fraction else ""
            raise SpecError.at(place, key, f"{sentence}, found {_shown(one)}.", advice=advice)
        converted.append(result)
    return tuple(converted) if several else converted[0]


def admits(annotation: Any, value: Any) -> bool:
    """Tell whether a value fits an annotation; those of other types than a cell's admit everything.

    Examples
    --------
    >>> admits(float, 1), admits(float, "1")
    (True, False)
    """
    return _fit_to(annotation, value)[0]


def _shown(value: Any) -> str:
    """Write a value for a message: a name without quotes, an object as Python does."""
    return written(value) if isinstance(value, Use | str | int | float | list | tuple | dict | None) else repr(value)


def _fit_to(wanted: Any, value: Value) -> tuple[bool, Any]:
    """Return whether a value fits an annotation, and the value in that type."""
    if isinstance(wanted, types.UnionType) or typing.get_origin(wanted) is typing.Union:
        tried = [_fit_to(option, value) for option in typing.get_args(wanted)]
        return next((t for t in tried if t[0]), (False, None))
    if typing.get_origin(wanted) is Literal:
        written = value.name if isinstance(value, Use) and not value.called else value
        return any(written == o and type(written) is type(o) for o in typing.get_args(wanted)), written
    if typing.get_origin(wanted) is tuple:
        return _fit_to_tuple(typing.get_args(wanted), value)
    if wanted is float:
        return isinstance(value, int | float) and not isinstance(value, bool), value
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool), value
    if wanted in (None, type(None)):
        return value is None, value
    plain = typing.get_origin(wanted) or wanted
    if plain in (str, bool, list, dict):
        return isinstance(value, plain), value
    return True, value


def _fit_to_tuple(wanted: tuple[Any, ...], value: Value) -> tuple[bool, Any]:
    if not isinstance(value, tuple):
        return False, None
    options = (wanted[0],) * len(value) if wanted[-1] is Ellipsis else wanted
    tried = [_fit_to(option, v) for option, v in zip(options, value, strict=False)]
    return len(options) == len(value) and all(t[0] for t in tried), tuple(t[1] for t in tried)


def _named(wanted: Any) -> str:
    """Name a type for somebody who does not read annotations."""
    if typing.get_origin(wanted) is Literal:
        return " or ".join(str(option) for option in typing.get_args(wanted))
    if isinstance(wanted, types.UnionType) or typing.get_origin(wanted) is typing.Union:
        return " or ".join(_named(option) for option in typing.get_args(wanted))
    if typing.get_origin(wanted) is tuple:
        return f"({', '.join(_named(option) for option in typing.get_args(wanted))})"
    plain = {int: "a whole number", float: "a number", str: "text in quotes", bool: "True or False", type(None): "None"}
    return plain.get(wanted, getattr(wanted, "__name__", str(wanted)))


def build(component: Component, use: Use, key: str, params: Mapping[str, Value] | None = None) -> Any:
    """Build a component from its use.

    Parameters
    ----------
    component, use, key
        The component, its use and the key of the cell in which that stands.
    params
        What to hand to it, in place of what stands in the use.

    Raises
    ------
    SpecError
        As `bind` and `convert`; and where the component itself refuses a value.
    """
    given = bind(component, use, key) if params is None else params
    converted = {name: convert(component, use, key, name, value) for name, value in given.items()}
    rest = next((n for n, p in component.parameters.items() if p.kind is Parameter.VAR_POSITIONAL), None)
    arguments = converted.pop(rest, ()) if rest else ()
    with located(use.place, key):
        return component.build(*arguments, **converted)


class located:  # noqa: N801 -- used like a function
    """A context in which a ValueError is told with its place in the cell.

    The first line of the message says what is wrong, further lines what to do.
    """

    def __init__(self, place: Place | None, key: str) -> None:
        self.place, self.key = place, key

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, _type: object, error: BaseException | None, _frames: object) -> None:
        """Turn a plain ValueError into a SpecError."""
        if type(error) is ValueError:
            sentence, _, advice = str(error).partition("\n")
            raise SpecError.at(self.place, self.key, sentence, advice=advice) from None
