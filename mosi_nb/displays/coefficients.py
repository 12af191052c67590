"""What a model makes of its columns: by modality, and the largest by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mosi_nb.displays.charts import COLOURS, ChartDisplay, themed
from mosi_nb.displays.display import Display
from mosi_nb.displays.render import in_markdown, plain, render, shortened
from mosi_nb.displays.tables import Cell, Column, Table, count, number, to_html, to_markdown, to_text

if TYPE_CHECKING:
    from mosi_nb.compare.coefficients import Explained

TOP = 12
"""Columns of each modality that are named, the largest ones."""

NAME = 30
"""Letters of a column's name in a chart."""

BY_MODALITY = (
    Column("modality", "modality", numeric=False, row_header=True),
    Column("columns", "columns"),
    Column("moves", "moves", help="Standard deviation, over the training segments, of what its columns add together."),
    Column("contribution", "sum", help="Sum over its columns of the absolute contributions."),
    Column("share", "share of the sum"),
)
LARGEST = (
    Column("modality", "modality", numeric=False),
    Column("column", "column", numeric=False, row_header=True),
    Column("value", "value"),
    Column("contribution", "contribution", help="Of a coefficient: value times standard deviation of its column."),
)
COLOUR = {"raises": (COLOURS["blue"], "circle"), "lowers": (COLOURS["vermillion"], "square")}


class Coefficients(Display):
    """Coefficients, or importances, of a fitted model.

    Parameters
    ----------
    model
        Its name.
    explained
        As `compare/coefficients.py` computes it.

    Examples
    --------
    >>> from mosi_nb.compare.coefficients import Explained
    >>> Coefficients("svr", Explained("", "SVR has neither coefficients nor importances."))
    svr: SVR has neither coefficients nor importances.
    """

    def __init__(self, model: str, explained: Explained) -> None:
        self._model = model
        self._explained = explained

    def frame(self) -> pd.DataFrame:
        """Return one row a column of what the model sees: `model, modality, column, value, spread, contribution`.

        The largest contributions come first; where the training segments are not there, the largest values.
        """
        held = self._explained.columns
        by = held["contribution"].where(held["contribution"].notna(), held["value"]).abs()
        ordered = held.loc[by.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
        ordered.insert(0, "model", self._model)
        return ordered

    def by_modality(self) -> pd.DataFrame:
        """Return one row a modality: `columns, contribution, share, moves`."""
        return self._explained.by_modality()

    def chart(self) -> ChartDisplay | None:
        """Return the largest contributions, a panel a modality; None if there are none."""
        drawn = self._largest()
        return _draw(self._model, self._explained.kind, drawn) if len(drawn) else None

    def markdown(self) -> str:
        """Return both tables as Markdown."""
        return "\n\n".join([in_markdown(self._sentence()), *map(to_markdown, self._tables())])

    def _html(self, *, with_library: bool = False) -> str:
        del with_library
        tables = [to_html(table, interactive=False) for table in self._tables()]
        return str(render("coefficients.html", sentence=self._sentence(), tables=tables))

    def _text(self) -> str:
        return "\n\n".join([plain(self._sentence()), *map(to_text, self._tables())])

    def _sentence(self) -> str:
        kind = f"{self._explained.kind}. " if self._explained.kind else ""
        return f"{self._model}: {kind}{self._explained.meaning}"

    def _largest(self) -> pd.DataFrame:
        """Return the largest of each modality, modalities in the order in which the model sees them."""
        frame = self.frame()
        parts = [frame[frame["modality"] == name].head(TOP) for name in self._explained.columns["modality"].unique()]
        return pd.concat(parts, ignore_index=True) if parts else frame

    def _tables(self) -> list[Table]:
        if self._explained.columns.empty:
            return []
        modalities, largest = self.by_modality(), self._largest()
        first = tuple(
            (
                Cell(str(name)),
                count(row["columns"]),
                number(row["moves"]),
                number(row["contribution"]),
                _share(row["share"]),
            )
            for name, row in modalities.iterrows()
        )
        second = tuple(
            (Cell(str(row["modality"])), Cell(str(row["column"])), number(row["value"]), number(row["contribution"]))
            for row in largest.to_dict("records")
        )
        return [
            Table(BY_MODALITY, first, title="By modality"),
            Table(LARGEST, second, title=f"The largest, at most {TOP} a modality"),
        ]


def _share(share: float) -> Cell:
    return Cell(f"{share:.0%}", share) if np.isfinite(share) else number(share)


def _draw(model: str, kind: str, largest: pd.DataFrame) -> ChartDisplay:
    import altair as alt  # noqa: PLC0415 -- slow to import, and only a chart needs it

    known = largest["contribution"].notna().any()
    drawn = pd.DataFrame(
        {
            "modality": largest["modality"].map(plain),
            "column": [shortened(name, NAME) for name in largest["column"]],
            "amount": (largest["contribution"] if known else largest["value"]).astype(float),
        }
    )
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
    return ChartDisplay(themed(alt.HConcatChart.from_dict(spec)), drawn)


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
