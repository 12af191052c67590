"""A search, drawn: the score over each parameter, over several at once, and the best so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from mosi_nb.compare.trials import PARAM, Trials, by_ratios
from mosi_nb.components.spaces import is_number
from mosi_nb.displays.chart_parts import (
    TEXT,
    better,
    kinds,
    logarithm,
    measured,
    name_of,
    quantity,
    tooltip,
    values,
    whole_ticks,
)
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.render import shortened
from mosi_nb.results import describe

if TYPE_CHECKING:
    from mosi_nb.results import Metric

PANELS = 12
"""Most panels of one chart."""

ACROSS = 3
FOLD_POINTS = 2500
"""Most points of single folds in one chart: of more, the means alone are drawn."""

ENVELOPE = 15
"""Values of a parameter up to which the best at each of them is joined by a line."""

TRIED, DROPPED, BEST = "tried", "dropped after fewer folds", "best"
LOOKS = {
    TRIED: (COLOURS["blue"], "circle"),
    DROPPED: (COLOURS["orange"], "cross"),
    BEST: (COLOURS["vermillion"], "diamond"),
}
SIZES = {TRIED: 45, DROPPED: 40, BEST: 130}


def scored(shown: pd.DataFrame) -> pd.DataFrame:
    """Return the candidates that can be drawn, with the `kind` that tells how; the best are drawn last."""
    drawn = shown[shown["score"].notna()].drop(columns="edge")
    drawn["kind"] = drawn["status"].map({"dropped": DROPPED}).fillna(TRIED).astype(object)
    drawn.loc[drawn["best"].astype(bool), "kind"] = BEST
    drawn["size"] = drawn["kind"].map(SIZES)
    return drawn.sort_values("best", kind="stable").reset_index(drop=True)


def panels(drawn: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the models and the parameters of which they tried several values, in their order."""
    return [
        (str(model), str(column))
        for model, held in drawn.groupby("model", sort=False)
        for column in held
        if str(column).startswith(PARAM) and len({repr(value) for value in held[column] if _is_set(value)}) > 1
    ]


def draw(trials: Trials) -> ChartDisplay | None:
    """Draw the score over each parameter, one panel each; None where no parameter has several values.

    Parameters
    ----------
    trials
        From `compare.trials`.
    """
    drawn, metric = scored(trials.frame), trials.metric
    wanted = panels(drawn)
    if not wanted:
        return None
    points = sum(int(trials.folds["model"].eq(model).sum()) for model, _ in wanted[:PANELS])
    faint = trials.folds if points <= FOLD_POINTS else trials.folds.head(0)
    title = f"{metric.name} over each parameter that was searched ({better(metric)})"
    single = " Faint: single folds." if len(faint) else ""
    subtitle = [f"Each point is the mean of a candidate over its folds.{single}"]
    if len(wanted) > PANELS:
        subtitle.append(f"The first {PANELS} of {len(wanted)} parameters; search(name) shows those of one model.")
    spec = {
        "title": {"text": title, "subtitle": subtitle},
        "description": f"{title}. {_best_told(drawn)}",
        "columns": min(ACROSS, len(wanted)),
        "spacing": 28,
        "concat": [_panel(Trials(drawn, faint, metric), trials.frame, *one) for one in wanted[:PANELS]],
    }
    return ChartDisplay(spec, drawn.drop(columns=["size"]))


def draw_trials(trials: Trials) -> ChartDisplay | None:
    """Draw the candidates in the order in which they were asked for, and the best so far; None without a score.

    Parameters
    ----------
    trials
        From `compare.trials`.
    """
    drawn, metric, best = scored(trials.frame), trials.metric, trials.best_so_far()
    if drawn.empty:
        return None
    there = set(drawn["model"])
    models = [model for model in dict.fromkeys(trials.frame["model"]) if model in there]
    title = f"Best {metric.name} so far ({better(metric)})"
    subtitle = ["Line: the best of the candidates up to here that have all their folds."]
    if len(models) > PANELS:
        subtitle.append(f"The first {PANELS} of {len(models)} models; search(name) shows one.")
    spec = {
        "title": {"text": title, "subtitle": subtitle},
        "description": f"{title}. {_best_told(drawn)}",
        "columns": min(ACROSS, len(models)),
        "spacing": 28,
        "concat": [_trials(drawn, best, model, metric) for model in models[:PANELS]],
    }
    return ChartDisplay(spec, drawn.drop(columns=["size"]))


def _panel(trials: Trials, told_of: pd.DataFrame, model: str, column: str) -> dict[str, Any]:
    drawn, metric, single = trials.frame, trials.metric, trials.folds
    held = drawn[(drawn["model"] == model) & drawn[column].map(_is_set)]
    numbers, name = held[column].map(is_number).all(), column.removeprefix(PARAM)
    held = held.assign(value=held[column] if numbers else held[column].map(_word))
    points = held[["model", "params", "score", "folds", "trial", "kind", "size", "value"]]
    log = bool(numbers and by_ratios(held["value"].astype(float).unique().tolist()))
    x = _axis(held, shortened(name, 30), log=log, numbers=bool(numbers))
    single = single[single["model"] == model].merge(points[["trial", "value"]], on="trial")
    place = {"x": x, "y": quantity("score", measured(metric), tickCount=5)}
    told = tooltip(model="", params="", score=".3f", folds="d", trial="d")
    size = {"field": "size", "type": "quantitative", "scale": None, "legend": None}
    faint = {"type": "point", "filled": True, "size": 9, "opacity": 0.25, "color": "currentColor"}
    looks = kinds("kind", LOOKS, list(drawn["kind"]))
    layers = [
        {"data": values(single[["value", "score"]]), "mark": faint, "encoding": place},
        *_envelope(points, place, metric),
        {
            "data": values(points),
            "mark": {"type": "point", "filled": True, "opacity": 0.85},
            "encoding": {**place, **looks, "size": size, "tooltip": told},
        },
        *_edge(held, told_of, place, name),
    ]
    return {"title": _titled(name_of(model)), "width": 230, "height": 170, "layer": layers}


