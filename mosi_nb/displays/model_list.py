"""The trained models, one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mosi_nb.displays.leaderboard import metric_column
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, mark_best, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

WORDS = {
    "model": Column("model", "model", numeric=False, row_header=True),
    "params": Column("params", "parameters", numeric=False),
    "modalities": Column("modalities", "looks at", numeric=False),
}


class ModelList(TableDisplay):
    """Trained models with their scores, in the order of the plan.

    Parameters
    ----------
    frame
        One row a model: `model, params, modalities` and a column a metric.
    directions
        The metrics, and for each whether larger is better.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"model": ["svr"], "params": ["C=1"], "modalities": ["text"], "mae": [1.03]})
    >>> ModelList(frame, {"mae": False})
    model  mae ↓  parameters  looks at
    svr    1.030  C=1         text
    models["svr"] opens one; leaderboard() has intervals and ranks.
    """

    def __init__(self, frame: pd.DataFrame, directions: Mapping[str, bool]) -> None:
        self._frame = frame
        self._directions = dict(directions)

    def frame(self) -> pd.DataFrame:
        """Return one row a model: `model, params, modalities` and a column a metric."""
        return self._frame.copy()

    def _best(self) -> str:
        """Return the name of the best model, or of the last one where none has a score."""
        name, larger = next(iter(self._directions.items()), ("", False))
        scored = self._frame[name].dropna() if name else self._frame["model"].iloc[:0]
        place = (scored.idxmax() if larger else scored.idxmin()) if len(scored) else self._frame.index[-1]
        return str(dict(zip(self._frame.index, self._frame["model"], strict=True))[place])

    def _table(self) -> Table:
        columns, cells = [WORDS["model"]], [[Cell(str(name)) for name in self._frame["model"]]]
        for name, larger in self._directions.items():
            columns.append(metric_column(name, larger))
            cells.append(mark_best(columns[-1], [number(float(value)) for value in self._frame[name]]))
        for name in ("params", "modalities"):
            columns.append(WORDS[name])
            cells.append([Cell(str(value)) for value in self._frame[name]])
        first = f'"{self._best()}"' if len(self._frame) else "name"
        notes = (f"models[{first}] opens one; leaderboard() has intervals and ranks.",)
        return Table(
            tuple(columns), tuple(zip(*cells, strict=True)), notes=notes, empty="No model has all its fits yet."
        )
