"""What could be written on the line of a magic: its flags, their values, variables."""

from __future__ import annotations

import re
from argparse import Action
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from mosi_nb.cell.help import KIND_OF
from mosi_nb.cell.suggest import Suggestion
from mosi_nb.notebook.paths import SAVED, files
from mosi_nb.registry import KINDS, names

RUNS = 20
"""Most runs of the history that are offered, the newest."""

ADDRESS = ("tcp://", "tls://", "ucx://", "ws://", "wss://")


def line_words(shell: InteractiveShell, magic: str, line: str) -> tuple[str, list[Suggestion]] | None:
    """Return what could be written at the end of the line of a magic.

    Parameters
    ----------
    shell
        Whose magics and variables are looked at.
    magic
        Its name.
    line
        What stands behind it, up to the cursor.

    Returns
    -------
    tuple
        The word that is begun, and what could replace it; None for what is no magic of ours.
    """
    actions = _actions(shell, magic)
    if not actions:
        return None
    *before, word = re.split(r"\s+", line)
    before = [one for one in before if one]
    flags = {flag: action for action in actions for flag in action.option_strings}
    last = flags.get(before[-1]) if before else None
    if last is not None and last.nargs != 0:
        found = list(_values(shell, magic, last, [], word))
    elif word.startswith("-"):
        found = [Suggestion(flag, "flag") for flag in flags if flag.startswith("--") and flag not in before]
    else:
        written = _positional(before, flags)
        places = [action for action in actions if not action.option_strings]
        place = places[len(written)] if len(written) < len(places) else None
        found = [] if place is None else list(_values(shell, magic, place, written, word))
        found += [Suggestion(flag, "flag") for flag in flags if flag.startswith("--") and flag not in before]
    return word, [one for one in found if one.text.startswith(word)]


def _actions(shell: InteractiveShell, magic: str) -> list[Action]:
    registered: Any = shell.magics_manager.registry.get("MosiMagics")
    parser: Any = getattr(getattr(registered, magic, None), "parser", None)
    return [] if parser is None else list(parser._actions)  # noqa: SLF001 -- argparse tells them in no other way


def _positional(before: list[str], flags: Mapping[str, Action]) -> list[str]:
    """Return the words that are neither flags nor their values."""
    found, is_value = [], False
    for word in before:
        if word in flags:
            is_value = flags[word].nargs != 0
        elif not is_value and not word.startswith("-"):
            found.append(word)
        else:
            is_value = False
    return found


def _values(shell: InteractiveShell, magic: str, action: Action, written: list[str], word: str) -> Iterator[Suggestion]:
    if action.choices:
        yield from (Suggestion(str(choice), "value") for choice in action.choices)
    elif magic == "mosi_components":
        yield from _components(shell, written)
    elif action.dest == "run" or (magic == "mosi_history" and action.dest == "forget"):
        yield from _runs()
    elif action.dest == "cluster":
        yield from _variables(shell, is_cluster)
        yield from [Suggestion("none", "value")] * (magic == "mosi_cluster")
    elif action.dest == "security":
        yield from _variables(shell, lambda value: type(value).__name__ == "Security")
    elif action.dest == "file":
        yield from (Suggestion(path, "path") for path in files(word, SAVED))
    elif action.dest == "name" and magic in ("mosi_experiment", "mosi_form"):
        yield from _variables(shell, lambda value: type(value).__module__.startswith("mosi_nb.model"))


def _runs() -> Iterator[Suggestion]:
    """Suggest the names of the newest runs, and then their numbers."""
    from mosi_nb.storage import default_path  # noqa: PLC0415 -- so that %load_ext is quick
    from mosi_nb.storage.newest import newest  # noqa: PLC0415 -- as above

    path = default_path()
    found = newest(path, RUNS) if path is not None else []
    yield from (Suggestion(name, "run") for name in dict.fromkeys(name for _, name in found if name))
    yield from (Suggestion(str(number), "run") for number, _ in found)


def _components(shell: InteractiveShell, written: list[str]) -> Iterator[Suggestion]:
    from mosi_nb.notebook.own_parts import own_names  # noqa: PLC0415 -- so that %load_ext is quick

    if not written:
        yield from (Suggestion(kind, "kind") for kind in KINDS)
    for kind in KINDS:
        if not written or KIND_OF.get(written[0], written[0]) == kind:
            yield from (Suggestion(name, kind) for name in names(kind))
            yield from (Suggestion(name, "variable") for name in own_names(shell.user_ns, kind))


def _variables(shell: InteractiveShell, fits: Callable[[object], bool]) -> Iterator[Suggestion]:
    for name, value in list(shell.user_ns.items()):
        if not name.startswith("_") and fits(value):
            yield Suggestion(name, "variable")


def is_cluster(value: object) -> bool:
    """Tell whether a variable may name a cluster: an address, a client, a cluster object."""
    if isinstance(value, str):
        return value.startswith(ADDRESS)
    homes = {one.__module__.partition(".")[0] for one in type(value).__mro__}
    return not isinstance(value, type) and "distributed" in homes and type(value).__name__ != "Security"
