"""Vega-Lite as plain values: axes of given ends, lines across a chart, many points, and the chart itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from mosi_nb.displays.chart_parts import values

Spec: TypeAlias = dict[str, Any]

MOST_POINTS = 4000
"""Points of one chart; of more, a part is drawn, and that is said."""

PAGE = "currentColor"
"""The page's own colour of text."""

IN_PERCENT = {"labelExpr": "format(100 * datum.value, '~g') + ' %'"}
"""An axis of shares, written as in tables."""


def percent(share: float, decimals: int = 0) -> str:
    """Return a share as it is written in tables.

    Examples
    --------
    >>> percent(0.784)
    '78 %'
    """
    return f"{100 * share:.{decimals}f} %" if np.isfinite(share) else "–"


def place(field: str, title: str | None, domain: Sequence[float], **axis: Any) -> Spec:
    """Return a position of numbers.

    Parameters
    ----------
    field
        Of the data.
    title
        Of the axis, with its unit.
    domain
        Lowest and highest.
    **axis
        Properties of the axis, in Vega-Lite's words.
    """
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {"domain": list(domain), "nice": False},
        "axis": {"labelFlush": False, "tickCount": 7} | axis,
    }


def line(x: Sequence[float], y: Sequence[float], axes: Spec, **mark: Any) -> Spec:
    """Return a line through points, dashed unless it is said otherwise.

    Parameters
    ----------
    x, y
        The points.
    axes
        Encodings of `x` and `y`, as of the chart's other layers.
    **mark
        Properties of the line.
    """
    ends = axes["y"]["scale"]["domain"]
    held = held_in(pd.DataFrame({axes["x"]["field"]: list(x), axes["y"]["field"]: list(y)}), [axes["y"]["field"]], ends)
    return {
        "data": values(held),
        "mark": {"type": "line", "color": PAGE, "strokeDash": [5, 4], "strokeWidth": 1.3, "opacity": 0.75, "clip": True}
        | mark,
        "encoding": {"x": axes["x"], "y": axes["y"]},
    }


def label(text: str, x: float, y: float, axes: Spec, **mark: Any) -> Spec:
    """Return a line of text at a point, in the axes of the chart's other layers."""
    bottom, top = axes["y"]["scale"]["domain"]
    at = min(max(y, bottom), top)
    frame = pd.DataFrame({axes["x"]["field"]: [x], axes["y"]["field"]: [at], "label": [text]})
    style = {"type": "text", "fontSize": 11, "color": PAGE, "align": "left", "baseline": "middle", "clip": True} | mark
    return {
        "data": values(frame),
        "mark": style,
        "encoding": {"x": axes["x"], "y": axes["y"], "text": {"field": "label", "type": "nominal"}},
    }


def thinned(frame: pd.DataFrame, most: int = MOST_POINTS) -> tuple[pd.DataFrame, str]:
    """Return at most so many rows, always the same ones, and a sentence if some were left out."""
    if len(frame) <= most:
        return frame, ""
    rows = np.sort(np.random.default_rng(0).choice(len(frame), most, replace=False))
    return frame.iloc[rows], f"{most:,} of {len(frame):,} segments are drawn, taken at random."


def reach(low: float, high: float, *held: Any) -> tuple[float, float]:
    """Return the scale, widened to what lies outside, at most by its width, with a little room at both ends."""
    width = high - low
    every = np.concatenate([[low, high], *(np.asarray(one, dtype=np.float64) for one in held)])
    every = np.clip(every[np.isfinite(every)], low - width, high + width)
    room = 0.04 * width
    return round(float(every.min() - room), 3), round(float(every.max() + room), 3)


def held_in(frame: pd.DataFrame, columns: Sequence[str], ends: Sequence[float]) -> pd.DataFrame:
    """Return a frame with what lies beyond the ends of an axis put at the ends.

    A coordinate of millions makes vl-convert ask for as much memory, and the process is aborted (seen in 1.9).
    """
    return frame.assign(**{name: np.clip(frame[name].to_numpy(dtype=float), ends[0], ends[1]) for name in columns})


def within(frame: pd.DataFrame, column: str, ends: Sequence[float]) -> pd.DataFrame:
    """Return the rows whose value lies between the ends of an axis; see `held_in`."""
    return frame[frame[column].between(ends[0], ends[1])]


def outside(drawn: Any, ends: Sequence[float]) -> str:
    """Say how many values lie beyond the ends of an axis; empty if none does."""
    held = np.asarray(drawn, dtype=np.float64)
    beyond = int(((held < ends[0]) | (held > ends[1])).sum())
    return f"{beyond:,} lie further out and are not drawn." if beyond else ""
