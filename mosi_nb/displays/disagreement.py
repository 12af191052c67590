"""How differently models err."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mosi_nb.compare.disagreement import alike, disagreement, square
from mosi_nb.displays.chart_marks import Spec, percent
from mosi_nb.displays.chart_parts import name_of, tooltip, values
from mosi_nb.displays.charts import ChartDisplay
from mosi_nb.displays.predicted import TOGETHER
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, number
from mosi_nb.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mosi_nb.compare.judged import Judged

PAIRS = 15
"""Pairs in the table; all are in the frame."""

MOST = 40
"""Models that are drawn; the names of more cannot be read."""

SAME = 1e-9
"""Points between the mean of two models and the nearer one, under which they predict the same."""

SHOWN = 0.0005
"""Points of a gain that is not written as zero."""

WRITTEN = 14
"""Models up to which each cell has its number."""

WHAT = {
    "correlation": "correlation of errors",
    "differing": "share of segments with another sign",
    "mean": "mae of the mean of both (points)",
    "oracle": "mae of whoever is nearer (points)",
}

COLUMNS = (
    Column("model", "model", numeric=False, row_header=True),
    Column("other", "other", numeric=False),
    Column("correlation", "correlation", help="Of their errors over the held-out segments."),
    Column("differing", "other sign", help="Share of segments that one calls negative and the other does not."),
    Column("mae", "mae", help="Of the first, in points."),
    Column("mae_other", "mae of other", help="Of the second, in points."),
    Column("mean", "mean of both", help="mae of the mean of their predictions, in points.", larger_is_better=False),
    Column("oracle", "oracle", help="mae if whoever is nearer were known, in points: nobody can reach it."),
)


class Disagreement(TableDisplay):
    """Pairs of models, those whose errors are least alike first.

    Parameters
    ----------
    models
        Held-out predictions of models with all their fits, the best first.
    """

    def __init__(self, models: Sequence[Judged]) -> None:
        self._models = tuple(models)
        self._frame = disagreement(models)

    def frame(self) -> pd.DataFrame:
        """Return one row a pair: `model, other, correlation, differing, mae, mae_other, mean, oracle`."""
        return self._frame.copy()

    def matrix(self, what: str = "correlation") -> pd.DataFrame:
        """Return a square, one row and one column a model, those whose errors are alike beside each other.

        Parameters
        ----------
        what
            `correlation`, `differing`, `mean` or `oracle`.

        Raises
        ------
        SpecError
            If it is none of these.
        """
        if what not in WHAT:
            raise SpecError.unknown(None, "disagreement", "column", what, WHAT)
        names = [one.name for one in self._models]
        return square(self._frame, alike(self._frame, names), what)

    def chart(self, what: str = "correlation") -> ChartDisplay | None:
        """Return a heat map of up to 40 models, the best ones; None of fewer than two.

        Parameters
        ----------
        what
            As for `matrix`.
        """
        if what not in WHAT:
            raise SpecError.unknown(None, "disagreement", "column", what, WHAT)
        if self._frame.empty:
            return None
        names = [one.name for one in self._models[:MOST]]
        return draw(square(self._frame, alike(self._frame, names), what), what, len(self._models))

    def _table(self) -> Table:
        rows = tuple(
            (
                Cell(str(row["model"])),
                Cell(str(row["other"])),
                number(row["correlation"], 2),
                Cell(percent(row["differing"]), row["differing"]),
                *(number(row[name]) for name in ("mae", "mae_other", "mean", "oracle")),
            )
            for row in self._frame.head(PAIRS).to_dict("records")
        )
        empty = "Two models with all their fits are needed."
        return Table(COLUMNS, rows, "Disagreement between models", tuple(self._notes()), empty)

    def _notes(self) -> list[str]:
        if self._frame.empty:
            return []
        notes = [f"Errors of the pairs correlate with {self._frame['correlation'].median():.2f} in the middle."]
        if len(self._frame) > PAIRS:
            notes = [f"The {PAIRS} of {len(self._frame):,} pairs whose errors are least alike. {notes[0]}"]
        best = self._frame.iloc[int(self._frame["mean"].to_numpy().argmin())]
        single = min(self._frame["mae"].min(), self._frame["mae_other"].min())
        gain = single - best["mean"]
        pair = f"{best['model']} and {best['other']}"
        if self._frame["mean"].sub(self._frame["oracle"]).abs().max() < SAME:
            notes = [f"All {len(self._models)} models agree: they predict the same."]
        elif gain >= SHOWN:
            notes.append(f"The mean of {pair} has a mae of {best['mean']:.3f}, {gain:.3f} under the best model's.")
        else:
            notes.append("No mean of two models has a mae that is smaller than the best model's by 0.001.")
        bound = "oracle: the nearer of both on each segment, which only sentiment tells: a bound, no model."
        return [*notes, bound, TOGETHER]


def draw(matrix: pd.DataFrame, what: str, models: int) -> ChartDisplay:
    """Draw a square matrix of models."""
    names = [name_of(name) for name in matrix.index]
    size = len(names)
    rows, columns = [f"{name}  {n}" for n, name in enumerate(names, 1)], [str(n) for n in range(1, size + 1)]
    cells = pd.DataFrame(
        {
            "row": np.repeat(rows, size),
            "column": np.tile(columns, size),
            "model": np.repeat(names, size),
            "other": np.tile(names, size),
            "value": matrix.to_numpy().ravel(),
        }
    )
    title = f"Disagreement: {WHAT[what]}"
    sentences = ["Columns are numbered as rows are."]
    if size > 2:  # noqa: PLR2004 -- two have no order
        sentences[0] += " Models whose errors are alike stand together."
    if models > size:
        sentences.append(f"The best {size} of {models} models.")
    pairs = cells[~np.eye(size, dtype=bool).ravel()]
    spec = {
        "title": {"text": title, "subtitle": sentences},
        "description": f"{title}. {' '.join(sentences)}".strip(),
        "width": {"step": 40 if size <= WRITTEN else 17},
        "height": {"step": 32 if size <= WRITTEN else 17},
        "data": values(pairs),
        "encoding": {"x": _side("column", columns), "y": _side("row", rows)},
        "layer": _layers(pairs, what, written=size <= WRITTEN),
    }
    return ChartDisplay(spec, pairs[["model", "other", "value"]])


def _side(field: str, names: Sequence[str]) -> Spec:
    # Names once, at the side; numbers below, which stand apart however long names are.
    axis = {"labelLimit": 340, "labelAngle": 0, "domain": False, "ticks": False, "grid": False}
    return {"field": field, "type": "nominal", "title": None, "sort": list(names), "axis": axis}


def _layers(pairs: pd.DataFrame, what: str, *, written: bool) -> list[Spec]:
    known = pairs["value"].dropna()
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if high - low < 1e-6:  # noqa: PLR2004 -- one pair, or all alike
        low, high = low - 0.5, high + 0.5
    legend = {"title": WHAT[what], "orient": "right", "gradientLength": 120, "titleLimit": 260, "format": ".2f"}
    if what == "differing":
        legend["format"] = ".0%"
    scale = {"scheme": "cividis", "domain": [low, high]}
    colour = {"field": "value", "type": "quantitative", "scale": scale, "legend": legend}
    shown = tooltip(model="", other="", value=".3f")
    layers: list[Spec] = [{"mark": {"type": "rect"}, "encoding": {"color": colour, "tooltip": shown}}]
    if written:
        bright = f"datum.value > {low + 0.55 * (high - low):.6f}"
        text = {"field": "value", "type": "quantitative", "format": ".0%" if what == "differing" else ".2f"}
        black = {"condition": {"test": bright, "value": "black"}, "value": "white"}
        layers.append({"mark": {"type": "text", "fontSize": 11}, "encoding": {"text": text, "color": black}})
    return layers
