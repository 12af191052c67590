"""One metric of each model: its folds and its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from mosi_nb.displays.leaderboard import metric_column
from mosi_nb.displays.leaderboard_chart import draw
from mosi_nb.displays.render import plain
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, mark_best, number

if TYPE_CHECKING:
    from mosi_nb.displays.charts import ChartDisplay
    from mosi_nb.results import Metric

FOLDS = 5
"""Folds up to which each has its column in the table; all are in the frame."""


class Scores(TableDisplay):
    """A metric of each model, with its folds.

    Parameters
    ----------
    frame
        From `compare.scores`.
    metric
        What is measured.
    empty
        Why there is no row, if there is none.
    """

    def __init__(self, frame: pd.DataFrame, metric: Metric, empty: str = "There are no fits yet.") -> None:
        self._frame, self._metric, self._empty = frame, metric, empty

    def frame(self) -> pd.DataFrame:
        """Return one row a model, indexed by its name, the best first.

        Returns
        -------
        DataFrame
            `score` (mean over folds), `low`, `high` (95 % interval), `sd` (over folds), `baseline`, `status`, and
            a column for each fold.
        """
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return scores, their folds and intervals; None where no model has a score."""
        name = self._metric.name
        shown = self._frame.rename(columns={"score": name, "low": f"{name}_low", "high": f"{name}_high"})
        if shown[name].isna().all():
            return None
        shown.index = pd.Index([plain(model) for model in shown.index], name="model")
        folds = (
            self._frame[self._folds].set_axis(shown.index).melt(ignore_index=False, var_name="fold", value_name="score")
        )
        folds = folds.rename_axis("model").reset_index().dropna()
        return draw(shown, folds, name, larger_is_better=self._metric.larger_is_better)

    @property
    def _folds(self) -> list[str]:
        return [str(name) for name in self._frame if str(name).startswith(("fold ", "repeat "))]

    def _table(self) -> Table:
        score = metric_column(self._metric.name, self._metric.larger_is_better)
        columns = [
            Column("model", "model", numeric=False, row_header=True),
            score,
            Column("sd", "sd", help="Standard deviation over folds."),
        ]
        rows = self._frame.to_dict("records")
        scored = [number(row["score"], low=row["low"], high=row["high"]) for row in rows]
        marked = mark_best(score, scored, [row["status"] == "done" for row in rows])
        names = [Cell(str(n), small="baseline" if b else "") for n, b in self._frame["baseline"].items()]
        cells = [names, marked, [number(row["sd"]) for row in rows]]
        folds = self._folds if len(self._folds) <= FOLDS else []
        for name in folds:
            columns.append(Column(name, name))
            cells.append([number(row[name]) for row in rows])
        notes = [self._metric.definition] if self._metric.definition else []
        if not folds and self._folds:
            notes.append(f"Each of the {len(self._folds)} folds has a column of .frame().")
        table = tuple(zip(*cells, strict=True))
        title = f"{self._metric.name} of each model"
        return Table(tuple(columns), table, title, tuple(notes), self._empty)
