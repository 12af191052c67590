"""The two charts of linked views: scores of all models, and what the selected ones predicted.

What is selected goes in as a parameter, so that a chart need not be drawn anew for it; what is clicked
comes out as a selection.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from mosi_nb.displays.chart_parts import better, measured, name_of, names_axis, quantity, tooltip, values
from mosi_nb.displays.charts import COLOURS, made
from mosi_nb.displays.explored import DRAWN, Exploration

MOST = 40
"""Models in the chart of scores: the best."""

POINTS = 4000
"""Points in the chart of predictions: of more, a part of the segments is drawn."""

LOOKS = list(
    zip(COLOURS.values(), ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down"), strict=True)
)
"""Colour and shape of the first selected model, of the second, ..., in both charts."""

GREY = "#8a8a8a"
SHORT = 14
"""Letters of a name up to which several stand in one line of a legend."""

MARGIN = 0.2
"""Points beside the scale, so that no mark is cut off."""


def draw_scores(shown: Exploration) -> Any:
    """Draw the score and interval of the models; a click on one toggles whether it is selected.

    Parameters
    ----------
    shown
        With the leaderboard and the selected models.
    """
    name = shown.metric.name
    scored = shown.board[shown.board[name].notna()].head(MOST)
    drawn = pd.DataFrame({"model": [str(model) for model in scored.index], "score": scored[name].to_numpy()})
    drawn["name"] = drawn["model"].map(name_of)
    for end in ("low", "high"):
        drawn[end] = scored.get(f"{name}_{end}", scored[name]).to_numpy()
    y = {"field": "name", "type": "nominal", "title": None, "sort": list(drawn["name"]), "axis": names_axis()}
    x = quantity("score", measured(shown.metric), tickCount=5)
    title = f"{name}, 95 % interval ({better(shown.metric)})"
    left_out = [f"The best {MOST} of {len(shown.board)} models."] if len(shown.board) > MOST else []
    click = {"type": "point", "fields": ["model"], "toggle": "true", "clear": False}
    return _chart(
        {
            "title": {"text": title, "subtitle": ["Click: select, or take back.", *left_out]},
            "description": title,
            "width": 300,
            "height": {"step": 19 if len(drawn) > DRAWN else 26},
            "params": [
                {"name": "chosen", "value": list(shown.drawn)},
                {"name": "clicked", "select": click, "views": ["models"]},
            ],
            "layer": _scores(drawn, x, y),
        }
    )


def draw_points(shown: Exploration) -> Any:
    """Draw predicted against true sentiment of the selected models; clicks pick segments, a rectangle filters them.

    Parameters
    ----------
    shown
        With the utterances, and the selected models.
    """
    points, left_out = _thinned(shown.points())
    held = pd.concat([points["sentiment"], points["predicted"]]).astype(float)
    ends = min(-3.0, held.min()) - MARGIN, max(3.0, held.max()) + MARGIN
    x = quantity("sentiment", "sentiment (points)", tickCount=7)
    y = quantity("predicted", "predicted (points)", tickCount=7)
    x["scale"] = y["scale"] = {"domain": list(ends), "nice": False}
    click = {"type": "point", "fields": ["segment_id"], "toggle": "true", "clear": False}
    brush = {"type": "interval", "encodings": ["x", "y"], "mark": {"fillOpacity": 0.08, "stroke": GREY}}
    names = list(shown.drawn)
    title = "Predicted against true" if names else "Predicted against true: select a model"
    told = ["Click: pick an utterance. Drag: list those within.", *([left_out] if left_out else [])]
    return _chart(
        {
            "title": {"text": title, "subtitle": told},
            "description": f"{title}: {', '.join(names)}.",
            "width": 300,
            "height": 300,
            "params": [
                {"name": "picked", "value": list(shown.picked)},
                {"name": "clicked", "select": click, "views": ["points"]},
                {"name": "brush", "select": brush, "views": ["points"]},
            ],
            "layer": [_equal(ends, x, y), *_points(points, names, x, y)],
        }
    )


def _scores(drawn: pd.DataFrame, x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    data, chosen = values(drawn), "indexof(chosen, datum.model)"
    told = tooltip(model="", score=".3f", low=".3f", high=".3f")
    tests = [(f"{chosen} === {place}", *looks) for place, looks in enumerate(LOOKS)]
    encoding = {
        "x": x,
        "y": y,
        "color": {"condition": [{"test": test, "value": colour} for test, colour, _ in tests], "value": GREY},
        "shape": {"condition": [{"test": test, "value": shape} for test, _, shape in tests], "value": "circle"},
        "size": {"condition": {"test": f"{chosen} >= 0", "value": 130}, "value": 60},
        "tooltip": told,
    }
    band = {"type": "bar", "color": "currentColor", "opacity": 0.09, "cursor": "pointer"}
    rule = {"type": "rule", "color": "currentColor", "opacity": 0.5, "strokeWidth": 2}
    ends = {"x": x | {"field": "low"}, "x2": {"field": "high"}, "y": y}
    whole = {"x": {"value": 0}, "x2": {"value": "width"}, "y": y}
    return [
        {"data": data, "transform": [{"filter": f"{chosen} >= 0"}], "mark": band, "encoding": whole},
        {"data": data, "mark": rule, "encoding": ends},
        {
            "name": "models",
            "data": data,
            "mark": {"type": "point", "filled": True, "opacity": 1, "cursor": "pointer"},
            "encoding": encoding,
        },
    ]


def _equal(ends: tuple[float, float], x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    """Return the line on which predictions are right."""
    line = {"type": "line", "color": "currentColor", "strokeDash": [5, 4], "opacity": 0.6, "strokeWidth": 1.2}
    right = pd.DataFrame({"sentiment": ends, "predicted": ends})
    return {"data": values(right), "mark": line, "encoding": {"x": x, "y": y}}


def _points(points: pd.DataFrame, names: Sequence[str], x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    there, data = "indexof(picked, datum.segment_id) >= 0", values(points)
    legend = {"title": None, "orient": "bottom", "labelLimit": 300}
    legend["columns"] = 1 if max(map(len, names), default=0) > SHORT else 3
    base = {"field": "model", "type": "nominal", "legend": legend}
    colours, shapes = zip(*LOOKS[: len(names)], strict=True) if names else ((), ())
    looks = {
        "color": base | {"scale": {"domain": list(names), "range": list(colours)}},
        "shape": base | {"scale": {"domain": list(names), "range": list(shapes)}},
    }
    told = tooltip(model="", segment_id="", sentiment=".2f", predicted=".2f", transcript="")
    mark = {"type": "point", "filled": True, "cursor": "pointer", "opacity": 0.75 if len(points) < POINTS / 4 else 0.45}
    ring = {"type": "point", "filled": True, "size": 150, "opacity": 1, "stroke": "currentColor", "strokeWidth": 2}
    ring["aria"] = False  # the point beneath is read aloud already
    place = {"x": x, "y": y, **looks, "tooltip": told}
    return [
        {"name": "points", "data": data, "mark": mark | {"size": 34}, "encoding": place},
        {"data": data, "transform": [{"filter": there}], "mark": ring, "encoding": place},
    ]


def _thinned(points: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the points of at most so many segments that they can be drawn, and a sentence if some are left out."""
    segments = points["segment_id"].drop_duplicates()
    most = POINTS // max(points["model"].nunique(), 1)
    if len(segments) <= most:
        return points, ""
    kept = segments.sample(most, random_state=0)
    return points[
        points["segment_id"].isin(kept)
    ], f"{most:,} of {len(segments):,} segments are drawn, taken at random."


def _chart(spec: dict[str, Any]) -> Any:
    return made(spec)
