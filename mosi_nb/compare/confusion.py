"""Which classes are taken for which, under the conventions of the field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mosi_nb.compare.judged import Judged
from mosi_nb.components.metrics import DEFINITIONS
from mosi_nb.components.tasks import class_of
from mosi_nb.errors import SpecError
from mosi_nb.results import Vector

Answer: TypeAlias = Callable[[Vector], NDArray[Any]]

SIGNS = ("negative", "zero", "positive")


@dataclass(frozen=True)
class Convention:
    """How sentiment is made into classes.

    Attributes
    ----------
    metric
        The metric that is the share of segments on the diagonal.
    labels
        Of the classes, in ascending order.
    place
        `place(sentiment) -> number of the class`, from 0 on.
    without_zero
        Whether segments with a sentiment of exactly 0 are left out.
    """

    metric: str
    labels: tuple[str, ...]
    place: Answer
    without_zero: bool = False

    @property
    def definition(self) -> str:
        """In one sentence."""
        return DEFINITIONS[self.metric]


def _rounded(classes: int) -> Convention:
    limit = classes // 2
    labels = tuple(f"{label:+d}" if label else "0" for label in range(-limit, limit + 1))
    return Convention(f"acc{classes}", labels, lambda values: class_of(values, classes) + limit)


def _half_away(classes: int) -> Convention:
    limit = classes // 2

    def place(values: Vector) -> NDArray[Any]:
        clipped = np.clip(values, -limit, limit)
        return (np.sign(clipped) * np.floor(np.abs(clipped) + 0.5)).astype(int) + limit

    return Convention(f"acc{classes}_half_away", _rounded(classes).labels, place)


_BUILT = (
    Convention("acc2_nonneg", ("negative", "non-negative"), lambda values: (values >= 0).astype(int)),
    Convention("acc2_nonzero", ("negative", "positive"), lambda values: (values > 0).astype(int), without_zero=True),
    Convention(
        "acc2_nonzero_mag", ("negative", "positive"), lambda values: (values >= 0).astype(int), without_zero=True
    ),
    Convention("acc2_positive", ("not positive", "positive"), lambda values: (values > 0).astype(int)),
    Convention("acc3_sign", SIGNS, lambda values: np.sign(values).astype(int) + 1),
    *(_rounded(classes) for classes in (3, 5, 7)),
    *(_half_away(classes) for classes in (3, 5, 7)),
)
CONVENTIONS = {one.metric: one for one in _BUILT}
BY_NUMBER = {2: "acc2_nonneg", 3: "acc3", 5: "acc5", 7: "acc7"}


def convention(classes: int | str) -> Convention:
    """Return how classes are made.

    Parameters
    ----------
    classes
        2, 3, 5 or 7, for MMSA's; or the metric whose classes are meant, such as `acc2_nonzero` or `acc3_sign`.

    Raises
    ------
    SpecError
        If it is none of these.
    """
    name = BY_NUMBER.get(classes) if isinstance(classes, int) else classes
    if name not in CONVENTIONS:
        raise SpecError.unknown(None, "confusion", "classes", str(classes), [*map(str, BY_NUMBER), *CONVENTIONS])
    return CONVENTIONS[name]


def confusion(judged: Judged, how: Convention) -> pd.DataFrame:
    """Return how many segments of each class were predicted as of each class.

    Returns
    -------
    DataFrame
        One row a pair of classes: `true`, `predicted` (labels), `segments` (a count, over repeats) and
        `share` (of the segments whose true class it is; NaN where there are none).
    """
    size = len(how.labels)
    counts = np.zeros((size, size), dtype=np.intp)
    for fit in judged.by_repeat:
        y, p = judged.results.sentiment[fit.fold.held_out], np.asarray(fit.predicted)
        if how.without_zero:
            y, p = y[y != 0], p[y != 0]
        counts += np.bincount(how.place(y) * size + how.place(p), minlength=size * size).reshape(size, size)
    with np.errstate(invalid="ignore"):
        shares = counts / counts.sum(axis=1, keepdims=True)
    return pd.DataFrame(
        {
            "true": np.repeat(how.labels, size),
            "predicted": np.tile(how.labels, size),
            "segments": counts.ravel(),
            "share": shares.ravel(),
        }
    )


def taken_for(frame: pd.DataFrame) -> list[tuple[str, str, int]]:
    """Return true class, predicted class and count of the most frequent confusions, the most frequent first."""
    wrong = frame[(frame["true"] != frame["predicted"]) & (frame["segments"] > 0)]
    wrong = wrong.sort_values("segments", ascending=False, kind="stable").head(3)
    return [(str(row["true"]), str(row["predicted"]), int(row["segments"])) for row in wrong.to_dict("records")]
