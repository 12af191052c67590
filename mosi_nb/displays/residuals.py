"""Errors by sentiment: how far predictions regress to the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mosi_nb.compare.residuals import Agreement, agreement, by_sentiment, points
from mosi_nb.displays.chart_marks import (
    PAGE,
    Spec,
    held_in,
    label,
    line,
    outside,
    place,
    reach,
    thinned,
    within,
)
from mosi_nb.displays.chart_parts import name_of, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.predicted import about, nothing
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, count, number

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.compare.judged import Judged

COLUMNS = (
    Column("sentiment", "sentiment", numeric=False, row_header=True, help="From the first to below the second."),
    Column("segments", "segments"),
    Column("videos", "videos"),
    Column("predicted", "mean predicted"),
    Column("residual", "mean residual", help="Predicted less true sentiment; below it the 95 % interval."),
    Column("sd", "sd", help="Standard deviation of the residuals, in points."),
    Column("mae", "mae", help="Mean absolute error, in points."),
)


class Residuals(TableDisplay):
    """Errors of one model by sentiment.

    Parameters
    ----------
    judged
        Its held-out predictions.
    """

    interactive = False

    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        self._frame = by_sentiment(judged)
        self._agreement = agreement(judged)

    def frame(self) -> pd.DataFrame:
        """Return one row a part of the scale; see `compare.residuals.by_sentiment`.

        Returns
        -------
        DataFrame
            `from, to, segments, videos, sentiment, predicted, residual, low, high, sd, mae`, in points.
        """
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return residuals against sentiment, their means with intervals; None without predictions."""
        return draw(self._judged, self._frame, self._agreement) if self._judged.fits else None

    def _table(self) -> Table:
        last = len(self._frame) - 1
        rows = tuple(
            (
                Cell(f"{row['from']:+.3g} to {row['to']:+.3g}", row["from"], small="" if n < last else "both ends"),
                count(row["segments"]),
                count(row["videos"]),
                number(row["predicted"], 2),
                number(row["residual"], 2, row["low"], row["high"]),
                number(row["sd"], 2),
                number(row["mae"], 2),
            )
            for n, row in enumerate(self._frame.to_dict("records"))
        )
        notes = (middle(self._agreement), about(self._judged)) if self._judged.fits else ()
        return Table(
            COLUMNS, rows, f"{self._judged.title}: residuals by sentiment, in points", notes, nothing(self._judged)
        )


def middle(told: Agreement) -> str:
    """Say how far predictions regress to the middle."""
    slope = told.of_sentiment.slope
    if not np.isfinite(slope):
        return "All sentiments are equal, so errors cannot be told by sentiment."
    if slope > 0.95:  # noqa: PLR2004 -- no more than a twentieth is lost
        return f"No regression to the middle: for 1 point of sentiment, predictions move by {slope:.2f}."
    return f"Regression to the middle: for 1 point of sentiment, predictions move by {slope:.2f} only."


def draw(judged: Judged, frame: pd.DataFrame, told: Agreement) -> ChartDisplay:
    """Draw residuals against sentiment."""
    every = points(judged)
    low, high = judged.segments.scale
    axes = {
        "x": place("sentiment", "sentiment (points)", reach(low, high)),
        "y": place("residual", "residual: predicted − sentiment (points)", _ends(low, high, every["residual"])),
    }
    ends = axes["y"]["scale"]["domain"]
    drawn, without = thinned(within(every, "residual", ends))
    beyond = outside(every["residual"], ends)
    title = f"{name_of(judged.name)}: residuals by sentiment"
    sentences = [middle(told), "Squares: means of parts of the scale, with 95 % intervals."]
    sentences += [one for one in (without, beyond) if one]
    spec = {
        "title": {"text": title, "subtitle": sentences},
        "description": f"{title}. {' '.join(sentences)}",
        "width": 520,
        "height": 320,
        "layer": [
            _points(drawn, axes),
            *_references(judged, axes),
            *_means(held_in(frame, ["residual", "low", "high"], ends), axes),
        ],
    }
    return ChartDisplay(spec, frame.assign(model=judged.name))


def _ends(low: float, high: float, residuals: pd.Series) -> tuple[float, float]:
    """Return the ends of the axis of residuals: as far as they reach, and at most the width of the scale."""
    width = high - low
    room = 0.04 * width
    bottom, top = (float(np.clip(end, -width, width)) for end in (residuals.min(), residuals.max()))
    return round(min(bottom, -width / 6) - room, 3), round(max(top, width / 6) + room, 3)


def _points(frame: pd.DataFrame, axes: Spec) -> Spec:
    crowd = float(np.clip(500 / max(len(frame), 1), 0.28, 0.7))
    shown = tooltip(segment_id="", video_id="", sentiment=".2f", predicted=".2f", residual=".2f")
    return {
        "data": values(frame.round(3)),
        "mark": {
            "type": "point",
            "filled": True,
            "size": 16,
            "opacity": round(crowd, 2),
            "color": COLOURS["sky"],
            "clip": True,
        },
        "encoding": {**axes, "tooltip": shown},
    }


def _references(judged: Judged, axes: Spec) -> list[Spec]:
    """Return the line of no error, and that of a model which knows nothing but the mean."""
    low, high = judged.segments.scale
    mean = float(judged.results.sentiment[judged.rows].mean())
    bottom, top = axes["y"]["scale"]["domain"]
    # No further than the points reach.
    start, end = max(low, mean - top), min(high, mean - bottom)
    return [
        line([low, high], [0, 0], axes, strokeDash=[1, 0]),
        line([start, end], [mean - start, mean - end], axes),
        label("always the mean", start, mean - start, axes, dx=16, dy=-4, fontStyle="italic", clip=False),
    ]


def _means(frame: pd.DataFrame, axes: Spec) -> list[Spec]:
    shown = tooltip(sentiment=".2f", residual=".2f", low=".2f", high=".2f", segments=",.0f")
    rules = {
        "data": values(frame[frame["low"].notna()]),
        "mark": {"type": "rule", "strokeWidth": 2.5, "color": COLOURS["vermillion"]},
        "encoding": {"x": axes["x"], "y": axes["y"] | {"field": "low"}, "y2": {"field": "high"}, "tooltip": shown},
    }
    squares = {
        "data": values(frame),
        "mark": {
            "type": "point", "filled": True, "shape": "square", "size": 70, "opacity": 1, "stroke": PAGE,
            "strokeWidth": 0.6, "color": COLOURS["vermillion"],
        },
        "encoding": {**axes, "tooltip": shown},
    }  # fmt: skip
    path = line(list(frame["sentiment"]), list(frame["residual"]), axes, strokeDash=[1, 0], color=COLOURS["vermillion"])
    return [path, rules, squares]
