"""Pickles of arrays, lists and texts, opened without letting them name anything else.

Every name in a pickle is looked up in a table here and nowhere else, so nothing is imported, and
what stands in the table are objects of this module, not numpy's: there is nothing of Python's own
that a pickle could call, change or reach through. What comes out are arrays, dicts, lists, tuples,
texts and numbers.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mosi_nb.data.readers.opcodes import ADVICE, Span, Stream, cut, scan
from mosi_nb.data.readers.paths import named
from mosi_nb.data.readers.stored import Stored, made
from mosi_nb.errors import DataError

DAMAGE = (
    pickle.UnpicklingError, ArithmeticError, AttributeError, AssertionError, EOFError, LookupError, MemoryError,
    OSError, RecursionError, SystemError, TypeError, ValueError,
)  # fmt: skip
"""What opening a damaged pickle raises."""

DEPTH = 20
"""Containers within containers."""

SPEC = re.compile(r"b1|[iu][1248]|f[248]|[SU]\d{1,6}|O[48]?")


class _Refused(Exception):  # noqa: N818 -- it never leaves this module
    """A name that is not in the table, or an object that is no data."""


class _Entry:
    """What a name in a pickle stands for: it can be called, or handed on, and nothing else."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make

    def __call__(self, *given: Any) -> Any:
        return self._make(*given)

    def __setstate__(self, state: object) -> None:
        raise ValueError("no state")


class _Kind:
    """A dtype in the making."""

    __slots__ = ("order", "spec")

    def __init__(self, spec: object, *_: object) -> None:
        self.order, self.spec = "=", _word(spec)
        if not SPEC.fullmatch(self.spec):
            raise _Refused(f"an array of the type {self.spec[:40]!r}")

    def __setstate__(self, state: Any) -> None:
        order, fields = _word(state[1]), state[2:5]
        if order not in ("<", ">", "=", "|") or any(field is not None for field in fields):
            raise _Refused("an array of records")
        self.order = order

    def made(self) -> np.dtype[Any]:
        return np.dtype(self.spec if self.spec[0] == "O" else f"{self.order}{self.spec}")


class _Pending:
    """An array in the making."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held: Any = None

    def __setstate__(self, state: Any) -> None:
        shape, kind, fortran, raw = state[-4:]
        dtype = kind.made()
        if dtype.kind != "O":
            self.held = made(raw, dtype, shape, fortran=fortran is True)
        elif type(raw) is list and type(shape) is tuple and len(shape) == 1 and shape[0] == len(raw):
            self.held = raw
        else:
            raise _Refused("an array of Python objects")


def _word(thing: object) -> str:
    word = thing.decode("ascii") if isinstance(thing, bytes) else thing
    if not isinstance(word, str):
        raise TypeError("no word")
    return word


def _reconstruct(subtype: object, shape: object, _kind: object) -> _Pending:
    if subtype is not ARRAY or shape != (0,):
        raise _Refused("a kind of array that is not numpy's own")
    return _Pending()


def _from_buffer(raw: object, kind: _Kind, shape: object, order: object) -> _Pending:
    pending = _Pending()
    pending.held = made(raw, kind.made(), shape, fortran=order == "F")
    return pending


def _scalar(kind: _Kind, raw: object) -> object:
    if type(raw) is not bytes:
        raise _Refused("a single value that is no number and no text")
    array = made(raw, kind.made(), (), fortran=False)
    return array.item() if isinstance(array, np.ndarray) else None


def _encode(text: str, encoding: object) -> bytes:
    if encoding not in ("latin1", "latin-1", b"latin1", b"latin-1"):
        raise _Refused("_codecs.encode with another encoding than latin1")
    return str.encode(text, "latin-1")


def _never(*_: object) -> None:
    raise _Refused("an array made in a way that numpy does not use")


ARRAY = _Entry(_never)

ADMITTED: Mapping[tuple[str, str], _Entry] = {
    ("numpy", "ndarray"): ARRAY,
    ("numpy", "dtype"): _Entry(_Kind),
    ("_codecs", "encode"): _Entry(_encode),
    ("builtins", "bytes"): _Entry(lambda: b""),
    ("__builtin__", "bytes"): _Entry(lambda: b""),
    **{
        (f"numpy.{core}.{module}", name): _Entry(make)
        for core in ("core", "_core")
        for module, name, make in (
            ("multiarray", "_reconstruct", _reconstruct),
            ("multiarray", "scalar", _scalar),
            ("numeric", "_frombuffer", _from_buffer),
        )
    },
}
"""All that a pickle may name: what numpy's arrays, dtypes and scalars need."""


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: Stream) -> None:
        # Strings of Python 2 stay bytes: numpy's are data, and the others are decoded below.
        super().__init__(stream.content, fix_imports=False, encoding="bytes")
        self._spans = stream.spans

    def find_class(self, module: str, name: str) -> Any:
        entry = ADMITTED.get((module, name))
        if entry is None:
            raise _Refused(f"{module[:60]}.{name[:60]}")
        return entry

    def persistent_load(self, pid: Any) -> Span:
        span: Span = self._spans[pid]
        return span


