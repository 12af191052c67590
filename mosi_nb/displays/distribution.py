"""How predictions are spread over the scale, beside how sentiment is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from mosi_nb.compare.calibration import distribution
from mosi_nb.compare.residuals import Agreement, agreement
from mosi_nb.displays.chart_marks import IN_PERCENT, PAGE, Spec, percent, place
from mosi_nb.displays.chart_parts import name_of, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.predicted import about, nothing
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table

if TYPE_CHECKING:
    from mosi_nb.compare.judged import Judged

COLUMNS = (
    Column(
        "part",
        "part of the scale",
        numeric=False,
        row_header=True,
        help="From the first to below the second; the end of the scale is in its last part.",
    ),
    Column("sentiment", "sentiment", help="Share of the segments with this sentiment."),
    Column("predicted", "predicted", help="Share of the segments for which this was predicted."),
)

LOOKS = {"sentiment": COLOURS["sky"], "predicted": COLOURS["vermillion"]}


class Distribution(TableDisplay):
    """The distributions of sentiment and of one model's predictions.

    Parameters
    ----------
    judged
        Its held-out predictions.
    """

    interactive = False

    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        self._frame = distribution(judged)
        self._agreement = agreement(judged)

    def frame(self) -> pd.DataFrame:
        """Return one row a part of the scale: `from, to, sentiment, predicted`, the last two shares of the segments."""
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return both distributions, one over the other; None without predictions."""
        return draw(self._judged, self._frame, self._agreement) if self._judged.fits else None

    def _table(self) -> Table:
        rows = tuple(
            (
                Cell(f"{row['from']:+.3g} to {row['to']:+.3g}", row["from"]),
                Cell(percent(row["sentiment"], 1), row["sentiment"]),
                Cell(percent(row["predicted"], 1), row["predicted"]),
            )
            for row in self._frame.to_dict("records")
        )
        notes = (spreads(self._agreement), about(self._judged)) if self._judged.fits else ()
        return Table(COLUMNS, rows, f"{self._judged.title}: distribution of predictions", notes, nothing(self._judged))


def spreads(told: Agreement) -> str:
    """Say how far the two are spread."""
    return (
        f"Standard deviation: sentiment {told.spread:.2f} points, predictions {told.spread_predicted:.2f} "
        f"({percent(told.spread_predicted / told.spread)})."
        if told.spread > 0
        else "All sentiments are equal."
    )


def draw(judged: Judged, frame: pd.DataFrame, told: Agreement) -> ChartDisplay:
    """Draw both distributions: sentiment as bars, predictions as an outline."""
    title = f"{name_of(judged.name)}: predictions and sentiment"
    sentences = [spreads(told), about(judged)]
    ends = (float(frame["from"].iloc[0]), float(frame["to"].iloc[-1]))
    top = 1.04 * float(max(frame["sentiment"].max(), frame["predicted"].max()))
    axes = {"x": place("from", "points", ends), "y": place("share", "share of the segments", (0, top), **IN_PERCENT)}
    spec = {
        "title": {"text": title, "subtitle": sentences},
        "description": f"{title}. {' '.join(sentences)}",
        "width": 520,
        "height": 260,
        "layer": [_bars(frame, axes), _outline(frame, axes)],
    }
    return ChartDisplay(spec, frame.assign(model=judged.name))


def _bars(frame: pd.DataFrame, axes: Spec) -> Spec:
    shown = tooltip(**{"from": ".2f", "to": ".2f", "sentiment": ".1%", "predicted": ".1%"})
    return {
        "data": values(frame.assign(share=frame["sentiment"], kind="sentiment")),
        "mark": {"type": "bar", "opacity": 0.65, "stroke": PAGE, "strokeOpacity": 0.3},
        "encoding": {**axes, "x2": {"field": "to"}, "y2": {"datum": 0}, "tooltip": shown, "color": _named()},
    }


def _outline(frame: pd.DataFrame, axes: Spec) -> Spec:
    """Return the outline of the predictions: two points a part, so that steps are steps."""
    corners = frame[["from", "to", "predicted"]].melt("predicted", var_name="end", value_name="at")
    corners = corners.assign(order=[2 * n for n in range(len(frame))] + [2 * n + 1 for n in range(len(frame))])
    corners = corners.sort_values("order").rename(columns={"at": "from", "predicted": "share"})
    return {
        "data": values(corners[["from", "share", "order"]].assign(kind="predicted")),
        "mark": {"type": "line", "strokeWidth": 2.5, "interpolate": "linear"},
        "encoding": {**axes, "order": {"field": "order", "type": "quantitative"}, "color": _named()},
    }


def _named() -> Spec:
    """Return the colours of both, which the legend names."""
    scale = {"domain": list(LOOKS), "range": list(LOOKS.values())}
    return {"field": "kind", "type": "nominal", "scale": scale, "legend": {"title": None, "orient": "bottom"}}
