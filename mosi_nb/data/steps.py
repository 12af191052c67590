"""Steps that stay in their file until somebody asks for them.

A file is opened for each block that is read and closed after it: nothing is left open, and what is
here can be pickled. Blocks are read, not mapped: mapped pages would count as memory of this process.
"""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mosi_nb.errors import DataError

Rows: TypeAlias = NDArray[np.intp]
Steps: TypeAlias = NDArray[np.floating]

BLOCK = 2 << 20
"""Bytes that are read at a time: as much as fits into a processor's cache beside what is made of it."""

MOST = 256 << 20
"""Bytes that are read at a time where a file compresses so many rows together."""

STAYS = 64 << 20
"""Bytes from which on sequences that were named by their path stay in the file; what is less is read at once."""

CUBE = 3


@dataclass(frozen=True, eq=False)
class StoredSteps(ABC):
    """The steps of segments in a file.

    Attributes
    ----------
    path
        The file.
    at
        Where in it each segment is, in an order that is quick to read, shape (n_segments,).
    steps, columns
        The largest number of steps of a segment, and the number of columns.
    dtype
        Of the values as they are handed over.
    """

    path: Path
    at: Rows
    steps: int
    columns: int
    dtype: np.dtype[Any]

    @property
    def shape(self) -> tuple[int, int, int]:
        """What an array of the same segments would have."""
        return len(self.at), self.steps, self.columns

    @property
    def ndim(self) -> int:
        """Three: segments, steps, columns."""
        return CUBE

    def __len__(self) -> int:
        """Return the number of segments."""
        return len(self.at)

    def take(self, rows: Rows) -> Self:
        """Return the segments of these rows; nothing is read."""
        return replace(self, at=self.at[rows])

    def blocks(self, *, as_stored: bool = True) -> Iterator[tuple[Rows, Sequence[Steps]]]:
        """Go through all segments, some megabytes at a time.

        Parameters
        ----------
        as_stored
            In the order of the file, which is quickest; else in the order of the rows.

        Yields
        ------
        rows, steps
            Rows, and for each of them its steps as `read` returns them.
        """
        rows = np.argsort(self.at, kind="stable") if as_stored else np.arange(len(self))
        for some in np.split(rows, np.flatnonzero(np.diff(self._batch(rows, as_stored=as_stored))) + 1):
            yield some, self.read(some)

    @abstractmethod
    def read(self, rows: Rows) -> Sequence[Steps]:
        """Return the steps of each of these rows, shape (n_steps, n_columns); padding, where there is any, included.

        Raises
        ------
        DataError
            If the file is gone or is not what it was.
        """

    @abstractmethod
    def _batch(self, rows: Rows, *, as_stored: bool) -> Rows:
        """Return for each of the rows the number of the batch in which it is read, ascending."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: FBT001 -- numpy's signature
        """Return all steps as one array, padded with zeros at the end: for those who have the memory."""
        del copy
        values = np.zeros(self.shape, dtype or self.dtype)
        for rows, blocks in self.blocks():
            for row, steps in zip(rows.tolist(), blocks, strict=True):
                values[row, : len(steps)] = steps
        return values


class PaddedSteps(StoredSteps):
    """Segments padded to one length, row by row."""

    def read(self, rows: Rows) -> Sequence[Steps]:
        """Return the steps of each of these rows, padding included; rows that follow each other are read at once."""
        order = np.argsort(self.at[rows], kind="stable")
        at = self.at[rows][order]
        block = np.empty((len(rows), self.steps, self.columns), self._stored_as())
        cuts = [0, *(np.flatnonzero(np.diff(at) != 1) + 1).tolist(), len(at)]
        with told(self.path), self._opened() as file:
            for start, end in pairwise(cuts):
                if end > start:
                    self._fill(file, block[start:end], int(at[start]))
        found = block.astype(self.dtype, copy=False)
        return [found[place] for place in np.argsort(order, kind="stable").tolist()]

    def _batch(self, rows: Rows, *, as_stored: bool) -> Rows:
        row_bytes = max(1, self.steps * self.columns * self._stored_as().itemsize)
        together = self._together()
        number = max(1, BLOCK // row_bytes)
        if together > 1 and together * row_bytes <= MOST:
            number = -(-number // together) * together
        batch: Rows = (self.at[rows] if as_stored else rows) // number
        return batch

    def _stored_as(self) -> np.dtype[Any]:
        return self.dtype

    def _together(self) -> int:
        """Return how many rows cannot be read apart."""
        return 1

    @abstractmethod
    def _opened(self) -> Any:
        """Return a context with the open file."""

    @abstractmethod
    def _fill(self, file: Any, block: Steps, first: int) -> None:
        """Read consecutive rows, the first of which is given, into a block."""


@dataclass(frozen=True, eq=False)
class PlainRows(PaddedSteps):
    """Rows that stand one after the other in a file: a `.npy`, or an array in HDF5 that is not compressed.

    Attributes
    ----------
    offset
        Where the first row begins, in bytes.
    kind
        Type of the values in the file.
    """

    offset: int
    kind: np.dtype[Any]

    def _stored_as(self) -> np.dtype[Any]:
        return self.kind

    @contextmanager
    def _opened(self) -> Iterator[int]:
        file = os.open(self.path, os.O_RDONLY)
        try:
            yield file
        finally:
            os.close(file)

    def _fill(self, file: int, block: Steps, first: int) -> None:
        place = self.offset + first * prod(block.shape[1:]) * block.itemsize
        if hasattr(os, "posix_fadvise"):  # not on macOS
            # What follows comes from the disk while this block is made use of.
            os.posix_fadvise(file, place + block.nbytes, block.nbytes, os.POSIX_FADV_WILLNEED)
        left = memoryview(block.reshape(-1).view(np.uint8).data)
        while left:
            got = os.preadv(file, [left], place)
            if not got:
                raise EOFError
            left, place = left[got:], place + got


@dataclass(frozen=True, eq=False)
class Hdf5Rows(PaddedSteps):
    """Rows of an array in HDF5 that is kept in chunks.

    Attributes
    ----------
    name
        Of the array in its file.
    chunk
        How many rows are kept, and mostly compressed, together.
    """

    name: str
    chunk: int

    def _together(self) -> int:
        return self.chunk

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        import h5py  # noqa: PLC0415 -- slow to load, and only those who have such files need it

        with h5py.File(self.path, "r") as file:
            yield file[self.name]

    def _fill(self, file: Any, block: Steps, first: int) -> None:
        file.read_direct(block, np.s_[first : first + len(block)])


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say which file it is that cannot be read any more."""
    try:
        yield
    except (OSError, EOFError, KeyError, TypeError, ValueError) as error:
        sentence = f"the file was changed, moved or cut since it was opened ({str(error) or 'it has become shorter'})."
        raise DataError.of(path.name, sentence, "Open the data again.") from None


