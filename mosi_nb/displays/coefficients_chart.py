"""The chart of coefficients, or importances: the largest of each modality."""

from __future__ import annotations

from typing import Any

import pandas as pd

from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.render import plain, shortened

TOP = 12
"""Columns of each modality that are named, the largest ones."""

NAME = 30
"""Letters of a column's name in a chart."""

COLOUR = {"raises": (COLOURS["blue"], "circle"), "lowers": (COLOURS["vermillion"], "square")}


def draw(model: str, kind: str, largest: pd.DataFrame) -> ChartDisplay:
    """Draw the largest contributions, a panel a modality.

    Parameters
    ----------
    model
        Its name.
    kind
        `coefficients` or `importances`.
    largest
        One row a column: `modality, column, value, contribution`.
    """
    known = largest["contribution"].notna().any()
    drawn = pd.DataFrame(
        {
            "modality": largest["modality"].map(plain),
            "column": [shortened(name, NAME) for name in largest["column"]],
            "amount": (largest["contribution"] if known else largest["value"]).astype(float),
        }
    )
    drawn = drawn[drawn["amount"].notna()].reset_index(drop=True)  # of a column without a spread nothing is known
    drawn["way"] = ["lowers" if amount < 0 else "raises" for amount in drawn["amount"]]
    unit = "contribution" if known else "value"
    title = f"What {shortened(model, 40)} makes of its columns"
    subtitle = f"The {TOP} largest of each modality; {kind}."
    spec = {
        "title": {"text": title, "subtitle": subtitle},
        "description": f"{title}. {subtitle} Largest: {drawn['column'].iloc[0]}, {drawn['amount'].iloc[0]:.3f}.",
        "hconcat": [_panel(drawn[drawn["modality"] == name], str(name), unit) for name in drawn["modality"].unique()],
        "resolve": {"scale": {"x": "shared"}},
    }
    return ChartDisplay(spec, drawn)


def _panel(drawn: pd.DataFrame, modality: str, unit: str) -> dict[str, Any]:
    ways = [way for way in COLOUR if way in set(drawn["way"])]
    way = {"field": "way", "type": "nominal", "legend": {"title": None, "orient": "bottom"}}
    row = {
        "field": "column",
        "type": "nominal",
        "title": None,
        "sort": list(drawn["column"]),
        "axis": {"labelLimit": 200},
    }
    x = {"field": "amount", "type": "quantitative", "title": f"{unit} (points)" if unit == "contribution" else unit}
    told = [{"field": "column", "type": "nominal"}, {"field": "amount", "type": "quantitative", "format": ".3f"}]
    return {
        "title": {"text": modality, "fontSize": 12, "offset": 6},
        "width": 190,
        "height": {"step": 17},
        "data": {"values": drawn.to_dict("records")},
        "encoding": {"y": row, "x": x, "tooltip": told},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 1.5, "opacity": 0.6, "color": "currentColor"},
                "encoding": {"x2": {"datum": 0}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {
                    "color": way | {"scale": {"domain": ways, "range": [COLOUR[one][0] for one in ways]}},
                    "shape": way | {"scale": {"domain": ways, "range": [COLOUR[one][1] for one in ways]}},
                },
            },
        ],
    }
