"""Which modality helps: models on all subsets of modalities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mosi_nb.compare.modalities import Subset
from mosi_nb.displays.leaderboard import metric_column
from mosi_nb.displays.modalities_chart import draw
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import MISSING, Cell, Column, Table, mark_best, number
from mosi_nb.errors import SpecError

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.displays.charts import ChartDisplay
    from mosi_nb.results import Metric, Results

KNOWN = ("model", "fusion", "modalities", "size", "score", "low", "high", "params", "status", "reason")


class Modalities(TableDisplay):
    """Models on all subsets of the modalities, in early and late fusion, and what each modality changes.

    Parameters
    ----------
    frame, changes
        From `compare.modalities`.
    metric
        What the score is.
    notes
        A sentence a modality, and what the numbers are.
    results, subsets
        The fits behind the rows, for `results`.

    Examples
    --------
    >>> import pandas as pd
    >>> from mosi_nb.results import Metric
    >>> row = {"model": "ridge", "fusion": "early", "modalities": "text", "size": 1, "score": 1.0, "low": 0.9,
    ...        "high": 1.1, "text": float("nan"), "text_low": 0, "text_high": 0, "params": "", "status": "done",
    ...        "reason": ""}
    >>> Modalities(pd.DataFrame([row]), pd.DataFrame(), Metric("mae", max, larger_is_better=False))
    model  fusion  modalities  mae ↓  text
    ridge  early   text        1.000     –
    Left out here, shown by .frame(): 95 % intervals.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        changes: pd.DataFrame,
        metric: Metric,
        notes: Sequence[str] = (),
        results: Results | None = None,
        subsets: Sequence[Subset] = (),
    ) -> None:
        self._frame, self._changes, self._metric, self._notes = frame, changes, metric, tuple(notes)
        self._results, self._subsets = results, tuple(subsets)

    def frame(self) -> pd.DataFrame:
        """Return one row a model, fusion and subset.

        Returns
        -------
        DataFrame
            `model, fusion, modalities, size, score, low, high`; for each modality what it changes beside the others
            of the row (`text, text_low, text_high`: score with it minus score without it, and its paired
            interval); `params, status, reason`.
        """
        return self._frame.copy()

    def changes(self) -> pd.DataFrame:
        """Return one row a model, fusion, modality and set of others that it is added to.

        Returns
        -------
        DataFrame
            `model, fusion, modality, beside, change, low, high, without, with, verdict`.
        """
        return self._changes.copy()

    @property
    def results(self) -> Results | None:
        """The fits behind the rows, each subset under a name of its own: they are not on the leaderboard."""
        if self._results is None:
            return None
        fits = [
            replace(
                fit, model="_".join((one.model, *(["late"] * (one.fusion == "late")), *one.modalities)), candidate=n
            )
            for n, one in enumerate(self._subsets)
            for fit in one.fits
        ]
        return replace(self._results, fits=tuple(fits), baselines=(), expected=len(fits), dropped=(), known={})

    def chart(self, model: str | None = None) -> ChartDisplay | None:
        """Return the scores of all subsets, and what each modality changes beside the others.

        Parameters
        ----------
        model
            Whose intervals and changes are drawn; the best one if left out. The others are points behind it.

        Raises
        ------
        SpecError
            If no subset of such a model is there.
        """
        known = list(dict.fromkeys(self._frame["model"]))
        if model is not None and model not in known:
            raise SpecError.unknown(None, "chart", "model with subsets", str(model), known)
        return draw(self._frame, self._changes, self._metric, model)

    def _table(self) -> Table:
        every = [name for name in self._frame.columns if name not in KNOWN and not name.endswith(("_low", "_high"))]
        rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in self._frame.to_dict("records")]
        measured = metric_column(self._metric.name, self._metric.larger_is_better)
        columns = (
            Column("model", "model", numeric=False, row_header=True),
            Column("fusion", "fusion", numeric=False),
            Column("modalities", "modalities", numeric=False),
            measured,
            *(Column(m, m, help=f"Change of {self._metric.name} by {m} beside the others of the row.") for m in every),
        )
        scores = mark_best(measured, [number(row["score"], low=row["low"], high=row["high"]) for row in rows])
        cells = [
            (
                Cell(str(row["model"])),
                Cell(str(row["fusion"])),
                Cell(str(row["modalities"]), small="" if row["status"] == "done" else str(row["reason"])),
                score,
                *(changed(row[m], row[f"{m}_low"], row[f"{m}_high"]) for m in every),
            )
            for row, score in zip(rows, scores, strict=True)
        ]
        return Table(columns, tuple(cells), notes=self._notes, empty="No subset was fitted yet.")


def changed(value: float, low: float, high: float) -> Cell:
    """Make a cell of a change, with its sign.

    Examples
    --------
    >>> changed(0.0213, 0.01, 0.03).text
    '+0.021'
    """
    cell = number(value, low=low, high=high)
    return cell if cell.text == MISSING else replace(cell, text=signed(value))


def signed(value: float) -> str:
    """Write a number with its sign, and zero without.

    Examples
    --------
    >>> signed(-0.0001), signed(0.5)
    ('0.000', '+0.500')
    """
    text = f"{value:+.3f}"
    return text[1:] if float(text) == 0 else text
