"""The history's file: how it is opened, and what tables it has.

To change the tables: raise `SCHEMA`, add what is new to `_SINCE` under that number, so that older files get it when
they are opened, and keep the tables of a previous version in a test. A table that is there is only ever added to:
another kernel may have the file open.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path

from mosi_nb.storage.damage import WAIT_SECONDS, HistoryError, is_damage, refuse_foreign, set_aside

SCHEMA = 2

# Of all threads of this process: one that makes the file closes it again, which would take the locks
# from the connection of another one that was quicker to open it.
_OPENING = threading.Lock()

_TABLES = (
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, cell TEXT NOT NULL, started REAL NOT NULL, ended REAL,
        status TEXT NOT NULL, fingerprint TEXT NOT NULL, versions TEXT NOT NULL, expected INTEGER NOT NULL)""",
    """CREATE TABLE fits (
        key TEXT PRIMARY KEY, run INTEGER NOT NULL, model TEXT NOT NULL, params TEXT NOT NULL,
        repeat INTEGER NOT NULL, fold INTEGER NOT NULL, predicted BLOB NOT NULL, rows INTEGER NOT NULL,
        fit_seconds REAL NOT NULL, predict_seconds REAL NOT NULL, warnings TEXT NOT NULL, worker TEXT NOT NULL,
        started REAL NOT NULL, ended REAL NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE run_fits (
        run INTEGER NOT NULL, candidate INTEGER NOT NULL, key TEXT NOT NULL,
        PRIMARY KEY (run, candidate, key)) WITHOUT ROWID""",
    "CREATE INDEX run_fits_by_key ON run_fits (key)",
)

_SINCE = {
    2: (
        """CREATE TABLE states (
            key TEXT PRIMARY KEY, run INTEGER NOT NULL, state BLOB NOT NULL, written REAL NOT NULL)""",
    ),
}
"""What each version added."""


def opened(path: Path) -> tuple[sqlite3.Connection, str]:
    """Open the history, and begin a new one where there is none or it is damaged.

    Parameters
    ----------
    path
        Of the file; folders that are missing are made, for the user alone.

    Returns
    -------
    connection, note
        The note says what became of a damaged file; empty if there was none.

    Raises
    ------
    HistoryError
        If it can be neither opened nor begun, or a newer version of the package wrote it.
    InUseError
        If it may be damaged, and somebody else has it open.
    """
    try:
        with _OPENING:
            return _opened(path)
    except (OSError, sqlite3.Error) as error:
        raise HistoryError.of(path, "the history could not be opened", error) from None


def _opened(path: Path) -> tuple[sqlite3.Connection, str]:
    _begun(path)
    try:
        refuse_foreign(path)
        return _connected(path), ""
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        note = set_aside(path, error)
    _begun(path)
    return _connected(path), note


def readable(path: Path) -> sqlite3.Connection | None:
    """Open a history that can only be read, such as one on a full disk or in a folder of somebody else.

    Parameters
    ----------
    path
        Of the file.

    Returns
    -------
    connection
        None if it cannot be read either. It is to be closed soon: it may keep others waiting.
    """
    log = path.with_name(f"{path.name}-wal")
    # Without a log nothing but the file is read. With one, SQLite wants to write an index beside it,
    # unless it has the file for itself.
    has_log = log.exists() and log.stat().st_size > 0
    query = "mode=rw" if has_log else "mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{query}", uri=True, timeout=1, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error:
        return None
    with suppress(sqlite3.Error):  # not readable this way either: None says so
        if has_log:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        if 0 < _version(connection) <= SCHEMA:
            return connection
    connection.close()
    return None


def _begun(path: Path) -> None:
    missing = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    # Only a new file is opened here, for its permissions: closing one that a connection of this process holds
    # would drop the locks of that.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _connected(path: Path) -> sqlite3.Connection:
    # One thread at a time uses it, but not always the one that opened it. Transactions are written out.
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if version > SCHEMA:
        raise HistoryError(
            f"{path}: a newer version of mosi_nb wrote this history.\n"
            "Update mosi_nb, or let MOSI_NB_HISTORY name another file."
        )
    if version == SCHEMA:
        connection.execute("SELECT key, rows FROM fits LIMIT 1").fetchone()
        connection.execute("PRAGMA synchronous = NORMAL")
        return
    _begin_log(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)  # another kernel may have been faster
        if version == 0:
            _refuse_other(connection, path)
            for table in _TABLES:
                connection.execute(table)
        for number, tables in _SINCE.items():
            for table in tables if number > version else ():
                connection.execute(table)
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.execute("COMMIT")
    except BaseException:
        rolled_back(connection)
        raise


def _refuse_other(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise HistoryError(f"{path}: this is a database of something else.\nLet MOSI_NB_HISTORY name another file.")


def _begin_log(connection: sqlite3.Connection) -> None:
    """Switch to a write-ahead log; two kernels that do it at once get no second chance from SQLite itself."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def rolled_back(connection: sqlite3.Connection) -> None:
    """Undo what was begun; SQLite has done so itself after some errors."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")
