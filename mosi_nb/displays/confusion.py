"""Which classes are taken for which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mosi_nb.compare.confusion import Convention, confusion, taken_for
from mosi_nb.data.segments import SCALE
from mosi_nb.displays.chart_marks import PAGE, Spec, percent
from mosi_nb.displays.chart_parts import name_of, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.predicted import about, nothing
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, count

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.compare.judged import Judged

STEP = 58
"""Height and width of a cell."""

ELSEWHERE = "Classes by rounding and by sign mean something on the scale from -3 to +3 only."


class Confusion(TableDisplay):
    """Which classes one model takes for which.

    Parameters
    ----------
    judged
        Its held-out predictions.
    how
        How sentiment is made into classes.
    """

    interactive = False

    def __init__(self, judged: Judged, how: Convention) -> None:
        self._judged, self._how = judged, how
        self._frame = confusion(judged, how)

    def frame(self) -> pd.DataFrame:
        """Return one row a pair of classes: `true, predicted, segments, share`; the shares of a true class make 1."""
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return a heat map, its colour the share of the true class; None without predictions."""
        return draw(self._judged, self._frame, self._how) if self._shown else None

    @property
    def _shown(self) -> bool:
        return bool(self._frame["segments"].sum()) and self._judged.segments.scale == SCALE

    @property
    def _notes(self) -> tuple[str, ...]:
        counted = f"{int(self._frame['segments'].sum()):,}" if self._how.without_zero else ""
        zeros = f"{counted} predictions are counted, those of segments without a sentiment of 0." if counted else ""
        told = (self._how.definition, _wrong(self._frame, self._how), zeros, about(self._judged))
        return tuple(one for one in told if one)

    def _table(self) -> Table:
        title = f"{self._judged.title}: {len(self._how.labels)} classes ({self._how.metric})"
        labels = self._how.labels
        columns = (
            Column("true", "true class", numeric=False, row_header=True),
            *(Column(f"predicted {one}", f"as {one}", help="Share of its row; small, segments.") for one in labels),
            Column("segments", "segments"),
        )
        rows = []
        for one in labels if self._shown else ():
            held = self._frame[self._frame["true"] == one]
            shares = (_cell(row["share"], row["segments"]) for row in held.to_dict("records"))
            rows.append((Cell(one), *shares, count(held["segments"].sum())))
        if not rows:
            return Table(
                columns, (), title, (), ELSEWHERE if self._judged.segments.scale != SCALE else nothing(self._judged)
            )
        return Table(columns, tuple(rows), title, self._notes)


def _cell(share: float, segments: int) -> Cell:
    return Cell(percent(share), share, small=f"{segments:,}" if np.isfinite(share) else "")


def _wrong(frame: pd.DataFrame, how: Convention) -> str:
    """Say which classes are confused most, and how many of the confusions are of neighbours."""
    confused = taken_for(frame)
    if not confused:
        return ""
    told = ", ".join(f"{true} as {predicted} ({n:,})" for true, predicted, n in confused)
    place = {name: n for n, name in enumerate(how.labels)}
    apart = (frame["true"].map(place) - frame["predicted"].map(place)).abs()
    wrong = frame.loc[apart > 0, "segments"].sum()
    near = frame.loc[apart == 1, "segments"].sum() / wrong
    neighbours = f" {percent(near)} of what is wrong is in a neighbouring class." if len(how.labels) > 2 else ""  # noqa: PLR2004
    return f"Most frequent: {told}.{neighbours}"


def draw(judged: Judged, frame: pd.DataFrame, how: Convention) -> ChartDisplay:
    """Draw a heat map of classes."""
    totals = frame.groupby("true", sort=False)["segments"].sum()
    rows = [f"{one}  ({totals[one]:,})" for one in how.labels]
    drawn = frame.assign(
        row=frame["true"].map(dict(zip(how.labels, rows, strict=True))),
        percent=[percent(share) for share in frame["share"]],
        right=frame["true"] == frame["predicted"],
    )
    accuracy = frame.loc[drawn["right"], "segments"].sum() / frame["segments"].sum()
    title = f"{name_of(judged.name)}: {len(how.labels)} classes"
    sentences = [f"{how.metric}: {percent(accuracy, 1)} right (framed). Share of the true class; below it, segments.",
                 how.definition]  # fmt: skip
    axes = {
        "x": {"field": "predicted", "type": "nominal", "sort": list(how.labels), "title": "predicted class",
              "axis": {"labelAngle": 0, "domain": False, "ticks": False, "grid": False}},
        "y": {"field": "row", "type": "nominal", "sort": rows, "title": "true class (segments)",
              "axis": {"domain": False, "ticks": False, "grid": False}},
    }  # fmt: skip
    step = STEP if len(how.labels) > 3 else 2 * STEP  # noqa: PLR2004 -- words need room
    spec = {
        "title": {"text": title, "subtitle": sentences},
        "description": f"{title}. {' '.join(sentences)}",
        "width": {"step": step},
        "height": {"step": STEP},
        "data": values(drawn),
        "encoding": axes,
        "layer": _layers(),
    }
    return ChartDisplay(spec, frame.assign(model=judged.name))


def _layers() -> list[Spec]:
    shown = tooltip(true="", predicted="", segments=",.0f", share=".1%")
    share = {"field": "share", "type": "quantitative", "legend": None, "scale": {"domain": [0, 1], "range": [0, 1]}}
    text = {"type": "text", "baseline": "middle", "color": PAGE}
    return [
        {
            "mark": {"type": "rect", "color": COLOURS["blue"], "tooltip": True},
            "encoding": {"opacity": share, "tooltip": shown},
        },
        {
            "transform": [{"filter": "datum.right"}],
            "mark": {"type": "rect", "fillOpacity": 0, "stroke": PAGE, "strokeWidth": 1.2, "strokeOpacity": 0.8},
        },
        {
            "mark": text | {"fontSize": 13, "dy": -7},
            "encoding": {"text": {"field": "percent", "type": "nominal"}},
        },
        {
            "mark": text | {"fontSize": 10, "dy": 9, "opacity": 0.85},
            "encoding": {"text": {"field": "segments", "type": "quantitative", "format": ",d"}},
        },
    ]
