"""What a score costs: the models by the time of their fits, and those that no other beats in both."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from mosi_nb.compare.intervals import interval
from mosi_nb.compare.leaderboard import rows, score
from mosi_nb.results import Metric, Results, describe


def times(results: Results, folds: int, metric: Metric, combined: Collection[str] = ()) -> pd.DataFrame:
    """Return the models with their score and the time of a fit, the quickest first.

    Parameters
    ----------
    results
        Of a run, finished or not.
    folds
        Number of fits of each candidate.
    metric
        What is measured.
    combined
        Models that are made of others: what they cost is what those cost, so they have no time.

    Returns
    -------
    DataFrame
        One row a model that has a complete candidate: `model`, `score`, `low`, `high` (95 % interval),
        `fit_seconds` and `predict_seconds` (mean of a fit; NaN where nothing was fitted here), `baseline`,
        `front` (no other model is better without being slower) and `params`.
    """
    records = []
    for row in rows(results, folds):
        if row.complete:
            low, high = interval(results, row.fits, metric)
            fitted = float(np.mean([fit.fit_seconds for fit in row.fits])) or math.nan
            fitted = math.nan if row.model in combined else fitted
            predicted = float(np.mean([fit.predict_seconds for fit in row.fits])) if fitted > 0 else math.nan
            scored = score(results, row.fits, metric)
            records.append((row.model, scored, low, high, fitted, predicted, describe(row.fits[0].params)))
    columns = ["model", "score", "low", "high", "fit_seconds", "predict_seconds", "params"]
    frame = pd.DataFrame(records, columns=columns)
    sign = 1 if metric.larger_is_better else -1
    frame.insert(6, "baseline", frame["model"].isin(results.baselines))
    frame.insert(7, "front", front(frame["fit_seconds"].tolist(), (sign * frame["score"]).tolist()))
    return frame.sort_values("fit_seconds", kind="stable", na_position="last").reset_index(drop=True)


def front(seconds: Sequence[float], good: Sequence[float]) -> list[bool]:
    """Tell of each model whether no other is better in one of time and score, and at least as good in the other.

    Parameters
    ----------
    seconds
        Smaller is better.
    good
        Larger is better. Where one of the two is NaN, a model is not on the front.

    Examples
    --------
    >>> front([1.0, 2.0, 3.0, 1.0], [0.5, 0.4, 0.9, float("nan")])
    [True, False, True, False]
    """
    found = [False] * len(seconds)
    known = [n for n in range(len(seconds)) if math.isfinite(seconds[n]) and math.isfinite(good[n])]
    best, at = -math.inf, math.nan
    for n in sorted(known, key=lambda n: (seconds[n], -good[n])):
        if good[n] > best or (good[n] == best and seconds[n] == at):
            found[n], best, at = True, good[n], seconds[n]
    return found
