"""The chart of one model: its folds in each metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.render import plain, shortened

FOLD = {"type": "point", "filled": False, "size": 30, "strokeWidth": 1, "color": "currentColor", "opacity": 0.7}


def draw(name: str, metrics: pd.DataFrame, folds: pd.DataFrame) -> ChartDisplay:
    """Draw the score of each fold in each metric, with mean and interval.

    Parameters
    ----------
    name
        Of the model.
    metrics, folds
        As the page has them.
    """
    units = {one: " (points)" if "in points" in told else "" for one, told in zip(*_named(metrics), strict=True)}
    rows = [
        {"metric": plain(one) + units[one], "fold": plain(fold), "score": float(value)}
        for one in metrics["metric"]
        for fold, value in zip(folds["fold"], folds[one], strict=True)
        if pd.notna(value)
    ]
    means = metrics.assign(metric=[plain(one) + units[one] for one in metrics["metric"]])
    drawn = means[means["value"].notna()][["metric", "value", "low", "high"]]
    title = f"Scores of {shortened(name, 40)}"
    subtitle = "Large: mean over folds, with its 95 % interval. Small, hollow: one fold."
    spec = {
        "title": {"text": title, "subtitle": subtitle},
        "description": f"{title}. {subtitle}",
        "vconcat": [
            _panel(row, [one for one in rows if one["metric"] == row["metric"]]) for row in drawn.to_dict("records")
        ],
        "spacing": 8,
    }
    return ChartDisplay(spec, drawn.reset_index(drop=True))


def _named(metrics: pd.DataFrame) -> tuple[list[str], list[str]]:
    return list(metrics["metric"]), list(metrics["definition"])


def _panel(mean: Mapping[Any, Any], folds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    row = {"field": "metric", "type": "nominal", "title": None, "axis": {"labelLimit": 200}}
    of_mean = {"values": [{name: None if pd.isna(held) else held for name, held in mean.items()}]}
    told = [{"field": name, "type": "quantitative", "format": ".3f"} for name in ("value", "low", "high")]
    per_fold = [{"field": "fold", "type": "nominal"}, {"field": "score", "type": "quantitative", "format": ".3f"}]
    return {
        "width": 420,
        "height": 26,
        "layer": [
            {
                "data": of_mean,
                "mark": {"type": "rule", "strokeWidth": 2.5, "color": "currentColor", "opacity": 0.55},
                "encoding": {"x": _along("low"), "x2": {"field": "high"}, "y": row},
            },
            {
                "data": {"values": list(folds)},
                "mark": FOLD,
                "encoding": {"x": _along("score"), "y": row, "tooltip": per_fold},
            },
            {
                "data": of_mean,
                "mark": {"type": "point", "filled": True, "size": 95, "color": COLOURS["blue"], "opacity": 1},
                "encoding": {"x": _along("value"), "y": row, "tooltip": told},
            },
        ],
    }  # fmt: skip


def _along(field_name: str) -> dict[str, Any]:
    return {
        "field": field_name,
        "type": "quantitative",
        "title": None,
        "scale": {"zero": False, "padding": 6},
        "axis": {"tickCount": 6, "labelFlush": False},
    }
