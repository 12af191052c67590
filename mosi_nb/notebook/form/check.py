"""What can be told to be wrong with an experiment without its data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from mosi_nb.components import bind, lookup
from mosi_nb.components.build import convert
from mosi_nb.components.scorers import metric_of
from mosi_nb.errors import SpecError
from mosi_nb.plan import combiner_of, thresholds_of
from mosi_nb.plan.ablation import asked_for
from mosi_nb.plan.parts import part_of, space_of
from mosi_nb.plan.variables import with_variables
from mosi_nb.registry import Component
from mosi_nb.spec import MODALITIES, Spec, Use

NONE = Use("none")


def first_problem(spec: Spec, namespace: Mapping[str, Any]) -> SpecError | None:
    """Return the first thing that the plan would refuse, as far as it can be told without the data.

    Parameters
    ----------
    spec
        What was asked for.
    namespace
        The notebook's variables.
    """
    for check in _checks(spec, namespace):
        try:
            check()
        except SpecError as error:
            return error
        except Exception:  # noqa: BLE001, S112 -- whatever a user's own object raises, the plan tells it with its frames
            continue
    return None


def _checks(spec: Spec, namespace: Mapping[str, Any]) -> Iterator[Callable[[], Any]]:
    for key, check in CHECKS.items():
        held = getattr(spec, key)
        for use in held if isinstance(held, tuple) else (held,):
            if isinstance(use, Use) and use != NONE:
                yield partial(check, use, key, namespace)
    yield partial(asked_for, spec)


def _arguments(use: Use, key: str, namespace: Mapping[str, Any]) -> None:
    found = lookup(use, key, key, namespace if key == "data" else {})
    if isinstance(found, Component):
        for name, value in with_variables(found, use, key, namespace).items():
            convert(found, use, key, name, value)


def _part(kind: str, use: Use, key: str, namespace: Mapping[str, Any]) -> None:
    part_of(use, key, kind, namespace)


CHECKS: Mapping[str, Callable[[Use, str, Mapping[str, Any]], Any]] = {
    "data": _arguments,
    **dict.fromkeys(MODALITIES, partial(_part, "encoder")),
    "fusion": _arguments,
    "models": partial(_part, "model"),
    "metrics": lambda use, _key, namespace: metric_of(use, namespace),
    "folds": _arguments,
    "test": _arguments,
    "search": _arguments,
    "ensemble": lambda use, _key, namespace: combiner_of(use, namespace, 0),
    "thresholds": lambda use, _key, _namespace: thresholds_of(use, ""),
    "baselines": partial(_part, "model"),
}


def parameter_problem(thing: object, use: Use, key: str, name: str) -> SpecError | None:
    """Return what is wrong with one parameter of a component, by its type."""
    if not isinstance(thing, Component):
        return None
    try:
        value = bind(thing, use, key)[name]
        if name in thing.tags.get("variables", ()):
            return None
        space = space_of(value, key) if thing.kind in ("model", "encoder") and not isinstance(value, tuple) else None
        for one in [value] if space is None else space.values:
            convert(thing, use, key, name, one)
    except SpecError as error:
        return error if _is_about(error, name) else None
    except KeyError:
        return None
    return None


def _is_about(error: SpecError, name: str) -> bool:
    return f"'{name}'" in str(error).partition("\n")[0] or "'" not in str(error).partition("\n")[0]
