"""Thresholds between classes that are tuned on held-out predictions, for one metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np

from mosi_nb.components.ensembles import Combiner, Matrix
from mosi_nb.results import Metric, Vector

BOUNDARIES: Mapping[str, tuple[float, ...]] = {
    "acc7": (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5),
    "acc5": (-1.5, -0.5, 0.5, 1.5),
    "acc3": (-0.5, 0.5),
    "acc2_nonneg": (0.0,),
    "acc2_nonzero": (0.0,),
    "acc2_positive": (0.0,),
    "f1_nonneg": (0.0,),
    "f1_nonzero": (0.0,),
}
"""Where the classes of a metric meet, in points."""

TRIED = 40
"""Places that are tried for each threshold: quantiles of the predictions."""

SWEEPS = 3
"""Times that all thresholds are moved, one after the other."""


class Thresholds(Combiner):
    """One model's predictions, moved so that the best thresholds come to lie where a metric has its own.

    Parameters
    ----------
    boundaries
        Where the classes of the metric meet, in points, ascending.
    members
        As in `Combiner`: one name.

    Attributes
    ----------
    thresholds_
        Predictions that are moved to the boundaries, in points, shape (n_boundaries,).
    """

    def __init__(self, boundaries: Sequence[float] = (0.0,), members: Sequence[str] | None = None) -> None:
        super().__init__(members)
        self.boundaries = boundaries

    def fit(self, P: Matrix, y: Vector, metric: Metric | None = None) -> Self:  # noqa: N803 -- as in Combiner
        """Move one threshold at a time to where the metric is best; only what is better than before is taken.

        Parameters
        ----------
        P
            Held-out predictions, shape (n_segments, 1).
        y
            Sentiment in points, shape (n_segments,).
        metric
            What is to be best; without one, the thresholds are left where they are.
        """
        super().fit(P, y)
        predicted = P[:, 0]
        self.thresholds_ = np.array(self.boundaries, dtype=np.float64)
        if metric is None:
            return self
        places = np.unique(np.quantile(predicted, np.linspace(0.01, 0.99, TRIED)))
        best = self._value(metric, y, predicted, self.thresholds_)
        for number in list(range(len(self.thresholds_))) * SWEEPS:
            for place in places:
                moved = self.thresholds_.copy()
                moved[number] = place
                if np.any(np.diff(moved) <= 0):
                    continue
                value = self._value(metric, y, predicted, moved)
                if value > best:
                    best, self.thresholds_ = value, moved
        return self

    def predict(self, P: Matrix) -> Vector:  # noqa: N803 -- as above
        """Return the moved predictions, in points: their order stays as it was."""
        return self._moved(P[:, 0], self.thresholds_)

    def _value(self, metric: Metric, sentiment: Vector, predicted: Vector, thresholds: Vector) -> float:
        value = metric(sentiment, self._moved(predicted, thresholds))
        return (value if metric.larger_is_better else -value) if np.isfinite(value) else -np.inf

    def _moved(self, predicted: Vector, thresholds: Vector) -> Vector:
        """Return a piecewise linear function of predictions; outside of all thresholds its slope is 1."""
        boundaries = np.asarray(self.boundaries, dtype=np.float64)
        moved = np.interp(predicted, thresholds, boundaries)
        moved = np.where(predicted < thresholds[0], predicted - thresholds[0] + boundaries[0], moved)
        return np.where(predicted > thresholds[-1], predicted - thresholds[-1] + boundaries[-1], moved)
