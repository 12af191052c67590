"""Modules of the user's own that estimators are made of: files that no worker elsewhere has."""

from __future__ import annotations

import ast
import dis
import importlib.util
import io
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import cloudpickle

from mosi_nb.errors import ClusterError
from mosi_nb.run.pack import files_of

# They are there, or are sent, in other ways.
NEVER = frozenset({"__main__", "__mp_main__", "mosi_nb"})


@dataclass
class Local:
    """Files that are to be sent.

    Attributes
    ----------
    files
        Path on this machine, by path in the archive.
    names
        Modules and packages at the top, such as `mine` for `mine.py`.
    large
        Data files of packages that are left out.
    """

    files: dict[str, Path] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    large: list[Path] = field(default_factory=list)


def local_code(objects: object) -> Local:
    """Return the local modules that a process needs to unpickle objects and use them.

    Those are the modules that a pickle of the objects names, those that functions and classes of the
    notebook import, and what all these import, as long as they lie neither in the standard library nor
    where packages are installed. A package is taken as a whole.

    Parameters
    ----------
    objects
        Estimators, in a list or any other object.

    Raises
    ------
    ClusterError
        If a file has the name of a module of the standard library, or a package has too many files.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> local_code([Ridge()]).files
    {}
    """
    found = Local()
    waiting, seen = sorted(_named(objects)), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name.partition(".")[0] in NEVER:
            continue
        seen.add(name)
        for inside, path in _add(name, found):
            waiting += _imports(path, inside)
    return found


def _named(objects: object) -> set[str]:
    """Return the names of the modules that a pickle of the objects makes a process import."""
    recorder = _Recorder()
    # What cannot be pickled cannot be sent either; the trial before each run tells that better.
    for one in objects if isinstance(objects, list) else [objects]:
        with suppress(Exception):
            recorder.dump(one)
    return recorder.modules


class _Recorder(cloudpickle.Pickler):
    """A pickler that notes which modules its pickle names; what it writes is thrown away."""

    def __init__(self) -> None:
        self.modules: set[str] = set()
        # Buffers of arrays are handed over, and copied by no one.
        super().__init__(io.BytesIO(), protocol=5, buffer_callback=lambda _: None)

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, ModuleType):
            self.modules.add(obj.__name__)
        elif isinstance(obj, CodeType):
            self.modules.update(str(i.argval) for i in dis.get_instructions(obj) if i.opname == "IMPORT_NAME")
        else:
            module = getattr(obj if isinstance(obj, type) else type(obj), "__module__", None)
            own = getattr(obj, "__module__", None)
            self.modules.update(name for name in (module, own) if isinstance(name, str))
        return super().reducer_override(obj)


def _add(name: str, found: Local) -> Iterator[tuple[str, Path]]:
    """Add a module, or the package that it belongs to; yield each file's module name and path."""
    parts, located = name.split("."), None
    for length in range(1, len(parts) + 1):
        inside = ".".join(parts[:length])
        located = _located(inside, located)
        if located is None:
            return
        if located.file is not None:
            break
    if located is None or located.file is None or not is_local(located.file):
        return
    if located.name in sys.stdlib_module_names:
        message = (
            f"{located.file}: a local file has the name of a module of Python itself, '{located.name}'.\n"
            "On a worker that would be imported in its place. Rename the file."
        )
        raise ClusterError(message)
    found.names.add(parts[0])
    stem = located.name.replace(".", "/")
    if located.file.stem != "__init__":
        suffix = "".join(located.file.suffixes) if located.file.suffix != ".py" else ".py"
        yield from _added(found, {f"{stem}{suffix}": located.file})
        return
    files, large = files_of(located.file.parent)
    found.large += [path for path in large if path not in found.large]
    yield from _added(found, {f"{stem}/{inside}": path for inside, path in files.items()})


def _added(found: Local, files: dict[str, Path]) -> Iterator[tuple[str, Path]]:
    for inside, path in files.items():
        if inside not in found.files:
            found.files[inside] = path
            if path.suffix == ".py":
                yield inside, path


@dataclass(frozen=True)
class _Located:
    """Where a module lies: a file, or the folders of a namespace package."""

    name: str
    file: Path | None
    folders: tuple[str, ...] = ()


def _located(name: str, parent: _Located | None) -> _Located | None:
    """Find a module without importing anything; what is imported already is where it came from."""
    module = sys.modules.get(name)
    file = getattr(module, "__file__", None)
    if file:
        return _Located(name, Path(file).resolve())
    if module is None and parent is None:
        with suppress(ImportError, ValueError):
            return _of_spec(name, importlib.util.find_spec(name))
        return None
    if module is None and parent is not None:
        finder = importlib.machinery.PathFinder
        return _of_spec(name, finder.find_spec(name, list(parent.folders)))
    # a namespace package, or one of those without any file: built in
    folders = tuple(map(str, getattr(module, "__path__", ())))
    return _Located(name, None, folders) if folders else None


def _of_spec(name: str, spec: importlib.machinery.ModuleSpec | None) -> _Located | None:
    if spec is None:
        return None
    if spec.has_location and spec.origin:
        return _Located(name, Path(spec.origin).resolve())
    folders = tuple(spec.submodule_search_locations or ())
    return _Located(name, None, folders) if folders else None


def is_local(path: Path) -> bool:
    """Tell whether a file lies neither in the standard library nor where packages are installed.

    Examples
    --------
    >>> is_local(Path(ast.__file__)), is_local(Path("/elsewhere/mine.py"))
    (False, True)
    """
    if {"site-packages", "dist-packages"} & set(path.parts) or path.suffix not in {".py", ".so"}:
        return False
    return not any(path.is_relative_to(root) for root in _installed())


@cache
def _installed() -> frozenset[Path]:
    paths = [sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")]
    paths += [*site.getsitepackages(), site.getusersitepackages()]
    return frozenset(Path(path).resolve() for path in paths if path)


def _imports(path: Path, inside: str) -> Iterable[str]:
    """Return the names of the modules that a file imports, wherever in it."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):  # a template, or for another Python; nobody could import it
        return []
    package = inside.removesuffix(".py").removesuffix("/__init__").split("/")
    package = package if inside.endswith("/__init__.py") else package[:-1]
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*start, *([node.module] if node.module else [])])
            names += [f"{origin}.{alias.name}".lstrip(".") for alias in node.names]
            names += [origin] if origin else []
    return names
