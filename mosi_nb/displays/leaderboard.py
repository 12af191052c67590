"""The leaderboard: one row a model, the best first."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from mosi_nb.displays.display import Display
from mosi_nb.displays.leaderboard_chart import draw, fold_scores
from mosi_nb.displays.render import render
from mosi_nb.displays.tables import Cell, Column, Table, count, mark_best, number, to_html, to_markdown, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from mosi_nb.displays.charts import ChartDisplay
    from mosi_nb.results import Results

REASONS = 5
"""Different reasons that are written out under the table, the rest counted."""

REASON = 160
"""Letters of a reason under the table; the whole is in the frame."""

NAMED = 4
"""Models that are named for a reason, the rest counted."""

RANK = "By the first metric. Models that share a letter cannot be told apart in it."
GAIN = "Gain in the first metric over the best baseline, above 0 is better, with its own 95 % interval: see statistics."
OPTIMISM = "By how much the score of the best of the candidates tried flatters it (BBC-CV)."

PUBLISHED = "as published"

FIGURE_SPACE = "\u2007"
"""A space of the width of a digit."""

OTHERS = {
    "gain": Column("gain", "gain", help=GAIN),
    "optimism": Column("optimism", "optimism", help=OPTIMISM),
    "status": Column("status", "status", numeric=False),
    "params": Column("params", "parameters", numeric=False, help="Those of the shown candidate."),
    "candidates": Column("candidates", "tried", help="Number of candidates (sets of parameters) tried."),
    "fit_seconds": Column("fit_seconds", "fit s", help="Seconds of training, mean of the fits."),
    "predict_seconds": Column("predict_seconds", "predict s", help="Seconds of predicting, mean of the fits."),
    "source": Column("source", "source", numeric=False),
}


class Leaderboard(Display):
    """Models with their scores, intervals and times, the best first.

    Parameters
    ----------
    frame
        One row a model, indexed by its name, the best first. For each metric a column with its name,
        `<metric>_low` and `<metric>_high` (95 % interval); then `rank`, `letters`, `gain` with its
        ends, `optimism`, `baseline`, `params`, `candidates`, `fits`, `fit_seconds`, `predict_seconds`,
        `status`, `reason`, each of which may be missing. A row with `candidate_of` stands beneath its
        model; rows with `apart` follow as a table of their own, under that sentence.
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
            `letters`, `gain`, `fit_seconds`, `status` and the others. Rows that are shown apart come last.
        """
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return each model's score with its folds, interval and the best baseline.

        Returns
        -------
        ChartDisplay or None
            None if no model has a score. Failed models are left out.
        """
        metric, frame = next(iter(self._directions), ""), _main(self._frame)
        if "candidate_of" in frame:
            frame = frame[frame["candidate_of"] == ""]
        if metric not in frame or frame[metric].isna().all():
            return None
        folds = fold_scores(frame, self._results, metric)
        return draw(frame, folds, metric, larger_is_better=self._directions[metric])

    def markdown(self) -> str:
        """Return the table as Markdown."""
        return "\n\n".join(map(to_markdown, (self._table(), *self._apart())))

    def _html(self, *, with_library: bool = False) -> str:
        main = to_html(self._table(), with_library=with_library)
        apart = [to_html(table, interactive=False) for table in self._apart()]
        return main + render("apart.html", tables=[Markup(one) for one in apart]) if apart else main  # noqa: S704 -- rendered

    def _text(self) -> str:
        return "\n\n".join(map(to_text, (self._table(), *self._apart())))

    def _table(self) -> Table:
        return summarize(_main(self._frame), self._directions, self._notes)

    def _apart(self) -> list[Table]:
        """Return a table for each block of rows that stand apart, without a best."""
        if "apart" not in self._frame:
            return []
        found = []
        for told in dict.fromkeys(name for name in self._frame["apart"] if name):
            table = summarize(self._frame[self._frame["apart"] == told], self._directions)
            rows = tuple(tuple(replace(cell, best=False) for cell in row) for row in table.rows)
            found.append(replace(table, title=f"{told}.", rows=rows))
        return found


