"""Pickles, which run code when they are opened: recognised, and refused."""

from __future__ import annotations

from pathlib import Path

from mosi_nb.data.parts import Parts
from mosi_nb.data.readers.paths import named, start_of
from mosi_nb.errors import DataError

FORMAT = ""
"""Empty: not among the formats that can be read."""

SUFFIXES = (".pkl", ".pickle", ".p")


def recognises(path: Path) -> bool:
    """Tell whether the file is a pickle: by its first byte or, for the old text protocol, its name."""
    if not path.is_file():
        return False
    start = start_of(path, 2)
    return (start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05") or path.suffix.lower() in SUFFIXES


def read(path: Path) -> Parts:
    """Refuse the file.

    Raises
    ------
    DataError
        Always.
    """
    raise refusal(path)


def refusal(path: Path) -> DataError:
    """Return the error that says what to do instead."""
    sentence = "pickles are not read yet by this version."
    advice = "Convert it to .npz (numpy.savez with segment_id, label, text, audio, video) or to a table (.csv)."
    return DataError.of(named(path), sentence, advice)
