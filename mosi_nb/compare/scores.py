"""One metric of each model in each fold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mosi_nb.compare.intervals import several_intervals
from mosi_nb.compare.judged import Judged
from mosi_nb.compare.leaderboard import score
from mosi_nb.results import Metric


def scores(models: Sequence[Judged], metric: Metric) -> pd.DataFrame:
    """Return a metric of each model with its folds, the best first.

    Parameters
    ----------
    models
        Those with predictions, all of the same results.
    metric
        What is measured; it need not be one of the run's.

    Returns
    -------
    DataFrame
        Indexed by `model`: `score` (mean over folds), `low`, `high` (95 % interval), `sd` (over folds),
        `baseline`, `status` (`done`, or `not all fits`), and a column for each fold. Models without all fits last.
    """
    folds = {str(fit.fold): fit.fold for one in models for fit in one.fits}
    ordered = sorted(folds, key=lambda name: (folds[name].repeat, folds[name].number))
    columns = ["model", "score", "low", "high", "sd", "baseline", "status", *ordered]
    ends = several_intervals(models[0].results, [one.fits for one in models], metric) if models else []
    records = [_record(one, metric, *low_high) for one, low_high in zip(models, ends, strict=True)]
    frame = pd.DataFrame(records, columns=columns).set_index("model")
    order = frame["score"].where(frame["status"] == "done") * (-1 if metric.larger_is_better else 1)
    return frame.iloc[np.argsort(order.to_numpy(dtype=float), kind="stable")]


def _record(one: Judged, metric: Metric, low: float, high: float) -> dict[str, object]:
    results = one.results
    by_fold = {str(fit.fold): results.score_of(fit, metric) for fit in one.fits}
    held = np.array([value for value in by_fold.values() if np.isfinite(value)])
    return {
        "model": one.name,
        "score": score(results, one.fits, metric),
        "low": low,
        "high": high,
        "sd": float(held.std(ddof=1)) if len(held) > 1 else float("nan"),
        "baseline": one.name in results.baselines,
        "status": "done" if one.complete else "not all fits",
        **by_fold,
    }