def _main(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["apart"] == ""] if "apart" in frame else frame


def summarize(frame: pd.DataFrame, directions: Mapping[str, bool], notes: Sequence[str] = ()) -> Table:
    """Turn a leaderboard's frame into the table that is shown.

    Parameters
    ----------
    frame, directions, notes
        As `Leaderboard` has them.
    """
    rows = [dict(row, model=name) for name, row in zip(frame.index, _records(frame), strict=True)]
    ranked = "rank" in frame and not frame["rank"].isna().all()
    rank = [(Column("rank", "rank", help=RANK), _ranks(rows))] if ranked else []
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
    return column, mark_best(column, cells, [row.get("status", "done") == "done" for row in rows])


def _failures(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each reason, with all models that failed for it."""
    failed: dict[str, list[str]] = {}
    for row in rows:
        if row.get("reason") and row.get("status") != PUBLISHED:
            failed.setdefault(str(row["reason"]), []).append(str(row["model"]))
    sentences = [f"{_listed(models)} failed: {_cut(reason)}" for reason, models in failed.items()]
    if len(sentences) > REASONS:
        left_out = len(sentences) - REASONS
        return [*sentences[:REASONS], f"{left_out} more reasons are in the column 'reason' of .frame()."]
    return sentences


def _cut(reason: str) -> str:
    return reason if len(reason) <= REASON else f"{reason[: REASON - 3].rstrip()}..."


def _listed(models: Sequence[str]) -> str:
    more = f" and {len(models) - NAMED} more" if len(models) > NAMED else ""
    return ", ".join(models[:NAMED]) + more


def _ranks(rows: Sequence[Mapping[str, Any]]) -> list[Cell]:
    """Make the cells of ranks, the letters of the tests as wide as one another, so that the numbers stand in line."""
    widest = max((len(str(row.get("letters") or "")) for row in rows), default=0)
    return [_rank(row, widest) for row in rows]


def _rank(row: Mapping[str, Any], widest: int) -> Cell:
    """Make a cell of a rank that may be a number, a letter or missing, with the letters of the tests."""
    rank, letters = row["rank"], str(row.get("letters") or "")
    if isinstance(rank, str):
        return Cell(rank)
    cell = number(math.nan) if rank is None or math.isnan(rank) else count(float(rank))
    return replace(cell, text=f"{cell.text} {letters.ljust(widest, FIGURE_SPACE)}") if widest else cell


def _model(row: Mapping[str, Any]) -> Cell:
    if row.get("candidate_of"):
        return Cell(f"↳ {row.get('params') or row['model']}")
    return Cell(str(row["model"]), small="baseline" if row.get("baseline") else "")


def _other(name: str, row: Mapping[str, Any]) -> Cell:
    if name in {"status", "params", "source"}:
        return Cell(str(row["reason" if name == "source" else name] or ""))
    if name == "gain":
        ends = {end: row.get(f"gain_{end}", math.nan) for end in ("low", "high")}
        value = row[name]
        return Cell(f"{round(value, 3) + 0.0:+.3f}", value, **ends) if math.isfinite(value) else number(math.nan)
    if name == "optimism":
        return number(row[name])
    return count(row[name]) if name == "candidates" else number(row[name], decimals=2)


def _worth(name: str, frame: pd.DataFrame) -> bool:
    """Tell whether a column says anything: a status does so only where something is not done."""
    if "status" in frame and len(frame) and (frame["status"] == PUBLISHED).all():
        return name == "source"
    if (
        name == "source"
        or name not in frame
        or frame.empty
        or (frame[name].isna().all() and name not in {"status", "params"})
    ):
        return False
    if name == "status":
        return bool((frame[name] != "done").any())
    return bool((frame[name] != "").any()) if name == "params" else True
