"""Score against time: what each model costs, and which are beaten in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mosi_nb.displays.leaderboard import metric_column
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, mark_best, number
from mosi_nb.displays.times_chart import draw

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.displays.charts import ChartDisplay
    from mosi_nb.results import Metric


class Times(TableDisplay):
    """Models with their score and the time of a fit, the quickest first.

    Parameters
    ----------
    frame
        From `compare.times`.
    metric
        What the score is.
    empty
        Why there is no row, if there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> from mosi_nb.results import Metric
    >>> frame = pd.DataFrame({
    ...     "model": ["mean", "ridge"], "score": [1.3, 1.0], "low": [1.2, 0.9], "high": [1.4, 1.1],
    ...     "fit_seconds": [0.001, 0.25], "predict_seconds": [0.001, 0.01], "baseline": [True, False],
    ...     "front": [True, True], "params": ["", "alpha=1"]})
    >>> Times(frame, Metric("mae", max, larger_is_better=False))
    model             mae ↓  fit s  predict s  not beaten  parameters
    mean (baseline)   1.300  0.001      0.001  yes
    ridge            *1.000  0.250      0.010  yes         alpha=1
    Left out here, shown by .frame(): 95 % intervals.
    * best of its column; ↓ smaller is better, ↑ larger is better
    """

    def __init__(self, frame: pd.DataFrame, metric: Metric, empty: str = "No model has all its fits yet.") -> None:
        self._frame, self._metric, self._empty = frame, metric, empty

    def frame(self) -> pd.DataFrame:
        """Return one row a model: `model, score, low, high, fit_seconds, predict_seconds, baseline, front, params`."""
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return score against seconds of a fit, with the models that no other beats in both named."""
        return draw(self._frame, self._metric)

    def _table(self) -> Table:
        columns = (
            Column("model", "model", numeric=False, row_header=True),
            metric_column(self._metric.name, self._metric.larger_is_better),
            Column("fit_seconds", "fit s", help="Seconds of training, mean of the fits."),
            Column("predict_seconds", "predict s", help="Seconds of predicting, mean of the fits."),
            Column("front", "not beaten", numeric=False, help="No other model is better without being slower."),
            Column("params", "parameters", numeric=False),
        )
        rows = self._frame.to_dict("records")
        scores = mark_best(columns[1], [number(row["score"], low=row["low"], high=row["high"]) for row in rows])
        cells = [
            (
                Cell(str(row["model"]), small="baseline" if row["baseline"] else ""),
                score,
                number(row["fit_seconds"]),
                number(row["predict_seconds"]),
                Cell("yes" if row["front"] else ""),
                Cell(str(row["params"])),
            )
            for row, score in zip(rows, scores, strict=True)
        ]
        untimed = self._frame.loc[self._frame["fit_seconds"].isna(), "model"].tolist()
        notes = (f"Without a time, so not among those not beaten: {', '.join(untimed)}.",) if untimed else ()
        return Table(columns, tuple(cells), notes=notes, empty=self._empty)
