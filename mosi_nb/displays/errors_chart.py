"""The worst utterances as a chart: where they stand, and where the models saw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from mosi_nb.compare.errors import column_of
from mosi_nb.displays.chart_marks import PAGE, Spec, held_in, place, reach
from mosi_nb.displays.chart_parts import kinds, name_of, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.render import plain

if TYPE_CHECKING:
    from collections.abc import Hashable


ROWS = 20
"""Utterances that are drawn."""

SPOKEN = 40
"""Letters of a transcript beside a row."""

MOST = 30
"""Models that are drawn; the points of more lie over one another."""

OTHERS = "other models"


def draw(frame: pd.DataFrame, models: Sequence[str]) -> ChartDisplay:
    """Draw the worst utterances.

    Parameters
    ----------
    frame
        From `compare.errors`, the worst first.
    models
        Those to draw, the first one large.
    """
    worst, left_out = frame.head(ROWS), len(models[MOST:])
    models = models[:MOST]
    first = column_of(models[0])
    rows = [_label(row) for row in worst.to_dict("records")]
    table = pd.DataFrame(
        {"row": rows, "sentiment": worst["sentiment"], "predicted": worst[first], "error": worst["error"]}
    )
    points = _points(worst, rows, models)
    title = f"{name_of(models[0])}: the {len(worst)} worst predicted utterances"
    sentences = ["Line: the error, from sentiment to predicted sentiment."]
    if models[1:]:
        best = "the best " if left_out else ""
        others = f"each of {best}{len(models) - 1} other models" if models[2:] else "another model"
        sentences[0] += f" Small: {others}."
    ends = reach(*_ends(frame), points["value"])
    table, points = held_in(table, ["sentiment", "predicted"], ends), held_in(points, ["value"], ends)
    x = place("value", "points", ends)
    y = {"field": "row", "type": "nominal", "title": None, "sort": rows,
         "axis": {"labelLimit": 480, "domain": False, "ticks": False, "grid": False}}  # fmt: skip
    spec = {
        "title": {"text": title, "subtitle": sentences},
        "description": f"{title}. {' '.join(sentences)}",
        "width": 420,
        "height": {"step": 22},
        "layer": [_rules(table, x, y), _others(points, x, y), _large(points, x, y, name_of(models[0]))],
    }
    drawn = table.assign(model=models[0])
    return ChartDisplay(spec, drawn)


def _label(row: dict[Hashable, Any]) -> str:
    """Return the segment's id, with the beginning of what was said."""
    name = name_of(row["segment_id"])
    if "transcript" not in row:
        return name
    spoken = plain(row["transcript"])
    return f"{spoken if len(spoken) <= SPOKEN else spoken[: SPOKEN - 1].rstrip() + '…'}  ·  {name}"


def _ends(frame: pd.DataFrame) -> tuple[float, float]:
    return float(frame["sentiment"].min()), float(frame["sentiment"].max())


def _points(worst: pd.DataFrame, rows: Sequence[str], models: Sequence[str]) -> pd.DataFrame:
    """Return one row a mark: `row, kind, model, value`."""
    parts = [pd.DataFrame({"row": rows, "kind": "sentiment", "model": "sentiment", "value": worst["sentiment"]})]
    for place_of, model in enumerate(models):
        kind = OTHERS if place_of else name_of(model)
        held = {"row": rows, "kind": kind, "model": name_of(model), "value": worst[column_of(model)]}
        parts.append(pd.DataFrame(held))
    return pd.concat(parts, ignore_index=True)


def _rules(table: pd.DataFrame, x: Spec, y: Spec) -> Spec:
    return {
        "data": values(table),
        "mark": {"type": "rule", "strokeWidth": 1.8, "color": PAGE, "opacity": 0.45, "clip": True},
        "encoding": {"x": x | {"field": "sentiment"}, "x2": {"field": "predicted"}, "y": y},
    }


def _others(points: pd.DataFrame, x: Spec, y: Spec) -> Spec:
    mark = {
        "type": "point",
        "filled": False,
        "size": 22,
        "strokeWidth": 1.1,
        "opacity": 0.7,
        "color": PAGE,
        "clip": True,
    }
    return {
        "data": values(points[points["kind"] == OTHERS]),
        "mark": mark,
        "encoding": {"x": x, "y": y, "tooltip": tooltip(row="", model="", value=".2f")},
    }


def _large(points: pd.DataFrame, x: Spec, y: Spec, model: str) -> Spec:
    looks = {"sentiment": (COLOURS["vermillion"], "diamond"), model: (COLOURS["blue"], "circle")}
    return {
        "data": values(points[points["kind"] != OTHERS]),
        "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "clip": True},
        "encoding": {
            "x": x,
            "y": y,
            **kinds("kind", looks, list(looks), labelLimit=300),
            "tooltip": tooltip(row="", model="", value=".2f"),
        },
    }
