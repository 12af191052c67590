"""Names and numbers of the newest runs, read at once or not at all: for Tab, which nobody waits for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

PATIENCE = 0.05
"""Seconds to wait for somebody who writes."""


def newest(path: Path, most: int) -> list[tuple[int, str]]:
    """Return number and name of the newest runs of a history, the newest first.

    Parameters
    ----------
    path
        Of the history. It is only read, and not begun where it is missing.
    most
        Number of runs.

    Returns
    -------
    list
        The name is empty where a run has none; nothing where the history cannot be read now.
    """
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
            rows = connection.execute("SELECT id, name FROM runs ORDER BY id DESC LIMIT ?", (most,)).fetchall()
    except (OSError, sqlite3.Error):
        return []
    return [(int(run), str(name or "")) for run, name in rows]
