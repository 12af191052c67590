"""A finished fit as a row of the history, and back, and away."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mosi_nb.results import Fit, Vector

COLUMNS = "key, predicted, rows, fit_seconds, predict_seconds, warnings, worker, started, ended"
KEEP = "INSERT OR IGNORE INTO fits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
REPLACE = KEEP.replace("IGNORE", "REPLACE")
LINK = "INSERT OR IGNORE INTO run_fits VALUES (?, ?, ?)"


@dataclass(frozen=True)
class Stored:
    """A finished fit as it is found again; the attributes are those of `Fit`.

    Attributes
    ----------
    predicted
        Predicted sentiment of the held-out rows, in points, bit by bit as it was.
    fit_seconds, predict_seconds, warnings, worker, started, ended
        As they were.
    """

    predicted: Vector
    fit_seconds: float
    predict_seconds: float
    warnings: tuple[str, ...]
    worker: str
    started: float
    ended: float


def row_of(run: int, key: str, fit: Fit) -> tuple[Any, ...]:
    """Return a fit as `KEEP` takes it."""
    predicted = np.asarray(fit.predicted, dtype="<f8")
    return (
        key,
        run,
        fit.model,
        json.dumps(dict(fit.params), default=_plain),
        fit.fold.repeat,
        fit.fold.number,
        predicted.tobytes(),
        len(predicted),
        float(fit.fit_seconds),
        float(fit.predict_seconds),
        json.dumps(list(fit.warnings)),
        fit.worker,
        float(fit.started),
        float(fit.ended),
    )


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    return dict(value) if isinstance(value, Mapping) else str(value)


def stored_of(row: Sequence[Any]) -> Stored | None:
    """Return a row, without its key, as a value; None if it cannot be what `keep` wrote."""
    content, length, fit_seconds, predict_seconds, warnings, worker, started, ended = row
    try:
        predicted = np.frombuffer(content, dtype="<f8").astype(np.float64)
        told = tuple(str(text) for text in json.loads(warnings))
        times = [float(seconds) for seconds in (fit_seconds, predict_seconds, started, ended)]
    except (TypeError, ValueError):
        return None
    if len(predicted) != length or not np.isfinite(predicted).all():
        return None
    return Stored(predicted, times[0], times[1], told, str(worker), times[2], times[3])


def drop_fits(connection: sqlite3.Connection, runs: str, values: Sequence[Any]) -> None:
    """Drop what the runs of a query list, and the fits that no run lists any more."""
    connection.execute(
        f"CREATE TEMP TABLE gone AS SELECT DISTINCT key FROM run_fits WHERE run IN ({runs})",  # noqa: S608 -- no text of anybody's
        values,
    )
    connection.execute(f"DELETE FROM run_fits WHERE run IN ({runs})", values)  # noqa: S608 -- as above
    connection.execute("DELETE FROM fits WHERE key IN (SELECT key FROM gone) AND key NOT IN (SELECT key FROM run_fits)")
    connection.execute("DROP TABLE gone")
    connection.execute(f"DELETE FROM states WHERE run IN ({runs})", values)  # noqa: S608 -- as above
