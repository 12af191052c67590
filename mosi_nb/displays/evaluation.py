"""One model's metrics on given data, or on the locked test."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mosi_nb.displays.display import Display
from mosi_nb.displays.tables import Cell, Column, Table, number, to_html, to_markdown, to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

COLUMNS = (
    Column("metric", "metric", numeric=False, row_header=True),
    Column("value", "value"),
    Column("interval", "95 % interval"),
    Column("what it is", "what it is", numeric=False),
)


class Evaluation(Display):
    """Metrics with their intervals and with what they mean.

    Parameters
    ----------
    frame
        One row a metric, columns `metric, value, low, high, what it is`.
    title
        What was evaluated, on what.
    notes
        Sentences under the table.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame(
    ...     [["mae", 1.0312, 0.94, 1.13, "Mean absolute error, in points."]],
    ...     columns=["metric", "value", "low", "high", "what it is"])
    >>> Evaluation(frame, "ridge on 686 segments")
    ridge on 686 segments
    metric  value  95 % interval  what it is
    mae     1.031      0.94–1.13  Mean absolute error, in points.
    """

    def __init__(self, frame: pd.DataFrame, title: str, notes: Sequence[str] = ()) -> None:
        self._frame = frame
        self._title = title
        self._notes = tuple(notes)

    def frame(self) -> pd.DataFrame:
        """Return one row a metric: `metric, value, low, high, what it is`."""
        return self._frame.copy()

    def markdown(self) -> str:
        """Return the table as Markdown."""
        return to_markdown(self._table())

    def _html(self, *, with_library: bool = False) -> str:
        # a handful of rows: nobody sorts them, so they need no library
        del with_library
        return to_html(self._table(), interactive=False)

    def _text(self) -> str:
        return to_text(self._table())

    def _table(self) -> Table:
        rows = []
        for row in self._frame.to_dict("records"):
            value = number(row["value"], low=row.get("low", math.nan), high=row.get("high", math.nan))
            words = str(row["metric"]), value.interval, str(row.get("what it is") or "")
            rows.append((Cell(words[0]), Cell(value.text, value.value), Cell(words[1]), Cell(words[2])))
        return Table(COLUMNS, tuple(rows), title=self._title, notes=self._notes, empty="There are no metrics.")
