"""Two models beside each other: their difference on each video."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mosi_nb.displays.chart_parts import better, measured, name_of, quantity, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.render import plain
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, count, number
from mosi_nb.results import counted

if TYPE_CHECKING:
    from mosi_nb.compare.paired import TwoModels

MOST = 120
"""Videos that are drawn one by one."""


class Comparison(TableDisplay):
    """The difference of two models on each video, with the test of the difference over all.

    Parameters
    ----------
    two
        From `compare.two_models`.
    """

    def __init__(self, two: TwoModels) -> None:
        self._two = two

    @property
    def sentence(self) -> str:
        """What the test says."""
        return self._two.sentence

    @property
    def p(self) -> float:
        """Of the test, not corrected for other pairs; NaN where none can be made."""
        return float(self._two.pairs.p[0, 1])

    def frame(self) -> pd.DataFrame:
        """Return one row a video: `video`, `difference` (first model less second), `n` (segments)."""
        return self._two.by_video.copy()

    def _table(self) -> Table:
        first, second = self._two.names
        metric = self._two.metric.name
        columns = (
            Column("video", "video", numeric=False, row_header=True),
            Column("difference", f"{metric}: {first} − {second}", help="Of the metric on the video alone."),
            Column("n", "segments"),
        )
        rows = tuple(
            (Cell(str(row["video"])), _signed(row["difference"]), count(row["n"]))
            for row in self._two.by_video.to_dict("records")
        )
        notes = (self._two.sentence, *self._notes())
        return Table(columns, rows, f"{first} and {second}, by video", notes, "There are no videos.")

    def _notes(self) -> list[str]:
        """Say how many videos speak for which model, and where the metric says nothing of a video."""
        first, second = self._two.names
        held = self._two.by_video["difference"].to_numpy(dtype=float)
        known = held[np.isfinite(held)] * (1 if self._two.metric.larger_is_better else -1)
        told = f"{first} is better on {counted((known > 0).sum(), 'video')}, {second} on {(known < 0).sum():,}."
        lost = len(held) - len(known)
        return [told, f"The metric is undefined on {counted(lost, 'video')} alone."] if lost else [told]

    def chart(self) -> ChartDisplay | None:
        """Return the differences by video, ordered, with the difference over folds and its interval.

        Returns
        -------
        ChartDisplay or None
            None where the metric is undefined on every video alone.
        """
        drawn = _ordered(self._two.by_video)
        return _drawn(self._two, drawn) if len(drawn) else None


def _signed(value: float) -> Cell:
    return Cell(f"{value:+z.3f}", float(value)) if np.isfinite(value) else number(np.nan)


def _ordered(by_video: pd.DataFrame) -> pd.DataFrame:
    """Return the videos that have a difference, in its order; of many, those at even steps."""
    known = by_video[by_video["difference"].notna()].sort_values("difference", kind="stable").reset_index(drop=True)
    if len(known) > MOST:
        known = known.iloc[np.linspace(0, len(known) - 1, MOST).round().astype(int)]
    known = known.assign(video=known["video"].map(plain))
    return known.assign(place=np.arange(1, len(known) + 1))


def _drawn(two: TwoModels, drawn: pd.DataFrame) -> ChartDisplay:
    first, second = map(name_of, two.names)
    sign = 1 if two.metric.larger_is_better else -1
    drawn = drawn.assign(favours=np.where(sign * drawn["difference"] > 0, first, second))
    value, low, high, _, _ = two.pairs.of(0, 1)
    title = f"Difference in {two.metric.name} by video"
    spec = {
        "title": {"text": title, "subtitle": _subtitle(two, drawn)},
        "description": f"{title}. {two.sentence}",
        "width": 560,
        "height": 320,
        "layer": [*_band(two, drawn, value, low, high), _points(two, drawn, (first, second))],
    }
    shown = drawn[["video", "difference", "n", "favours"]].reset_index(drop=True)
    return ChartDisplay(spec, shown)


def _subtitle(two: TwoModels, drawn: pd.DataFrame) -> list[str]:
    value, low, high, p, _ = two.pairs.of(0, 1)
    first, second = map(name_of, two.names)
    told = "Each point is a video, its size the number of segments."
    if len(drawn) < two.by_video["difference"].notna().sum():
        told += f" {len(drawn)} of {len(two.by_video)} videos, at even steps."
    band = f"Dashed: mean over folds, {value:+z.3f}"
    if np.isfinite(low):
        band += f"; band: its 95 % interval, {low:+z.3f} to {high:+z.3f}; p = {p:.3f}"
    return [f"{first} less {second}; {better(two.metric)}.", told, f"{band}."]


def _axes(two: TwoModels, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    x = quantity("place", "videos, by the difference", ticks=False, labels=False, grid=False)
    y = quantity("difference", f"difference in {measured(two.metric)}")
    return x | {"scale": {"domain": [0, number + 1], "nice": False}}, y


def _points(two: TwoModels, drawn: pd.DataFrame, names: tuple[str, str]) -> dict[str, Any]:
    x, y = _axes(two, len(drawn))
    domain = {"domain": [f"{name} is better" for name in names]}
    kind = {"field": "kind", "type": "nominal", "legend": {"title": None, "orient": "bottom", "labelLimit": 400}}
    return {
        "data": values(drawn.assign(kind=drawn["favours"] + " is better")),
        "mark": {"type": "point", "filled": True, "opacity": 0.85},
        "encoding": {
            "x": x,
            "y": y,
            "size": {"field": "n", "type": "quantitative", "legend": None, "scale": {"range": [25, 160]}},
            "color": kind | {"scale": domain | {"range": [COLOURS["blue"], COLOURS["vermillion"]]}},
            "shape": kind | {"scale": domain | {"range": ["circle", "square"]}},
            "tooltip": tooltip(video="", difference="+.3f", n="d", kind=""),
        },
    }


def _band(two: TwoModels, drawn: pd.DataFrame, value: float, low: float, high: float) -> list[dict[str, Any]]:
    """Return the line of no difference, and the difference over folds with its interval."""
    x, y = _axes(two, len(drawn))
    first, last = 0.0, float(len(drawn) + 1)
    zero = pd.DataFrame({"difference": [0.0]})
    layers = [
        {
            "data": values(zero),
            "mark": {"type": "rule", "color": "currentColor", "strokeWidth": 1, "opacity": 0.8},
            "encoding": {"y": y},
        }
    ]
    if np.isfinite(low):
        band = pd.DataFrame({"place": [first, last], "difference": [low, low], "high": [high, high]})
        layers.append(
            {
                "data": values(band),
                "mark": {"type": "area", "color": COLOURS["green"], "opacity": 0.22},
                "encoding": {"x": x, "y": y, "y2": {"field": "high"}},
            }
        )
    if np.isfinite(value):
        layers.append(
            {
                "data": values(pd.DataFrame({"difference": [value]})),
                "mark": {"type": "rule", "color": COLOURS["green"], "strokeWidth": 2, "strokeDash": [6, 4]},
                "encoding": {"y": y},
            }
        )
    return layers
