"""The user's functions, classes and modules by their content, with all of the user's code that they refer to.

Code may refer to itself, so it is a graph: each piece is written by itself, with the others named in
it listed as its edges. The digest of a piece is that of all pieces that can be reached from it, in
the order in which they are met.
"""

from __future__ import annotations

import builtins
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from mosi_nb.plan.origins import PACKAGE, Origins
from mosi_nb.plan.references import content, references
from mosi_nb.plan.values import IndigestibleError, Walk, digest

UNTOLD = frozenset(
    {"__dict__", "__weakref__", "__module__", "__firstlineno__", "__static_attributes__", "__abstractmethods__"}
    | {"__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__", "__conditional_annotations__"}
    | {"__slotnames__", "_abc_impl", "__orig_bases__", "__parameters__", "__type_params__"}
)
"""Attributes of a class that say where it stands, or that Python keeps there for itself."""

_ABSENT = object()


@dataclass(frozen=True, eq=False)
class _Piece:
    """A function, class or module by itself, and the code that it refers to."""

    written: bytes
    edges: tuple[Any, ...]


class Code:
    """Digests of code, each computed once.

    One instance serves one look at a plan: between two, a function may get other globals.
    """

    def __init__(self) -> None:
        self.origins = Origins()
        self._pieces: dict[int, _Piece | IndigestibleError] = {}
        self._closed: dict[int, bytes | IndigestibleError] = {}
        self._labels: dict[int, bytes] = {}
        self._params: dict[type, tuple[str, ...]] = {}
        self._alive: list[Any] = []  # what is known by its id must not go

    def closed(self, thing: Any) -> bytes:
        """Return the digest of a piece of code and of all that it refers to.

        Raises
        ------
        IndigestibleError
            If something in it cannot be told again in another process.
        """
        known = self._closed.get(id(thing))
        if known is None:
            self._alive.append(thing)
            try:
                known = digest(self._reached(thing))
            except IndigestibleError as error:
                known = error
            self._closed[id(thing)] = known
        if isinstance(known, IndigestibleError):
            raise known
        return known

    def label(self, thing: Any) -> bytes:
        """Return what code is called, and for a function what it does by itself."""
        if id(thing) not in self._labels:
            self._alive.append(thing)
            name = getattr(thing, "__qualname__", None) or thing.__name__
            walk = Walk(self, closed=False)
            walk.value((type(thing).__name__, name, content(thing.__code__) if isinstance(thing, FunctionType) else ()))
            self._labels[id(thing)] = digest([walk.written])
        return self._labels[id(thing)]

    def params_of(self, estimator: Any) -> Iterator[tuple[str, Any]]:
        """Yield an estimator's own parameters."""
        kind = type(estimator)
        if (names := self._params.get(kind)) is not None:
            yield from ((name, getattr(estimator, name)) for name in names)
            return
        try:
            found = dict(estimator.get_params(deep=False))
        except Exception as error:  # noqa: BLE001 -- whatever a user's class raises
            raise IndigestibleError(f"an object of type {kind.__name__}, whose get_params failed: {error}") from None
        if self.origins.is_installed(getattr(kind.get_params, "__module__", None)):
            self._params[kind] = tuple(found)  # looking a signature up costs more than all the rest
        yield from found.items()

    def _reached(self, thing: Any) -> Iterator[bytes]:
        order, numbers = [thing], {id(thing): 0}
        for one in order:
            piece = self._piece(one)
            yield piece.written
            for edge in piece.edges:
                if id(edge) not in numbers:
                    numbers[id(edge)] = len(order)
                    order.append(edge)
            yield b",".join(b"%d" % numbers[id(edge)] for edge in piece.edges)

    def _piece(self, thing: Any) -> _Piece:
        known = self._pieces.get(id(thing))
        if known is None:
            self._alive.append(thing)
            walk = Walk(self, closed=False, whole=True)
            name = str(getattr(thing, "__name__", type(thing).__name__))
            try:
                self._write(walk, thing)
                known = _Piece(walk.written, tuple(walk.edges))
            except IndigestibleError as error:
                known = error.inside(name)
            except RecursionError:
                known = IndigestibleError(f"an object inside {name} that is nested too deeply")
            self._pieces[id(thing)] = known
        if isinstance(known, IndigestibleError):
            raise known
        return known

    def _write(self, walk: Walk, thing: Any) -> None:
        if isinstance(thing, FunctionType):
            self._write_function(walk, thing)
        elif isinstance(thing, type):
            self._write_class(walk, thing)
        elif isinstance(thing, ModuleType):
            for name, value in sorted(vars(thing).items()):
                if not (name.startswith("__") and name.endswith("__")):
                    walk.named(name, value)
        else:
            raise IndigestibleError(f"an object of type {type(thing).__name__}, whose code cannot be read")

    def _write_class(self, walk: Walk, kind: type) -> None:
        walk.text(kind.__qualname__)
        walk.value(type(kind))
        walk.value(kind.__bases__)
        for name, value in sorted(vars(kind).items()):
            if name not in UNTOLD:
                walk.named(name, value)

    def _write_function(self, walk: Walk, function: FunctionType) -> None:
        walk.text(function.__qualname__)
        walk.value(content(function.__code__))
        walk.named("its defaults", function.__defaults__)
        walk.named("its defaults", function.__kwdefaults__)
        if hasattr(function, "registry") and hasattr(function, "dispatch"):  # of functools.singledispatch
            walk.value([*function.registry.items()])
            return
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            walk.named(name, _content_of(cell))
        for name, value in sorted(vars(function).items()):
            walk.named(name, value)
        home = function.__globals__.get("__name__")
        if self.origins.is_installed(home) and not str(home).startswith(PACKAGE):
            walk.text(f"{home}=={self.origins.version_of(str(home))}")  # made by a library: a wrapper
            return
        self._write_references(walk, function)

    def _write_references(self, walk: Walk, function: FunctionType) -> None:
        found = references(function.__code__)
        space = function.__globals__
        for path in found.names:
            name, value = _followed(path, space, self.origins)
            if value is not _ABSENT:
                walk.named(name, value)
        for level, name in found.imports:
            walk.text(self._imported(name, level, str(space.get("__package__") or "")))

    def _imported(self, name: str, level: int, package: str) -> str:
        try:
            full = importlib.util.resolve_name("." * level + name, package) if level else name
        except ImportError:
            full = name
        top = full.partition(".")[0]
        # Whether it is loaded already must make no difference: the next kernel may not have it yet.
        if top == PACKAGE or top in sys.stdlib_module_names or self.origins.is_installed(top):
            return f"{full}=={self.origins.version_of(top)}"
        raise IndigestibleError(f"an import of {full}, which is no installed package (import it outside, at the top)")


def _content_of(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return ()


def _followed(path: tuple[str, ...], space: dict[str, Any], origins: Origins) -> tuple[str, Any]:
    """Return what a dotted name leads to: attributes are followed through the user's modules only."""
    value = space.get(path[0], _ABSENT)
    if value is _ABSENT:
        return path[0], (_ABSENT if hasattr(builtins, path[0]) else None)
    followed = path[0]
    for name in path[1:]:
        own = isinstance(value, ModuleType) and not origins.is_installed(value.__name__)
        if not own or name not in vars(value):
            break
        value, followed = vars(value)[name], f"{followed}.{name}"
    return followed, value
