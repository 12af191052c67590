"""What a search tried: one row a candidate, with what became of it, and the charts of it."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from mosi_nb.displays.leaderboard import metric_column
from mosi_nb.displays.parallel_chart import draw_parallel
from mosi_nb.displays.search_chart import draw, draw_trials, panels
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, count, number
from mosi_nb.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from mosi_nb.compare.trials import Trials
    from mosi_nb.displays.charts import ChartDisplay

EDGES = 6
"""Best values at an edge that are written out, the rest counted."""


class SearchView(TableDisplay):
    """The candidates of a run by model, the best of those that went furthest first.

    Parameters
    ----------
    frame
        One row a candidate: `model`, `params`, a column with the metric's name, `folds`, `status`, `best`,
        and for those that were dropped `against`, `difference` and `p`.
    metric
        Name of the metric.
    larger_is_better
        Which way is better.
    notes
        Sentences under the table.
    trials
        From `compare.trials`, for the charts; None for a display without them.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [["svr", "C=10", 1.03, 5, "kept", True, "", float("nan"), float("nan")],
    ...         ["svr", "C=1", 1.31, 1, "dropped after 1 fold", False, "C=10", 0.28, 0.001]]
    >>> columns = ["model", "params", "mae", "folds", "status", "best", "against", "difference", "p"]
    >>> SearchView(pd.DataFrame(rows, columns=columns), "mae", larger_is_better=False)
    model  parameters   mae ↓  folds  status                worse than  by     p
    svr    C=10        *1.030      5  kept                                 –      –
    svr    C=1          1.310      1  dropped after 1 fold  C=10        0.280  0.001
    * best of its model; ↓ smaller is better, ↑ larger is better
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        metric: str,
        larger_is_better: bool,  # noqa: FBT001 -- an attribute of the metric
        notes: Sequence[str] = (),
        trials: Trials | None = None,
    ) -> None:
        self._frame, self._metric, self._larger_is_better = frame, metric, larger_is_better
        self._notes, self._trials = tuple(notes), trials

    def frame(self) -> pd.DataFrame:
        """Return one row a candidate.

        Returns
        -------
        DataFrame
            `model, params`, the first metric (mean over the folds that it has), `folds, status, best`, and for
            those that were dropped `against, difference, p`.
        """
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return the score over each parameter, the best marked, and whether it lies at the edge of what was tried."""
        return draw(self._trials) if self._trials else None

    def parallel(self, model: str | None = None) -> ChartDisplay | None:
        """Return all parameters of a model at once, one line a candidate (parallel coordinates).

        Parameters
        ----------
        model
            Its name; left out, the one with most parameters.

        Returns
        -------
        ChartDisplay or None
            None where fewer than two parameters have several values: `chart()` shows one.

        Raises
        ------
        SpecError
            If there is no such model here.
        """
        if self._trials is None:
            return None
        models = list(dict.fromkeys(map(str, self._trials.frame["model"])))
        if model is not None and model not in models:
            raise SpecError.unknown(None, "parallel", "model with several candidates", model, models)
        widest = Counter(name for name, _ in panels(self._trials.frame)).most_common(1)
        return draw_parallel(self._trials, model or (widest[0][0] if widest else ""))

    def trials(self) -> ChartDisplay | None:
        """Return the candidates in the order in which the search asked for them, and the best score so far."""
        return draw_trials(self._trials) if self._trials else None

    def _table(self) -> Table:
        columns = (
            Column("model", "model", numeric=False, row_header=True),
            Column("params", "parameters", numeric=False),
            metric_column(self._metric, self._larger_is_better),
            Column("folds", "folds", help="Folds that the score is the mean of."),
            Column("status", "status", numeric=False),
            Column("against", "worse than", numeric=False, help="A candidate that was better on the same videos."),
            Column("difference", "by", help="How much worse, on the folds that both had."),
            Column("p", "p", help="Of a difference like this, or a larger one, if it were as good as all others."),
        )
        dropped = bool(self._frame["against"].astype(bool).any())
        rows = [self._row(row) for row in self._frame.to_dict("records")]
        shown = len(columns) if dropped else len(columns) - 3  # nothing was dropped: nothing is told of it
        return Table(
            columns[:shown],
            tuple(row[:shown] for row in rows),
            notes=(*self._edges(), *self._notes),
            empty="There are no candidates yet.",
            starred="best of its model",
        )

    def _row(self, row: Mapping[Any, Any]) -> tuple[Cell, ...]:
        score = number(row[self._metric])
        return (
            Cell(str(row["model"])),
            Cell(str(row["params"])),
            Cell(score.text, score.value, best=bool(row["best"]) and math.isfinite(row[self._metric])),
            count(row["folds"]),
            Cell(str(row["status"])),
            Cell(str(row["against"])),
            number(row["difference"]),
            number(row["p"]),
        )

    def _edges(self) -> list[str]:
        """Return a sentence that names the best values that lie at the edge of what was tried."""
        best = self._trials.frame[self._trials.frame["best"].astype(bool)] if self._trials else self._frame.head(0)
        words = {"low": "smallest", "high": "largest"}
        told = [
            f"{row['model']}: {param} is among the {words[end]} tried"
            for row in best.to_dict("records")
            for param, end in row["edge"].items()
        ]
        more = f"; {len(told) - EDGES} more" if len(told) > EDGES else ""
        sentence = f"Best at the edge, a better one may lie beyond: {'; '.join(told[:EDGES])}{more}."
        return [sentence] if told else []
