"""A part of a pipeline: a component, or an object of the notebook, with the values to try for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, signature
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier

from mosi_nb.components import build, lookup
from mosi_nb.components.build import COULD_STAND, Namespace, convert, place_of
from mosi_nb.components.estimators import AnyModel
from mosi_nb.components.foreign import adapted
from mosi_nb.components.spaces import Space
from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.errors import MosiError, Place, SpecError
from mosi_nb.plan.refusals import cannot_stand, refuse_missing, refuse_unknown_parameter
from mosi_nb.plan.unclonable import not_made, refuse_unclonable
from mosi_nb.plan.variables import with_variables
from mosi_nb.plan.words import meant, refused
from mosi_nb.registry import Component, find
from mosi_nb.spec import Use, Value, written


@dataclass(frozen=True)
class Part:
    """What stands in a cell for one step of a pipeline.

    Attributes
    ----------
    name
        As it was written.
    spaces
        Values to try, by parameter.
    make
        From one value for each of these parameters to the unfitted estimator.
    use, key
        What was written, and the key of the cell in which it stands, for messages.
    places
        Where the values to try stand in the cell, by parameter.
    tags
        Of the component; empty for an object of the notebook.
    """

    name: str
    spaces: Mapping[str, Space]
    make: Callable[[Mapping[str, Any]], Any]
    use: Use
    key: str
    places: Mapping[str, Place | None] = field(default_factory=dict)
    tags: Mapping[str, Any] = field(default_factory=dict)


def part_of(use: Use, key: str, kind: str, namespace: Namespace) -> Part:
    """Look a name up and check what is handed to it.

    Parameters
    ----------
    use, key
        The name as it was used and the key of the cell in which it stands.
    kind
        `model` or `encoder`.
    namespace
        The notebook's variables.

    Raises
    ------
    SpecError
        If the name, a parameter or a value cannot be meant.
    """
    found = lookup(use, key, kind, namespace)
    if isinstance(found, Component):
        return _of_component(found, use, key, namespace)
    return _of_object(found, use, key, kind, namespace)


def _of_component(component: Component, use: Use, key: str, namespace: Namespace) -> Part:
    fixed: dict[str, Value] = {}
    spaces: dict[str, Space] = {}
    for name, value in with_variables(component, use, key, namespace).items():
        is_variadic = component.parameters[name].kind is Parameter.VAR_POSITIONAL
        space = None if is_variadic else space_of(value, key)
        if space is None:
            fixed[name] = _converted(component, use, key, name, value)
            continue
        values = tuple(_converted(component, use, key, name, _in_type(component, name, v)) for v in space.values)
        spaces[name] = Space(values, space.distribution)
    places = {name: place_of(component, use, name) for name in spaces}
    _refuse_empty(component.name, spaces, places, key)

    def make(chosen: Mapping[str, Any]) -> Any:
        values = {name: _in_type(component, name, value) for name, value in chosen.items()}
        return build(component, use, key, {**fixed, **values})

    return Part(component.name, spaces, make, use, key, places, component.tags)


def _converted(component: Component, use: Use, key: str, name: str, value: Any) -> Any:
    """Return a value as the component wants it; a name that it does not list is none, where it takes anything."""
    found = convert(component, use, key, name, value)
    if isinstance(found, Use):
        sentence = f"'{name}' of {component.kind} '{component.name}' takes no variable, found {written(found)}."
        raise refused(found.place or place_of(component, use, name), key, sentence, found.name)
    return found


def _refuse_empty(name: str, spaces: Mapping[str, Space], places: Mapping[str, Place | None], key: str) -> None:
    for param, space in spaces.items():
        if not space.values and space.distribution is None:
            sentence = f"there is no value to try for '{param}' of '{name}'."
            raise SpecError.at(places[param], key, sentence, advice="Leave it out for its default.")


def _of_object(thing: Any, use: Use, key: str, kind: str, namespace: Namespace) -> Part:
    """Take an estimator, or a class of them, from the notebook."""
    if not COULD_STAND[kind](thing):
        raise cannot_stand(thing, use, key, kind)
    if kind == "model":
        thing = _adapted(thing, use, key)
    if use.arguments:
        sentence = f"parameters of '{use.name}' are written with their names: {use.name}(name=value)."
        raise SpecError.at(use.places.get(0, use.place), key, sentence)
    fixed: dict[str, Any] = {}
    spaces: dict[str, Space] = {}
    known = _known_of(thing, use, key)
    for name, value in use.parameters.items():
        if known is not None:
            refuse_unknown_parameter(use, key, name, known)
        space = space_of(value, key)
        if space is None:
            fixed[name] = meant(value, thing, name, use, key, namespace)
        else:
            values = (meant(v, thing, name, use, key, namespace) for v in space.values)
            spaces[name] = Space(tuple(values), space.distribution)
    places = {name: use.places.get(name, use.place) for name in spaces}
    _refuse_empty(use.name, spaces, places, key)
    refuse_missing(thing, use, key)

    def make(chosen: Mapping[str, Any]) -> Any:
        params = {**fixed, **chosen}
        try:
            made = _on_the_scale(_made(thing, params), kind)
        except Exception as error:
            raise not_made(thing, params, use, key, error) from error
        refuse_unclonable(thing, params, use, key)
        return made

    return Part(use.name, spaces, make, use, key, places)


def _adapted(thing: Any, use: Use, key: str) -> Any:
    """Give a network what trains it; anything else is left as it is."""
    try:
        return adapted(thing)
    except MosiError:
        raise
    except Exception as error:
        sentence = f"'{use.name}' cannot be taken as a model: {type(error).__name__}: {error}"
        raise SpecError.at(use.place, key, sentence) from error


def _made(thing: Any, params: Mapping[str, Any]) -> Any:
    if isinstance(thing, type):
        return thing(**params)
    if hasattr(thing, "with_params"):
        return thing.with_params(params)
    copy = clone(thing, safe=False)
    return copy.set_params(**params) if params else copy


def _on_the_scale(estimator: Any, kind: str) -> Any:
    """Give a model of the notebook scikit-learn's contract, and put a classifier on the sentiment scale."""
    if kind != "model":
        return estimator
    if not (hasattr(estimator, "__sklearn_tags__") and hasattr(estimator, "get_params")):
        return AnyModel(estimator)
    return SentimentClassifier(estimator) if is_classifier(estimator) else estimator


