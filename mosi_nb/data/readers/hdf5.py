"""HDF5 files, opened with the package that reads them only when there is one to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mosi_nb.data.readers.paths import named
from mosi_nb.errors import DataError

if TYPE_CHECKING:
    import h5py


def open_hdf5(path: Path) -> h5py.File:
    """Open a file for reading.

    Raises
    ------
    DataError
        If it is cut or damaged.
    """
    import h5py  # noqa: PLC0415 -- slow to load, and only those who have such files need it

    try:
        return h5py.File(path, "r")
    except OSError as error:
        raise DataError.of(named(path), f"the HDF5 file is cut or damaged ({error}).", "Copy it again.") from None
