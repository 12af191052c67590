"""Variables of the notebook that are handed to a component: who speaks in each video, weights of words."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from mosi_nb.components import bind
from mosi_nb.components.build import Namespace, place_of, variable_of
from mosi_nb.errors import SpecError
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
        given[name] = as_mapping(found)
        if given[name] is None:
            there = f"'{value.name}' is of type {type(found).__name__}" if found is not None else "there is none"
            maps, example = tag[name] if isinstance(tag, Mapping) else VIDEOS
            sentence = f"'{name}' of {component.kind} '{component.name}' wants a variable that maps {maps}, {there}."
            advice = f"For example, in another cell: {example}"
            raise SpecError.at(place_of(component, use, name), key, sentence, advice=advice)
    return given


def as_mapping(value: object) -> str | dict[Any, Any] | None:
    """Return a mapping or a pandas Series as a dict, a path as it is; None for anything else."""
    pandas = sys.modules.get("pandas")
    if isinstance(value, str):
        return value
    is_series = pandas is not None and isinstance(value, pandas.Series)
    return dict(value.items()) if isinstance(value, Mapping) or is_series else None  # type: ignore[attr-defined]