def lazily(values: Any) -> Any:
    """Return an array of (n, t, d) that is a file as one that is read by blocks; anything else as it is.

    Parameters
    ----------
    values
        A `numpy.memmap` (of `numpy.load(mmap_mode="r")`), an `h5py.Dataset`, or an array.
    """
    if getattr(values, "ndim", 0) != CUBE or values.dtype.kind not in "fiu":
        return values
    if isinstance(values, np.memmap):
        return _mapped(values)
    h5py = sys.modules.get("h5py")
    if h5py is not None and isinstance(values, h5py.Dataset):
        return _dataset(values)
    return values


def _mapped(values: np.memmap[Any, Any]) -> Any:
    parent: Any = values._mmap  # type: ignore[attr-defined] # noqa: SLF001 -- the only way to tell where a part begins
    if not values.flags.c_contiguous or not values.filename or parent is None or values.mode != "r":
        return values  # a part that does not lie in one piece, or one that may be written to
    begin = values.offset - values.offset % _granularity()
    offset = begin + values.__array_interface__["data"][0] - np.frombuffer(parent, np.uint8).ctypes.data
    return _plain(Path(values.filename), values, offset)


def _granularity() -> int:
    import mmap  # noqa: PLC0415 -- one constant of it

    return mmap.ALLOCATIONGRANULARITY


def _dataset(values: Any) -> Any:
    path = Path(values.file.filename)
    if not path.is_file():  # it is held in memory
        return np.asarray(values)
    offset = values.id.get_offset() if values.chunks is None else None
    if offset is not None and values.external is None:
        return _plain(path, values, offset)
    n, steps, columns = values.shape
    chunk = 1 if values.chunks is None else int(values.chunks[0])
    return Hdf5Rows(path.resolve(), np.arange(n), steps, columns, handed_over(values.dtype), values.name, chunk)


def _plain(path: Path, values: Any, offset: int) -> PlainRows:
    n, steps, columns = values.shape
    kind = np.dtype(values.dtype)
    return PlainRows(path.resolve(), np.arange(n), steps, columns, handed_over(kind), int(offset), kind)


def handed_over(kind: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type in which values are handed over: single precision stays, all else becomes double."""
    keep = kind.kind == "f" and kind.itemsize in (4, 8)
    return kind.newbyteorder("=") if keep else np.dtype(np.float64)
