"""Predictions made batch by batch: in this process, or one batch on a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from cloudpickle import loads

from mosi_nb.data.segments import Rows, Segments
from mosi_nb.results import Vector, reason_of
from mosi_nb.run.alone import quiet
from mosi_nb.run.fit import frames_of

Listen = Callable[[int], None]


@dataclass(eq=False)
class Fitted:
    """A fitted pipeline as it travels, once to each worker.

    Attributes
    ----------
    pipeline
        Pickled.
    loaded
        What this process made of it; it does not travel.
    """

    pipeline: bytes
    loaded: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave behind what a process keeps for itself."""
        return {"pipeline": self.pipeline, "loaded": None}


@dataclass(frozen=True)
class Answer:
    """What became of a batch: predictions, or the reason why there are none."""

    batch: int
    predicted: Vector | None = None
    reason: str = ""
    traceback: str = ""


def predict_batch(fitted: Fitted, batch: int, segments: Segments) -> Answer:
    """Predict a batch, on a worker."""
    try:
        with quiet():
            if fitted.loaded is None:
                fitted.loaded = loads(fitted.pipeline)
            return Answer(batch, predicted_by(fitted.loaded, segments))
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a model raises
        return Answer(batch, reason=reason_of(error), traceback=frames_of(error))


def predicted_by(pipeline: Any, segments: Segments) -> Vector:
    """Return what a fitted pipeline predicts, in points, shape (n_segments,).

    Raises
    ------
    ValueError
        If it is not one number a segment.
    """
    return np.asarray(pipeline.predict(segments), dtype=np.float64).reshape(len(segments))


def batches(segments: int, size: int) -> list[Rows]:
    """Return the rows of each batch.

    Examples
    --------
    >>> [rows.tolist() for rows in batches(3, 2)]
    [[0, 1], [2]]
    """
    return [np.arange(start, min(start + size, segments)) for start in range(0, segments, size)]


def predict_here(pipeline: Any, segments: Segments, size: int | None, listen: Listen) -> Vector:
    """Predict in this process.

    Parameters
    ----------
    pipeline
        Fitted, from segments to sentiment.
    segments
        What to predict.
    size
        Segments of a batch; None for all at once.
    listen
        Called with the number of segments that are predicted.
    """
    if size is None or size >= len(segments):
        with quiet():
            return predicted_by(pipeline, segments)
    predicted = np.empty(len(segments))
    for rows in batches(len(segments), size):
        with quiet():
            predicted[rows] = predicted_by(pipeline, segments.take(rows))
        listen(int(rows[-1]) + 1)
    return predicted
