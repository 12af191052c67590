"""The leaderboard: one row a model, the best first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from mosi_nb.displays.display import Display
from mosi_nb.displays.leaderboard_chart import draw, fold_scores
from mosi_nb.displays.tables import Cell, Column, Table, count, mark_best, number, to_html, to_markdown, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from mosi_nb.displays.charts import ChartDisplay
    from mosi_nb.results import Results

REASONS = 5
"""Different reasons that are written out under the table, the rest counted."""

NAMED = 4
"""Models that are named for a reason, the rest counted."""

OTHERS = {
    "status": Column("status", "status", numeric=False),
    "params": Column("params", "parameters", numeric=False, help="Those of the shown candidate."),
    "candidates": Column("candidates", "tried", help="Number of candidates (sets of parameters) tried."),
    "fit_seconds": Column("fit_seconds", "fit s", help="Seconds of training, mean of the fits."),
    "predict_seconds": Column("predict_seconds", "predict s", help="Seconds of predicting, mean of the fits."),
}


class Leaderboard(Display):
    """Models with their scores, intervals and times, the best first.

    Parameters
    ----------
    frame
        One row a model, indexed by its name, the best first. For each metric a column with its name,
        `<metric>_low` and `<metric>_high` (95 % interval); then `rank`, `baseline`, `params`,
        `candidates`, `fits`, `fit_seconds`, `predict_seconds`, `status`, `reason`, each of which may
        be missing.
    results
        The fits behind it, for the chart's folds; None for a chart without them.
    directions
        The metrics in the order in which they are shown, the one that ranks first, and for each
        whether larger is better.
    notes
        Sentences under the table.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame(
    ...     {"mae": [1.031, 1.306], "rank": [1, 2], "baseline": [False, True], "fit_seconds": [0.52, 0.001]},
    ...     index=pd.Index(["ridge", "mean"], name="model"))
    >>> Leaderboard(frame, None, {"mae": False})
    rank  model             mae ↓  fit s
       1  ridge            *1.031   0.52
       2  mean (baseline)   1.306   0.00
    * best of its column; ↓ smaller is better, ↑ larger is better
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        results: Results | None,
        directions: Mapping[str, bool],
        notes: Sequence[str] = (),
    ) -> None:
        self._frame = frame
        self._results = results
        self._directions = dict(directions)
        self._notes = tuple(notes)

    def frame(self) -> pd.DataFrame:
        """Return one row a model, indexed by its name, unrounded.

        Returns
        -------
        DataFrame
            A column for each metric (mean over folds), `<metric>_low`, `<metric>_high`, then `rank`,
            `fit_seconds`, `status` and the others.
        """
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return each model's score with its folds, interval and the best baseline.

        Returns
        -------
        ChartDisplay or None
            None if no model has a score. Failed models are left out.
        """
        metric = next(iter(self._directions), "")
        if metric not in self._frame or self._frame[metric].isna().all():
            return None
        folds = fold_scores(self._frame, self._results, metric)
        return draw(self._frame, folds, metric, larger_is_better=self._directions[metric])

    def markdown(self) -> str:
        """Return the table as Markdown."""
        return to_markdown(summarize(self._frame, self._directions, self._notes))

    def _html(self, *, with_library: bool = False) -> str:
        return to_html(summarize(self._frame, self._directions, self._notes), with_library=with_library)

    def _text(self) -> str:
        return to_text(summarize(self._frame, self._directions, self._notes))


def summarize(frame: pd.DataFrame, directions: Mapping[str, bool], notes: Sequence[str] = ()) -> Table:
    """Turn a leaderboard's frame into the table that is shown.

    Parameters
    ----------
    frame, directions, notes
        As `Leaderboard` has them.
    """
    rows = [dict(row, model=name) for name, row in zip(frame.index, _records(frame), strict=True)]
    rank = [(Column("rank", "rank"), [_rank(row["rank"]) for row in rows])] if "rank" in frame else []
    model = (Column("model", "model", numeric=False, row_header=True), [_model(row) for row in rows])
    metrics = [_metric(name, larger, rows) for name, larger in directions.items() if name in frame]
    others = [(column, [_other(name, row) for row in rows]) for name, column in OTHERS.items() if _worth(name, frame)]
    columns, cells = zip(*[*rank, model, *metrics, *others], strict=True)
    return Table(
        columns,
        tuple(zip(*cells, strict=True)),
        notes=(*_failures(rows), *notes),
        empty="No model has been fitted yet.",
    )


def metric_column(name: str, larger_is_better: bool | None) -> Column:  # noqa: FBT001 -- an attribute of the metric
    """Return a metric's column, whose header says which way is better.

    Examples
    --------
    >>> metric_column("mae", False).header
    'mae ↓'
    """
    if larger_is_better is None:
        return Column(name, name)
    arrow, word = ("↑", "larger") if larger_is_better else ("↓", "smaller")
    help_text = f"{name}: {word} is better. Mean over folds; below it the 95 % interval."
    return Column(name, f"{name} {arrow}", help=help_text, larger_is_better=larger_is_better)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _metric(name: str, larger_is_better: bool, rows: Sequence[Mapping[str, Any]]) -> tuple[Column, list[Cell]]:  # noqa: FBT001
    column = metric_column(name, larger_is_better)
    cells = [
        number(row[name], low=row.get(f"{name}_low", math.nan), high=row.get(f"{name}_high", math.nan)) for row in rows
    ]
    return column, mark_best(column, cells)


def _failures(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each reason, with all models that failed for it."""
    failed: dict[str, list[str]] = {}
    for row in rows:
        if row.get("reason"):
            failed.setdefault(str(row["reason"]), []).append(str(row["model"]))
    sentences = [f"{_listed(models)} failed: {reason}" for reason, models in failed.items()]
    if len(sentences) > REASONS:
        left_out = len(sentences) - REASONS
        return [*sentences[:REASONS], f"{left_out} more reasons are in the column 'reason' of .frame()."]
    return sentences


def _listed(models: Sequence[str]) -> str:
    more = f" and {len(models) - NAMED} more" if len(models) > NAMED else ""
    return ", ".join(models[:NAMED]) + more


def _rank(rank: object) -> Cell:
    """Make a cell of a rank that may be a number, a letter or missing."""
    if isinstance(rank, str):
        return Cell(rank)
    return count(float(cast("float", rank))) if rank is not None else number(math.nan)


def _model(row: Mapping[str, Any]) -> Cell:
    return Cell(str(row["model"]), small="baseline" if row.get("baseline") else "")


def _other(name: str, row: Mapping[str, Any]) -> Cell:
    if name in {"status", "params"}:
        return Cell(str(row[name] or ""))
    return count(row[name]) if name == "candidates" else number(row[name], decimals=2)


def _worth(name: str, frame: pd.DataFrame) -> bool:
    """Tell whether a column says anything: a status does so only where something is not done."""
    if name not in frame or frame.empty:
        return False
    if name == "status":
        return bool((frame[name] != "done").any())
    return bool((frame[name] != "").any()) if name == "params" else True
