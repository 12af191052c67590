"""Files that can be read, one module a format, and what picks among them.

To add a format, write a module with `FORMAT`, `recognises` and `read` and add it to `READERS`. A
file is told by its structure, never by its name alone; the first reader that recognises it reads it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from mosi_nb.data.parts import Parts
from mosi_nb.data.readers import csd, csd_folder, mfn, npz, pickles, poria, table
from mosi_nb.data.readers.counts import beside_mosi
from mosi_nb.data.readers.paths import existing, files_in, is_named_as_data, kind_of, named
from mosi_nb.errors import DataError


class Reader(Protocol):
    """A module that reads one format."""

    FORMAT: str
    """The format in a few words, for messages."""

    def recognises(self, path: Path) -> bool:
        """Tell by structure whether a file or folder is of this format. Never raises."""

    def read(self, path: Path) -> Parts:
        """Return what it holds; a `DataError` names the file and what was expected."""


READERS: tuple[Reader, ...] = (poria, mfn, csd_folder, csd, npz, pickles, table)


def read_parts(path: str | Path) -> Parts:
    """Read a file or folder of any known format.

    Parameters
    ----------
    path
        `~` stands for the home folder.

    Raises
    ------
    DataError
        If there is nothing there, it is empty, cut, damaged, or of no known format.
    """
    place = existing(path)
    for reader in READERS:
        if reader.recognises(place):
            parts = _legible(reader.read(place))
            # The formats of one project each say what they are and what is missing themselves.
            described = any(note.startswith("read as ") for note in parts.notes)
            return parts if described else beside_mosi(parts)
    if place.is_dir():
        raise _unknown_folder(place)
    sentence = f"this is {kind_of(place)}, and none of the formats that can be read."
    raise DataError.of(named(place), sentence, known_formats())


def _legible(parts: Parts) -> Parts:
    """Refuse texts and ids with halves of characters in them, which can be neither shown nor saved."""
    texts = parts.modalities.get("text")
    spoken = texts.tolist() if isinstance(texts, np.ndarray) and texts.dtype.kind == "O" else []
    for what, held in (("id", parts.segment_ids.tolist()), ("id", parts.video_ids.tolist()), ("text", spoken)):
        try:
            "\n".join(held).encode().decode()  # an array can hold numbers that are no character
        except UnicodeError:
            raise DataError.of(parts.source, f"a character of a {what} is damaged.", "Copy the file again.") from None
    return parts


def known_formats() -> str:
    """Return the sentence that lists all formats."""
    return f"Known formats: {'; '.join(reader.FORMAT for reader in READERS)}."


def _unknown_folder(folder: Path) -> DataError:
    # a script or a page with commas in it looks like a table
    named_so = [path for path in files_in(folder) if is_named_as_data(path)]
    readable = [path.name for path in named_so if any(reader.recognises(path) for reader in READERS)]
    sentence = "this folder is of no known layout."
    advice = f"In it, these can be read: {', '.join(readable)}." if readable else "No file in it can be read."
    return DataError.of(named(folder), sentence, f"{advice}\n{known_formats()}")
