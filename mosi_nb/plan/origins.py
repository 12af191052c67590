"""Where code comes from: an installed package, known by its version, or the user, known by its content."""

from __future__ import annotations

import importlib.util
import sys
import sysconfig
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from typing import Any

INSTALLED = frozenset({"site-packages", "dist-packages"})
PACKAGE = __name__.partition(".")[0]
"""The package itself: its version stays while it is worked on, so its code counts too."""

_KNOWN_AS = {"sklearn": "scikit-learn"}
_STANDARD = tuple({Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")})


class Origins:
    """Tells installed code from the user's, and knows the versions.

    What it found out is kept as long as it lives: one instance serves one look at a plan.

    Examples
    --------
    >>> origins = Origins()
    >>> origins.is_installed("numpy.linalg"), origins.is_installed("__main__")
    (True, False)
    """

    def __init__(self) -> None:
        self._installed: dict[str, bool] = {}
        self._versions: dict[str, str] = {}
        self._named: dict[int, tuple[Any, str]] = {}

    def is_installed(self, module: str | None) -> bool:
        """Tell whether a module belongs to an installed package or to Python."""
        name = module or "__main__"
        if name not in self._installed:
            self._installed[name] = _is_installed(name)
        return self._installed[name]

    def version_of(self, module: str) -> str:
        """Return the version of the package that a module belongs to; empty for Python's own."""
        top = module.partition(".")[0]
        if top not in self._versions:
            self._versions[top] = _version(top)
        return self._versions[top]

    def name_of(self, thing: Any) -> str:
        """Return the full name and version under which installed code can be found; empty for all else."""
        known = self._named.get(id(thing))
        if known is None:
            known = self._named[id(thing)] = (thing, self._name(thing))
        return known[1]

    def compiled(self, thing: Any) -> str:
        """Name what an installed package has compiled, such as a routine of BLAS; empty for all else."""
        if not callable(thing) or " at 0x" in repr(thing):
            return ""
        modules = [(path, vars(module)) for path, module in list(sys.modules.items()) if hasattr(module, "__dict__")]
        held = any(thing is value for path, names in modules if self.is_installed(path) for value in [*names.values()])
        return repr(thing) if held else ""

    def _name(self, thing: Any) -> str:
        module, qualified = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
        if not (isinstance(module, str) and isinstance(qualified, str)):
            return ""
        if not self.is_installed(module) or module.partition(".")[0] == PACKAGE:
            return ""
        if module == "builtins" and isinstance(thing, type):  # Python's own, not all of which have a public name
            return f"{module}.{qualified}"
        found: Any = sys.modules.get(module)
        for name in qualified.split("."):
            found = getattr(found, name, None)
        return f"{module}.{qualified}=={self.version_of(module)}" if found is thing else ""


def _is_installed(name: str) -> bool:
    if name == "__main__":
        return False
    module = sys.modules.get(name)
    if name in sys.builtin_module_names or getattr(getattr(module, "__spec__", None), "origin", "") == "frozen":
        return True
    file = getattr(module, "__file__", None) or _file_of(name)
    if not file:
        # Some classes name a module that there is none of; the package decides.
        parent = name.rpartition(".")[0]
        return bool(parent) and _is_installed(parent)
    path = Path(file)
    return bool(INSTALLED & set(path.parts)) or any(path.resolve().is_relative_to(folder) for folder in _STANDARD)


def _file_of(name: str) -> str | None:
    """Return where a module that is not loaded lies, without loading anything."""
    try:
        spec = importlib.util.find_spec(name.partition(".")[0])
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    return spec.origin or next(iter(spec.submodule_search_locations or ()), None)


def _version(top: str) -> str:
    if top in sys.stdlib_module_names:
        return ""
    try:
        return version(_KNOWN_AS.get(top, top))
    except PackageNotFoundError:
        return ", ".join(f"{name} {version(name)}" for name in sorted(set(_distributions().get(top, ()))))


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(packages_distributions())
