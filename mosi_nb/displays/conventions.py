"""What the conventions of the field make of the same predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mosi_nb.compare.conventions import conventions, counts, sentences
from mosi_nb.data.segments import SCALE
from mosi_nb.displays.chart_marks import PAGE, Spec, place
from mosi_nb.displays.chart_parts import kinds, name_of, names_axis, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.predicted import about, nothing
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, number

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.compare.judged import Judged

COLUMNS = (
    Column("metric", "metric", numeric=False, help="As the literature calls it."),
    Column("convention", "convention", numeric=False, row_header=True, help="As it is called here."),
    Column("value", "value", help="Mean over folds."),
    Column("difference", "difference", help="To the first of its metric, which is MMSA's."),
    Column("used_by", "used by", numeric=False, help="Whose published code computes it."),
    Column("definition", "what it is", numeric=False),
)
IN_POINTS = ("mae", "rmse")
LOOKS = {"MMSA's": (PAGE, "square"), "another": (COLOURS["blue"], "circle")}
ELSEWHERE = "On another scale than -3 ... +3, classes by rounding and by sign mean nothing: one convention each."


class Conventions(TableDisplay):
    """Values of one model under every convention of each metric.

    Parameters
    ----------
    judged
        Its held-out predictions.
    """

    interactive = False

    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        self._frame = conventions(judged)

    def frame(self) -> pd.DataFrame:
        """Return one row a convention: `metric, convention, value, difference, used_by, definition`."""
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return the values of metrics without a unit, a row each, MMSA's marked; None without predictions."""
        shown = self._frame[~self._frame["metric"].isin(IN_POINTS) & self._frame["value"].notna()]
        return draw(shown, self._judged.name) if len(shown) else None

    def _table(self) -> Table:
        rows, before = [], ""
        for row in self._frame.to_dict("records"):
            first = row["metric"] != before
            before = row["metric"]
            difference = Cell("", 0.0) if first else _signed(row["difference"])
            named = (Cell(str(row["metric"]) if first else ""), Cell(str(row["convention"])))
            rows.append((*named, number(row["value"]), difference, Cell(row["used_by"]), Cell(row["definition"])))
        title = f"{self._judged.title}: one set of predictions, every convention"
        return Table(COLUMNS, tuple(rows), title, tuple(self._notes()) if rows else (), nothing(self._judged))

    def _notes(self) -> list[str]:
        told = sentences(self._frame, counts(self._judged))
        if self._judged.segments.scale != SCALE:
            told = [ELSEWHERE]
        return [*told, about(self._judged)]


def _signed(value: float) -> Cell:
    return Cell(f"{value:+z.3f}", value) if np.isfinite(value) else number(value)


def draw(frame: pd.DataFrame, model: str) -> ChartDisplay:
    """Draw the values of each metric's conventions in a row of its own."""
    kind = np.where(frame["difference"].to_numpy() == 0, "another", "another").astype(object)
    kind[~frame["metric"].duplicated().to_numpy()] = "MMSA's"
    drawn = frame.assign(kind=kind)
    title = f"{name_of(model)}: one set of predictions, every convention"
    sentences = ["Line: the difference to MMSA's definition.", "Published numbers may differ as much for it alone."]
    names = list(drawn["convention"])
    low, high = float(drawn["value"].min()), float(drawn["value"].max())
    room = 0.06 * max(high - low, 0.1)
    x = place("value", "value (shares, F1 and r; mean over folds)", (round(low - room, 3), round(high + 2 * room, 3)))
    y = {"field": "convention", "type": "nominal", "title": None, "sort": names,
         "axis": names_axis(domain=False, ticks=False)}  # fmt: skip
    spec = {
        "title": {"text": title, "subtitle": sentences},
        "description": f"{title}. {' '.join(sentences)}",
        "width": 420,
        "height": {"step": 19},
        "data": values(drawn),
        "layer": _layers(drawn, x, y),
    }
    return ChartDisplay(spec, drawn.assign(model=model))


def _layers(drawn: pd.DataFrame, x: Spec, y: Spec) -> list[Spec]:
    shown = tooltip(metric="", convention="", value=".4f", difference="+.4f", used_by="")
    reference = drawn.groupby("metric", sort=False)["value"].transform("first")
    rules = {
        "data": values(drawn.assign(reference=reference)),
        "mark": {"type": "rule", "strokeWidth": 2, "color": COLOURS["blue"], "opacity": 0.7},
        "encoding": {"x": x | {"field": "reference"}, "x2": {"field": "value"}, "y": y},
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
        "encoding": {"x": x, "y": y, **kinds("kind", LOOKS, list(drawn["kind"])), "tooltip": shown},
    }
    text = {
        "mark": {"type": "text", "align": "left", "dx": 9, "fontSize": 11, "color": PAGE},
        "encoding": {"x": x, "y": y, "text": {"field": "value", "type": "quantitative", "format": ".3f"}},
    }
    return [rules, points, text]
