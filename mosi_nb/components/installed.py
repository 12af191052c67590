"""Components of other installed packages, which name them in the entry-point group `mosi_nb.components`.

They are loaded when a name is first looked up, and not by a worker: what reaches that is built already.
A package that fails disturbs no other, and is named where a name is not found.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from mosi_nb.errors import SpecError
from mosi_nb.registry import all_or_nothing, every
from mosi_nb.results import reason_of

GROUP = "mosi_nb.components"


class NotLoadedWarning(UserWarning):
    """An installed package brings components, and they could not be loaded."""


@dataclass(frozen=True)
class NotLoaded:
    """Components that could not be loaded.

    Attributes
    ----------
    package
        As it is called where it is installed from.
    entry
        The entry point, as the package writes it.
    reason
        What was raised.
    """

    package: str
    entry: str
    reason: str

    def __str__(self) -> str:
        """Say whose components are missing, why, and what to do."""
        return (
            f"The package {self.package}, which brings components, could not be loaded "
            f"({GROUP}: {self.entry}): {self.reason.rstrip('.')}.\n"
            f"Mend or update it, or go without it: pip uninstall {self.package}"
        )


_not_loaded: list[NotLoaded] = []


def also_missing(advice: str = "") -> str:
    """Return advice for a name that nobody knows, with the packages whose components could not be loaded."""
    return "\n".join(part for part in (advice, *map(str, _not_loaded)) if part)


def load_installed(entries: Iterable[EntryPoint] | None = None) -> None:
    """Load the components that installed packages bring; warn of those that cannot be.

    Parameters
    ----------
    entries
        What to load; left out, the group `mosi_nb.components` of all installed packages.
    """
    failed = []
    for entry in sorted(_entries() if entries is None else entries, key=lambda one: (_package(one), one.name)):
        try:
            with all_or_nothing():
                _load(entry)
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a package raises when it is imported
            failed.append(NotLoaded(_package(entry), f"{entry.name} = {entry.value}", _reason(error)))
    _not_loaded[:] = failed
    for one in failed:
        warnings.warn(str(one), NotLoadedWarning, stacklevel=2)


def _entries() -> tuple[EntryPoint, ...]:
    try:
        return tuple(entry_points(group=GROUP))
    except Exception as error:  # noqa: BLE001 -- one damaged entry among those of all packages
        sentence = f"What the installed packages bring cannot be read: {reason_of(error)}. Mend them: pip check"
        warnings.warn(sentence, NotLoadedWarning, stacklevel=3)
        return ()


def _package(entry: EntryPoint) -> str:
    return str(getattr(entry.dist, "name", None) or _top(entry.value))


def _load(entry: EntryPoint) -> None:
    spec = getattr(sys.modules.get(entry.value.partition(":")[0].strip()), "__spec__", None)
    if getattr(spec, "_initializing", False):
        return  # it looks a name up while it is imported, and registers its own by itself
    before = len(every())
    entry.load()
    if len(every()) == before and not any(_top(one.build.__module__) == _top(entry.value) for one in every()):
        raise LookupError("it registers no component; write @component(kind, name) above a function")


def _top(module: str) -> str:
    return module.partition(".")[0].partition(":")[0].strip()


def _reason(error: BaseException) -> str:
    if isinstance(error, SpecError):  # its advice is for whoever wrote the package
        return str(error).split("\n")[0].removeprefix("component: ")
    return reason_of(error).removeprefix("LookupError: ")
