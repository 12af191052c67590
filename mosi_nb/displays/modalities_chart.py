"""Scores of all subsets of modalities, and what each modality changes, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mosi_nb.displays.chart_parts import better, kinds, measured, name_of, names_axis, quantity, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.results import counted

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.results import Metric

PAGE = "currentColor"
"""The page's own colour of text."""

FUSIONS = {"early": (COLOURS["blue"], "circle"), "late": (COLOURS["vermillion"], "square")}
OTHERS = 300
"""Points of other models that are drawn at most."""
WIDTH = 260
"""Width of a panel: both, with their names, fit beside each other into a notebook."""
STEP = 34
"""Height of a row in pixels: two fusions stand in it one above the other."""


def draw(frame: pd.DataFrame, changes: pd.DataFrame, metric: Metric, model: str | None) -> ChartDisplay | None:
    """Draw subsets and changes; None where no subset has a score.

    Parameters
    ----------
    frame, changes
        From `compare.modalities`.
    metric
        What the score is.
    model
        Whose intervals are drawn; the best one if left out.
    """
    scored = frame[frame["score"].notna()]
    if scored.empty:
        return None
    name = str(scored["model"].iloc[0]) if model is None else model
    shown = scored[scored["model"] == name]
    others = scored[scored["model"] != name].head(OTHERS)
    title = f"Which modality helps: {name_of(name)}"
    told = [f"{metric.name}: {better(metric)}. Line: 95 % interval."]
    told += [f"Small: {counted(others['model'].nunique(), 'other model')}."] if len(others) else []
    charts = [_subsets(shown, others, metric, " ".join(told))]
    moved = changes[(changes["model"] == name) & changes["change"].notna()] if len(changes) else changes
    charts += [_changes(moved, metric)] if len(moved) else []
    best = shown.sort_values("score", ascending=not metric.larger_is_better)["modalities"]
    spec = {
        "title": {"text": title},
        "description": f"{title}. Best: {best.iloc[0] if len(best) else 'none'}.",
        "concat": charts,
        "spacing": 36,
    }
    return ChartDisplay(spec, _plain(shown))


def _plain(shown: pd.DataFrame) -> pd.DataFrame:
    return shown[["model", "fusion", "modalities", "score", "low", "high"]].reset_index(drop=True)


def _subsets(shown: pd.DataFrame, others: pd.DataFrame, metric: Metric, subtitle: str) -> dict[str, Any]:
    columns = ["model", "fusion", "modalities", "size", "score", "low", "high"]
    shown, others = shown[columns], others[columns].assign(model=others["model"].map(name_of))
    order = list(dict.fromkeys(shown.sort_values("size", ascending=False, kind="stable")["modalities"]))
    y, offset = named_rows("modalities", order), _offset("fusion", list(FUSIONS))
    x = quantity("score", measured(metric), tickCount=5)
    looks = kinds("fusion", FUSIONS, list(shown["fusion"]))
    small = {"type": "point", "filled": False, "size": 26, "opacity": 0.55, "strokeWidth": 1}
    interval = {"type": "rule", "strokeWidth": 2, "opacity": 0.6}
    points = {"type": "point", "filled": True, "size": 90, "opacity": 1}
    pointed = tooltip(model="", fusion="", modalities="", score=".3f", low=".3f", high=".3f")
    place = {"y": y, "yOffset": offset}
    layer: list[dict[str, Any]] = [
        {
            "data": values(others),
            "mark": small,
            "encoding": {**place, "x": x, **looks, "tooltip": pointed},
        },
        {
            "data": values(shown),
            "mark": interval,
            "encoding": {**place, "x": x | {"field": "low"}, "x2": {"field": "high"}, "color": looks["color"]},
        },
        {
            "data": values(shown),
            "mark": points,
            "encoding": {**place, "x": x, **looks, "tooltip": pointed},
        },
    ]
    return {
        "title": {"text": "Subsets", "subtitle": subtitle, "fontSize": 12},
        "width": WIDTH,
        "height": {"step": STEP, "for": "position"},
        "layer": layer,
    }


def _changes(moved: pd.DataFrame, metric: Metric) -> dict[str, Any]:
    drawn = moved.assign(
        row=["+ " + m + "  beside " + b for m, b in zip(moved["modality"], moved["beside"], strict=True)]
    )
    drawn = drawn.assign(others=drawn["beside"].str.count(r" \+ "))
    ordered = drawn.sort_values(["others"], ascending=False, kind="stable")
    by_modality = {m: n for n, m in enumerate(dict.fromkeys(drawn["modality"]))}
    ordered = ordered.sort_values("modality", key=lambda held: held.map(by_modality), kind="stable")
    order = list(dict.fromkeys(ordered["row"]))
    drawn = ordered[["fusion", "row", "change", "low", "high", "without", "with", "verdict"]]
    y, offset = named_rows("row", order), _offset("fusion", list(FUSIONS))
    side = "above" if metric.larger_is_better else "below"
    title = f"change of {measured(metric)}, {side} 0 is better"
    x = quantity("change", title, tickCount=5, format="+.2f")
    looks = kinds("fusion", FUSIONS, list(drawn["fusion"]))
    pointed = tooltip(row="", fusion="", change="+.3f", low="+.3f", high="+.3f", verdict="")
    place = {"y": y, "yOffset": offset}
    zero = {"type": "rule", "strokeDash": [5, 4], "color": PAGE, "opacity": 0.7}
    layer: list[dict[str, Any]] = [
        {"data": {"values": [{"change": 0}]}, "mark": zero, "encoding": {"x": x}},
        {
            "data": values(drawn),
            "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.6},
            "encoding": {**place, "x": x | {"field": "low"}, "x2": {"field": "high"}, "color": looks["color"]},
        },
        {
            "data": values(drawn),
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {**place, "x": x, **looks, "tooltip": pointed},
        },
    ]
    subtitle = "Score with the modality minus score without it; line: paired 95 % interval."
    return {
        "title": {"text": "What a modality changes", "subtitle": subtitle, "fontSize": 12},
        "width": WIDTH,
        "height": {"step": STEP, "for": "position"},
        "layer": layer,
    }


def named_rows(field: str, order: list[str]) -> dict[str, Any]:
    """Return a position of names, in this order."""
    axis = names_axis(domain=False, ticks=False)
    return {"field": field, "type": "nominal", "title": None, "axis": axis, "sort": order}


def _offset(field: str, order: list[str]) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "sort": order, "scale": {"domain": order, "paddingOuter": 0.5}}
