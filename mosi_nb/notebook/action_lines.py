"""What is done with chosen models, as the lines of Python that do the same, and why it cannot be done."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython

if TYPE_CHECKING:
    from mosi_nb.model.selection import Able

FEWEST, PAIR = 2, 2
"""Members of an ensemble; models that are compared."""


def called(model: Any) -> str:
    """Return the name of a notebook's variable that holds a model; `model` where there is none."""
    shell: Any = get_ipython()
    variables = dict(shell.user_ns) if shell is not None else {}
    return next((name for name, held in variables.items() if held is model and not name.startswith("_")), "model")


def files_of(names: Sequence[str], folder: str) -> dict[str, Path]:
    """Return a file for each model, named as the model is, as far as a file can be.

    Examples
    --------
    >>> {name: str(file) for name, file in files_of(["svr", "a/b", "a:b"], ".").items()}
    {'svr': 'svr.mosi', 'a/b': 'a_b.mosi', 'a:b': 'a_b_2.mosi'}
    """
    found: dict[str, Path] = {}
    for name in names:
        stem = re.sub(r"[^\w.\- ]", "_", name).strip(" .") or "model"
        free = _free(stem, [file.stem for file in found.values()])
        found[name] = Path(folder.strip() or ".").expanduser() / f"{free}.mosi"
    return found


def free_name(how: str, taken: Collection[str]) -> str:
    """Return a name for an ensemble that no row has.

    Examples
    --------
    >>> free_name("mean", ["ridge"]), free_name("mean", ["ridge", "mean"])
    ('mean', 'mean_2')
    """
    return _free(how, taken)


def _free(name: str, taken: Collection[str]) -> str:
    number, free = 1, name
    while free.casefold() in {one.casefold() for one in taken}:
        number += 1
        free = f"{name}_{number}"
    return free


def select_line(variable: str, names: Sequence[str]) -> str:
    """Return the line that selects models.

    Examples
    --------
    >>> select_line("first", ["ridge", "svr"])
    "first.select('ridge', 'svr')"
    """
    return f"{variable}.select({', '.join(map(repr, names))})"


def save_lines(variable: str, files: Mapping[str, Path]) -> list[str]:
    """Return the lines that save models.

    Examples
    --------
    >>> save_lines("first", files_of(["svr"], "kept"))
    ["first.save('svr', 'kept/svr.mosi')"]
    """
    return [f"{variable}.save({name!r}, {file.as_posix()!r})" for name, file in files.items()]


def ensemble_line(variable: str, how: str, names: Sequence[str], name: str) -> str:
    """Return the line that combines models.

    Examples
    --------
    >>> ensemble_line("first", "mean", ["ridge", "svr"], "pair")
    "first.ensemble('mean', members=['ridge', 'svr'], name='pair')"
    """
    named = f", name={name!r}" if name != how else ""
    return f"{variable}.ensemble({how!r}, members={list(names)!r}{named})"


def compare_line(variable: str, first: str, second: str) -> str:
    """Return the line that compares two models.

    Examples
    --------
    >>> compare_line("first", "ridge", "svr")
    "first.compare('ridge', 'svr')"
    """
    return f"{variable}.compare({first!r}, {second!r})"


def why_not_saved(able: Able, names: Sequence[str], folder: str) -> str:
    """Return why models cannot be saved; nothing if they can."""
    if not names:
        return "Choose a model."
    where = Path(folder.strip() or ".").expanduser()
    if not where.is_dir():
        return f"There is no folder '{where}'."
    return _unable(able.save, names)


def why_not_combined(able: Able, names: Sequence[str]) -> str:
    """Return why models cannot be combined; nothing if they can."""
    if len(names) < FEWEST:
        return f"Choose two models or more; {_chosen(names)}."
    return _unable(able.combine, names)


def why_not_named(name: str, taken: Collection[str]) -> str:
    """Return why an ensemble cannot have a name; nothing if it can.

    Examples
    --------
    >>> why_not_named("svr", ["ridge", "svr"]), why_not_named("pair", ["ridge", "svr"])
    ("'svr' is on the leaderboard already: write another name.", '')
    """
    return f"'{name}' is on the leaderboard already: write another name." if name in taken else ""


def why_not_compared(able: Able, names: Sequence[str]) -> str:
    """Return why models cannot be compared; nothing if they can."""
    if len(names) != PAIR:
        return f"Choose exactly two models; {_chosen(names)}."
    return _unable(able.compare, names)


def _chosen(names: Sequence[str]) -> str:
    number = len(names)
    return f"{number or 'none'} {'is' if number <= 1 else 'are'} chosen"


def _unable(reasons: Mapping[str, str], names: Sequence[str]) -> str:
    return next((f"'{name}' {reasons[name]}." for name in names if name in reasons), "")
