"""The timeline of a run on its workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mosi_nb.compare.timeline import utilisation
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, count, number
from mosi_nb.displays.timeline_chart import draw

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.displays.charts import ChartDisplay

COLUMNS = (
    Column("model", "model", numeric=False, row_header=True),
    Column("units", "units", help="Pieces of work: one fit each, or several of a family on one fold."),
    Column("fits", "fits"),
    Column("seconds", "seconds", help="On all workers together."),
    Column("longest", "longest, s", help="Seconds of its longest unit."),
    Column("share", "share, %", help="Of all the time that was spent."),
)


class Timeline(TableDisplay):
    """What was fitted when, on which worker.

    Parameters
    ----------
    units
        From `compare.timeline`.
    resumed
        Fits that were found in the history, which are not drawn.

    Examples
    --------
    >>> import pandas as pd
    >>> unit = {"lane": "worker 1", "worker": "tcp://a:1", "model": "ridge", "candidates": 13, "params": "alpha=1",
    ...         "fold": "fold 1", "start": 0.0, "end": 2.0, "seconds": 2.0, "failed": False}
    >>> Timeline(pd.DataFrame([unit]), resumed=5)
    1 worker, 2.0 s from the first fit to the last, 100 % of it in use.
    model  units  fits  seconds  longest, s  share, %
    ridge      1    13     2.00        2.00       100
    5 fits come from the history and are left out.
    """

    def __init__(self, units: pd.DataFrame, resumed: int = 0) -> None:
        self._units, self._resumed = units, resumed

    def frame(self) -> pd.DataFrame:
        """Return one row a unit of work.

        Returns
        -------
        DataFrame
            `lane, worker, model, candidates, params, fold, start, end, seconds, failed`, times in seconds since
            the first unit began.
        """
        return self._units.copy()

    def chart(self) -> ChartDisplay | None:
        """Return one bar a unit on the lanes of the workers; None if nothing was fitted in this run."""
        return draw(self._units, [line for line in (self._headline(), self._left_out()) if line])

    def _headline(self) -> str:
        if self._units.empty:
            return ""
        span, number_of = float(self._units["end"].max()), self._units["worker"].nunique()
        workers = "1 worker" if number_of == 1 else f"{number_of} workers"
        lanes = self._units["lane"].nunique()
        lanes_told = f" in {lanes} lanes" if lanes > number_of else ""
        return f"{workers}{lanes_told}, {span:.1f} s from the first fit to the last, {self._used()} of it in use."

    def _used(self) -> str:
        return f"{100 * utilisation(self._units):.0f} %"

    def _left_out(self) -> str:
        fits = "1 fit comes" if self._resumed == 1 else f"{self._resumed:,} fits come"
        return f"{fits} from the history and {'is' if self._resumed == 1 else 'are'} left out." if self._resumed else ""

    def _table(self) -> Table:
        spent = self._units.groupby("model", sort=False).agg(
            units=("seconds", "size"),
            fits=("candidates", "sum"),
            seconds=("seconds", "sum"),
            longest=("seconds", "max"),
        )
        total = float(spent["seconds"].sum()) or 1.0
        rows = tuple(
            (
                Cell(str(name)),
                count(units),
                count(fits),
                number(seconds, 2),
                number(longest, 2),
                number(100 * seconds / total, 0),
            )
            for name, units, fits, seconds, longest in spent.sort_values("seconds", ascending=False).itertuples()
        )
        notes = tuple(filter(None, [self._left_out()]))
        return Table(COLUMNS, rows, title=self._headline(), notes=notes, empty="Nothing was fitted in this run.")
