"""How much a fitted model relies on each modality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mosi_nb.displays.chart_parts import TEXT, better, measured, name_of, quantity, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.modalities import changed, signed
from mosi_nb.displays.modalities_chart import PAGE, named_rows
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, count, number

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.results import Metric

READ = {"better": "it is better without", "worse": "relied on", "not shown": "not shown", "": ""}


class Importance(TableDisplay):
    """The change of a model's score when a modality is permuted, the modality that matters most first.

    Parameters
    ----------
    frame
        From `compare.probed`.
    name
        Of the model.
    metric
        What the score is.
    notes
        What else is to be known.

    Examples
    --------
    >>> import pandas as pd
    >>> from mosi_nb.results import Metric
    >>> row = {"modality": "text", "change": 0.25, "low": 0.2, "high": 0.3, "score": 1.0, "permuted": 1.25,
    ...        "repeats": 10, "verdict": "worse"}
    >>> Importance(pd.DataFrame([row]), "ridge", Metric("mae", max, larger_is_better=False))
    ridge when a modality is permuted: mae, smaller is better
    modality  change of mae  as it is  permuted  repeats  reliance
    text             +0.250     1.000     1.250       10  relied on
    Left out here, shown by .frame(): 95 % intervals.
    """

    interactive = False

    def __init__(self, frame: pd.DataFrame, name: str, metric: Metric, notes: Sequence[str] = ()) -> None:
        self._frame, self._name, self._metric, self._notes = frame, name, metric, tuple(notes)

    def frame(self) -> pd.DataFrame:
        """Return one row a modality: `modality, change, low, high, score, permuted, repeats, verdict`."""
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return the change by each modality with its interval."""
        drawn = self._frame[self._frame["change"].notna()].reset_index(drop=True)
        if drawn.empty:
            return None
        title = f"How much {name_of(self._name)} relies on each modality"
        change = f"Change of {self._metric.name} ({better(self._metric)})"
        subtitle = f"{change} when its columns are permuted among held-out segments."
        spec = {
            "title": {"text": title, "subtitle": [subtitle, "Bar: mean of all permutations. Line: 95 % interval."]},
            "description": f"{title}. Most: {drawn['modality'].iloc[0]}.",
            "width": 420,
            "height": {"step": 40},
            "layer": _layers(drawn, self._metric),
        }
        return ChartDisplay(spec, drawn)

    def _table(self) -> Table:
        name = self._metric.name
        columns = (
            Column("modality", "modality", numeric=False, row_header=True),
            Column("change", f"change of {name}", help="Permuted minus as it is; below it the 95 % interval."),
            Column("score", "as it is"),
            Column("permuted", "permuted", help="Mean of all permutations."),
            Column("repeats", "repeats"),
            Column("verdict", "reliance", numeric=False),
        )
        rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in self._frame.to_dict("records")]
        cells = tuple(
            (
                Cell(str(row["modality"])),
                changed(row["change"], row["low"], row["high"]),
                number(row["score"]),
                number(row["permuted"]),
                count(row["repeats"]),
                Cell(READ[row["verdict"]] if row["repeats"] else "not looked at"),
            )
            for row in rows
        )
        title = f"{self._name} when a modality is permuted: {name}, {better(self._metric)}"
        return Table(columns, cells, title=title, notes=self._notes, empty="There is no modality.")


def _layers(drawn: pd.DataFrame, metric: Metric) -> list[dict[str, Any]]:
    x = quantity(
        "change", f"change of {measured(metric)}", format="+.2~f", labelExpr="datum.value == 0 ? '0' : datum.label"
    )
    y = named_rows("modality", list(drawn["modality"]))
    shown = drawn.assign(told=[signed(value) for value in drawn["change"]])
    shown = shown.assign(far=shown[["high", "change"]].max(axis=1))
    told = tooltip(modality="", change="+.3f", low="+.3f", high="+.3f", score=".3f", permuted=".3f")
    zero = {"type": "rule", "color": PAGE, "opacity": 0.7}
    return [
        {
            "data": values(shown),
            "mark": {"type": "bar", "color": COLOURS["blue"], "opacity": 0.8, "height": 20},
            "encoding": {"x": x | {"scale": {"zero": True}}, "y": y, "tooltip": told},
        },
        {
            "data": values(shown),
            "mark": {"type": "rule", "color": PAGE, "strokeWidth": 2, "opacity": 0.75},
            "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}, "y": y},
        },
        {
            "data": values(shown),
            "mark": TEXT | {"align": "left", "dx": 6},
            "encoding": {"x": x | {"field": "far"}, "y": y, "text": {"field": "told"}},
        },
        {"data": {"values": [{"change": 0}]}, "mark": zero, "encoding": {"x": x}},
    ]
