"""What predictions mean: the sentiment of segments by what was predicted for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mosi_nb.compare.calibration import calibration
from mosi_nb.compare.residuals import Agreement, agreement
from mosi_nb.displays.chart_marks import IN_PERCENT, PAGE, Spec, held_in, line, place, reach
from mosi_nb.displays.chart_parts import name_of, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.predicted import about, nothing
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Column, Table, count, number

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.compare.judged import Judged

COLUMNS = (
    Column("predicted", "mean predicted", row_header=True),
    Column("sentiment", "mean sentiment", help="Of the same segments; below it the 95 % interval."),
    Column("positive", "share positive", help="Of segments above the middle of the scale."),
    Column("segments", "segments"),
    Column("videos", "videos"),
)
PROBABILITIES = (
    "Probabilities of classes are not kept with predictions, so theirs cannot be judged; the share of positive "
    "segments is what comes nearest."
)
FEW = 7
"""Values in a fold up to which they are those of classes."""

SIDE = 280


class Calibration(TableDisplay):
    """Mean sentiment, and the share of positive segments, by predicted sentiment of one model.

    Parameters
    ----------
    judged
        Its held-out predictions.
    """

    interactive = False

    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        self._frame = calibration(judged)
        self._agreement = agreement(judged)

    def frame(self) -> pd.DataFrame:
        """Return one row a tenth of the segments by predicted sentiment; see `compare.calibration.calibration`.

        Returns
        -------
        DataFrame
            `segments, videos, predicted, sentiment, low, high, positive, positive_low, positive_high`.
        """
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return mean sentiment, and the share of positive segments, against predictions; None without any."""
        return draw(self._judged, self._frame, self._agreement) if self._judged.fits else None

    def _table(self) -> Table:
        rows = tuple(
            (
                number(row["predicted"], 2),
                number(row["sentiment"], 2, row["low"], row["high"]),
                number(row["positive"], 2, row["positive_low"], row["positive_high"]),
                count(row["segments"]),
                count(row["videos"]),
            )
            for row in self._frame.to_dict("records")
        )
        told = [meaning(self._agreement), few_values(self._judged), PROBABILITIES, about(self._judged)]
        notes = tuple(note for note in told if note) if self._judged.fits else ()
        return Table(COLUMNS, rows, f"{self._judged.title}: calibration, in points", notes, nothing(self._judged))


def meaning(told: Agreement) -> str:
    """Say whether predictions mean what they say."""
    slope, intercept = told.of_predicted.slope, told.of_predicted.intercept
    if not np.isfinite(slope):
        return "All predictions are equal: there is nothing to calibrate."
    found = f"sentiment = {intercept:.2f} {'+' if slope >= 0 else '−'} {abs(slope):.2f} × predicted"
    if slope > 1.1:  # noqa: PLR2004 -- a tenth is more than chance in most data
        return f"Too timid: {found}. Predictions lie nearer to the middle than the sentiment they stand for."
    if slope < 0.9:  # noqa: PLR2004 -- as above
        return f"Too bold: {found}. Predictions lie further out than the sentiment they stand for."
    return f"Predictions mean about what they say: {found}."


def few_values(judged: Judged) -> str:
    """Say that predictions take few values in each fold, as those of classes do; empty where they take many."""
    values = [np.unique(np.round(np.asarray(fit.predicted), 9)) for fit in judged.fits]
    most = max(map(len, values), default=0)
    if not 1 < most <= FEW:
        return ""
    every = len(np.unique(np.concatenate(values)))
    apart = f", {every} in all: parts are folds as much as predictions" if every > most else ""
    return f"Predictions take few values, up to {most} in a fold{apart}."


def draw(judged: Judged, frame: pd.DataFrame, told: Agreement) -> ChartDisplay:
    """Draw mean sentiment and the share of positive segments against predictions."""
    low, high = judged.segments.scale
    ends = reach(low, high, frame["predicted"])
    drawn = held_in(frame, ["predicted"], ends)
    title = f"{name_of(judged.name)}: calibration"
    sentences = [meaning(told), "Each point: a tenth of the segments by what was predicted, with its 95 % interval."]
    if len(frame) != 10:  # noqa: PLR2004 -- tenths
        sentences[1] = f"Each point: one of {len(frame)} parts by what was predicted, with its 95 % interval."
    sentences += [few] if (few := few_values(judged)) else []
    spec = {
        "title": {"text": title, "subtitle": sentences},
        "description": f"{title}. {' '.join(sentences)}",
        "hconcat": [_sentiment(drawn, ends), _positive(drawn, ends, (low + high) / 2)],
        "spacing": 40,
    }
    return ChartDisplay(spec, frame.assign(model=judged.name))


def _sentiment(frame: pd.DataFrame, ends: tuple[float, float]) -> Spec:
    axes = {
        "x": place("predicted", "mean predicted (points)", ends),
        "y": place("sentiment", "mean sentiment (points)", ends),
    }
    marks = _marks(frame, axes, ("low", "high"), ("blue", "circle"))
    return {"width": SIDE, "height": SIDE, "layer": [line(ends, ends, axes), *marks]}


def _positive(frame: pd.DataFrame, ends: tuple[float, float], middle: float) -> Spec:
    axes = {
        "x": place("predicted", "mean predicted (points)", ends),
        "y": place("positive", "share of positive segments", (0, 1), **IN_PERCENT),
    }
    cross = [line([middle, middle], [0, 1], axes), line(ends, [0.5, 0.5], axes)]
    marks = _marks(frame, axes, ("positive_low", "positive_high"), ("green", "diamond"))
    return {"width": SIDE, "height": SIDE, "layer": [*cross, *marks]}


def _marks(frame: pd.DataFrame, axes: Spec, ends: tuple[str, str], look: tuple[str, str]) -> list[Spec]:
    colour, shape = COLOURS[look[0]], look[1]
    shown = tooltip(predicted=".2f", **{axes["y"]["field"]: ".2f"}, **dict.fromkeys(ends, ".2f"), segments=",.0f")
    path = line(
        list(frame["predicted"]), list(frame[axes["y"]["field"]]), axes, strokeDash=[1, 0], color=colour, opacity=0.6
    )
    rule = {
        "data": values(frame[frame[ends[0]].notna()]),
        "mark": {"type": "rule", "strokeWidth": 2, "color": colour},
        "encoding": {"x": axes["x"], "y": axes["y"] | {"field": ends[0]}, "y2": {"field": ends[1]}, "tooltip": shown},
    }
    mark = {"type": "point", "filled": True, "shape": shape, "size": 70, "opacity": 1, "color": colour}
    point = {
        "data": values(frame),
        "mark": mark | {"stroke": PAGE, "strokeWidth": 0.5},
        "encoding": {**axes, "tooltip": shown},
    }
    return [path, rule, point]
