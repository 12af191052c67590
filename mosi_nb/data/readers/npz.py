"""Arrays in a `.npz`: `segment_id`, `label` and any arrays of the same number of rows."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import as_fold, as_modality, numbers, rounded
from mosi_nb.data.frame import ID_COLUMNS, SENTIMENT_COLUMNS
from mosi_nb.data.ids import as_ids, rewritten, videos_of
from mosi_nb.data.parts import Parts
from mosi_nb.data.readers.paths import ZIP, named, start_of
from mosi_nb.errors import DataError
from mosi_nb.spec import MODALITIES

DAMAGE = (OSError, ValueError, EOFError, KeyError, NotImplementedError, RuntimeError, zlib.error, zipfile.BadZipFile)
"""What numpy and zipfile raise for files that are cut, damaged or encrypted."""

FORMAT = "numpy arrays with segment_id (.npz)"


def recognises(path: Path) -> bool:
    """Tell whether the file is a zip archive of arrays, or one that cannot be opened to see."""
    if not path.is_file() or not start_of(path).startswith(ZIP):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".npy") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
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
    ids = ids_among(arrays)
    if ids is None:
        raise DataError.of(source, f"no array called {' or '.join(ID_COLUMNS[:2])}. It has {', '.join(arrays)}.")
    columns = {name: array for name, array in arrays.items() if array.ndim and len(array) == len(ids)}
    videos = as_ids(columns["video_id"]) if "video_id" in columns else videos_of(ids)
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
        If the file is cut, damaged or holds such arrays.
    """
    try:
        # Opened here, since numpy leaves the file open when it is no archive after all.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except DAMAGE as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: Exception) -> DataError:
    """Return the error for a .npz or .npy that numpy does not read."""
    if "allow_pickle" in str(error):
        sentence = "an array holds Python objects, which are not read: opening them may run code."
        return DataError.of(named(path), sentence, "Save texts as strings: array.astype(str).")
    return DataError.of(named(path), f"the file is cut or damaged ({error}).", "Copy it again.")


def ids_among(arrays: dict[str, NDArray[Any]]) -> NDArray[np.str_] | None:
    """Return the segment ids that an archive holds, if it does."""
    for name in (*ID_COLUMNS, "segment_ids", "ids"):
        if name in arrays and arrays[name].ndim == 1:
            return rewritten(as_ids(arrays[name].tolist()))
    return None


def _fold_name(column: str) -> str:
    return column.removeprefix("fold_") if column != "fold" else "standard"
