"""What is said of an object of the notebook that cannot stand where it was named."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import Parameter, isroutine, signature
from typing import Any

from mosi_nb.errors import SpecError
from mosi_nb.spec import Use

ABLE = {"model": "fit and predict", "encoder": "fit and transform", "ensemble": "fit and predict"}


def cannot_stand(thing: Any, use: Use, key: str, kind: str) -> SpecError:
    """Build the error for an object that is neither a model nor an encoder.

    Parameters
    ----------
    thing, use, key
        The object, the name under which it was used and the key of the cell.
    kind
        What was wanted: `model` or `encoder`.
    """
    # In Python, the object itself was handed over, and the name is ours.
    named = f"'{use.name}'" if use.place else f"{thing!r:.40}"
    sentence = f"{named} is of type {type(thing).__name__} and cannot {ABLE[kind]}."
    return SpecError.at(use.place, key, sentence, advice=_instead(thing, use, kind))


def _instead(thing: Any, use: Use, kind: str) -> str:
    if isroutine(thing):
        return (
            f"If it makes one, call it in another cell and name what it returns: made = {use.name}().\n"
            f'Or write @component("{kind}", "...") above it; a component may be called here.'
        )
    if kind == "model" and callable(getattr(thing, "transform", None)):
        return "It transforms: name it under text, audio or video, or put a model behind it (make_pipeline)."
    if kind == "encoder" and callable(getattr(thing, "predict", None)):
        return "It predicts: name it among the models."
    if isinstance(thing, list | tuple) and thing:
        return f"Name each of the {len(thing)} by itself, with commas between them."
    if callable(getattr(thing, "fit", None)):
        lacking = "predict" if kind == "model" else "transform"
        return f"It has fit; give it a method {lacking} too."
    return f"Here may stand a component, or an object of the notebook that can {ABLE[kind]}."


def refuse_unknown_parameter(use: Use, key: str, name: str, known: Sequence[str]) -> None:
    """Refuse a value for a parameter that an object of the notebook does not have.

    Raises
    ------
    SpecError
        With the nearest one that it has, or with how it comes to have some.
    """
    if name in known:
        return
    place = use.places.get(name, use.place)
    if known:
        raise SpecError.unknown(place, key, f"parameter of '{use.name}'", name, known)
    sentence = f"unknown parameter of '{use.name}': '{name}'. It has none that can be set."
    advice = "Name its class here instead of the object, or derive the class from scikit-learn's BaseEstimator."
    raise SpecError.at(place, key, sentence, advice=advice)


def refuse_missing(thing: Any, use: Use, key: str) -> None:
    """Refuse a class that cannot be made of what was handed to it.

    Raises
    ------
    SpecError
        With what it needs, and how to write it.
    """
    if not isinstance(thing, type):
        return
    try:
        parameters = signature(thing).parameters.values()
    except (TypeError, ValueError):  # of a class that is written in C
        return
    several = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    missing = [
        p.name
        for p in parameters
        if p.default is Parameter.empty and p.kind not in several and p.name not in use.parameters
    ]
    if missing:
        sentence = f"'{use.name}' is a class that needs {' and '.join(map(repr, missing))}."
        filled = f"{use.name}({', '.join(f'{name}=...' for name in missing)})"
        advice = f"Write {filled} here, or make it in another cell and name that: made = {filled}."
        raise SpecError.at(use.place, key, sentence, advice=advice)
