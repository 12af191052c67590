"""What a value means to an object of the notebook: a variable, a word that its signature lists, or itself."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mosi_nb.components.build import Namespace, variable_of
from mosi_nb.components.keras_models import KerasModel
from mosi_nb.components.torch_models import ModuleModel, SkorchModel
from mosi_nb.errors import Place, SpecError, nearest
from mosi_nb.spec import Use, written

CONSTANTS = ("True", "False", "None")


def meant(value: Any, thing: Any, param: str, use: Use, key: str, namespace: Namespace) -> Any:
    """Return what is handed to an object of the notebook for a value of a cell.

    A name is a variable of the notebook. Where there is none it is a word, if the object lists that among those that
    the parameter takes: `kernel=linear`. Nobody would see a mistyped name that became a string.

    Parameters
    ----------
    value
        As it was written.
    thing
        An estimator, or a class of them.
    param
        Which parameter it is for.
    use, key
        The name under which the object was used and the key of the cell.
    namespace
        The notebook's variables.

    Raises
    ------
    SpecError
        If it is a call, or a name that nobody knows.
    """
    if isinstance(value, list | tuple):
        return type(value)(meant(v, thing, param, use, key, namespace) for v in value)
    if isinstance(value, dict):
        return {name: meant(v, thing, param, use, key, namespace) for name, v in value.items()}
    if not isinstance(value, Use):
        return value
    place = value.place or use.places.get(param, use.place)
    if value.called:
        sentence = f"'{written(value)}' is no value: a cell looks names up and calls none but components."
        raise SpecError.at(place, key, sentence, advice="Make it in another cell and name the variable here.")
    variable = variable_of(value, key, namespace)
    if variable is not None or _is_none(value, key, namespace):
        return variable
    known = listed(thing, param)
    if value.name in known:
        return value.name
    mine = [name for name in namespace if not name.startswith("_")]
    sentence = f"'{value.name}' is no value of {param}, and there is no variable of that name."
    raise refused(place, key, sentence, value.name, [*known, *mine])


def refused(place: Place | None, key: str, sentence: str, word: str, known: Sequence[str] = ()) -> SpecError:
    """Build the error for a name that means nothing as a value.

    Parameters
    ----------
    place, key
        Where it stands.
    sentence
        What is wrong.
    word
        The name.
    known
        What could stand there beside True, False and None.
    """
    hint = nearest(word, [*CONSTANTS, *known]).replace("'", "")  # as it would be written: without quotes
    return SpecError.at(place, key, f"{sentence}{hint}", advice=f'A word is written in quotes: "{word}".')


def _is_none(value: Use, key: str, namespace: Namespace) -> bool:
    """Tell whether a name that leads to None is there."""
    path, _, last = value.name.rpartition(".")
    return hasattr(variable_of(replace(value, name=path), key, namespace), last) if path else last in namespace


def listed(thing: Any, param: str) -> list[str]:
    """Return the words that an estimator, or a class of them, lists for a parameter.

    They stand as `Literal` in its signature, or as scikit-learn's constraints do.

    Examples
    --------
    >>> from sklearn.linear_model import HuberRegressor
    >>> from sklearn.svm import SVR
    >>> listed(SVR(), "gamma"), listed(HuberRegressor, "epsilon")
    (['auto', 'scale'], [])
    """
    if isinstance(thing, SkorchModel):
        thing = thing.net
    first, is_inner, rest = param.partition("__")
    if is_inner:
        inner = _part(thing, first)
        return [] if inner is None else listed(inner, rest)
    # what trains a network takes the parameters of what makes it, too
    made = thing.module if isinstance(thing, ModuleModel) else thing.model if isinstance(thing, KerasModel) else None
    return [word for one in (thing, made) if one is not None for word in _listed(one, param)]


def _part(thing: Any, name: str) -> Any:
    try:
        return None if isinstance(thing, type) else thing.get_params().get(name)
    except Exception:  # noqa: BLE001 -- somebody's get_params; who cannot be asked lists nothing
        return None


def _listed(thing: Any, param: str) -> list[str]:
    is_function = not isinstance(thing, type) and hasattr(thing, "__code__")
    kind: Any = thing if isinstance(thing, type) else type(thing)
    try:
        wanted = typing.get_type_hints(thing if is_function else kind.__init__).get(param)
    except Exception:  # noqa: BLE001 -- an annotation that cannot be evaluated
        wanted = None
    constraints = getattr(kind, "_parameter_constraints", None)
    found = constraints.get(param) if isinstance(constraints, dict) else None
    words = [word for one in (found if isinstance(found, list) else []) for word in getattr(one, "options", ())]
    return _literals(wanted) + sorted(word for word in words if isinstance(word, str))


def _literals(wanted: Any) -> list[str]:
    inside = typing.get_args(wanted)
    if typing.get_origin(wanted) is typing.Literal:
        return [one for one in inside if isinstance(one, str)]
    return [word for one in inside for word in _literals(one)]
