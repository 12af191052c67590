"""HDF5 files: only what is in the file itself, and no more of it than the file holds.

An HDF5 file can point to others (links, external storage, virtual datasets), and can declare arrays of
any size that it does not hold. Neither is followed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.readers.paths import named
from mosi_nb.errors import DataError

if TYPE_CHECKING:
    import h5py

DAMAGE = (OSError, KeyError, RuntimeError, ValueError, TypeError, AttributeError, MemoryError, OverflowError)
"""What h5py raises for files that are cut or damaged."""

LARGE, RATIO = 1 << 26, 50
"""Bytes of an array, and how often those that the file holds of it, from where on it is refused."""


@contextmanager
def open_hdf5(path: Path) -> Iterator[h5py.File]:
    """Open a file for reading.

    Raises
    ------
    DataError
        If it is cut or damaged, which may be seen only later, when something in it is looked at.
    """
    import h5py  # noqa: PLC0415 -- slow to load, and only those who have such files need it

    try:
        with h5py.File(path, "r") as file:
            yield file
    except DataError:
        raise
    except DAMAGE as error:
        raise damaged(named(path), error) from None


def damaged(source: str, error: object) -> DataError:
    """Return the error for a file that h5py does not read."""
    return DataError.of(source, f"the HDF5 file is cut or damaged ({str(error)[:200]}).", "Copy it again.")


def members(group: Any, source: str) -> dict[str, Any]:
    """Return the groups and datasets of a group by name.

    Raises
    ------
    DataError
        If one is a link by name, to another file or elsewhere in this one.
    """
    import h5py  # noqa: PLC0415

    names = list(group)
    for name in names:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            sentence = f"'{name[:60]}' is a link to another place or file, which is not followed."
            raise DataError.of(source, sentence, "Copy the data themselves into the file.")
    return {name: group[name] for name in names}


def array(dataset: Any, source: str, kinds: str = "fiu") -> NDArray[Any]:
    """Return the content of a dataset.

    Parameters
    ----------
    dataset
        A member of a group.
    source
        For messages.
    kinds
        Kinds of numpy types that are expected.

    Raises
    ------
    DataError
        If it is no dataset of such a type, lies in another file, or is far larger than what the file
        holds of it.
    """
    check(dataset, source, kinds)
    return np.asarray(dataset[()])


def check(dataset: Any, source: str, kinds: str) -> None:
    """Refuse what `array` would not read."""
    name = str(dataset.name)[:60]
    if not hasattr(dataset, "dtype") or dataset.dtype.kind not in kinds or dataset.shape is None:
        raise DataError.of(source, f"{name} holds {getattr(dataset, 'dtype', 'a group')}, expected an array.")
    if dataset.external or dataset.is_virtual:
        sentence = f"{name} lies in another file, which is not read."
        raise DataError.of(source, sentence, "Copy the data themselves into the file.")
    wanted = max(dataset.nbytes, math.prod(dataset.chunks or ()) * dataset.dtype.itemsize)
    if wanted > LARGE and wanted > RATIO * dataset.id.get_storage_size():
        sentence = (
            f"{name} is said to hold {wanted:,} bytes, but the file has {dataset.id.get_storage_size():,} of them."
        )
        raise DataError.of(source, sentence, "Is the file cut, or what you expect?")
