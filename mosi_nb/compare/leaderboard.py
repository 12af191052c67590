"""The leaderboard as a table of numbers: one row a model, computed from stored predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mosi_nb.compare.intervals import interval
from mosi_nb.results import Fit, Fold, Metric, Results, Vector, describe


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


def leaderboard(
    results: Results,
    folds: int,
    *,
    intervals: bool = True,
    stopped: bool = False,
    unranked: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return the leaderboard, best model first.

    Parameters
    ----------
    results
        Of a run, finished or not.
    folds
        Number of fits of each candidate.
    intervals
        Whether to compute the 95 % intervals; without them it is quick enough to show during a run.
    stopped
        Whether the run has ended before its plan did.
    unranked
        Status by name, of models that the folds cannot judge.

    Returns
    -------
    DataFrame
        Indexed by `model`. For each metric its mean over folds, `<metric>_low` and `<metric>_high`
        (95 % interval); `rank` (missing for a model without a complete candidate), `baseline`,
        `params` (of the best candidate), `candidates`, `fits`, `fit_seconds` and `predict_seconds`
        (mean of a fit), `status` (`done`, `running 3/5`, `failed`, `stopped`) and `reason`.
    """
    records = [_record(results, row, folds, intervals=intervals, stopped=stopped) for row in rows(results, folds)]
    judged, others = {record["model"] for record in records}, unranked or {}
    records = [record | {"status": others.get(str(record["model"]), record["status"])} for record in records]
    records += [_unranked(results, name, status) for name, status in others.items() if name not in judged]
    frame = pd.DataFrame(records, columns=_columns(results)).set_index("model")
    first, metric = next(iter(results.metrics.items()))
    complete = frame["status"].eq("done")
    order = frame[first].where(complete)
    frame["rank"] = order.rank(method="min", ascending=not metric.larger_is_better).astype("Int64")
    return frame.sort_values(["rank", "model"], na_position="last")


def _columns(results: Results) -> list[str]:
    measured = [f"{name}{end}" for name in results.metrics for end in ("", "_low", "_high")]
    rest = ["baseline", "params", "candidates", "fits", "fit_seconds", "predict_seconds", "status", "reason"]
    return ["model", *measured, "rank", *rest]


def _record(results: Results, row: Row, folds: int, *, intervals: bool, stopped: bool) -> dict[str, object]:
    finished = [fit for fit in row.fits if fit.predicted is not None]
    record: dict[str, object] = {"model": row.model}
    for name, metric in results.metrics.items():
        record[name] = score(results, finished, metric)
        ends = interval(results, finished, metric) if intervals and row.complete else (float("nan"),) * 2
        record[f"{name}_low"], record[f"{name}_high"] = ends
    reasons = list(dict.fromkeys(fit.reason for fit in row.failed))
    return record | {
        "baseline": row.model in results.baselines,
        "params": describe(row.fits[0].params),
        "candidates": row.candidates,
        "fits": len(finished),
        "fit_seconds": float(np.mean([f.fit_seconds for f in finished])) if finished else float("nan"),
        "predict_seconds": float(np.mean([f.predict_seconds for f in finished])) if finished else float("nan"),
        "status": _status(row, folds, stopped=stopped),
        "reason": _reason(row, reasons),
    }


def _unranked(results: Results, model: str, status: str) -> dict[str, object]:
    measured = {column: float("nan") for column in _columns(results) if column.startswith(tuple(results.metrics))}
    counts = {"baseline": False, "params": "", "candidates": 1, "fits": 0}
    seconds = {"fit_seconds": float("nan"), "predict_seconds": float("nan")}
    return {"model": model, **measured, **counts, **seconds, "status": status, "reason": ""}


def _status(row: Row, folds: int, *, stopped: bool) -> str:
    if row.complete:
        return "done"
    if row.failed:
        return "failed"
    return "stopped" if stopped else f"running {len(row.fits)}/{folds}"


def _reason(row: Row, reasons: list[str]) -> str:
    if not reasons:
        return ""
    others = len(reasons) - 1
    more = f" (and {others} other {'reason' if others == 1 else 'reasons'})" if others else ""
    count = len(row.failed)
    failed = "1 fit failed, in" if count == 1 else f"{count} fits failed, the first in"
    return f"{failed} {row.failed[0].fold}: {reasons[0]}{more}"


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
