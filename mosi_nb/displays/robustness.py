"""What becomes of a model's score when a modality is missing or noisy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mosi_nb.displays.chart_parts import better, kinds, measured, name_of, quantity, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.leaderboard import metric_column
from mosi_nb.displays.modalities import changed
from mosi_nb.displays.modalities_chart import PAGE
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, number

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.results import Metric

LOOKS = {
    "text": (COLOURS["blue"], "circle"),
    "audio": (COLOURS["vermillion"], "square"),
    "video": (COLOURS["green"], "triangle-up"),
}
APART = 1.8
"""Between the marks of one share, in percent of the axis."""

TOLD = {"missing": "Missing", "noisy": "Noisy"}


class Robustness(TableDisplay):
    """A model's score by the share of held-out segments in which a modality is missing or noisy.

    Parameters
    ----------
    frame
        From `compare.probed`.
    name
        Of the model.
    metric
        What the score is.
    noise
        Standard deviation of the noise, in those of the columns.
    notes
        What else is to be known.

    Examples
    --------
    >>> import pandas as pd
    >>> from mosi_nb.results import Metric
    >>> row = {"kind": "missing", "modality": "text", "share": 1.0, "score": 1.25, "low": 1.1, "high": 1.4,
    ...        "change": 0.25, "change_low": 0.1, "change_high": 0.4, "repeats": 1, "verdict": "worse"}
    >>> Robustness(pd.DataFrame([row]), "ridge", Metric("mae", max, larger_is_better=False), noise=1.0)
    ridge when a modality fails
    modality  is       share  mae ↓  change
    text      missing  100 %  1.250  +0.250
    Left out here, shown by .frame(): 95 % intervals.
    Noise has 1 standard deviation of each encoded column.
    """

    def __init__(self, frame: pd.DataFrame, name: str, metric: Metric, noise: float, notes: Sequence[str] = ()) -> None:
        deviations = f"{noise:g} standard deviation{'s' if noise != 1 else ''}"
        self._frame, self._name, self._metric = frame, name, metric
        self._notes = (f"Noise has {deviations} of each encoded column.", *notes)

    def frame(self) -> pd.DataFrame:
        """Return one row a kind, modality and share.

        Returns
        -------
        DataFrame
            `kind` (`missing`, `noisy`), `modality, share, score, low, high, change, change_low, change_high, repeats,
            verdict`. A change is the score minus that without any disturbance.
        """
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return the curves of all modalities, missing beside noisy."""
        drawn = self._frame[self._frame["score"].notna()].reset_index(drop=True)
        if drawn.empty:
            return None
        drawn = drawn.assign(percent=100 * drawn["share"])
        # side by side, so that intervals of one share do not hide each other
        place = {name: number for number, name in enumerate(dict.fromkeys(drawn["modality"]))}
        beside = drawn["modality"].map(place) - (len(place) - 1) / 2
        drawn = drawn.assign(at=drawn["percent"] + APART * beside)
        title = f"{name_of(self._name)} when a modality fails"
        subtitle = f"{self._metric.name} on held-out segments ({better(self._metric)}). Lines upright: 95 % intervals."
        spec = {
            "title": {"text": title, "subtitle": [subtitle, self._notes[0]]},
            "description": f"{title}: missing or noisy in up to all held-out segments.",
            "concat": [
                _panel(drawn[drawn["kind"] == kind], drawn, self._metric, kind)
                for kind in TOLD
                if kind in set(drawn["kind"])
            ],
            "spacing": 56,
        }
        return ChartDisplay(spec, drawn.drop(columns="at"))

    def _table(self) -> Table:
        measured_column = metric_column(self._metric.name, self._metric.larger_is_better)
        columns = (
            Column("modality", "modality", numeric=False, row_header=True),
            Column("kind", "is", numeric=False),
            Column("share", "share", help="Of the held-out segments."),
            measured_column,
            Column("change", "change", help="From no disturbance; below it the paired 95 % interval."),
        )
        rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in self._frame.to_dict("records")]
        cells = tuple(
            (
                Cell(str(row["modality"])),
                Cell(str(row["kind"])),
                Cell(f"{100 * row['share']:.0f} %", float(row["share"])),
                number(row["score"], low=row["low"], high=row["high"]),
                changed(row["change"], row["change_low"], row["change_high"]),
            )
            for row in rows
        )
        return Table(columns, cells, title=f"{self._name} when a modality fails", notes=self._notes, empty="Nothing.")


def _panel(drawn: pd.DataFrame, every: pd.DataFrame, metric: Metric, kind: str) -> dict[str, Any]:
    percent = [float(one) for one in sorted(set(every["percent"]))]
    x: dict[str, Any] = {
        "field": "at",
        "type": "quantitative",
        "title": "share of held-out segments (%)",
        "axis": {"values": percent},
        "scale": {"domain": [-2 * APART, 100 + 2 * APART], "nice": False},
    }
    y = quantity("score", measured(metric))
    y["scale"] = {"zero": False, "domain": [float(every["low"].min()), float(every["high"].max())], "nice": True}
    looks = kinds("modality", LOOKS, list(every["modality"]), symbolSize=80)
    start = drawn[drawn["share"] == 0].head(1)
    told = tooltip(modality="", percent=".0f", score=".3f", low=".3f", high=".3f", change="+.3f")
    return {
        "title": {"text": TOLD[kind], "fontSize": 12, "anchor": "start"},
        "width": 270,
        "height": 260,
        "layer": [
            {
                "data": values(drawn),
                "mark": {"type": "rule", "opacity": 0.6, "strokeWidth": 1.5},
                "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}, "color": looks["color"]},
            },
            {
                "data": values(start),
                "mark": {"type": "rule", "strokeDash": [5, 4], "color": PAGE, "opacity": 0.6},
                "encoding": {"y": y},
            },
            {
                "data": values(drawn),
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"x": x, "y": y, "color": looks["color"]},
            },
            {
                "data": values(drawn),
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {"x": x, "y": y, **looks, "tooltip": told},
            },
        ],
    }
