"""What could be written at the cursor of a cell, finished or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import Parameter
from typing import Any

from mosi_nb.cell.cursor import Cursor, read
from mosi_nb.cell.docstrings import is_required, options, plain_types, word
from mosi_nb.cell.slot import Slot, is_searched, slot_of
from mosi_nb.cell.variables import variables
from mosi_nb.components.build import Namespace
from mosi_nb.components.thresholds import BOUNDARIES
from mosi_nb.data.checks import AFTER, BEFORE
from mosi_nb.registry import Component, find, names
from mosi_nb.spec import DURATIONS, KEYS, MODALITIES

Files = Callable[[str], Iterable[str]]
VALUES: Mapping[str, tuple[str, ...]] = {
    "ablate": ("modalities", "none"),
    "nested": ("on", "off"),
    "jobs": ("-1",),
    "seed": ("0",),
    "ensemble": ("none",),
    "thresholds": ("none",),
    "baselines": ("none",),
}
ABLATE: Mapping[str, tuple[str, ...]] = {"search": ("on", "off"), "candidate": ("small", "best")}
LENGTHS = ('"30s"', '"10min"', '"1h"')
FILED: Mapping[str, tuple[str, ...]] = {
    "read": ("path", "sentiment", "folds", "text", "audio", "video"),
    "lexicon": ("words",),
    "by_speaker": ("speakers",),
    "holdout": ("by",),
    "file": ("source",),
}
"""Parameters of components that may be the path of a file."""

SPACES: Mapping[str, set[Any]] = {
    "log": {float, int, Any},
    "uniform": {float, Any},
    "integers": {int, Any},
    "fixed": {list, tuple, Any},
}
"""Spaces that fit parameters of certain types only."""


@dataclass(frozen=True)
class Suggestion:
    """Something that could be written at the cursor.

    Attributes
    ----------
    text
        What replaces the word up to the cursor.
    type
        What it is: `key`, `model`, `parameter`, `value`, `variable`, `path`, ...
    """

    text: str
    type: str


def suggest(text: str, cursor: int, namespace: Namespace, files: Files = lambda _: ()) -> tuple[str, list[Suggestion]]:
    """Return what could be written at the cursor.

    Parameters
    ----------
    text
        The body of a cell.
    cursor
        How many characters stand before it.
    namespace
        The notebook's variables.
    files
        From the beginning of a path to the paths that begin like this.

    Returns
    -------
    tuple
        What is written of the word, and the suggestions that replace it.

    Examples
    --------
    >>> suggest("models = ridge(al", 17, {})
    ('al', [Suggestion(text='alpha=', type='parameter')])
    >>> [one.text for one in suggest("fusion = ", 9, {})[1]]
    ['early', 'late', 'both']
    """
    at = read(text, cursor)
    if at.kind in ("comment", "number"):
        return "", []
    slot = slot_of(at, namespace)
    if at.kind == "string":
        return at.prefix, _beginning(at.prefix, _in_quotes(slot, at, files))
    if not at.brackets[-1].fresh:
        return "", []
    return at.prefix, _beginning(at.prefix, _bare(slot, at, namespace))


def _beginning(prefix: str, found: Iterable[Suggestion]) -> list[Suggestion]:
    every = list({one.text: one for one in reversed(list(found))}.values())[::-1]
    same = [one for one in every if one.text.startswith(prefix)]
    return same or [one for one in every if one.text.casefold().startswith(prefix.casefold())]


def _bare(slot: Slot, at: Cursor, namespace: Namespace) -> Iterator[Suggestion]:
    """Suggest what stands without quotes."""
    end = "" if at.is_assigned else " = "
    if not slot.key:
        yield from (Suggestion(f"{key}{end}", "key") for key in KEYS if key not in at.keys)
    elif slot.is_call:
        yield from _arguments(slot, at)
        yield from _values(slot, at, namespace)
    elif slot.component is not None or slot.thing is not None:
        yield from _values(slot, at, namespace)
    else:
        yield from _of_key(slot, at, namespace)


def _of_key(slot: Slot, at: Cursor, namespace: Namespace) -> Iterator[Suggestion]:
    """Suggest what stands right behind a key."""
    written = set(at.names.get(slot.key, ()))
    many = {"modalities": MODALITIES, "thresholds": BOUNDARIES, "silence": _silenced()}
    kinds = {"modalities": "modality", "thresholds": "metric", "silence": "check"}
    if slot.key in many:
        yield from (Suggestion(name, kinds[slot.key]) for name in many[slot.key] if name not in written)
    if slot.kind:
        found = _components(slot.kind, slot.key)
        yield from (one for one in found if slot.kind != "metric" or one.text not in written)
        yield from (Suggestion(name, "variable") for name in variables(namespace, slot.kind, at.prefix))
    if slot.kind == "metric" and at.prefix:
        yield from (Suggestion(name, "scorer") for name in _scorers() if name not in written)
    if not written:
        yield from (Suggestion(value, "value") for value in VALUES.get(slot.key, ()))
        yield from (Suggestion(value, "value") for value in LENGTHS if slot.key in DURATIONS)


def _components(kind: str, key: str) -> Iterator[Suggestion]:
    found = [component for name in names(kind) if (component := find(kind, name))]
    if key == "baselines":
        found.sort(key=lambda component: not component.tags.get("baseline"))
    for component in found:
        if key in ("audio", "video") and component.tags.get("reads") == "text":
            continue
        yield Suggestion(_opened(component), component.kind)


def _opened(component: Component) -> str:
    """Return the name, with a parenthesis where something must be written behind it."""
    must = any(is_required(p) or p.kind is Parameter.VAR_POSITIONAL for p in component.parameters.values())
    return f"{component.name}(" if must and component.name != "pool" else component.name


def _scorers() -> list[str]:
    from sklearn.metrics import get_scorer_names  # noqa: PLC0415 -- most cells ask for none

    return list(get_scorer_names())


def _silenced() -> list[str]:
    return [code for code, check in {**BEFORE, **AFTER}.items() if check.severity != "error"]


def _arguments(slot: Slot, at: Cursor) -> Iterator[Suggestion]:
    """Suggest the names of parameters that are not given yet."""
    bracket = at.brackets[-1]
    if bracket.keyword:
        return
    end = "" if at.is_assigned else "="
    if slot.key == "ablate" and bracket.name == "modalities":
        yield from (Suggestion(f"{name}{end}", "parameter") for name in ABLATE if name not in bracket.given)
    before = [name for name, p in slot.parameters.items() if p.kind is not Parameter.KEYWORD_ONLY]
    taken = {*bracket.given, *before[: bracket.position]}
    for name, parameter in slot.parameters.items():
        if name not in taken and parameter.kind is not Parameter.VAR_POSITIONAL:
            yield Suggestion(f"{name}{end}", "parameter")


def _values(slot: Slot, at: Cursor, namespace: Namespace) -> Iterator[Suggestion]:
    """Suggest values of the parameter at the cursor."""
    bracket, component = at.brackets[-1], slot.component
    if slot.key == "ablate":
        yield from (Suggestion(value, "value") for value in ABLATE.get(bracket.keyword, ()))
    parameter = slot.parameters.get(slot.parameter)
    if parameter is None:
        return
    if component is None:
        if bracket.keyword:  # parameters of an object of the notebook are written with their names
            yield from (Suggestion(name, "variable") for name in variables(namespace, "", at.prefix))
        return
    if slot.outer is not None:  # choice(rbf, linear): values of the parameter that they are tried for
        yield from _listed(slot.outer, bracket.names)
        return
    yield from _listed(slot, bracket.names)
    if slot.parameter == "members":
        yield from (Suggestion(name, "model") for name in _rows(at) if name not in bracket.names)
    if slot.parameter in component.tags.get("models", ()):
        yield from _components("model", slot.key)
        yield from (Suggestion(name, "variable") for name in variables(namespace, "model", at.prefix))
    if slot.parameter in component.tags.get("variables", ()):
        yield from (Suggestion(name, "variable") for name in variables(namespace, "mapping", at.prefix))
    if bracket.keyword and not slot.is_listed:
        yield from _tried(slot, parameter)


def _listed(slot: Slot, written: Iterable[str]) -> Iterator[Suggestion]:
    """Suggest what the signature lists."""
    wanted = slot.parameters[slot.parameter].annotation
    found = [word(value, wanted) for value in options(wanted) if value is not None or not slot.is_listed]
    yield from (Suggestion(value, "value") for value in found if value not in written)


def _tried(slot: Slot, parameter: Parameter) -> Iterator[Suggestion]:
    """Suggest the default of a number, and spaces."""
    if isinstance(parameter.default, int | float | tuple) and not isinstance(parameter.default, bool):
        yield Suggestion(word(parameter.default, parameter.annotation), "default")
    if is_searched(slot):
        found, wanted = _components("space", slot.key), plain_types(parameter.annotation)
        yield from (one for one in found if wanted & SPACES.get(one.text.rstrip("("), wanted | {Any}))


def _rows(at: Cursor) -> list[str]:
    """Return the names of the models of the cell, as the leaderboard will call them."""
    seen: Counter[str] = Counter()
    found = []
    for name in [*at.names.get("models", ()), *at.names.get("baselines", ())]:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return found


def _in_quotes(slot: Slot, at: Cursor, files: Files) -> Iterator[Suggestion]:
    """Suggest paths, and words that a signature lists."""
    name = slot.component.name if slot.component else ""
    is_path = (slot.key == "data" and not at.brackets[1:]) or slot.parameter in FILED.get(name, ())
    if is_path:
        yield from (Suggestion(path, "path") for path in files(at.prefix))
    elif slot.key in DURATIONS:
        yield from (Suggestion(value.strip('"'), "value") for value in LENGTHS)
    elif slot.component is not None and slot.parameter in slot.parameters:
        wanted = slot.parameters[slot.parameter].annotation
        yield from (Suggestion(value, "value") for value in options(wanted) if isinstance(value, str))
