"""Values as bytes: equal content gives equal bytes in every process, and different content different ones.

Nothing that differs from process to process is written: no address, no hash of a string, no order
of a set. What a copy of an estimator would lose, such as what it learned, is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from types import BuiltinFunctionType, FunctionType, MappingProxyType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse
from sklearn.base import BaseEstimator

from mosi_nb.components.keras_plain import Template
from mosi_nb.components.plain_modules import Instance

if TYPE_CHECKING:
    from mosi_nb.plan.code import Code

MOST = 3_000_000
"""Objects in one value: what holds more is told apart by nothing."""

SHOWING = frozenset({"IPython", "ipykernel", "ipywidgets"})
"""Packages whose objects show things and compute nothing."""

_PLAIN = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis), type(NotImplemented))
_KEPT_BY_CLONE = ("_metadata_request", "_sklearn_output_config")


class IndigestibleError(Exception):
    """Something that cannot be told again in another process."""

    def inside(self, name: str) -> IndigestibleError:
        """Return the same with the name of what it was found in."""
        first = str(self)
        return IndigestibleError(f"{name}.{first}" if not first.startswith("an ") else f"{name} holds {first}")


def digest(parts: Iterable[bytes]) -> bytes:
    """Return a hash of parts, which are kept apart by their lengths."""
    found = hashlib.blake2b(digest_size=32)
    for part in parts:
        found.update(b"%d:" % len(part))
        found.update(part)
    return found.digest()


class Walk:
    """Writes one value, and all that it holds, as bytes.

    Parameters
    ----------
    code
        Knows the user's functions and classes.
    closed
        Whether code is written by its digest. Else it is only named, and listed in `edges`: code may
        refer to itself.
    whole
        Whether estimators are written with all that they hold; else with what a clone would have.
    """

    def __init__(self, code: Code, *, closed: bool = True, whole: bool = False) -> None:
        self._code, self._closed, self._whole = code, closed, whole
        self.edges: list[Any] = []
        self._out: list[bytes] = []
        self._met: dict[int, tuple[int, Any]] = {}  # with the object, so that no other gets its id

    @property
    def written(self) -> bytes:
        """All that was written so far."""
        return b"".join(self._out)

    def named(self, name: str, value: Any) -> None:
        """Write a value under a name, which an error tells."""
        self.text(name)
        try:
            self.value(value)
        except IndigestibleError as error:
            raise error.inside(name) from None

    def text(self, text: str) -> None:
        """Write a text."""
        self._bytes(b"s", text.encode("utf-8", errors="surrogatepass"))

    def value(self, value: Any) -> None:
        """Write a value.

        Raises
        ------
        IndigestibleError
            If it cannot be told again in another process.
        """
        kind = type(value)
        if kind is str:
            self.text(value)
        elif kind in _PLAIN:
            self._bytes(b"p", value if kind is bytes else f"{kind.__name__} {value!r}".encode())
        elif kind is tuple:
            self._items(b"(", value)
        elif (met := self._met.get(id(value))) is not None:
            self._out.append(b"@%d;" % met[0])
        else:
            self._met[id(value)] = (len(self._met), value)
            if len(self._met) > MOST:
                raise IndigestibleError(f"an object that holds more than {MOST:,} others")
            _WRITERS.get(kind, Walk._other)(self, value)

    def _bytes(self, mark: bytes, content: bytes) -> None:
        self._out.append(b"%s%d:" % (mark, len(content)))
        self._out.append(content)

    def _items(self, mark: bytes, values: Any) -> None:
        self._out.append(b"%s%d:" % (mark, len(values)))
        for value in values:
            self.value(value)

    def _list(self, values: list[Any]) -> None:
        self._items(b"[", values)

    def _dict(self, values: Mapping[Any, Any]) -> None:
        # Cloning copies a dict as it is, with what its estimators have learned.
        whole, self._whole = self._whole, True
        self._out.append(b"{%d:" % len(values))
        for key, value in values.items():
            if type(key) is str:
                self.named(key, value)
            else:
                self.value(key)
                self.value(value)
        self._whole = whole

    def _set(self, values: set[Any] | frozenset[Any]) -> None:
        found = []
        for value in values:
            walk = Walk(self._code, closed=self._closed, whole=self._whole)
            walk.value(value)
            found.append((walk.written, walk.edges))
        found.sort(key=lambda one: one[0])
        for (one, edges), (other, _) in pairwise(found):
            if one == other and edges:
                raise IndigestibleError("an unordered set of functions or classes that look alike")
        self._out.append(b"%s%d:" % (b"<" if type(values) is set else b">", len(found)))
        for one, edges in found:
            self._bytes(b"e", one)
            self.edges += edges

    def _array(self, array: Any) -> None:
        plain = np.asarray(array)
        if plain.dtype.kind not in "biufcSUmM":
            self.text(f"array {plain.shape} {plain.dtype}")
            self._items(b"[", plain.ravel().tolist())
            return
        if plain.dtype.kind in "fc" and np.isnan(plain).any():
            plain = plain.copy()  # there is more than one NaN
            plain[np.isnan(plain)] = np.nan
        plain = np.ascontiguousarray(plain).astype(plain.dtype.newbyteorder("<"), copy=False)
        self.text(f"array {np.shape(array)} {plain.dtype.str}")
        self._bytes(b"a", hashlib.blake2b(plain.tobytes(), digest_size=32).digest())

    def _code_of(self, thing: Any) -> None:
        name = self._code.origins.name_of(thing)
        if name:
            self._bytes(b"n", name.encode())
        elif self._closed:
            self._bytes(b"c", self._code.closed(thing))
        else:
            self._bytes(b"c", self._code.label(thing))
            self.edges.append(thing)

    def _module(self, module: ModuleType) -> None:
        if self._code.origins.is_installed(module.__name__) or module.__name__.startswith("mosi_nb"):
            self._bytes(b"n", f"{module.__name__}=={self._code.origins.version_of(module.__name__)}".encode())
        else:
            self._code_of(module)

    def _method(self, method: MethodType) -> None:
        self.value(method.__func__)
        self.value(method.__self__)

    def _builtin(self, function: Any) -> None:
        if isinstance(function.__self__, ModuleType) or function.__self__ is None:
            if not self._code.origins.name_of(function):
                raise IndigestibleError("a compiled function that belongs to no installed package")
            self._code_of(function)
        else:
            self.text(function.__name__)
            self.value(function.__self__)

    def _other(self, value: Any) -> None:
        kind, package = type(value), str(type(value).__module__).partition(".")[0]
        if isinstance(value, type) or (callable(value) and self._code.origins.name_of(value)):
            self._code_of(value)
            return
        self._code_of(kind)
        if package in SHOWING:
            return
        if isinstance(value, Instance | Template):
            self.value(value.content())
        elif isinstance(value, np.generic) or kind is np.memmap:
            self._array(value)
        elif scipy.sparse.issparse(value):
            self._sparse(value)
        elif package == "pandas" and hasattr(value, "dtypes") and hasattr(value, "to_numpy"):
            self._pandas(value)
        elif callable(getattr(value, "detach", None)) and callable(getattr(value, "numpy", None)):
            self._array(value.detach().cpu().numpy())
        elif not self._whole and _is_cloned_by_params(value):
            self._estimator(value)
        elif (inner := _inside(value)) is not None:
            self._items(b"w", inner)
        else:
            self._reduced(value)

    def _estimator(self, estimator: Any) -> None:
        for name, value in self._code.params_of(estimator):
            self.named(name, value)
        held = getattr(estimator, "__dict__", {})
        for name in _KEPT_BY_CLONE:
            if name in held:
                self.named(name, held[name])

    def _sparse(self, matrix: Any) -> None:
        rows = matrix.tocsr(copy=True)
        rows.sum_duplicates()
        self.value((matrix.format, matrix.shape))
        for part in (rows.indptr.astype(np.int64), rows.indices.astype(np.int64), rows.data):
            self._array(part)

    def _pandas(self, data: Any) -> None:
        if hasattr(data, "iloc") and data.ndim > 1:
            self.value(data.columns)
            self.value(data.index)
            for number in range(data.shape[1]):
                self.text(str(data.dtypes.iloc[number]))
                self._array(data.iloc[:, number].to_numpy())
            return
        if hasattr(data, "iloc"):
            self.value(data.name)
            self.value(data.index)
        else:
            self.value(list(data.names))
        self.text(str(data.dtype))
        self._array(data.to_numpy())

    def _reduced(self, value: Any) -> None:
        """Write what the object itself says it can be made from again."""
        try:
            found = value.__reduce_ex__(4)
        except Exception as error:  # noqa: BLE001 -- whatever a user's class raises
            if name := self._code.origins.compiled(value):
                self.text(name)
                return
            raise IndigestibleError(f"an object of type {type(value).__name__}: {str(error).rstrip('.')}") from None
        whole, self._whole = self._whole, True
        if isinstance(found, str):
            self.text(found)
        else:
            made_by, arguments, state, items, pairs = (*found, None, None, None)[:5]
            self.value(made_by)
            self.value(arguments)
            self.value(state)
            self.value(None if items is None else list(items))
            self.value(None if pairs is None else [tuple(pair) for pair in pairs])
        self._whole = whole


def _is_cloned_by_params(value: Any) -> bool:
    if not callable(getattr(value, "get_params", None)):
        return False
    own = getattr(type(value), "__sklearn_clone__", None)
    return own is None or own is BaseEstimator.__sklearn_clone__


def _inside(value: Any) -> tuple[Any, ...] | None:
    """Return what objects hold that wrap a function and do not tell; None for all others."""
    if isinstance(value, property):
        return (value.fget, value.fset, value.fdel)
    if isinstance(value, staticmethod | classmethod):
        return (value.__func__,)
    kind = type(value).__name__
    if kind == "cached_property":
        return (value.func,)
    if kind == "_lru_cache_wrapper":
        return (value.__wrapped__,)
    if hasattr(value, "py_func"):  # compiled by numba
        return (value.py_func,)
    if kind in ("member_descriptor", "getset_descriptor"):
        return (value.__name__,)
    return None


_WRITERS: Mapping[type, Callable[[Walk, Any], None]] = {
    list: Walk._list,  # noqa: SLF001 -- its own
    dict: Walk._dict,  # noqa: SLF001
    MappingProxyType: Walk._dict,  # noqa: SLF001
    set: Walk._set,  # noqa: SLF001
    frozenset: Walk._set,  # noqa: SLF001
    np.ndarray: Walk._array,  # noqa: SLF001
    FunctionType: Walk._code_of,  # noqa: SLF001
    type: Walk._code_of,  # noqa: SLF001
    ModuleType: Walk._module,  # noqa: SLF001
    MethodType: Walk._method,  # noqa: SLF001
    BuiltinFunctionType: Walk._builtin,  # noqa: SLF001
}
