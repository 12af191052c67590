"""Paths as users write them, and what can be said of a file before anything reads it."""

from __future__ import annotations

import difflib
from pathlib import Path

from mosi_nb.errors import DataError

HDF5 = b"\x89HDF\r\n\x1a\n"
ZIP = b"PK\x03\x04"
NPY = b"\x93NUMPY"
PARQUET = b"PAR1"

SUFFIXES = frozenset(
    (".csv", ".tsv", ".parquet", ".npz", ".pkl", ".pickle", ".p", ".csd", ".h5", ".hdf5", ".json", ".jsonl")
)
"""Endings, in small letters, of files that are offered and listed as data. A file of another ending is read too."""

_KINDS = {
    HDF5: "an HDF5 file",
    ZIP: "a zip archive",
    NPY: "a .npy array without segment ids",
    PARQUET: "a Parquet file",
    b"\x80": "a pickle",
    b"\x1f\x8b": "a gzip archive",
}


def named(path: Path) -> str:
    """Return the name by which messages call a file: its last part."""
    return path.name or str(path)


def existing(path: str | Path) -> Path:
    """Return the path if there is something to read.

    Raises
    ------
    DataError
        If nothing is there, with the files nearby that might have been meant, or if it is empty.
    """
    place = Path(path).expanduser()
    try:
        there = place.exists()
    except (OSError, ValueError) as error:
        raise DataError.of(str(path)[:80], f"this is no path ({error}).") from None
    if not there:
        raise DataError.of(path, "there is no such file or folder.", _nearby(place))
    if not place.is_file() and not place.is_dir():
        raise DataError.of(named(place), "this is no file and no folder, but a device, a pipe or a socket.")
    if place.is_file() and not place.stat().st_size:
        raise DataError.of(named(place), "the file is empty (0 bytes).", "Was it cut off while it was copied?")
    return place


def existing_file(path: str | Path) -> Path:
    """Return the path if a file is there to be read; as `existing`, and no folder.

    Raises
    ------
    DataError
        As `existing`, and if it is a folder.
    """
    place = existing(path)
    if place.is_dir():
        raise DataError.of(named(place), "this is a folder; a file was expected.")
    return place


def member(path: Path) -> Path:
    """Return a file of a folder if it is there and in that folder, not linked from elsewhere.

    Raises
    ------
    DataError
        If it is missing, empty, or a link that leads out of the folder: who made the folder does not
        decide which other files of this machine are read.
    """
    place = existing(path)
    if leads_out(place):
        sentence = f"this is a link to {place.resolve()}, out of the folder {named(path.parent)}."
        raise DataError.of(named(path), sentence, "Copy the file into the folder, or name it by its own path.")
    return place


def leads_out(path: Path) -> bool:
    """Tell whether a member of a folder is a link to something outside."""
    try:
        return path.is_symlink() and path.resolve().parent != path.parent.resolve()
    except (OSError, RuntimeError):  # links in a circle
        return True


def files_in(folder: Path) -> list[Path]:
    """Return the plain files of a folder that are in it, by name; links out of it are left out."""
    return sorted(path for path in folder.iterdir() if path.is_file() and not leads_out(path))


def is_named_as_data(path: Path) -> bool:
    """Tell whether a file has an ending that data have."""
    return path.suffix.lower() in SUFFIXES


def start_of(path: Path, n: int = 4096) -> bytes:
    """Return the first bytes of a file; none if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(n)
    except OSError:
        return b""


def kind_of(path: Path) -> str:
    """Say what a file is by its first bytes."""
    start = start_of(path)
    for magic, kind in _KINDS.items():
        if start.startswith(magic):
            return kind
    return "a binary file" if b"\0" in start else "a text file"


def _nearby(place: Path) -> str:
    folder = place.parent
    if not folder.is_dir():
        return f"The folder {folder} does not exist either. Paths are taken from {Path.cwd()}."
    names = sorted(p.name for p in folder.iterdir() if _could_be_meant(p, place))
    if not names:
        return f"The folder {folder.resolve()} holds no data."
    close = difflib.get_close_matches(place.name, names, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(repr(str(folder / name)) for name in close)}?"
    shown = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")  # noqa: PLR2004
    return f"In {folder.resolve()} there are: {shown}."


def _could_be_meant(path: Path, written: Path) -> bool:
    is_alike = path.suffix.lower() == written.suffix.lower() != ""  # features may be a file of another ending
    return not path.name.startswith(".") and (is_named_as_data(path) or is_alike or path.is_dir())
