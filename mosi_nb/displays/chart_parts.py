"""Pieces of Vega-Lite that several charts are made of, as plain values."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mosi_nb.displays.render import shortened

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.results import Metric

NAME = 40
"""Letters of a name in a chart; what is longer is cut out in its middle."""

MOST_TICKS = 7

TEXT = {"type": "text", "fontSize": 11, "color": "currentColor", "limit": 260}


def values(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the rows of a frame as data of a chart; what is missing is null, and is not drawn."""
    # by way of JSON, which knows no NaN
    return {"values": json.loads(frame.to_json(orient="records", double_precision=6))}


def apart(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a specification whose rows stand beside it, under names: layers of a chart often share theirs.

    Parameters
    ----------
    spec
        Of a chart, with data as `values` gives them.
    """
    rows: dict[str, Any] = {}
    return {**_named(spec, rows), "datasets": rows}


def _named(spec: Any, rows: dict[str, Any]) -> Any:
    """Return a specification whose data are names, and put the rows under them."""
    if isinstance(spec, list):
        return [_named(one, rows) for one in spec]
    if not isinstance(spec, dict):
        return spec
    named = {key: _named(held, rows) for key, held in spec.items() if key != "data"}
    if "data" in spec:
        held = spec["data"]["values"]
        name = next((known for known, others in rows.items() if others == held), f"rows_{len(rows) + 1}")
        rows[name], named["data"] = held, {"name": name}
    return named


def measured(metric: Metric) -> str:
    """Return a metric as the title of an axis, with its unit where it has one.

    Examples
    --------
    >>> from mosi_nb.results import Metric
    >>> measured(Metric("mae", max, larger_is_better=False, definition="Mean absolute error, in points."))
    'mae (points)'
    """
    return f"{metric.name} (points)" if "in points" in metric.definition else metric.name


def better(metric: Metric) -> str:
    """Say which way a metric is better."""
    return "larger is better" if metric.larger_is_better else "smaller is better"


def quantity(field: str, title: str | None, **axis: Any) -> dict[str, Any]:
    """Return the encoding of a number along an axis that need not begin at 0."""
    shown = {"tickCount": 6, **axis}
    return {"field": field, "type": "quantitative", "title": title, "scale": {"zero": False}, "axis": shown}


def whole_ticks(held: Iterable[float]) -> dict[str, Any]:
    """Return the ticks of whole numbers: where they are few, at each of them, for Vega would halve the gaps.

    Examples
    --------
    >>> whole_ticks([2, 1, 2])
    {'format': 'd', 'tickMinStep': 1, 'values': [1, 2]}
    """
    known = sorted({int(value) for value in held})
    return {"format": "d", "tickMinStep": 1, **({"values": known} if len(known) <= MOST_TICKS else {})}


def logarithm(field: str, title: str, held: Iterable[float]) -> dict[str, Any]:
    """Return the encoding of a positive number along an axis of logarithms, with ticks that can be read."""
    known = [value for value in held if value > 0]
    axis = {"values": log_ticks(min(known, default=1.0), max(known, default=1.0)), "format": "~g", "labelOverlap": True}
    scale = {"type": "log", "nice": False, "padding": 14}
    return {"field": field, "type": "quantitative", "title": f"{title} (log scale)", "scale": scale, "axis": axis}


def log_ticks(low: float, high: float) -> list[float]:
    """Return round values between two positive numbers: powers of ten, and where these are few, 2 and 5 times them.

    Examples
    --------
    >>> log_ticks(0.02, 150), log_ticks(3, 60)
    ([0.1, 1.0, 10.0, 100.0], [5.0, 10.0, 20.0, 50.0])
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
    inside = [tick for tick in ticks if low <= tick * (1 + 1e-9) and tick <= high * (1 + 1e-9)]
    decades = [tick for tick in inside if f"{tick:e}"[0] == "1"]
    step = max(1, math.ceil(len(decades) / MOST_TICKS))
    return decades[::step] if len(decades) > 2 else inside  # noqa: PLR2004 -- two marks give no scale


def kinds(
    field: str, looks: Mapping[str, tuple[str, str]], shown: Sequence[str], **legend: Any
) -> dict[str, dict[str, Any]]:
    """Return the encodings that tell kinds of points apart, by colour and by shape.

    Parameters
    ----------
    field
        Which column holds the kind.
    looks
        Colour and shape by kind, in the order of the legend.
    shown
        The kinds that are there: one alone needs no legend.
    **legend
        Further settings of it.
    """
    known = [kind for kind in looks if kind in set(shown)]
    told = {"title": None, "orient": "bottom", "symbolOpacity": 1, **legend} if known[1:] else None
    base = {"field": field, "type": "nominal", "legend": told}
    return {
        "color": base | {"scale": {"domain": known, "range": [looks[kind][0] for kind in known]}},
        "shape": base | {"scale": {"domain": known, "range": [looks[kind][1] for kind in known]}},
    }


def tooltip(**formats: str) -> list[dict[str, str]]:
    """Return what is shown where the pointer rests: fields with their format, empty for words.

    Examples
    --------
    >>> tooltip(model="", score=".3f")[1]
    {'field': 'score', 'type': 'quantitative', 'format': '.3f', 'title': 'score'}
    """
    return [
        {"field": field, "type": "quantitative", "format": told, "title": field.replace("_", " ")}
        if told
        else {"field": field, "type": "nominal", "title": field.replace("_", " ")}
        for field, told in formats.items()
    ]


def names_axis(letters: int = NAME, **axis: Any) -> dict[str, Any]:
    """Return an axis of names that are cut in their middle: Vega cuts off their ends, where they differ.

    Examples
    --------
    >>> names_axis(9)["labelExpr"]
    "length(datum.label) > 9 ? slice(datum.label, 0, 4) + '…' + slice(datum.label, -4) : datum.label"
    """
    front, back = letters // 2, (letters - 1) // 2
    short = f"slice(datum.label, 0, {front}) + '…' + slice(datum.label, -{back})"
    told = f"length(datum.label) > {letters} ? {short} : datum.label"
    return {"labelExpr": told, "labelLimit": 10 * letters, **axis}


def name_of(text: object) -> str:
    """Return a name as it stands in a chart."""
    return shortened(text, NAME)
