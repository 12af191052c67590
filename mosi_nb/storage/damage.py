"""A history that may be damaged: looked at again, and given another name only if it is, and nobody uses it.

No file of a history is opened here but by SQLite: a process that closes a descriptor of its own loses the
locks of all its connections to that file.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from mosi_nb.errors import MosiError

WAIT_SECONDS = 30
LOOK_SECONDS = 1.0
"""How long to wait for whoever uses the file, before it is looked at."""

SMALLEST = 512
"""Bytes of a page at least, and so of every database that is not empty."""


class HistoryError(MosiError, RuntimeError):
    """The history of runs could not be read or written; the run itself is not touched by that."""

    @classmethod
    def of(cls, path: Path, what: str, error: BaseException) -> HistoryError:
        """Build the message for a failure, with what can be done about it."""
        reason = str(error)
        if "full" in reason or "too big" in reason:
            advice = "Free some space, or let MOSI_NB_HISTORY name a file on another disk."
        elif "locked" in reason or "busy" in reason:
            advice = f"Another process held it for more than {WAIT_SECONDS} s; close that kernel, or wait."
        else:
            advice = "Let MOSI_NB_HISTORY name a file that can be written, or set it to none to keep no history."
        return cls(f"{path}: {what}: {reason}.\n{advice}")


class InUseError(HistoryError):
    """The history may be damaged, and cannot be looked at: somebody else has it open."""

    @classmethod
    def by_others(cls, path: Path, error: BaseException) -> InUseError:
        """Build the message that says what becomes of the run, and of the file."""
        return cls(
            f"{path}: the history may be damaged ({error}), and another kernel uses it: it is left as it is.\n"
            "This run goes on without it. Close the other kernels; the next run looks at it again."
        )


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether an error says that the file is no database, or one that is broken."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def refuse_foreign(path: Path) -> None:
    """Refuse a file that is too small for a database: SQLite would take some for an empty one, and write over it.

    Raises
    ------
    sqlite3.DatabaseError
        As SQLite itself says it of a larger file that is no database.
    """
    if 0 < path.stat().st_size < SMALLEST:
        error = sqlite3.DatabaseError("file is not a database")
        error.sqlite_errorcode = sqlite3.SQLITE_NOTADB
        raise error


def set_aside(path: Path, error: sqlite3.Error) -> str:
    """Give a damaged file another name, if a second look finds it damaged too, and return a note that says so.

    Parameters
    ----------
    path
        Of the file. No connection of the caller is open.
    error
        What SQLite said of it.

    Returns
    -------
    str
        Empty if the file is sound: it is left where it is.

    Raises
    ------
    InUseError
        If somebody else has it open.
    """
    if not _is_damaged(path, error):
        return ""
    stamp, number = time.strftime("%Y%m%d-%H%M%S"), 1
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    # What stands in the log belongs to the damaged file, and must never get into the new one.
    for ending in ("-wal", "-shm", ""):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    return f"{path}: the history was damaged ({error}). It is now {aside.name}, and a new one is begun."


def _is_damaged(path: Path, told: sqlite3.Error) -> bool:
    """Look at the whole file, alone: SQLite lets nobody in who would be in somebody's way."""
    try:
        refuse_foreign(path)
        address = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=LOOK_SECONDS, isolation_level=None)) as connection:
            # A connection with a log holds a lock as long as it is open: this waits for idle ones, too.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            return bool(connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok")
    except sqlite3.Error as error:
        if is_damage(error):
            return True
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise InUseError.by_others(path, told) from None
        raise
