"""What the docstring of a component says (numpydoc), taken apart; and types in words."""

from __future__ import annotations

import inspect
import re
import types
import typing
from inspect import Parameter
from typing import Any

from mosi_nb.registry import Component
from mosi_nb.spec import written

SECTION = re.compile(r"^(\w[\w ]*)\n-+\n", flags=re.MULTILINE)
PLAIN: dict[Any, str] = {
    int: "whole number",
    float: "number",
    str: "text",
    bool: "True or False",
    type(None): "None",
    object: "any",
}

LISTED: dict[Any, tuple[Any, ...]] = {bool: (True, False), type(None): (None,)}


def description(component: Component) -> str:
    """Return what stands above the sections: the summary, and the paragraphs after it.

    Examples
    --------
    >>> import mosi_nb.components
    >>> from mosi_nb.registry import find
    >>> description(find("model", "svr"))
    'Support vector regression.'
    """
    return SECTION.split(inspect.getdoc(component.build) or "")[0].strip()


def headline(component: Component) -> str:
    """Return the name of a component and what it is.

    Examples
    --------
    >>> import mosi_nb.components
    >>> from mosi_nb.registry import find
    >>> headline(find("model", "svr"))
    'svr (model)'
    """
    return f"{component.name} ({component.kind}{' of the notebook' * bool(component.tags.get('notebook'))})"


def documented(component: Component) -> dict[str, str]:
    """Return what the docstring says of each parameter, on one line.

    Examples
    --------
    >>> import mosi_nb.components
    >>> from mosi_nb.registry import find
    >>> documented(find("model", "svr"))["kernel"]
    'Shape of the function.'
    """
    parts = SECTION.split(inspect.getdoc(component.build) or "")
    body = dict(zip(parts[1::2], parts[2::2], strict=True)).get("Parameters", "")
    told: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", body.strip()):
        head, _, text = entry.partition("\n")
        for name in head.split(" : ")[0].split(","):
            told[name.strip().lstrip("*")] = " ".join(text.split())
    return told


def type_name(wanted: object, quote: str = "") -> str:
    """Name a type for somebody who does not read annotations.

    Parameters
    ----------
    wanted
        An annotation.
    quote
        What stands around a word that is written as it is.

    Examples
    --------
    >>> type_name(int | None), type_name(typing.Literal["sqrt", "log2"])
    ('whole number or None', 'sqrt or log2')
    """
    origin, inside = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is typing.Literal:
        return " or ".join(f"{quote}{option}{quote}" for option in inside)
    if isinstance(wanted, types.UnionType) or origin is typing.Union:
        return " or ".join(dict.fromkeys(type_name(option, quote) for option in inside))
    if origin is tuple:
        return f"({', '.join('...' if option is Ellipsis else type_name(option, quote) for option in inside)})"
    if origin is dict:
        return "dict"
    if origin is not None and inside:
        return "list of text" if str in inside else "any"
    return PLAIN.get(wanted, "any")


def options(wanted: object) -> tuple[Any, ...]:
    """Return the values that an annotation lists, True and False and None among them.

    Examples
    --------
    >>> options(typing.Literal["sqrt", "log2"] | bool | None)
    ('sqrt', 'log2', True, False, None)
    """
    origin, inside = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is typing.Literal:
        return inside
    if isinstance(wanted, types.UnionType) or origin is typing.Union:
        return tuple(one for option in inside for one in options(option))
    return LISTED.get(wanted, ())


def plain_types(wanted: object) -> set[Any]:
    """Return the types of the values that an annotation admits; Any where it admits everything.

    Examples
    --------
    >>> plain_types(float | typing.Literal["scale"]) == {float, str}
    True
    """
    origin, inside = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is typing.Literal:
        return {type(option) for option in inside} - {int}  # numbers that are listed are words
    if isinstance(wanted, types.UnionType) or origin is typing.Union:
        return {one for option in inside for one in plain_types(option)}
    return {origin or wanted}


def word(value: Any, wanted: object) -> str:
    """Write a value as it would be written for a parameter: a word that is listed, without quotes.

    Examples
    --------
    >>> word("rbf", typing.Literal["rbf"]), word("fold", str)
    ('rbf', '"fold"')
    """
    return value if isinstance(value, str) and value in options(wanted) else written(value)


def is_required(parameter: Parameter) -> bool:
    """Tell whether a parameter must be given."""
    return parameter.default is Parameter.empty and parameter.kind is not Parameter.VAR_POSITIONAL
