"""Score against time, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

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
)
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.render import shortened

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from mosi_nb.results import Metric

LOOKS = {
    "not beaten": (COLOURS["blue"], "circle"),
    "beaten": ("#8a8a8a", "circle"),
    "baseline": (COLOURS["vermillion"], "square"),
}
POINTS = {"not beaten": 110, "baseline": 90, "beaten": 55}
LABELS = 20
"""Models that are named at most."""

LONGEST = 30
"""Letters of a name beside its point."""

LETTER = 5.8
"""Pixels of a letter, about."""

WIDTH, HEIGHT, PAD, ROOM = 520, 340, 20, 60
SLOTS = [
    (align, dx, dy) for dy in (-11, 12, -25, 26, -39, 40) for align, dx in (("left", 9), ("right", -9), ("center", 0))
]
"""Where a name may stand beside its point, the best place first."""

Box: TypeAlias = tuple[float, float, float, float]


def draw(frame: pd.DataFrame, metric: Metric) -> ChartDisplay | None:
    """Draw score against time; None where no model has both.

    Parameters
    ----------
    frame
        From `compare.times`.
    metric
        What the score is.
    """
    drawn = _drawn(frame)
    if drawn.empty:
        return None
    title = f"{metric.name} against the time of a fit ({better(metric)})"
    subtitle = ["Line: models that no other beats in both. The others are named where the pointer rests."]
    if len(drawn) < len(frame):
        subtitle.append(f"Without {len(frame) - len(drawn)} that took no time here, or have no score.")
    spec = {
        "title": {"text": title, "subtitle": subtitle},
        "description": f"{title}. Not beaten: {', '.join(drawn.loc[drawn['front'], 'model'])}.",
        "width": WIDTH,
        "height": HEIGHT,
        "layer": _layers(drawn, metric),
    }
    return ChartDisplay(spec, drawn)


def _drawn(frame: pd.DataFrame) -> pd.DataFrame:
    drawn = frame[frame["fit_seconds"].notna() & frame["score"].notna()].copy()
    drawn["kind"] = drawn["front"].map({True: "not beaten", False: "beaten"}).astype(object)
    drawn.loc[drawn["baseline"], "kind"] = "baseline"
    drawn["model"] = drawn["model"].map(name_of)
    drawn["size"] = drawn["kind"].map(POINTS)
    return drawn.reset_index(drop=True)


def _layers(drawn: pd.DataFrame, metric: Metric) -> list[dict[str, Any]]:
    x = logarithm("fit_seconds", "seconds of a fit, mean over folds", drawn["fit_seconds"])
    y = quantity("score", measured(metric))
    y["scale"] |= {"nice": False, "padding": PAD}
    front, low = drawn[drawn["front"]], y | {"field": "low"}
    line = {"type": "line", "interpolate": "step-after", "color": COLOURS["blue"], "opacity": 0.9, "strokeWidth": 1.5}
    interval = {"type": "rule", "color": "currentColor", "opacity": 0.3, "strokeWidth": 1.5}
    points = {"type": "point", "filled": True, "opacity": 0.9}
    told = tooltip(model="", score=".3f", low=".3f", high=".3f", fit_seconds=".3~g", predict_seconds=".3~g", params="")
    size = {"field": "size", "type": "quantitative", "scale": None, "legend": None}
    looks = kinds("kind", LOOKS, list(drawn["kind"]))
    layers = [
        {"data": values(front), "mark": interval, "encoding": {"x": x, "y": low, "y2": {"field": "high"}}},
        {"data": values(front), "mark": line, "encoding": {"x": x, "y": y}},
        {"data": values(drawn), "mark": points, "encoding": {"x": x, "y": y, **looks, "size": size, "tooltip": told}},
    ]  # fmt: skip
    return [*layers, *_labels(drawn, {"x": x, "y": y})]


def _labels(drawn: pd.DataFrame, place: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the names of the front and of the baselines, each where it covers no point and no other name."""
    x, y = _pixels(np.log(drawn["fit_seconds"]), WIDTH), HEIGHT - _pixels(drawn["score"], HEIGHT)
    taken = [(left - 6, top - 6, left + 6, top + 6) for left, top in zip(x, y, strict=True)]
    # from the slowest on, which is the best of the front
    named = list(drawn[drawn["front"] | drawn["baseline"]].index[::-1][:LABELS])
    layers = []
    for row in named:
        text = shortened(drawn["model"][row], LONGEST)
        for align, dx, dy in SLOTS:
            box = _box(x[row] + dx, y[row] + dy, len(text) * LETTER, align)
            if _inside(box) and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                data = values(drawn.loc[[row], ["fit_seconds", "score"]].assign(name=text))
                mark = TEXT | {"align": align, "dx": dx, "dy": dy}
                layers.append({"data": data, "mark": mark, "encoding": {**place, "text": {"field": "name"}}})
                break
    return layers


def _pixels(held: pd.Series[float], length: int) -> NDArray[np.float64]:
    """Return about where values lie along an axis."""
    low, span = float(held.min()), float(held.max() - held.min()) or 1.0
    return np.asarray(PAD + (held - low) / span * (length - 2 * PAD))


def _box(x: float, y: float, width: float, align: str) -> Box:
    left = x - {"left": 0.0, "center": width / 2, "right": width}[align]
    return left, y - 6, left + width, y + 6


def _inside(box: Box) -> bool:
    return box[0] >= 0 and box[2] <= WIDTH + ROOM and box[1] >= 0 and box[3] <= HEIGHT


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
