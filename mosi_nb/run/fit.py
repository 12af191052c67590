"""One fit, on a worker: the only module of the package that a worker calls.

What comes back are predictions, timings and warnings, never a score. A failure is a value too: an
exception that left this module would end the whole run.
"""

from __future__ import annotations

import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from mosi_nb.data.segments import Rows, Segments
from mosi_nb.plan.candidates import Candidate
from mosi_nb.results import Fit, Fold, Vector


def fit(segments: Segments, candidate: Candidate, fold: Fold) -> Fit:
    """Train a candidate on a fold's train rows and predict the held-out ones.

    Parameters
    ----------
    segments
        All rows of the data.
    candidate, fold
        What to fit, and on which rows.

    Returns
    -------
    Fit
        With predictions, or with the reason why there are none.
    """
    started, clock = time.time(), time.perf_counter()
    known: dict[str, Any] = {"model": candidate.model, "candidate": candidate.number, "params": candidate.params}
    known |= {"fold": fold, "worker": _worker(), "started": started}
    try:
        with quiet() as caught:
            fitted = trained(segments, candidate.pipeline, fold.train)
            fit_seconds = time.perf_counter() - clock
            predicted = checked_predictions(fitted.predict(segments.take(fold.held_out)), len(fold.held_out))
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a model raises is a result
        return Fit(**known, predicted=None, reason=reason_of(error), traceback=frames_of(error))
    return Fit(
        **known,
        predicted=predicted,
        fit_seconds=fit_seconds,
        predict_seconds=time.perf_counter() - clock - fit_seconds,
        warnings=tuple(dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in caught)),
    )


@contextmanager
def quiet() -> Iterator[list[warnings.WarningMessage]]:
    """Let an estimator run alone on its core, and keep its warnings.

    Inside a task joblib's backend is dask again, so a forest would send its trees to the cluster
    and wait for them; and native threads of two workers would fight for the same cores.

    Yields
    ------
    list
        The warnings, as they come.
    """
    with (
        joblib.parallel_config("sequential"),
        threadpool_limits(1),
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        yield caught


def trained(segments: Segments, pipeline: Pipeline, rows: Rows) -> Pipeline:
    """Return a fitted copy of a pipeline, trained on these rows."""
    train = segments.take(rows)
    fitted: Pipeline = clone(pipeline).fit(train, train.sentiment)
    return fitted


def checked_predictions(predicted: Any, rows: int) -> Vector:
    """Return predictions as numbers, one a row.

    Raises
    ------
    ValueError
        If they are not numbers, not finite or not as many as the rows.
    """
    try:
        values = np.asarray(predicted, dtype=np.float64).squeeze()
    except (TypeError, ValueError):
        message = f"predict returned {np.asarray(predicted).dtype} values; sentiment is a number in points."
        raise ValueError(message) from None
    values = values.reshape(1) if values.ndim == 0 and rows == 1 else values
    if values.shape != (rows,):
        message = f"predict returned an array of shape {np.shape(predicted)} for {rows} segments."
        raise ValueError(message)
    if wrong := int(np.sum(~np.isfinite(values))):
        message = f"predict returned {wrong} values that are NaN or infinite, of {rows}."
        raise ValueError(message)
    return values


def _worker() -> str:
    """Return the address of the worker that this runs on; nothing where it is none."""
    from distributed import get_worker  # noqa: PLC0415 -- a model that only predicts needs no distributed

    try:
        return str(get_worker().address)
    except ValueError:
        return ""


def reason_of(error: BaseException) -> str:
    """Return class and message of an exception, on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def frames_of(error: BaseException) -> str:
    """Return an exception's frames as Python prints them, without those of this module."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames))
