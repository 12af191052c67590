"""The runs that the history holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    Column("run", "run", row_header=True),
    Column("name", "name", numeric=False),
    Column("started", "when", numeric=False, help="When it began, in the time of this machine."),
    Column("status", "status", numeric=False),
    Column("fits", "fits", help="How many are kept, taken over or made, of those of its plan."),
    Column("models", "models", numeric=False),
)
STATUS = {"running": "running, or broken off"}
"""How a status is shown: of a run whose kernel died, nobody wrote the end."""


class RunList(TableDisplay):
    """Runs, the newest first.

    Parameters
    ----------
    rows
        Of each run its `run, name, started, status, fits, expected, models`; what else they hold is not shown.
    empty
        Why there are none.

    Examples
    --------
    >>> import pandas as pd
    >>> when = pd.Timestamp("2026-03-01 10:00", tz="UTC")
    >>> row = {"run": 1, "name": "first", "started": when, "status": "done", "fits": 15, "expected": 15}
    >>> RunList([{**row, "models": "ridge"}]).frame()["fits"].tolist()
    [15]
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]], empty: str = "The history holds no run yet.") -> None:
        self._rows, self._empty = rows, empty

    def frame(self) -> pd.DataFrame:
        """Return one row a run: `run, name, started, status, fits, expected, models`."""
        import pandas as pd  # noqa: PLC0415 -- the magic does without

        columns = ["run", "name", "started", "status", "fits", "expected", "models"]
        return pd.DataFrame([{name: row[name] for name in columns} for row in self._rows], columns=columns)

    def _table(self) -> Table:
        rows = tuple(
            (
                Cell(str(row["run"]), float(row["run"])),
                Cell(str(row["name"] or "–")),
                Cell(f"{row['started'].floor('s').to_pydatetime().astimezone():%Y-%m-%d %H:%M}"),
                Cell(STATUS.get(str(row["status"]), str(row["status"]))),
                Cell(f"{row['fits']:,} of {row['expected']:,}", float(row["fits"])),
                Cell(str(row["models"])),
            )
            for row in self._rows
        )
        notes = ("%mosi_history RUN shows the cell of a run, %mosi_attach RUN goes on with it.",) if rows else ()
        return Table(COLUMNS, rows, notes=notes, empty=self._empty)
