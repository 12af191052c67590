"""Several parameters of a search at once: one line a candidate (parallel coordinates)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from mosi_nb.compare.trials import PARAM, Trials, by_ratios
from mosi_nb.components.spaces import is_number
from mosi_nb.displays.chart_parts import TEXT, better, name_of, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.render import shortened
from mosi_nb.displays.search_chart import panels, scored
from mosi_nb.results import describe

if TYPE_CHECKING:
    from mosi_nb.results import Metric

MOST = 500
"""Lines that are drawn: the best."""

TICKS = 7
"""Different values up to which each of them is written at its axis."""

APART = 0.06
"""Share of an axis that two labels stand apart at least."""

GROUPS = {
    "best": (COLOURS["vermillion"], 3.0, 1.0),
    "best quarter": (COLOURS["blue"], 1.5, 0.75),
    "others": ("#8a8a8a", 1.0, 0.3),
}


def draw_parallel(trials: Trials, model: str) -> ChartDisplay | None:
    """Draw one line a candidate over all parameters of a model; None where fewer than two have several values.

    Parameters
    ----------
    trials
        From `compare.trials`.
    model
        Whose parameters.
    """
    held, metric = scored(trials.of(model).frame), trials.metric
    held = held[held["status"] == "done"].sort_values("score", ascending=not metric.larger_is_better, kind="stable")
    columns = [column for name, column in panels(held) if name == model]
    if len(columns) < 2 or len(held) < 2:  # noqa: PLR2004 -- one parameter is drawn better by itself
        return None
    drawn, ticks = _lines(held.head(MOST), columns, metric)
    title = f"Parameters of {name_of(model)} and {metric.name} ({better(metric)})"
    subtitle = ["One line a candidate with all its folds; on the last axis, up is better."]
    if len(held) > MOST:
        subtitle.append(f"The best {MOST} of {len(held)} candidates.")
    order = list(dict.fromkeys(ticks["axis"]))
    spec = {
        "title": {"text": title, "subtitle": subtitle},
        "description": f"{title}. Best: {held['params'].iloc[0]}, {held['score'].iloc[0]:.3f}.",
        "width": {"step": 130},
        "height": 280,
        "layer": _layers(drawn, ticks, order),
    }
    return ChartDisplay(spec, held.drop(columns=["size", "kind"]))


def _lines(held: pd.DataFrame, columns: Sequence[str], metric: Metric) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the corners of the lines, and what stands at the axes, heights from 0 to 1."""
    parts, marks = [], []
    quarter = max(math.ceil(len(held) / 4), 1)
    group = ["best" if n == 0 else "best quarter" if n < quarter else "others" for n in range(len(held))]
    for column in [*columns, "score"]:
        name = metric.name if column == "score" else shortened(column.removeprefix(PARAM), 22)
        heights, labels = _heights(list(held[column]), falls=column == "score" and not metric.larger_is_better)
        part = pd.DataFrame({"trial": held["trial"].to_numpy(), "axis": name, "height": heights, "group": group})
        parts.append(part.assign(params=held["params"].to_numpy(), score=held["score"].to_numpy()))
        labels = _legible(labels)
        marks.append(pd.DataFrame({"axis": name, "height": labels.values(), "label": labels.keys()}))
    return pd.concat(parts, ignore_index=True), pd.concat(marks, ignore_index=True)


def _heights(held: Sequence[Any], *, falls: bool = False) -> tuple[list[float], dict[str, float]]:
    """Return where on its axis each value lies, and the heights of the values that are written there."""
    if not all(map(is_number, held)):
        words = [shortened(describe({"": value})[1:], 18) for value in held]
        known = sorted(set(words))
        place = {word: n / max(len(known) - 1, 1) for n, word in enumerate(known)}
        return [place[word] for word in words], place
    numbers = [float(value) for value in held]
    change = math.log if by_ratios(sorted(set(numbers))) else float
    low, high = change(min(numbers)), change(max(numbers))

    def height(value: float) -> float:
        share = (change(value) - low) / ((high - low) or 1.0)
        return 1 - share if falls else share

    distinct = sorted(set(numbers))
    written = distinct if len(distinct) <= TICKS else [distinct[0], distinct[-1]]
    return [height(value) for value in numbers], {f"{value:.4g}": height(value) for value in written}


def _legible(labels: dict[str, float]) -> dict[str, float]:
    """Return the labels of an axis without those that would lie on others; its ends stay.

    Examples
    --------
    >>> _legible({"1.145": 1.0, "1.2": 0.84, "1.207": 0.82, "1.487": 0.0})
    {'1.145': 1.0, '1.2': 0.84, '1.487': 0.0}
    """
    ends = [pick(labels, key=labels.__getitem__) for pick in (max, min)] if labels else []
    kept = {label: labels[label] for label in ends}
    for label, height in labels.items():
        if all(abs(height - other) >= APART for other in kept.values()):
            kept[label] = height
    return {label: height for label, height in labels.items() if label in kept}


def _layers(drawn: pd.DataFrame, ticks: pd.DataFrame, order: list[str]) -> list[dict[str, Any]]:
    axis = {"labelAngle": 0, "orient": "top", "domain": False, "ticks": False, "grid": True, "gridOpacity": 0.6}
    x: dict[str, Any] = {"field": "axis", "type": "nominal", "title": None, "sort": order}
    x["axis"] = axis | {"labelFontWeight": "bold", "labelLimit": 125, "labelPadding": 10}
    y = {"field": "height", "type": "quantitative", "axis": None, "scale": {"domain": [-0.02, 1.02], "nice": False}}
    shown = [name for name in GROUPS if name in set(drawn["group"])]

    def looks(field: int) -> dict[str, Any]:
        scale = {"domain": shown, "range": [GROUPS[group][field] for group in shown]}
        return {"field": "group", "type": "nominal", "scale": scale}

    legend = {"title": None, "orient": "bottom"}
    lines = {
        "x": x,
        "y": y,
        "detail": {"field": "trial"},
        "color": looks(0) | {"legend": legend},
        "strokeWidth": looks(1) | {"legend": legend},
        "strokeOpacity": looks(2) | {"legend": None},
        "tooltip": tooltip(params="", score=".3f", trial="d"),
    }
    beside = TEXT | {"align": "left", "dx": 7, "dy": -8, "fontWeight": "bold"}
    worst_first = drawn.iloc[::-1]  # the best lie on top
    tick = {"type": "tick", "color": "currentColor", "width": 9}
    return [
        {"data": values(worst_first), "mark": {"type": "line"}, "encoding": lines},
        {"data": values(ticks), "mark": tick, "encoding": {"x": x, "y": y}},
        {"data": values(ticks), "mark": beside, "encoding": {"x": x, "y": y, "text": {"field": "label"}}},
    ]