@dataclass
class _Budget:
    """What may still come of a file: a pickle of a few bytes can stand for any number of things."""

    things: int
    weight: int

    def pay(self, weight: int) -> None:
        self.things -= 1
        self.weight -= weight
        if self.things < 0 or self.weight < 0:
            raise _Refused("the same things repeated until they are more than the file can hold")


def load_tree(path: Path) -> Any:
    """Return what a pickle holds.

    Parameters
    ----------
    path
        A pickle of Python 2 or 3.

    Returns
    -------
    object
        Dicts with keys of texts or numbers, lists, tuples, texts, numbers and arrays; bytes have become
        texts. Long arrays are `Stored`: not read yet.

    Raises
    ------
    DataError
        If it is cut or damaged, or names anything but numpy's arrays: that is said, and not imported.
    """
    stream = scan(path)
    try:
        thing = _Unpickler(stream).load()
        return _settled(thing, _Budget(4 * stream.count + 1000, 4 * stream.size + 100_000), 0)
    except _Refused as refused:
        sentence = f"this pickle is not opened: it holds {refused}, and opening that may run code."
        raise DataError.of(named(path), sentence, ADVICE) from None
    except DAMAGE:
        raise cut(path) from None


def _settled(thing: Any, budget: _Budget, depth: int) -> Any:
    if depth > DEPTH:
        raise _Refused("containers within containers without end")
    if thing is None or type(thing) in (bool, int, float):
        budget.pay(1)
        return thing
    if type(thing) in (str, bytes, bytearray):
        budget.pay(len(thing))
        return thing if type(thing) is str else _decoded(bytes(thing))
    if type(thing) is _Pending:
        return _array(thing.held, budget, depth)
    return _container(thing, budget, depth + 1)


def _container(thing: Any, budget: _Budget, depth: int) -> Any:
    budget.pay(1)
    if type(thing) is list:
        return [_settled(part, budget, depth) for part in thing]
    if type(thing) is tuple:
        return tuple(_settled(part, budget, depth) for part in thing)
    if type(thing) is dict:
        keys = {key: _settled(key, budget, depth) for key in thing}
        if not all(isinstance(key, (str, int)) for key in keys.values()):
            raise _Refused("a dict whose keys are no texts")
        return {keys[key]: _settled(part, budget, depth) for key, part in thing.items()}
    raise _Refused(_UNFINISHED.get(type(thing), "something that is no data"))


_UNFINISHED = {Span: "bytes that are no array", _Kind: "a type without an array", _Entry: "a function in place of data"}


def _array(held: Any, budget: _Budget, depth: int) -> Any:
    if isinstance(held, list):
        return _settled(held, budget, depth + 1)
    if not isinstance(held, (np.ndarray, Stored)):
        raise _Refused("an array without content")
    budget.pay(held.nbytes)
    return held


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
