"""The history: every finished fit of every run in one SQLite file, so that no fit is made twice.

Beside them stand the states of fits that are under way. Nothing in it is executed when it is read: there is
text, JSON, floats, and bytes that models read as data.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Self

from mosi_nb.results import Fit
from mosi_nb.storage.damage import HistoryError, InUseError, is_damage, set_aside
from mosi_nb.storage.schema import opened, readable, rolled_back
from mosi_nb.storage.stored import COLUMNS, KEEP, LINK, REPLACE, Stored, drop_fits, row_of, stored_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["History", "HistoryError", "Stored", "default_path"]

LARGEST = 2**30
AT_ONCE = 900
"""Parameters of one query; older SQLite takes no more than 999."""

PACKAGES = ("mosi_nb", "numpy", "scipy", "scikit-learn")


def default_path() -> Path | None:
    """Return where the user's history lies; None if it is switched off.

    `MOSI_NB_HISTORY` names the file, or is `none`. Else it lies where the system keeps a user's data.
    """
    named = os.environ.get("MOSI_NB_HISTORY", "")
    if named.strip().lower() == "none":
        return None
    if named:
        return Path(named).expanduser()
    data = Path(os.environ.get("XDG_DATA_HOME", ""))
    folder = data if data.is_absolute() else Path.home() / ".local" / "share"
    return folder / "mosi_nb" / "history.sqlite"


class History:
    """Runs and their finished fits, in a file that several kernels may use at once.

    The file is opened when it is first needed, and again after `close`. One thread at a time may use
    it, whichever that is.

    Parameters
    ----------
    path
        Of the file.
    largest
        Bytes. Where the file holds more when a run begins, the fits of the oldest runs are dropped.

    Attributes
    ----------
    notes
        What the user should know: a damaged file was set aside, old fits were dropped.
    ignored
        Number of stored fits that could not be read, and so are taken for missing.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from mosi_nb.results import Fold
    >>> rows = np.array([0, 1])
    >>> fit = Fit("ridge", 0, {"alpha": 1.0}, Fold(1, 1, rows, rows), np.array([0.5, -1.0]))
    >>> with tempfile.TemporaryDirectory() as folder, History(Path(folder) / "history.sqlite") as history:
    ...     run = history.begin("models = ridge", "", expected=1)
    ...     history.keep(run, [("a key", fit)])
    ...     history.end(run, "done")
    ...     history.recall(["a key", "another"])["a key"].predicted.tolist()
    [0.5, -1.0]
    """

    def __init__(self, path: str | Path, largest: int = LARGEST) -> None:
        self.path, self.largest = Path(path), largest
        self.notes: list[str] = []
        self.ignored = 0
        self._connection: sqlite3.Connection | None = None
        self._left: InUseError | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def recall(self, keys: Collection[str]) -> dict[str, Stored]:
        """Return the fits that are there, by key.

        Parameters
        ----------
        keys
            Any number.

        Raises
        ------
        HistoryError
            If the file cannot be read.
        """
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Stored] = {}
        with self._reading() as connection:
            for start in range(0, len(wanted), AT_ONCE):
                some = wanted[start : start + AT_ONCE]
                query = f"SELECT {COLUMNS} FROM fits WHERE key IN ({', '.join('?' * len(some))})"  # noqa: S608 -- no text of anybody's
                for key, *row in connection.execute(query, some):
                    stored = stored_of(row)
                    if stored is None:
                        self.ignored += 1
                    else:
                        found[key] = stored
        return found

    def begin(self, cell: str, fingerprint: str, expected: int, name: str | None = None) -> int:
        """Write that a run begins, and make room if the file is too large.

        Parameters
        ----------
        cell
            The experiment as cell text.
        fingerprint
            Of data, folds and target.
        expected
            Number of fits in the plan.
        name
            What the user calls it.

        Returns
        -------
        int
            Number of the run, for `keep` and `end`.

        Raises
        ------
        HistoryError
            If the file cannot be written.
        """
        versions = {"python": platform.python_version()} | {package: version(package) for package in PACKAGES}
        row = (name, cell, time.time(), "running", fingerprint, json.dumps(versions), expected)
        with self._writing() as connection:
            inserted = connection.execute(
                "INSERT INTO runs (name, cell, started, status, fingerprint, versions, expected)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            run = inserted.lastrowid or 0
        self._make_room(run)
        return run

    def keep(self, run: int, fits: Sequence[tuple[str, Fit]], *, replace: bool = False) -> None:
        """Write finished fits, all or none of them.

        Parameters
        ----------
        run
            From `begin`.
        fits
            Pairs of key and fit. Failed fits are passed over: they are tried again.
        replace
            Whether they take the place of those that are there already, which else stay as they are.

        Raises
        ------
        HistoryError
            If the file cannot be written. It is then as it was before.
        """
        done = [(key, fit) for key, fit in fits if fit.predicted is not None]
        if not done:
            return
        rows = [row_of(run, key, fit) for key, fit in done]
        links = [(run, fit.candidate, key) for key, fit in done]
        with self._writing() as connection:
            connection.executemany(REPLACE if replace else KEEP, rows)
            connection.executemany(LINK, links)
            connection.executemany("DELETE FROM states WHERE key = ?", [(key,) for key, _ in done])

    def keep_states(self, run: int, states: Mapping[str, bytes]) -> None:
        """Write how far fits have come, in place of what was written of them before.

        Parameters
        ----------
        run
            From `begin`.
        states
            Bytes, by key of the fit.

        Raises
        ------
        HistoryError
            If the file cannot be written. It is then as it was before.
        """
        now = time.time()
        rows = [(key, run, state, now) for key, state in states.items()]
        with self._writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?)", rows)

    def states(self, keys: Collection[str]) -> dict[str, bytes]:
        """Return how far fits had come that were broken off, by key.

        Parameters
        ----------
        keys
            Any number.

        Raises
        ------
        HistoryError
            If the file cannot be read.
        """
        found: dict[str, bytes] = {}
        with self._reading() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'states'").fetchone():
                return found  # of an older version, in a place where nothing can be written
            for key in dict.fromkeys(keys):
                row = connection.execute("SELECT state FROM states WHERE key = ?", (key,)).fetchone()
                if row is not None:
                    found[key] = bytes(row[0])
        return found

    def end(self, run: int, status: str) -> None:
        """Write that a run ended, and how.

        Raises
        ------
        HistoryError
            If the file cannot be written.
        """
        with self._writing() as connection:
            connection.execute("UPDATE runs SET ended = ?, status = ? WHERE id = ?", (time.time(), status, run))

    def runs(self) -> pd.DataFrame:
        """Return one row a run, the newest first.

        Returns
        -------
        DataFrame
            Columns `run, name, started, ended, status, fits, expected, fingerprint, versions, cell`;
            times are in UTC, `fits` counts those that are kept, taken over or made.

        Raises
        ------
        HistoryError
            If the file cannot be read.
        """
        import pandas as pd  # noqa: PLC0415 -- a run needs none

        columns = ["run", "name", "started", "ended", "status", "fits", "expected", "fingerprint", "versions", "cell"]
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, name, started, ended, status,"
                " (SELECT count(*) FROM run_fits JOIN fits USING (key) WHERE run_fits.run = runs.id),"
                " expected, fingerprint, versions, cell FROM runs ORDER BY id DESC"
            ).fetchall()
        frame = pd.DataFrame(rows, columns=columns)
        for column in ("started", "ended"):
            frame[column] = pd.to_datetime(frame[column].astype(float), unit="s", utc=True)
        frame["versions"] = [json.loads(text) for text in frame["versions"]]
        return frame

    def forget(self, run: int | None = None, *, before: float | None = None) -> None:
        """Drop a run, or all that began before a time, with the fits that no other run lists.

        Parameters
        ----------
        run
            Number of the run.
        before
            Seconds since the epoch.

        Raises
        ------
        HistoryError
            If the file cannot be written.
        """
        with self._writing() as connection:
            drop_fits(connection, "SELECT id FROM runs WHERE id = ? OR started < ?", (run, before))
            connection.execute("DELETE FROM runs WHERE id = ? OR started < ?", (run, before))
        with self._failing("could not be made smaller") as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the file; whatever comes next opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _make_room(self, current: int) -> None:
        """Drop the fits of the oldest runs while there are more bytes than there should be."""
        dropped = 0
        while self._bytes() > self.largest:
            with self._writing() as connection:
                both = "SELECT run FROM run_fits UNION SELECT run FROM states"
                oldest = connection.execute(f"SELECT min(run) FROM ({both}) WHERE run != ?", (current,)).fetchone()[0]  # noqa: S608 -- as above
                if oldest is None:
                    break
                drop_fits(connection, "SELECT ?", (oldest,))
            dropped += 1
        if dropped:
            with self._failing("could not be made smaller") as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self.notes.append(f"{self.path}: the history was full; the fits of its {dropped} oldest runs were dropped.")

    def _bytes(self) -> int:
        """Return the bytes in use: pages that became free are filled again."""
        with self._reading() as connection:
            pages, free, size = (
                int(connection.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("page_count", "freelist_count", "page_size")
            )
        return (pages - free) * size

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._failing("could not be written") as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                rolled_back(connection)
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._failing("could not be read", reading=True) as connection:
            yield connection

    @contextmanager
    def _failing(self, what: str, *, reading: bool = False) -> Iterator[sqlite3.Connection]:
        """Hand the connection out, and tell what SQLite reports as a HistoryError."""
        connection = self._at_hand(reading=reading)
        passing = connection is not self._connection
        try:
            yield connection
        except sqlite3.Error as error:
            failure = HistoryError.of(self.path, f"the history {what}", error)
            if is_damage(error) and not passing:
                self.close()
                self._set_aside(error)
            raise failure from None
        finally:
            if passing:
                connection.close()

    def _at_hand(self, *, reading: bool) -> sqlite3.Connection:
        """Return the connection, opened if it is not; one for a moment where the file can only be read."""
        if self._left is not None:
            raise self._left
        if self._connection is not None and not self.path.exists():
            self.close()  # somebody deleted or moved it
        if self._connection is None:
            try:
                self._connection, note = opened(self.path)
            except InUseError as error:
                self._left = error
                raise
            except HistoryError:
                passing = readable(self.path) if reading else None
                if passing is None:
                    raise
                return passing
            self.notes += [note] if note else []
        return self._connection

    def _set_aside(self, error: sqlite3.Error) -> None:
        """Let what may be damaged be looked at, and set aside if it is; what others use is left to them."""
        try:
            with suppress(OSError, sqlite3.Error):
                self.notes += filter(None, [set_aside(self.path, error)])
        except InUseError as in_use:
            self._left = in_use
            raise
