"""A search as a table of numbers: one row a candidate, with what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from mosi_nb.compare.leaderboard import rows, score
from mosi_nb.results import Dropped, Fit, Results, describe

COLUMNS = ("model", "params", "folds", "status", "best", "against", "difference", "p")


def searched(results: Results, folds: int, *, stopped: bool = False) -> pd.DataFrame:
    """Return the candidates of a run, by model, the best of those that went furthest first.

    Parameters
    ----------
    results
        Of a run, finished or not.
    folds
        Number of fits of a complete candidate.
    stopped
        Whether the run has ended before its plan did.

    Returns
    -------
    DataFrame
        Columns `model, params`, the first metric (mean over the folds that it has), `folds`, `status`
        (`kept`, `dropped after 2 folds`, `running 2/5`, `stopped`, `failed`), `best` (whether it is shown
        in the leaderboard) and, of those that were dropped, `against` (the candidate that was better),
        `difference` (in the first metric) and `p`.
    """
    name, metric = next(iter(results.metrics.items()))
    dropped = {one.candidate: one for one in results.dropped}
    best = {row.fits[0].candidate for row in rows(results, folds) if row.complete}
    fits: dict[int, list[Fit]] = {}
    for fit in results.fits:
        fits.setdefault(fit.candidate, []).append(fit)
    records: list[dict[str, Any]] = [
        {
            "model": held[0].model,
            "params": describe(held[0].params),
            name: score(results, held, metric),
            "folds": sum(fit.predicted is not None for fit in held),
            "status": _status(held, folds, dropped.get(number), stopped=stopped),
            "best": number in best,
            **_told(dropped.get(number)),
        }
        for number, held in fits.items()
    ]
    models = {model: n for n, model in enumerate(results.models)}
    sign = -1 if metric.larger_is_better else 1
    records.sort(key=lambda one: (models[one["model"]], -one["folds"], sign * one[name], one["params"]))
    columns = [*COLUMNS[:2], name, *COLUMNS[2:]]
    return pd.DataFrame(records, columns=columns)


def dropped_note(results: Results, search: str) -> str:
    """Return a sentence that says how many candidates were dropped, and when; empty if none was."""
    if not results.dropped:
        return ""
    after = Counter(one.folds for one in results.dropped)
    first, *further = [f"{after[folds]:,} after {_folds(folds)}" for folds in sorted(after)]
    told = ", ".join([first, *(text.removesuffix(" folds") for text in further)])
    tried = len({fit.candidate for fit in results.fits})
    return f"{search} dropped {len(results.dropped):,} of {tried:,} candidates: {told}. search() lists them."


def _status(fits: Sequence[Fit], folds: int, dropped: Dropped | None, *, stopped: bool) -> str:
    if dropped is not None:
        return f"dropped after {_folds(dropped.folds)}"
    if any(fit.predicted is None for fit in fits):
        return "failed"
    if len(fits) == folds:
        return "kept"
    return "stopped" if stopped else f"running {len(fits)}/{folds}"


def _told(dropped: Dropped | None) -> dict[str, object]:
    if dropped is None:
        return {"against": "", "difference": float("nan"), "p": float("nan")}
    name = "" if dropped.against_model == dropped.model else dropped.against_model
    against = " ".join(part for part in (name, describe(dropped.against_params)) if part)
    return {"against": against, "difference": dropped.difference, "p": dropped.p}


def _folds(number: int) -> str:
    return "1 fold" if number == 1 else f"{number:,} folds"
