"""Arrays in a `.npz`: `segment_id`, `label` and any arrays of the same number of rows."""

from __future__ import annotations

import math
import stat
import struct
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import as_fold, as_modality, numbers, rounded
from mosi_nb.data.frame import ID_COLUMNS, SENTIMENT_COLUMNS
from mosi_nb.data.ids import as_ids, rewritten, videos_of
from mosi_nb.data.parts import Parts
from mosi_nb.data.readers.paths import ZIP, named, start_of
from mosi_nb.data.steps import CUBE, STAYS
from mosi_nb.errors import DataError
from mosi_nb.spec import MODALITIES

DAMAGE = (
    OSError, ValueError, EOFError, KeyError, IndexError, TypeError, NotImplementedError, RuntimeError, MemoryError,
    SyntaxError, OverflowError, struct.error, tokenize.TokenError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
"""What numpy and zipfile raise for files that are cut, damaged or encrypted."""

FORMAT = "numpy arrays with segment_id (.npz)"

LARGE, RATIO = 1 << 24, 100
"""Bytes that an archive unpacks to, and how often its own, from where on it is refused."""

MEMBERS, SEGMENTS = 1000, 1_000_000
"""Arrays in an archive, and ids in an array, that are not looked at any more."""


def recognises(path: Path) -> bool:
    """Tell whether the file is a zip archive of arrays, or one that cannot be opened to see."""
    if not path.is_file() or not start_of(path).startswith(ZIP):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".npy") for name in archive.namelist())
    except DAMAGE:
        return path.suffix.lower() == ".npz"


def read(path: Path) -> Parts:
    """Return what the arrays hold by their names; those of other names can be asked for (`audio="audio73"`).

    Raises
    ------
    DataError
        If the file is damaged, has no ids, or arrays that hold Python objects.
    """
    source = named(path)
    arrays = load_npz(path)
    ids = ids_among(arrays, source)
    if ids is None:
        raise DataError.of(source, f"no array called {' or '.join(ID_COLUMNS[:2])}. It has {', '.join(arrays)}.")
    columns = {name: array for name, array in arrays.items() if array.ndim and len(array) == len(ids)}
    videos = as_ids(columns["video_id"], source) if "video_id" in columns else videos_of(ids)
    folds = {_fold_name(n): as_fold(columns[n], source, n) for n in columns if n == "fold" or n.startswith("fold_")}
    modalities = {
        name: as_modality(columns[name], name, source, columns.get(f"{name}_lengths"))
        for name in MODALITIES
        if name in columns
    }
    labels = [name for name in SENTIMENT_COLUMNS if name in columns]
    sentiment = rounded(numbers(columns[labels[0]].reshape(-1), source, labels[0])) if labels else None
    return Parts(ids, videos, sentiment, modalities, folds, columns, source)


def load_npz(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays by name. Arrays of Python objects are refused: they would be unpickled.

    Raises
    ------
    DataError
        If the file is cut, damaged, holds such arrays, or would unpack to far more than it holds.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if info.filename.endswith(".npy")]
            _check_members(archive.infolist(), path)
            found = {}
            for info in infos:
                with archive.open(info) as file:
                    found[info.filename.removesuffix(".npy")] = read_npy(file, info.file_size, path)
            return found
    except DataError:
        raise
    except DAMAGE as error:
        raise unreadable(path, error) from None


def load_npy(path: Path) -> NDArray[Any]:
    """Return the array of a `.npy`; sequences that are large are mapped, not read.

    Raises
    ------
    DataError
        If the file is cut or damaged, or its array holds Python objects.
    """
    try:
        with path.open("rb") as file:
            return read_npy(file, path.stat().st_size, path, mapped=True)
    except DataError:
        raise
    except DAMAGE as error:
        raise unreadable(path, error) from None


def read_npy(file: IO[bytes], size: int, path: Path, *, mapped: bool = False) -> NDArray[Any]:
    """Return an array whose header says as many bytes as there are: numpy would reserve any number.

    Parameters
    ----------
    file, size, path
        Open at its start, with its number of bytes.
    mapped
        Whether large sequences may stay in the file, where it is one of its own.
    """
    version = np.lib.format.read_magic(file)
    headers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in headers:
        raise DataError.of(named(path), f"arrays of numpy's format {version[0]}.{version[1]} are not read.")
    shape, fortran, dtype = headers[version](file)
    if dtype.hasobject:
        raise ValueError("allow_pickle")
    if dtype.kind not in "biufSU":
        raise DataError.of(named(path), f"an array holds {str(dtype)[:60]}.", "Expected numbers or strings.")
    held = size - file.tell()
    if any(n < 0 for n in shape) or math.prod(shape) * dtype.itemsize != held:
        raise ValueError(f"an array {str(shape)[:60]} of {dtype} does not take {held:,} bytes")
    if mapped and len(shape) == CUBE and held >= STAYS and dtype.kind in "fiu" and not fortran:
        return np.memmap(path, dtype, "r", file.tell(), shape)
    raw = file.read(held)
    return np.frombuffer(raw, dtype).reshape(shape, order="F" if fortran else "C")


def unreadable(path: Path, error: Exception) -> DataError:
    """Return the error for a .npz or .npy that numpy does not read."""
    if "allow_pickle" in str(error):
        sentence = "an array holds Python objects, which are not read: opening them may run code."
        return DataError.of(named(path), sentence, "Save texts as strings: array.astype(str).")
    return DataError.of(named(path), f"the file is cut or damaged ({str(error)[:200]}).", "Copy it again.")


def ids_among(arrays: dict[str, NDArray[Any]], source: str) -> NDArray[np.str_] | None:
    """Return the segment ids that an archive holds, if it does."""
    for name in (*ID_COLUMNS, "segment_ids", "ids"):
        if name in arrays and arrays[name].ndim == 1:
            if len(arrays[name]) > SEGMENTS:
                raise DataError.of(source, f"{name} has {len(arrays[name]):,} ids, more than {SEGMENTS:,}.")
            return rewritten(as_ids(arrays[name].tolist(), source))
    return None


def _check_members(infos: list[zipfile.ZipInfo], path: Path) -> None:
    for info in infos:
        name = info.filename
        linked = stat.S_ISLNK(info.external_attr >> 16)
        if linked or "/" in name or "\\" in name or name.startswith("..") or info.orig_filename != name:
            sentence = f"its member {name[:60]!r} is a path or a link, not the name of an array."
            raise DataError.of(named(path), sentence, "Save it with numpy.savez.")
    names = {info.filename for info in infos}
    if len(names) < len(infos) or len(infos) > MEMBERS:
        raise DataError.of(named(path), f"it has {len(infos):,} members of {len(names):,} names.")
    size = sum(info.file_size for info in infos)
    if size > max(LARGE, RATIO * path.stat().st_size):
        sentence = f"it would unpack to {size:,} bytes, {size // path.stat().st_size:,} times its own size."
        raise DataError.of(named(path), sentence, "Is it what you expect? Save it without compression: numpy.savez.")


def _fold_name(column: str) -> str:
    return column.removeprefix("fold_") if column != "fold" else "standard"
