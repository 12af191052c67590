"""Metrics of the field, under MMSA's definitions, and the other conventions by name.

The literature uses one name for several definitions. Here the plain names mean what the code of
MMSA computes (`MetricsTop`, regression), and each other convention carries the name of the model
whose published code computes it. Predictions are never clipped before the mean absolute error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mosi_nb.errors import DataError
from mosi_nb.registry import component
from mosi_nb.results import Metric, Vector

Array: TypeAlias = NDArray[np.float64]
Statistics: TypeAlias = Callable[[Vector, Vector], Array]
Answer: TypeAlias = Callable[[Vector], NDArray[Any]]

CHOSEN = ("mae", "corr", "acc7", "acc2_nonzero")
CHOSEN_ELSEWHERE = ("mae", "rmse", "corr")
"""On a scale other than -3 ... +3, where classes by rounding and by sign mean nothing."""
ROUNDING = 1e-24
"""Variance, in points squared, that rounding errors give to equal numbers."""

CANCELLED = 1e-13
"""Share of a sum of squares that is left of it by rounding errors alone."""


def _additive(name: str, statistics: Statistics, from_sums: Callable[[Array], Array], *, larger: bool = True) -> Metric:
    """Build a metric that is a function of sums over segments."""

    def function(sentiment: Vector, predicted: Vector) -> float:
        y, p = np.asarray(sentiment, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
        if y.shape != p.shape or y.ndim != 1 or not len(y):
            sentence = f"sentiment of shape {y.shape}, predictions of shape {p.shape}; both must be (n,)."
            raise DataError.of(name, sentence)
        return float(from_sums(statistics(y, p).sum(axis=0)))

    return Metric(name, function, larger, DEFINITIONS[name], statistics, from_sums)


def _ratio(sums: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])


def _share(name: str, right: Callable[[Vector, Vector], NDArray[np.bool_]], rows: Answer | None = None) -> Metric:
    """Build the share of rows (all, or those that `rows` of the sentiment picks) that are right."""

    def statistics(y: Vector, p: Vector) -> Array:
        counted = np.ones(len(y), bool) if rows is None else rows(y)
        return np.column_stack([right(y, p) & counted, counted]).astype(float)

    return _additive(name, statistics, _ratio)


def _f1(name: str, truth: Answer, answer: Answer, rows: Answer | None = None, *, swapped: bool = False) -> Metric:
    """Build the F1 of two classes, weighted by their true (`swapped`: predicted) counts."""

    def statistics(y: Vector, p: Vector) -> Array:
        counted = np.ones(len(y), bool) if rows is None else rows(y)
        t, a = truth(y), answer(p)
        cells = (t & a, ~t & a, t & ~a, ~t & ~a)
        return np.column_stack([cell & counted for cell in cells]).astype(float)

    def from_sums(sums: Array) -> Array:
        tp, fp, fn, tn = np.moveaxis(sums, -1, 0)
        wrong = fp + fn
        positive, negative = (tp + fp, tn + fn) if swapped else (tp + fn, tn + fp)
        with np.errstate(invalid="ignore", divide="ignore"):
            f1_positive = np.where(tp > 0, 2 * tp / (2 * tp + wrong), 0.0)
            f1_negative = np.where(tn > 0, 2 * tn / (2 * tn + wrong), 0.0)
            return np.asarray((positive * f1_positive + negative * f1_negative) / (positive + negative))

    return _additive(name, statistics, from_sums)


def _error(name: str, rows: Answer | None = None) -> Metric:
    def statistics(y: Vector, p: Vector) -> Array:
        counted = np.ones(len(y), bool) if rows is None else rows(y)
        return np.column_stack([np.abs(p - y) * counted, counted]).astype(float)

    return _additive(name, statistics, _ratio, larger=False)


def _correlation(name: str, rows: Answer | None = None) -> Metric:
    """Build Pearson's r; NaN where either side is constant."""

    def statistics(y: Vector, p: Vector) -> Array:
        counted = (np.ones(len(y), bool) if rows is None else rows(y)).astype(float)
        # Shifted to about zero: r does not change, and sums of squares lose no digits.
        y, p = (y - y.mean()) * counted, (p - p.mean()) * counted
        return np.column_stack([counted, y, p, y * y, p * p, y * p])

    def from_sums(sums: Array) -> Array:
        n, y, p, yy, pp, yp = np.moveaxis(sums, -1, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            spread_y, spread_p = yy - y * y / n, pp - p * p / n
            constant = (spread_y <= ROUNDING * n + CANCELLED * yy) | (spread_p <= ROUNDING * n + CANCELLED * pp)
            return np.where(constant, np.nan, (yp - y * p / n) / np.sqrt(spread_y * spread_p))

    return _additive(name, statistics, from_sums)


def _rounded(limit: float) -> Answer:
    return lambda values: np.round(np.clip(values, -limit, limit))


def _half_away(limit: float) -> Answer:
    def rounded(values: Vector) -> Vector:
        clipped = np.clip(values, -limit, limit)
        return np.sign(clipped) * np.floor(np.abs(clipped) + 0.5)

    return rounded


def _same(answer: Answer) -> Callable[[Vector, Vector], NDArray[np.bool_]]:
    return lambda y, p: np.asarray(answer(y) == answer(p))


def _nonzero(sentiment: Vector) -> NDArray[np.bool_]:
    return np.not_equal(sentiment, 0)


def _nonnegative(values: Vector) -> NDArray[np.bool_]:
    return values >= 0


def _positive(values: Vector) -> NDArray[np.bool_]:
    return values > 0


def _sign(values: Vector) -> Vector:
    return np.sign(values)


DEFINITIONS: Mapping[str, str] = {
    "mae": "Mean absolute error in points, all segments, predictions not clipped.",
    "rmse": "Root of the mean squared error in points, all segments.",
    "corr": "Pearson's correlation over all segments; undefined for constant predictions.",
    "acc7": "Share of segments in the right one of 7 classes: clipped to +-3, rounded half to even.",
    "acc5": "Share of segments in the right one of 5 classes: clipped to +-2, rounded half to even.",
    "acc3": "Share of segments in the right one of 3 classes: clipped to +-1, rounded half to even.",
    "acc3_sign": "Share of segments with the right sign: negative, exactly zero, positive.",
    "acc2_nonneg": "Share right of negative against non-negative (>= 0), all segments: MMSA's Has0.",
    "acc2_nonzero": "Share right of negative against positive (> 0), without the segments at 0: MMSA's Non0.",
    "f1_nonneg": "F1 of negative and non-negative, weighted by true counts, all segments.",
    "f1_nonzero": "F1 of negative and positive, weighted by true counts, without the segments at 0.",
    "f1_nonzero_mult": "As f1_nonzero, but weighted by predicted counts: MulT's swapped arguments.",
    "acc2_positive": "Share right of positive (> 0) against the rest, all segments: CM-BERT; MulT with zeros.",
    "f1_positive_cmbert": "F1 of positive and the rest, all segments, weighted by predicted counts: CM-BERT.",
    "mae_nonzero_mag": "Mean absolute error without the segments at 0: MAG-BERT.",
    "corr_nonzero_mag": "Pearson's correlation without the segments at 0: MAG-BERT.",
    "acc2_nonzero_mag": "As acc2_nonzero, but a prediction of exactly 0 counts as positive: MAG-BERT.",
    "f1_nonzero_mag": "As f1_nonzero, but a prediction of exactly 0 counts as positive: MAG-BERT.",
    "acc7_unclipped_mfn": "As acc7, but not clipped before rounding: MFN and LMF.",
    "acc7_half_away": "As acc7, but halves are rounded away from zero.",
    "acc5_half_away": "As acc5, but halves are rounded away from zero.",
    "acc3_half_away": "As acc3, but halves are rounded away from zero.",
}


def _root(sums: Array) -> Array:
    return np.sqrt(_ratio(sums))


def _squared(y: Vector, p: Vector) -> Array:
    return np.column_stack([(p - y) ** 2, np.ones(len(y))])


def _unclipped(values: Vector) -> Vector:
    return np.round(values)


_BUILT: tuple[Metric, ...] = (
    _error("mae"),
    _additive("rmse", _squared, _root, larger=False),
    _correlation("corr"),
    _share("acc7", _same(_rounded(3))),
    _share("acc5", _same(_rounded(2))),
    _share("acc3", _same(_rounded(1))),
    _share("acc3_sign", _same(_sign)),
    _share("acc2_nonneg", _same(_nonnegative)),
    _share("acc2_nonzero", _same(_positive), _nonzero),
    _f1("f1_nonneg", _nonnegative, _nonnegative),
    _f1("f1_nonzero", _positive, _positive, _nonzero),
    _f1("f1_nonzero_mult", _positive, _positive, _nonzero, swapped=True),
    _share("acc2_positive", _same(_positive)),
    _f1("f1_positive_cmbert", _positive, _positive, swapped=True),
    _error("mae_nonzero_mag", _nonzero),
    _correlation("corr_nonzero_mag", _nonzero),
    _share("acc2_nonzero_mag", _same(_nonnegative), _nonzero),
    _f1("f1_nonzero_mag", _nonnegative, _nonnegative, _nonzero),
    _share("acc7_unclipped_mfn", _same(_unclipped)),
    _share("acc7_half_away", _same(_half_away(3))),
    _share("acc5_half_away", _same(_half_away(2))),
    _share("acc3_half_away", _same(_half_away(1))),
)


def _register(metric: Metric) -> None:
    def build() -> Metric:
        return metric

    better = "Larger" if metric.larger_is_better else "Smaller"
    build.__doc__ = f"{metric.definition}\n\nReturns\n-------\nMetric\n    {better} is better."
    build.__name__ = build.__qualname__ = metric.name
    component("metric", metric.name)(build)


for _metric in _BUILT:
    _register(_metric)
