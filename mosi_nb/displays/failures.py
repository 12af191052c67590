"""Failed fits and warnings with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mosi_nb.displays.failures_chart import draw
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.displays.charts import ChartDisplay

COLUMNS = (
    Column("model", "model", numeric=False, row_header=True),
    Column("kind", "kind", numeric=False),
    Column("fits", "fits", help="How many said this, of all fits of the model."),
    Column("reason", "reason", numeric=False, help="Of the first; numbers in it may differ in others."),
    Column("frame", "where", numeric=False, help="The outermost frame of the estimator's own code."),
    Column("folds", "folds", numeric=False),
    Column("params", "parameters", numeric=False),
)
LISTED = 5
"""Folds or sets of parameters that are written out, the rest counted."""


class Failures(TableDisplay):
    """Failed fits and warnings, those that say the same as one row.

    Parameters
    ----------
    frame
        From `compare.failures`.
    fits
        How many fits there are.

    Examples
    --------
    >>> import pandas as pd
    >>> columns = ["model", "kind", "fits", "of", "reason", "folds", "params", "frame"]
    >>> Failures(pd.DataFrame([], columns=columns), fits=265)
    None of 265 fits failed, and none gave a warning.
    """

    def __init__(self, frame: pd.DataFrame, fits: int) -> None:
        self._frame, self._fits = frame, fits

    def frame(self) -> pd.DataFrame:
        """Return one row a model and reason: `model, kind, fits, of, reason, folds, params, frame`."""
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return how many fits of each model failed, or gave a warning; None if none did."""
        return draw(self._frame)

    def _table(self) -> Table:
        rows = tuple(
            (
                Cell(str(row["model"])),
                Cell(str(row["kind"])),
                Cell(f"{row['fits']} of {row['of']}", float(row["fits"])),
                Cell(str(row["reason"])),
                Cell(str(row["frame"])),
                Cell(_listed(str(row["folds"]), ", fold ", "folds")),
                Cell(_listed(str(row["params"]), "; ", "sets of parameters")),
            )
            for row in self._frame.to_dict("records")
        )
        failed = int(self._frame.loc[self._frame["kind"] == "failed", "fits"].sum())
        told = f"{failed:,} of {self._fits:,} fits failed." if failed else f"None of {self._fits:,} fits failed."
        none = f"None of {self._fits:,} fits failed, and none gave a warning."
        empty = none if self._fits else "There are no fits yet."
        return Table(COLUMNS, rows, title=told if rows else "", empty=empty)


def _listed(text: str, separator: str, what: str) -> str:
    parts = text.split(separator)
    return text if len(parts) <= LISTED else f"{len(parts)} {what}"
