"""Predicted against true sentiment, segment by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mosi_nb.compare.failures import all_failed
from mosi_nb.compare.residuals import Agreement, agreement, points
from mosi_nb.displays.chart_marks import Spec, label, line, outside, place, reach, thinned, within
from mosi_nb.displays.chart_parts import name_of, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, number
from mosi_nb.results import counted

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.compare.judged import Judged

NOTHING = "There are no held-out predictions yet."
TOGETHER = "Numbers are of all held-out segments together; the leaderboard has means over folds."
SIDE = 400

ROWS = (
    ("mae", "mae", "Mean absolute error, in points."),
    ("r", "r", "Pearson's correlation of predicted and true sentiment."),
    ("spread", "spread of sentiment", "Standard deviation, in points."),
    ("spread_predicted", "spread of predictions", "Standard deviation, in points: smaller where a model is timid."),
    ("slope", "slope", "Of the line of predicted over true sentiment: under 1, predictions regress to the middle."),
)


class Predicted(TableDisplay):
    """Predicted against true sentiment of one model.

    Parameters
    ----------
    judged
        Its held-out predictions.
    """

    interactive = False

    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        self._agreement = agreement(judged)

    def frame(self) -> pd.DataFrame:
        """Return one row a held-out segment: `segment_id, video_id, sentiment, predicted, residual`, in points."""
        return points(self._judged)

    def chart(self) -> ChartDisplay | None:
        """Return a point a segment, the line of perfect predictions and the fitted one; None without predictions."""
        return draw(self._judged, self._agreement) if self._judged.fits else None

    def _table(self) -> Table:
        told = self._agreement
        held = {**vars(told), "slope": told.of_sentiment.slope}
        rows = tuple((Cell(shown), number(held[key]), Cell(what)) for key, shown, what in ROWS)
        columns = (
            Column("measure", "measure", numeric=False, row_header=True),
            Column("value", "value"),
            Column("what it is", "what it is", numeric=False),
        )
        title = f"{self._judged.title}: predicted against true sentiment"
        notes = (about(self._judged), TOGETHER)
        return (
            Table(columns, rows, title, notes)
            if self._judged.fits
            else Table(columns, (), title, (), nothing(self._judged))
        )


def nothing(judged: Judged) -> str:
    """Say why there are no predictions."""
    return all_failed(judged.results) or NOTHING


def about(judged: Judged) -> str:
    """Say how many held-out segments there are, and what stands for repeated folds."""
    n, videos = len(judged.rows), judged.videos(judged.by_repeat)
    told = f"{counted(n, 'held-out segment')} of {counted(videos, 'video')}."
    if judged.repeats > 1:
        told += f" Each was held out {judged.repeats} times: numbers are means over repeats."
    if judged.fits and not judged.complete:
        told += " Not all fits are there yet."
    return told


def draw(judged: Judged, told: Agreement) -> ChartDisplay:
    """Draw predicted against true sentiment."""
    frame = points(judged)
    ends = reach(*judged.segments.scale, frame["predicted"])
    axes = {
        "x": place("sentiment", "sentiment (points)", ends),
        "y": place("predicted", "predicted sentiment (points)", ends),
    }
    drawn, without = thinned(within(frame, "predicted", ends))
    title = f"{name_of(judged.name)}: predicted against true sentiment"
    sentences = [
        f"mae {told.mae:.3f} points, {_r(told.r)}; {about(judged)}",
        f"Dashed: predicted = true. Solid: the fitted line{_slope(told)}.",
        *(one for one in (without, outside(frame["predicted"], ends)) if one),
    ]
    spec = {
        "title": {"text": title, "subtitle": sentences},
        "description": f"{title}. {' '.join(sentences)}",
        "width": SIDE,
        "height": SIDE,
        "layer": [_points(drawn, axes), line(ends, ends, axes), *_fitted(judged, told, axes)],
    }
    return ChartDisplay(spec, frame.assign(model=judged.name))


def _points(frame: pd.DataFrame, axes: Spec) -> Spec:
    crowd = float(np.clip(900 / max(len(frame), 1), 0.42, 0.85))
    shown = tooltip(segment_id="", video_id="", sentiment=".2f", predicted=".2f")
    return {
        "data": values(frame.drop(columns="residual").round(3)),
        "mark": {
            "type": "point",
            "filled": True,
            "size": 20,
            "opacity": round(crowd, 2),
            "color": COLOURS["sky"],
            "clip": True,
        },
        "encoding": {**axes, "tooltip": shown},
    }


def _fitted(judged: Judged, told: Agreement, axes: Spec) -> list[Spec]:
    slope, intercept = told.of_sentiment.slope, told.of_sentiment.intercept
    if not np.isfinite(slope):
        return []
    low, high = judged.segments.scale
    ends = [intercept + slope * low, intercept + slope * high]
    colour: dict[str, Any] = {"color": COLOURS["vermillion"], "opacity": 1, "clip": True}
    drawn = line([low, high], ends, axes, **colour, strokeDash=[1, 0], strokeWidth=2.5)
    return [drawn, label(f"slope {slope:.2f}", high, ends[1], axes, dx=8, fontWeight="bold", clip=False)]


def _r(r: float) -> str:
    return f"r = {r:.3f}" if np.isfinite(r) else "r undefined (constant predictions)"


def _slope(told: Agreement) -> str:
    slope = told.of_sentiment.slope
    return " (a slope under 1: predictions regress to the middle)" if slope < 1 else ""
