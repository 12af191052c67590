"""Arrays that stay in their file until they are read, straight to where they are wanted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.readers.opcodes import Span, cut
from mosi_nb.data.segments import Features
from mosi_nb.errors import DataError

BLOCK = 1 << 22
"""Bytes that are converted at a time, where the file's type is not the one that is wanted."""


@dataclass(frozen=True)
class Stored:
    """An array in a file.

    Attributes
    ----------
    span
        Where its bytes are.
    shape, dtype
        As in numpy.
    fortran
        Whether the first index runs fastest.
    """

    span: Span
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool = False

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """The number of bytes."""
        return self.span.length

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.shape[0]

    def read(self) -> NDArray[Any]:
        """Return the array.

        Raises
        ------
        DataError
            If the file has changed and is too short now.
        """
        if self.fortran:
            turned = Stored(self.span, self.shape[::-1], self.dtype)
            return turned.read().T
        found: NDArray[Any] = np.empty(self.shape, self.dtype)
        self.fill(found)
        return found

    def fill(self, out: NDArray[Any]) -> None:
        """Read into an array of the same shape, converting where its type is another."""
        if self.fortran:
            out[...] = self.read()
            return
        step = len(out) if out.dtype == self.dtype else max(BLOCK // max(self.nbytes // max(len(out), 1), 1), 1)
        with self.span.path.open("rb") as file:
            file.seek(self.span.offset)
            for start in range(0, len(out), max(step, 1)):
                part = out[start : start + step]
                block = part if out.dtype == self.dtype else np.empty(part.shape, self.dtype)
                if block.size and file.readinto(block.reshape(-1).view(np.uint8).data) != block.nbytes:
                    raise cut(self.span.path)
                if block is not part:
                    part[...] = block


Array: TypeAlias = "NDArray[Any] | Stored"


def is_array(thing: object) -> bool:
    """Tell whether it is an array, read or not."""
    return isinstance(thing, (np.ndarray, Stored))


def read_array(array: Array) -> NDArray[Any]:
    """Return the array in memory."""
    return array.read() if isinstance(array, Stored) else array


def joined(arrays: Sequence[Array], what: str, source: str) -> Features:
    """Return arrays of numbers under one another.

    Parameters
    ----------
    arrays
        Of equal shapes but for the number of rows.
    what, source
        For messages.

    Returns
    -------
    array
        Of single precision where all are, else of double.

    Raises
    ------
    DataError
        If shapes differ, or one holds something else than numbers.
    """
    shapes = {array.shape[1:] for array in arrays}
    wrong = [array for array in arrays if array.dtype.kind not in "fiub" or not array.ndim]
    if wrong:
        raise DataError.of(source, f"{what} holds {wrong[0].dtype} of shape {wrong[0].shape}, expected numbers.")
    if len(shapes) > 1:
        raise DataError.of(source, f"{what} differs between folds: {' and '.join(map(str, sorted(shapes)))}.")
    single = all(array.dtype.kind == "f" and array.dtype.itemsize <= 4 for array in arrays)  # noqa: PLR2004
    rows = [len(array) for array in arrays]
    out: NDArray[Any] = np.empty((sum(rows), *shapes.pop()), np.float32 if single else np.float64)
    start = 0
    for array, n in zip(arrays, rows, strict=True):
        part = out[start : start + n]
        if isinstance(array, Stored):
            array.fill(part)
        else:
            part[...] = array
        start += n
    return cast("Features", out)


def made(raw: object, dtype: np.dtype[Any], shape: object, *, fortran: bool) -> Array:
    """Return an array over bytes, without a copy; the bytes must be exactly as many as it needs.

    Raises
    ------
    ValueError
        If they are not, or the shape is none.
    """
    if not isinstance(shape, tuple) or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError("no shape")
    length = raw.length if isinstance(raw, Span) else len(raw) if isinstance(raw, (bytes, bytearray)) else -1
    fits = math.prod(shape) * dtype.itemsize == length and dtype.itemsize and dtype.kind != "O"
    if not fits or (not length and max(shape) > LONGEST_EMPTY):
        raise ValueError("the bytes do not fit the shape")
    if isinstance(raw, Span):
        return Stored(raw, shape, dtype, fortran)
    flat: NDArray[Any] = np.frombuffer(cast("bytes", raw), dtype)
    return flat.reshape(shape, order="F" if fortran else "C")


LONGEST_EMPTY = 1000
"""Rows or columns of an array without values."""
