"""Metrics that have no value for predictions that are there: said, with the reason, not passed over."""

from __future__ import annotations

import numpy as np

from mosi_nb.results import Metric, Results, Vector


def undefined(results: Results) -> list[str]:
    """Return a sentence for each metric that is missing where others have one.

    Baselines are left aside: their predictions may be constant, and a correlation with a constant
    is undefined by its definition.

    Parameters
    ----------
    results
        Of a run, finished or not.
    """
    judged = [
        (fit.model, results.sentiment[fit.fold.held_out], fit.predicted)
        for fit in results.fits
        if fit.predicted is not None and fit.model not in results.baselines
    ]
    sentences = []
    for name, metric in results.metrics.items():
        missing = [(model, y, p) for model, y, p in judged if not np.isfinite(metric(y, p))]
        if missing:
            model, y, p = missing[0]
            where = "all" if len(missing) == len(judged) else f"{len(missing):,} of {len(judged):,}"
            sentences.append(f"{name} is undefined in {where} fits, the first of {model}{_reason(metric, y, p)}.")
    return sentences


def _reason(metric: Metric, sentiment: Vector, predicted: Vector) -> str:
    """Return what a metric's function raises."""
    try:
        metric.function(sentiment, predicted)
    except Exception as error:  # noqa: BLE001 -- whatever a user's function raises
        return f": {type(error).__name__}: {error}"
    return ""
