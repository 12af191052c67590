"""The leaderboard as a table of numbers: one row a model, the best first, with what can be said of the order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mosi_nb.compare.leaderboard import Row, candidate_rows, rows, score
from mosi_nb.compare.tested import NOTHING, Tested, tested
from mosi_nb.results import Metric, Results, describe

NAN = float("nan")
GAINS = ("gain", "gain_low", "gain_high", "optimism")


@dataclass(frozen=True)
class Board:
    """A leaderboard.

    Attributes
    ----------
    frame
        As `leaderboard` returns it.
    notes
        Sentences that say what its letters, gains and intervals mean.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


def leaderboard(
    results: Results,
    folds: int,
    *,
    intervals: bool = True,
    stopped: bool = False,
    unranked: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return the frame of `board`."""
    return board(results, folds, intervals=intervals, stopped=stopped, unranked=unranked).frame


def board(
    results: Results,
    folds: int,
    *,
    intervals: bool = True,
    stopped: bool = False,
    unranked: Mapping[str, str] | None = None,
    candidates: bool = False,
) -> Board:
    """Return the leaderboard, best model first.

    Parameters
    ----------
    results
        Of a run, finished or not.
    folds
        Number of fits of each candidate.
    intervals
        Whether to compute intervals, tests and what picking the best adds; without them it is quick enough to
        show during a run.
    stopped
        Whether the run has ended before its plan did.
    unranked
        Status by name, of models that the folds cannot judge.
    candidates
        Whether the other candidates of each model stand beneath it.

    Returns
    -------
    Board
        Its frame is indexed by `model`. For each metric its mean over folds, `<metric>_low` and `<metric>_high`
        (95 % interval); then, all by the first metric, `rank` (missing for a model without a complete candidate),
        `letters` (models that share one cannot be told apart), `gain`, `gain_low`, `gain_high` (over the best
        baseline; above 0 is better whichever way the metric is), `optimism` (by how much the score of the best of
        the model's candidates flatters it); then `baseline`, `params` (of the best candidate; of models
        of one component, those that are fixed as well), `candidates`,
        `fits`, `fit_seconds` and `predict_seconds` (mean of a fit), `status` (`done`, `running 3/5`, `failed`,
        `stopped`, `dropped`) and `reason`; with candidates, `candidate_of`: the model, in a candidate's row.
    """
    shown, others = rows(results, folds), unranked or {}
    beneath = candidate_rows(results, shown, folds) if candidates else []
    found = tested(results, shown, beneath, folds, others) if intervals else NOTHING
    records = [_record(results, row, folds, found, stopped=stopped) for row in shown]
    records = [record | {"status": others.get(str(record["model"]), record["status"])} for record in records]
    named = {record["model"] for record in records}
    records += [_unranked(results, name, status) for name, status in others.items() if name not in named]
    frame = _ranked(pd.DataFrame(records, columns=_columns(results)).set_index("model"), results)
    if candidates:
        below = [_candidate(results, row, folds, found, stopped=stopped) for row in beneath]
        frame = _with_candidates(frame, below, next(iter(results.metrics.values())))
    return Board(frame, found.notes)


def _columns(results: Results) -> list[str]:
    measured = [f"{name}{end}" for name in results.metrics for end in ("", "_low", "_high")]
    rest = ["baseline", "params", "candidates", "fits", "fit_seconds", "predict_seconds", "status", "reason"]
    return ["model", *measured, "rank", "letters", *GAINS, *rest]


def _ranked(frame: pd.DataFrame, results: Results) -> pd.DataFrame:
    first, metric = next(iter(results.metrics.items()))
    order = frame[first].where(frame["status"].eq("done"))
    frame["rank"] = order.rank(method="min", ascending=not metric.larger_is_better).astype("Int64")
    return frame.sort_values(["rank", "model"], na_position="last")


def _record(results: Results, row: Row, folds: int, found: Tested, *, stopped: bool) -> dict[str, object]:
    finished = [fit for fit in row.fits if fit.predicted is not None]
    record: dict[str, object] = {"model": row.model}
    for name, metric in results.metrics.items():
        record[name] = score(results, finished, metric)
        record[f"{name}_low"], record[f"{name}_high"] = found.ends.get((row.fits[0].candidate, name), (NAN, NAN))
    gain = dict(zip(GAINS, (*found.gains.get(row.model, (NAN,) * 3), found.optimism.get(row.model, NAN)), strict=True))
    return record | {
        "letters": found.letters.get(row.model, ""),
        **gain,
        "baseline": row.model in results.baselines,
        "params": describe({**results.fixed.get(row.model, {}), **row.fits[0].params}),
        "candidates": row.candidates,
        "fits": len(finished),
        "fit_seconds": _mean(fit.fit_seconds for fit in finished),
        "predict_seconds": _mean(fit.predict_seconds for fit in finished),
        "status": _status(row, folds, stopped=stopped),
        "reason": _reason(row),
    }


def _mean(seconds: Iterable[float]) -> float:
    held = list(seconds)
    return float(np.mean(held)) if held else NAN


def _candidate(results: Results, row: Row, folds: int, found: Tested, *, stopped: bool) -> dict[str, object]:
    """Return the record of a candidate that is not the one shown for its model."""
    record = _record(results, row, folds, found, stopped=stopped)
    dropped = {one.candidate for one in results.dropped}
    status = "dropped" if row.fits[0].candidate in dropped else record["status"]
    name = f"{row.model} ({record['params']})" if record["params"] else f"{row.model} ({row.fits[0].candidate})"
    none = dict.fromkeys(GAINS, NAN)
    return record | none | {"model": name, "letters": "", "status": status, "candidate_of": row.model}


def _with_candidates(frame: pd.DataFrame, below: Sequence[Mapping[str, object]], metric: Metric) -> pd.DataFrame:
    """Return a frame in which the other candidates stand beneath their models, the best first."""
    frame = frame.assign(candidate_of="")
    if not below:
        return frame
    others = pd.DataFrame(below).set_index("model").reindex(columns=frame.columns)
    others["rank"] = pd.array([None] * len(others), dtype="Int64")
    others = others.sort_values(metric.name, ascending=not metric.larger_is_better, na_position="last")
    parts = [part for name in frame.index for part in (frame.loc[[name]], others[others["candidate_of"] == name])]
    whole: pd.DataFrame = pd.concat([part for part in parts if len(part)])
    return whole.astype({"candidates": int, "fits": int, "baseline": bool})


def _unranked(results: Results, model: str, status: str) -> dict[str, object]:
    measured = {column: NAN for column in _columns(results) if column.startswith(tuple(results.metrics))}
    counts = {"letters": "", **dict.fromkeys(GAINS, NAN), "baseline": False, "params": "", "candidates": 1, "fits": 0}
    seconds = {"fit_seconds": NAN, "predict_seconds": NAN}
    return {"model": model, **measured, **counts, **seconds, "status": status, "reason": ""}


def _status(row: Row, folds: int, *, stopped: bool) -> str:
    if row.complete:
        return "done"
    if row.failed:
        return "failed"
    return "stopped" if stopped else f"running {len(row.fits)}/{folds}"


def _reason(row: Row) -> str:
    reasons = list(dict.fromkeys(fit.reason for fit in row.failed))
    if not reasons:
        return ""
    others = len(reasons) - 1
    more = f" (and {others} other {'reason' if others == 1 else 'reasons'})" if others else ""
    count = len(row.failed)
    failed = "1 fit failed, in" if count == 1 else f"{count} fits failed, the first in"
    return f"{failed} {row.failed[0].fold}: {reasons[0]}{more}"
