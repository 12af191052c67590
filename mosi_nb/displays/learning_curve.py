"""A model's score by the number of videos that it was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mosi_nb.displays.chart_parts import TEXT, better, measured, name_of, quantity, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.leaderboard import metric_column
from mosi_nb.displays.modalities import changed
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, number

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.results import Metric


class LearningCurve(TableDisplay):
    """A model trained on growing shares of the training videos, judged on the same held-out segments.

    Parameters
    ----------
    frame
        From `compare.learning`.
    name
        Of the model.
    metric
        What the score is.
    notes
        What the last videos brought, and which points are missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from mosi_nb.results import Metric
    >>> row = {"share": 1.0, "videos": 40.0, "segments": 950.0, "score": 1.1, "low": 1.0, "high": 1.2,
    ...        "change": float("nan"), "change_low": 0, "change_high": 0, "verdict": "", "reason": ""}
    >>> LearningCurve(pd.DataFrame([row]), "ridge", Metric("mae", max, larger_is_better=False))
    ridge by the number of training videos
    share  videos  segments  mae ↓  change
    100 %      40       950  1.100       –
    Left out here, shown by .frame(): 95 % intervals.
    """

    interactive = False

    def __init__(self, frame: pd.DataFrame, name: str, metric: Metric, notes: Sequence[str] = ()) -> None:
        self._frame, self._name, self._metric, self._notes = frame, name, metric, tuple(notes)

    def frame(self) -> pd.DataFrame:
        """Return one row a share.

        Returns
        -------
        DataFrame
            `share, videos, segments` (trained on, mean over folds), `score, low, high, change, change_low, change_high`
            (from the share before), `verdict, reason`.
        """
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return the score over the number of training videos, with intervals."""
        drawn = self._frame[self._frame["score"].notna()].reset_index(drop=True)
        if drawn.empty:
            return None
        title = f"Learning curve of {name_of(self._name)}"
        subtitle = f"{self._metric.name} on the same held-out segments ({better(self._metric)}). Line: 95 % interval."
        spec = {
            "title": {"text": title, "subtitle": [subtitle, *self._notes[:1]]},
            "description": f"{title} over {drawn['videos'].min():.0f} to {drawn['videos'].max():.0f} videos.",
            "width": 440,
            "height": 280,
            "layer": _layers(drawn, self._metric),
        }
        return ChartDisplay(spec, drawn)

    def _table(self) -> Table:
        columns = (
            Column("share", "share", help="Of each fold's training videos.", row_header=True),
            Column("videos", "videos", help="Trained on, mean over folds."),
            Column("segments", "segments"),
            metric_column(self._metric.name, self._metric.larger_is_better),
            Column("change", "change", help="From the share before; below it the paired 95 % interval."),
        )
        rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in self._frame.to_dict("records")]
        cells = tuple(
            (
                Cell(f"{100 * row['share']:.0f} %", float(row["share"])),
                number(row["videos"], decimals=0),
                number(row["segments"], decimals=0),
                number(row["score"], low=row["low"], high=row["high"]),
                changed(row["change"], row["change_low"], row["change_high"]),
            )
            for row in rows
        )
        title = f"{self._name} by the number of training videos"
        return Table(columns, cells, title=title, notes=self._notes, empty="Nothing was fitted.")


def _layers(drawn: pd.DataFrame, metric: Metric) -> list[dict[str, Any]]:
    x = quantity("videos", "training videos, mean over folds") | {"scale": {"zero": True}}
    y = quantity("score", measured(metric))
    shown = drawn.assign(percent=[f"{100 * share:.0f} %" for share in drawn["share"]])
    told = tooltip(percent="", videos=".1f", segments=".0f", score=".3f", low=".3f", high=".3f", change="+.3f")
    far = "low" if metric.larger_is_better else "high"  # the side of the curve's beginning: free at every point
    colour = COLOURS["blue"]
    return [
        {
            "data": values(shown),
            "mark": {"type": "rule", "color": colour, "strokeWidth": 2, "opacity": 0.65},
            "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}},
        },
        {
            "data": values(shown),
            "mark": {"type": "line", "color": colour, "strokeWidth": 2},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": values(shown),
            "mark": {"type": "point", "color": colour, "filled": True, "size": 90, "opacity": 1},
            "encoding": {"x": x, "y": y, "tooltip": told},
        },
        {
            "data": values(shown),
            "mark": TEXT | {"dy": 9 if metric.larger_is_better else -9},
            "encoding": {"x": x, "y": y | {"field": far}, "text": {"field": "percent"}},
        },
    ]
