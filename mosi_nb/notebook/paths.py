"""Files and folders whose path begins like what is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from mosi_nb.data.readers.paths import SUFFIXES

MOST_FILES = 200
SAVED = frozenset((".mosi",))


def files(beginning: str, suffixes: Collection[str] = SUFFIXES) -> Iterator[str]:
    """Yield the folders, and the files with certain endings, whose path begins like this.

    Parameters
    ----------
    beginning
        Of the path, as it is written.
    suffixes
        The endings, in small letters; by default those of data.
    """
    folder, slash, start = beginning.rpartition("/")
    try:
        entries = sorted(Path(f"{folder}{slash}" or ".").iterdir())
    except OSError:
        return
    found = [one for one in entries if one.name.startswith(start) and (start or not one.name.startswith("."))]
    wanted = [one for one in found if one.suffix.lower() in suffixes or one.is_dir()]
    for one in wanted[:MOST_FILES]:
        yield f"{folder}{slash}{one.name}{'/' * one.is_dir()}"