def _axis(held: pd.DataFrame, name: str, *, log: bool, numbers: bool) -> dict[str, Any]:
    if not numbers:
        order = list(dict.fromkeys(held["value"].sort_values()))
        axis = {"labelAngle": -30 if len(order) > 3 else 0, "labelLimit": 110}  # noqa: PLR2004 -- that fit side by side
        return {"field": "value", "type": "nominal", "title": name, "sort": order, "axis": axis}
    if log:
        return logarithm("value", name, held["value"])
    whole = held["value"].map(lambda value: float(value).is_integer()).all()
    x = quantity("value", name, labelOverlap=True, tickCount=5, **(whole_ticks(held["value"]) if whole else {}))
    x["scale"] |= {"padding": 12, "nice": False}
    return x


def _envelope(points: pd.DataFrame, place: dict[str, Any], metric: Metric) -> list[dict[str, Any]]:
    """Return a line through the best at each value, where there are few of them."""
    done = points[points["kind"] != DROPPED]
    if done["value"].nunique() > ENVELOPE or place["x"]["type"] == "nominal" or done.empty:
        return []
    grouped = done.groupby("value")["score"]
    best = (grouped.max() if metric.larger_is_better else grouped.min()).reset_index()
    line = {"type": "line", "color": COLOURS["blue"], "opacity": 0.45, "strokeWidth": 1.5}
    return [{"data": values(best), "mark": line, "encoding": place}]


def _edge(held: pd.DataFrame, told_of: pd.DataFrame, place: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a line and a word at the best value, where it lies at the edge of what was tried."""
    best = held[held["best"].astype(bool)].head(1)
    of_model = told_of[told_of["best"].astype(bool) & told_of["model"].isin(best["model"])]
    end = of_model["edge"].iloc[0].get(name) if len(of_model) else None
    if end is None:
        return []
    low = end == "low"
    data = values(best[["value"]].assign(word="best at the edge"))
    side = {"align": "left", "dx": 5} if low else {"align": "right", "dx": -5}
    rule = {"type": "rule", "strokeDash": [4, 3], "color": COLOURS["vermillion"], "strokeWidth": 1.5, "opacity": 0.8}
    text = TEXT | side | {"baseline": "top", "dy": 2, "fontSize": 10.5}
    return [
        {"data": data, "mark": rule, "encoding": {"x": place["x"]}},
        {"data": data, "mark": text, "encoding": {"x": place["x"], "y": {"value": 0}, "text": {"field": "word"}}},
    ]


def _trials(drawn: pd.DataFrame, best: pd.DataFrame, model: str, metric: Metric) -> dict[str, Any]:
    held, line = drawn[drawn["model"] == model], best[best["model"] == model]
    points = held[["model", "params", "score", "folds", "trial", "kind", "size"]]
    x = quantity("trial", "candidates, in the order of the search", **whole_ticks(held["trial"]))
    x["scale"] |= {"nice": False, "padding": 8}
    y = quantity("score", measured(metric), tickCount=5)
    last = pd.DataFrame({"trial": [held["trial"].max()], "best": line["best"].tail(1).tolist() or [float("nan")]})
    step = {"type": "line", "interpolate": "step-after", "color": COLOURS["vermillion"], "strokeWidth": 2}
    looks = kinds("kind", LOOKS, list(drawn["kind"]))
    size = {"field": "size", "type": "quantitative", "scale": None, "legend": None}
    told = tooltip(params="", score=".3f", folds="d", trial="d")
    reached = values(pd.concat([line, last])[["trial", "best"]])
    layers = [
        {"data": reached, "mark": step, "encoding": {"x": x, "y": y | {"field": "best"}}},
        {
            "data": values(points),
            "mark": {"type": "point", "filled": True, "opacity": 0.85},
            "encoding": {"x": x, "y": y, **looks, "size": size, "tooltip": told},
        },
    ]
    return {"title": _titled(name_of(model)), "width": 230, "height": 170, "layer": layers}


def _titled(text: str) -> dict[str, Any]:
    return {"text": text, "fontSize": 12, "offset": 8}


def _best_told(drawn: pd.DataFrame) -> str:
    best = drawn[drawn["best"].astype(bool)]
    told = [f"{row['model']}: {row['params']}, {row['score']:.3f}" for row in best.head(3).to_dict("records")]
    return f"Best: {'; '.join(told)}." if told else ""


def _is_set(value: object) -> bool:
    """Tell whether a candidate has the parameter; a frame holds NaN where it has not."""
    return not (isinstance(value, float) and value != value)  # noqa: PLR0124 -- NaN differs from itself


def _word(value: object) -> str:
    return shortened(describe({"": value})[1:], 24)
