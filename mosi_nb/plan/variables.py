"""Variables of the notebook that are handed to a component: who speaks in each video, weights of words."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from mosi_nb.components import bind
from mosi_nb.components.build import Namespace, located, place_of, variable_of
from mosi_nb.errors import SpecError, nearest
from mosi_nb.registry import Component
from mosi_nb.spec import Use

VIDEOS = ("video ids", "speakers = {video_id: speaker, ...}")


def with_variables(component: Component, use: Use, key: str, namespace: Namespace) -> dict[str, Any]:
    """Return what is handed to a component, names that stand for a variable replaced by it.

    Only parameters that the component's tag `variables` lists may be one; where it is a mapping, it tells
    for each of them what its variable maps, and an example.

    Parameters
    ----------
    component, use, key
        The component, its use and the key of the cell in which that stands.
    namespace
        The notebook's variables.

    Raises
    ------
    SpecError
        If there is no such variable, or it maps nothing.
    """
    given: dict[str, Any] = bind(component, use, key)
    tag = component.tags.get("variables", ())
    for name in tag:
        value = given.get(name)
        if not isinstance(value, Use):
            continue
        found = variable_of(value, key, namespace)
        if found is None and value.name == component.parameters[name].default:
            given[name] = value.name
            continue
        with located(place_of(component, use, name), key):
            given[name] = as_mapping(found)
        if given[name] is None:
            there = (
                f"'{value.name}' is of type {type(found).__name__}."
                if found is not None
                else _none(value.name, namespace)
            )
            maps, example = tag[name] if isinstance(tag, Mapping) else VIDEOS
            sentence = f"'{name}' of {component.kind} '{component.name}' wants a variable that maps {maps}, {there}"
            advice = f"For example, in another cell: {example}"
            raise SpecError.at(place_of(component, use, name), key, sentence, advice=advice)
    return given


def _none(written: str, namespace: Namespace) -> str:
    mine = [name for name in namespace if not name.startswith("_")]
    return f"there is none called '{written}'.{nearest(written, mine)}"


def as_mapping(value: object) -> str | dict[Any, Any] | None:
    """Return a mapping, a pandas Series or a table of `word` and `weight` as a dict, a path as it is; else None.

    Raises
    ------
    ValueError
        If something is there twice, with two values.
    """
    pandas = sys.modules.get("pandas")
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return dict(value.items())
    if pandas is not None and isinstance(value, pandas.Series):
        return _one_each(value.items())
    if pandas is not None and isinstance(value, pandas.DataFrame) and {"word", "weight"} <= set(value.columns):
        return _one_each(zip(value["word"].tolist(), value["weight"].tolist(), strict=True))
    return None


def _one_each(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for one, value in pairs:
        if found.setdefault(one, value) != value:
            message = f"'{one}' has two values: {found[one]} and {value}."
            raise ValueError(message)
    return found