def _known_of(thing: Any, use: Use, key: str) -> list[str] | None:
    try:
        return _parameters_of(thing, use)
    except Exception as error:  # scikit-learn's get_params reads what __init__ did not keep
        raise not_made(thing, {}, use, key, error) from error


def _parameters_of(thing: Any, use: Use) -> list[str] | None:
    """Return the names of an estimator's parameters; None if it takes any."""
    if not isinstance(thing, type) and hasattr(thing, "known_params"):
        return list(thing.known_params(use.parameters))
    if not isinstance(thing, type):
        return list(thing.get_params()) if hasattr(thing, "get_params") else []
    if hasattr(thing, "_get_param_names"):
        return list(thing._get_param_names())  # noqa: SLF001 -- scikit-learn tells it of an instance only
    parameters = signature(thing).parameters
    return None if any(p.kind is Parameter.VAR_KEYWORD for p in parameters.values()) else list(parameters)


def space_of(value: Value, key: str) -> Space | None:
    """Return the values to try that stand for a parameter; None for a single value."""
    if isinstance(value, list):
        return Space(tuple(value))
    if isinstance(value, Use) and (component := find("space", value.name)) and (value.called or value.arguments):
        space: Space = build(component, value, key)
        return space
    return None


def _in_type(component: Component, name: str, value: Any) -> Any:
    """Turn a drawn number into a Python number, whole where the component wants it whole."""
    if isinstance(value, np.generic):
        value = value.item()
    wanted = component.parameters[name].annotation
    if wanted is int and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
