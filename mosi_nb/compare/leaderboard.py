"""Scores of models, computed from stored predictions: which candidate of each is shown, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mosi_nb.compare.intervals import interval
from mosi_nb.results import Fit, Fold, Metric, Results, Vector


@dataclass(frozen=True)
class Row:
    """One model: its best candidate and how far its fits are.

    Attributes
    ----------
    model
        Its name.
    fits
        All fits of the best candidate; of the furthest one as long as none is complete.
    candidates, complete
        How many candidates there are, and how many of them have all their fits.
    failed
        Fits of the model that failed.
    """

    model: str
    fits: tuple[Fit, ...]
    candidates: int
    complete: int
    failed: tuple[Fit, ...]


def score(results: Results, fits: Sequence[Fit], metric: Metric) -> float:
    """Return the mean of a metric over folds; NaN if it is defined in none of them.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    fits
        Finished fits of one candidate.
    metric
        What is measured.
    """
    values = [results.score_of(fit, metric) for fit in fits if fit.predicted is not None]
    defined = [value for value in values if np.isfinite(value)]
    return float(np.mean(defined)) if defined else float("nan")


def rows(results: Results, folds: int) -> list[Row]:
    """Return one row a model, in the order of the plan.

    Parameters
    ----------
    results
        Of a run, finished or not.
    folds
        Number of fits of each candidate.
    """
    by_model: dict[str, dict[int, list[Fit]]] = {}
    for fit in results.fits:
        by_model.setdefault(fit.model, {}).setdefault(fit.candidate, []).append(fit)
    return [_row(results, model, by_candidate, folds) for model, by_candidate in by_model.items()]


def candidate_rows(results: Results, shown: Sequence[Row], folds: int) -> list[Row]:
    """Return one row for each candidate but those that are shown for their model, in the order of the plan.

    Parameters
    ----------
    results
        Of a run, finished or not.
    shown
        From `rows`.
    folds
        Number of fits of each candidate.
    """
    known = {row.fits[0].candidate for row in shown}
    by_candidate: dict[int, list[Fit]] = {}
    for fit in results.fits:
        if fit.candidate not in known:
            by_candidate.setdefault(fit.candidate, []).append(fit)
    found = []
    for fits in by_candidate.values():
        failed = tuple(fit for fit in fits if fit.predicted is None)
        complete = sum(fit.predicted is not None for fit in fits) == folds
        found.append(Row(fits[0].model, tuple(fits), 1, int(complete), failed))
    return found


def _row(results: Results, model: str, by_candidate: dict[int, list[Fit]], folds: int) -> Row:
    failed = tuple(fit for fits in by_candidate.values() for fit in fits if fit.status == "failed")
    whole = [fits for fits in by_candidate.values() if sum(f.predicted is not None for f in fits) == folds]
    metric = next(iter(results.metrics.values()))
    sign = 1 if metric.larger_is_better else -1
    if whole:
        best = max(whole, key=lambda fits: np.nan_to_num(sign * score(results, fits, metric), nan=-np.inf))
    else:
        best = max(by_candidate.values(), key=lambda fits: sum(f.predicted is not None for f in fits))
    return Row(model, tuple(best), len(by_candidate), len(whole), failed)


def evaluation(
    metrics: Mapping[str, Metric], sentiment: Vector, predicted: Vector, videos: NDArray[np.str_]
) -> pd.DataFrame:
    """Return the metrics of predictions on one set of segments.

    Parameters
    ----------
    metrics
        By name.
    sentiment, predicted
        In points, shape (n_segments,).
    videos
        Video ids, shape (n_segments,).

    Returns
    -------
    DataFrame
        Indexed by `metric`: `value`, `low`, `high` (95 % interval, a bootstrap over videos) and
        `definition`.
    """
    n = len(sentiment)
    whole = Fold(1, 1, np.arange(0), np.arange(n))
    results = Results((), np.arange(n).astype(str), videos, sentiment, metrics)
    fit = Fit("", 0, {}, whole, predicted)
    records = []
    for name, metric in metrics.items():
        low, high = interval(results, [fit], metric)
        records.append((name, metric(sentiment, predicted), low, high, metric.definition))
    return pd.DataFrame(records, columns=["metric", "value", "low", "high", "definition"]).set_index("metric")
