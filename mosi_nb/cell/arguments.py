"""The arguments of `Model(...)` to the same `Spec` that a cell gives.

Text among them is cell text; objects get a name and go beside the `Spec`, as the variables of a
notebook do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path
from typing import Any

from mosi_nb.cell.keys import MANY, NUMBERS
from mosi_nb.cell.parse import parse_value
from mosi_nb.errors import SpecError
from mosi_nb.registry import kinds_of
from mosi_nb.spec import DURATIONS, KEYS, Spec, Use


@dataclass(frozen=True)
class Search:
    """How parameters are searched and rows held out, as one argument of `Model`.

    Parameters
    ----------
    type
        `grid`, `random`, `halving`, `tpe` or `none`.
    cv
        Number of folds over videos, or cell text such as `"by_video(5, repeats=2)"`.
    n
        Number of combinations for each model: those that `random` or `halving` draws, the most that `tpe`
        asks for.
    jobs
        Number of workers; -1 for one on each core.

    Examples
    --------
    >>> Search(type="random", n=10).settings()["search"]
    'random(10)'
    """

    type: str = "grid"
    cv: int | str | None = None
    n: int | None = None
    jobs: int | None = None

    def settings(self) -> dict[str, Any]:
        """Return the keys of the cell that this stands for, those left out excepted."""
        folds = f"by_video({self.cv})" if isinstance(self.cv, int) else self.cv
        search = self.type if self.n is None else f"{self.type}({self.n})"
        given = {"search": search, "folds": folds, "jobs": self.jobs}
        return {key: value for key, value in given.items() if value is not None}


def spec_of(arguments: Mapping[str, Any]) -> tuple[Spec, dict[str, Any]]:
    """Return the `Spec` that arguments stand for, and the objects among them by name.

    Parameters
    ----------
    arguments
        By key of the cell; those that are None are left out.

    Raises
    ------
    SpecError
        For an unknown key, text that is no cell text, and objects that cannot stand there.

    Examples
    --------
    >>> spec, objects = spec_of({"models": ["ridge(alpha=[1, 10])"], "seed": 1})
    >>> spec.models[0].name, spec.seed
    ('ridge', 1)
    """
    objects: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for key, argument in _spread(arguments).items():
        if key not in KEYS:
            raise SpecError.unknown(None, key, "argument", key, KEYS)
        if key == "data":
            found[key] = _data(argument, objects)
        elif key in MANY:
            found[key] = tuple(use for item in _items(argument) for use in _uses(key, item, objects))
            if not found[key]:
                raise SpecError.at(None, key, "there is nothing in it; leave it out for the default.")
        elif isinstance(argument, str) and key not in DURATIONS:
            found[key] = parse_value(key, argument)
        elif isinstance(argument, Use):
            found[key] = argument
        elif key == "nested" and isinstance(argument, bool):
            found[key] = Use("on" if argument else "off")
        else:
            found[key] = parse_value(key, repr(argument)) if key not in NUMBERS else _number(key, argument)
    return Spec(**found), objects


def _spread(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Replace a `Search` by the keys that it stands for; what was given beside it wins."""
    given = {key: value for key, value in arguments.items() if value is not None}
    search = given.get("search")
    if isinstance(search, Search):
        del given["search"]
        given = {**search.settings(), **given}
    return given


def _data(argument: Any, objects: dict[str, Any]) -> str | Use:
    if isinstance(argument, str | Path):
        return str(argument)
    if isinstance(argument, Use):
        return argument
    objects["data"] = argument
    return Use("data")


def _items(argument: Any) -> list[Any]:
    if isinstance(argument, Mapping):
        return [(name, value) for name, value in argument.items()]
    if isinstance(argument, list) or (isinstance(argument, tuple) and not _is_pair(argument)):
        return list(argument)
    return [argument]


def _is_pair(argument: tuple[Any, ...]) -> bool:
    """Tell whether a tuple is a name with its object, as in scikit-learn's pipelines."""
    return len(argument) == 2 and isinstance(argument[0], str) and not isinstance(argument[1], str | Use | tuple)  # noqa: PLR2004


def _uses(key: str, item: Any, objects: dict[str, Any]) -> tuple[Use, ...]:
    if isinstance(item, str):
        uses: tuple[Use, ...] = parse_value(key, item)
        return uses
    if isinstance(item, Use):
        return (item,)
    if isinstance(item, tuple) and _is_pair(item):
        name, thing = item
        _refuse_no_name(key, name)
        return (_named(key, name, thing, objects),)
    return (_named(key, _name_of(item), item, objects),)


def _name_of(thing: Any) -> str:
    """Name an object after its function or class; never as a component is named, which it is not."""
    name: str | None = getattr(thing, "__name__", None)
    if name:
        return name
    class_name = type(thing).__name__
    return class_name if kinds_of(class_name.lower()) else class_name.lower()


def _refuse_no_name(key: str, name: str) -> None:
    if name.isidentifier() and not iskeyword(name):
        return
    sentence = f"'{name}' is no name that a cell can write."
    advice = "A name has letters, digits and underscores, begins with no digit, and is no word of Python's own."
    raise SpecError.at(None, key, sentence, advice=advice)


def _named(key: str, name: str, thing: Any, objects: dict[str, Any]) -> Use:
    name = name if name.isidentifier() and not iskeyword(name) else key.removesuffix("s")
    free, number = name, 2
    while free in objects and objects[free] is not thing:
        free, number = f"{name}_{number}", number + 1
    objects[free] = thing
    return Use(free)


def _number(key: str, argument: Any) -> int:
    """Return a number, of numpy too, checked as in a cell."""
    is_whole = hasattr(argument, "__index__") and not isinstance(argument, bool)
    number: int = parse_value(key, repr(int(argument) if is_whole else argument))
    return number
