"""What a model makes of its columns: by modality, and the largest by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mosi_nb.displays.coefficients_chart import TOP, draw
from mosi_nb.displays.display import Display
from mosi_nb.displays.render import in_markdown, plain, render
from mosi_nb.displays.tables import Cell, Column, Table, count, number, to_html, to_markdown, to_text

if TYPE_CHECKING:
    from mosi_nb.compare.coefficients import Explained
    from mosi_nb.displays.charts import ChartDisplay

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
        return draw(self._model, self._explained.kind, drawn) if len(drawn) else None

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
    return Cell(f"{100 * share:.0f} %", share) if np.isfinite(share) else number(share)
