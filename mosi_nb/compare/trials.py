"""A search as points of a chart: one row a candidate, one a fold, and where the best lies at an edge."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mosi_nb.compare.edges import edges
from mosi_nb.compare.evidence import Evidence
from mosi_nb.compare.leaderboard import score
from mosi_nb.components.spaces import Spaces
from mosi_nb.results import Fit, Metric, Results, describe

PARAM = "param_"
"""What the names of the columns begin with that hold a parameter."""

LOG_RATIO = 10
"""Largest by smallest value, from which on values may have been spread by ratios."""


@dataclass(frozen=True)
class Trials:
    """The candidates of the models that have several.

    Attributes
    ----------
    frame
        One row a candidate, in the order in which the search asked for them: `model`, `trial` (from 1 for each
        model), `params`, a column `param_<name>` for each parameter, `score` (mean over the folds that it has),
        `folds` (how many), `status` (`done`, `dropped`, `failed` or `running`), `best` (of its model) and `edge`:
        by the name of a parameter, `low` or `high` where the best value is at that end of what was tried.
    folds
        One row a fold of a candidate: `model, trial, fold, score`.
    metric
        What the score is.
    """

    frame: pd.DataFrame
    folds: pd.DataFrame
    metric: Metric

    def best_so_far(self) -> pd.DataFrame:
        """Return the best score after each candidate with all its folds: `model, trial, best`."""
        done = self.frame[self.frame["status"].eq("done") & self.frame["score"].notna()]
        grouped = done["score"].astype(float).groupby(done["model"], sort=False)
        best = grouped.cummax() if self.metric.larger_is_better else grouped.cummin()
        return done[["model", "trial"]].assign(best=best).reset_index(drop=True)

    def of(self, model: str) -> Trials:
        """Return those of one model."""
        frame, folds = (held[held["model"] == model] for held in (self.frame, self.folds))
        return Trials(frame, folds, self.metric)


def trials(results: Results, folds: int, spaces: Mapping[str, Spaces] | None = None) -> Trials:
    """Return the candidates of the models that have several, with their score in the first metric.

    Parameters
    ----------
    results
        Of a run, finished or not.
    folds
        Number of fits of each candidate that was not dropped.
    spaces
        The values to try of each model, where they are known: what lies at an edge is told by them.
    """
    metric = next(iter(results.metrics.values()))
    evidence = Evidence(results, folds, spaces=spaces or {})
    best = {row.fits[0].candidate for row in evidence.complete if math.isfinite(score(results, row.fits, metric))}
    at_edge: dict[str, dict[str, str]] = {}
    for one in edges(evidence):
        nearer_low = abs(one.best - one.low) < abs(one.best - one.high)
        at_edge.setdefault(one.model, {})[one.param] = "low" if nearer_low else "high"
    dropped = {one.candidate for one in results.dropped}
    rows, points = [], []
    for model, by_candidate in _several(results).items():
        for trial, (number, fits) in enumerate(by_candidate.items(), start=1):
            scores = [results.score_of(fit, metric) for fit in fits]
            is_best = number in best
            rows.append(
                {
                    "model": model,
                    "trial": trial,
                    "params": describe(fits[0].params),
                    **{f"{PARAM}{name}": value for name, value in fits[0].params.items()},
                    "score": score(results, fits, metric),
                    "folds": sum(fit.predicted is not None for fit in fits),
                    "status": _status(fits, folds, dropped=number in dropped),
                    "best": is_best,
                    "edge": at_edge.get(model, {}) if is_best else {},
                }
            )
            named = zip(fits, scores, strict=True)
            points += [(model, trial, str(fit.fold), value) for fit, value in named if math.isfinite(value)]
    return Trials(_framed(rows), pd.DataFrame(points, columns=["model", "trial", "fold", "score"]), metric)


def by_ratios(values: Sequence[float]) -> bool:
    """Tell whether values were spread by ratios, so that an axis of logarithms shows them best.

    Examples
    --------
    >>> by_ratios([0.1, 1, 10]), by_ratios([1, 50, 100]), by_ratios([0, 1, 100])
    (True, False, False)
    """
    low, high = min(values, default=0), max(values, default=0)
    if low <= 0 or high < LOG_RATIO * low:
        return False
    middle = float(np.median(values))
    return abs(math.log(middle / math.sqrt(low * high))) < abs(math.log(middle / ((low + high) / 2)))


def _several(results: Results) -> dict[str, dict[int, list[Fit]]]:
    """Return the fits of the models with several candidates, by model and candidate."""
    found: dict[str, dict[int, list[Fit]]] = {}
    for fit in results.fits:
        found.setdefault(fit.model, {}).setdefault(fit.candidate, []).append(fit)
    return {model: held for model, held in found.items() if len(held) > 1}


def _framed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    params = dict.fromkeys(name for row in rows for name in row if name.startswith(PARAM))
    return pd.DataFrame(rows, columns=["model", "trial", "params", *params, "score", "folds", "status", "best", "edge"])


def _status(fits: Sequence[Fit], folds: int, *, dropped: bool) -> str:
    if any(fit.predicted is None for fit in fits):
        return "failed"
    if dropped:
        return "dropped"
    return "done" if len(fits) == folds else "running"
