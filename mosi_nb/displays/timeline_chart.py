"""The timeline of a run, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mosi_nb.compare.timeline import most_time
from mosi_nb.displays.chart_parts import TEXT, name_of, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay

if TYPE_CHECKING:
    import pandas as pd

MOST = 3000
"""Units that are drawn: the longest."""

OTHERS = "other models"
GREY = "#8a8a8a"
PALETTE = [COLOURS[name] for name in ("blue", "orange", "green", "purple", "sky")]
DARK = {COLOURS["blue"]}
"""Colours on which white letters can be read, and black ones cannot."""

WIDTH = 640
LETTER = 6.2
"""Pixels of a letter."""

LABELS = 60
MINUTES = 600
"""Seconds from which on the axis counts minutes."""


def draw(units: pd.DataFrame, subtitle: list[str]) -> ChartDisplay | None:
    """Draw one bar a unit, on the lane of its worker; None where there is none.

    Parameters
    ----------
    units
        From `compare.timeline`.
    subtitle
        What is said of the run.
    """
    if units.empty:
        return None
    drawn = _drawn(units)
    left_out = f"Without the {len(units) - MOST:,} shortest units." if len(units) > MOST else ""
    title = "What was fitted when, on which worker"
    spec = {
        "title": {"text": title, "subtitle": [*subtitle, *filter(None, [left_out])]},
        "description": f"{title}. {' '.join(subtitle)}",
        "width": WIDTH,
        "height": {"step": 24},
        "layer": _layers(drawn, list(dict.fromkeys(sorted(units["lane"], key=_in_order)))),
    }
    return ChartDisplay(spec, units)


def _drawn(units: pd.DataFrame) -> pd.DataFrame:
    coloured = most_time(units, len(PALETTE))
    if units["model"].nunique() == len(PALETTE) + 1:
        coloured = most_time(units, len(PALETTE) - 1)  # one model alone is not called "other models"
    drawn = units.nlargest(MOST, "seconds", keep="first").sort_values("start", kind="stable").copy()
    known = {name: name_of(name) for name in coloured}
    drawn["colour"] = [known.get(name, OTHERS) for name in drawn["model"]]
    drawn["model"] = drawn["model"].map(name_of)
    drawn["worker"] = drawn["worker"].map(name_of)
    unit = 60.0 if drawn["end"].max() > MINUTES else 1.0
    drawn["from"], drawn["to"] = drawn["start"] / unit, drawn["end"] / unit
    drawn["state"] = drawn["failed"].map({True: "failed", False: "done"})
    drawn["candidates"] = drawn["candidates"].astype(str)
    return drawn.drop(columns="failed")


def _in_order(lane: str) -> tuple[str, int, int]:
    """Return by what lanes are sorted: worker 10 after worker 9."""
    name, _, second = lane.partition(" · ")
    machine, _, number = name.rpartition(" ")
    return machine, int(number), int(second or 0)


def _layers(drawn: pd.DataFrame, lanes: list[str]) -> list[dict[str, Any]]:
    shown = [*dict.fromkeys(name for name in drawn["colour"] if name != OTHERS)]
    palette = dict(zip(shown, PALETTE, strict=False)) | {OTHERS: GREY}
    domain = [*shown, *([OTHERS] if OTHERS in set(drawn["colour"]) else [])]
    told = "minutes" if drawn["end"].max() > MINUTES else "seconds"
    lane = {"field": "lane", "type": "nominal", "title": None, "sort": lanes, "axis": {"grid": False}}
    exact = {"nice": False, "domainMin": 0}
    place = {
        "x": {"field": "from", "type": "quantitative", "title": f"{told} since the first fit began", "scale": exact},
        "y": lane | {"scale": {"domain": lanes, "paddingInner": 0.2, "paddingOuter": 0.1}},
    }
    colour = {
        "field": "colour",
        "type": "nominal",
        "scale": {"domain": domain, "range": [palette[name] for name in domain]},
        "legend": {"title": None, "orient": "bottom", "columns": 3, "labelLimit": 260},
    }
    about = tooltip(model="", params="", candidates="", fold="", state="", worker="", start=".2f", seconds=".3f")
    bars = {"type": "bar", "stroke": "currentColor", "strokeOpacity": 0.4}
    failed = {"condition": {"test": "datum.state === 'failed'", "value": 2.5}, "value": 0.3}
    encoding = place | {"x2": {"field": "to"}, "color": colour, "strokeWidth": failed, "tooltip": about}
    return [{"data": values(drawn), "mark": bars, "encoding": encoding}, *_labels(drawn, palette, place)]


def _labels(drawn: pd.DataFrame, palette: dict[str, str], place: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the names of models in the bars that have room for them."""
    room = drawn["seconds"] * WIDTH / drawn["end"].max()
    held = drawn[room > drawn["model"].str.len() * LETTER + 6].nlargest(LABELS, "seconds").copy()
    if held.empty:
        return []
    held["ink"] = ["white" if palette[name] in DARK else "black" for name in held["colour"]]
    held["middle"] = (held["from"] + held["to"]) / 2
    ink = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
    encoding = {**place, "x": place["x"] | {"field": "middle"}, "text": {"field": "model"}, "color": ink}
    mark = {name: held_ for name, held_ in TEXT.items() if name != "color"}
    return [{"data": values(held[["lane", "middle", "model", "ink"]]), "mark": mark, "encoding": encoding}]
