"""Files and folders whose path begins like what is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

MOST_FILES = 200
DATA = frozenset(
    (".csv", ".tsv", ".parquet", ".npz", ".pkl", ".pickle", ".p", ".csd", ".h5", ".hdf5", ".json", ".jsonl")
)
SAVED = frozenset((".mosi",))


def files(beginning: str, suffixes: Collection[str] = DATA) -> Iterator[str]:
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
