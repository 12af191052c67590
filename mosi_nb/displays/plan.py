"""What would be run, before anything is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from mosi_nb.displays.display import Display
from mosi_nb.displays.render import in_markdown, plain, render
from mosi_nb.displays.tables import Cell, Column, Table, count, to_markdown, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOTHING = "Nothing was run."

MODELS = (
    Column("model", "model", numeric=False, row_header=True),
    Column("candidates", "candidates", help="Sets of parameters."),
    Column("fits", "fits", help="Candidates times folds."),
    Column("at_once", "in one go", help="Most candidates that one fit evaluates together."),
    Column("params", "parameters tried", numeric=False),
    Column("pipeline", "pipeline", numeric=False),
)
COMBINED = (
    Column("model", "computed from others", numeric=False, row_header=True),
    Column("of", "of", numeric=False),
)
MODALITIES = (
    Column("modality", "modality", numeric=False, row_header=True),
    Column("rows", "rows"),
    Column("columns", "columns"),
    Column("missing", "missing"),
    Column("encoder", "encoder", numeric=False),
)
FOLDS = (
    Column("repeat", "repeat"),
    Column("fold", "fold"),
    Column("train_segments", "train segments"),
    Column("held_out_segments", "held-out segments"),
    Column("videos", "held-out videos"),
)

CHECKS = (
    Column("check", "check", numeric=False, row_header=True),
    Column("severity", "severity", numeric=False),
    Column("found", "found", numeric=False),
    Column("advice", "what to do", numeric=False),
)


class PlanView(Display):
    """What would be run: models, data, folds, settings.

    Parameters
    ----------
    summary
        `models`, a list of dicts (`model, candidates, fits, at_once, params, pipeline`); `combined`
        (`model, of`); `modalities` (`modality, rows, columns, encoder, missing`); `folds` (`repeat, fold,
        train_segments, held_out_segments, held_out_videos`, the last a list of ids); `checks` (`check,
        severity, found, advice`); `test`, a sentence; `settings`, a dict of words; `candidates` and `fits`,
        numbers; `at_most`, the names of those that may be fewer; `notes`, sentences. Any may be missing.

    Examples
    --------
    >>> PlanView({"models": [{"model": "ridge", "candidates": 13, "fits": 65}], "candidates": 13, "fits": 65})
    13 candidates, 65 fits. Nothing was run.
    <BLANKLINE>
    Models
    model  candidates  fits
    ridge          13    65
    """

    def __init__(self, summary: Mapping[str, Any]) -> None:
        self._summary = summary

    def frame(self) -> pd.DataFrame:
        """Return one row a model: `model, candidates, fits, at_once, params, pipeline`."""
        return pd.DataFrame(self._summary.get("models", ()), columns=[column.name for column in MODELS])

    def markdown(self) -> str:
        """Return all sections as Markdown."""
        parts = [self._headline(), *map(in_markdown, self._sentences()), *map(to_markdown, self._tables())]
        return "\n\n".join(parts)

    def _html(self, *, with_library: bool = False) -> str:
        # read once from top to bottom: no library
        del with_library
        return str(
            render(
                "plan.html",
                headline=self._headline(),
                sentences=self._sentences(),
                tables=self._tables(),
                folds=_held_out(self._summary.get("folds", ())),
                order=None,
            )
        )

    def _text(self) -> str:
        return "\n\n".join(
            ["\n".join([self._headline(), *map(plain, self._sentences())]), *map(to_text, self._tables())]
        )

    def _headline(self) -> str:
        totals = [self._counted(name) for name in ("candidates", "fits") if name in self._summary]
        return f"{', '.join(totals)}. {NOTHING}" if totals else NOTHING

    def _counted(self, name: str) -> str:
        """Write how many there are of something."""
        number = self._summary[name]
        at_most = "at most " if name in self._summary.get("at_most", ()) else ""
        return f"{at_most}{number:,} {name if number != 1 else name.removesuffix('s')}"

    def _sentences(self) -> list[str]:
        test = self._summary.get("test", "")
        return [*([f"Test: {test}"] if test else []), *map(str, self._summary.get("notes", ()))]

    def _tables(self) -> list[Table]:
        folds = [fold | {"videos": len(fold.get("held_out_videos", ()))} for fold in self._summary.get("folds", ())]
        settings = [{"setting": name, "value": value} for name, value in self._summary.get("settings", {}).items()]
        setting = Column("setting", "setting", numeric=False, row_header=True), Column("value", "value", numeric=False)
        tables = [
            _table("Models", MODELS, self._summary.get("models", ())),
            _table("Without a further fit", COMBINED, self._summary.get("combined", ())),
            _table("Modalities", MODALITIES, self._summary.get("modalities", ())),
            _table("Folds", FOLDS, folds),
            _table("Settings", setting, settings),
            _table("Checks", CHECKS, self._summary.get("checks", ())),
        ]
        return [table for table in tables if table.rows]


def _table(title: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> Table:
    kept = [column for column in columns if any(row.get(column.name) not in (None, "") for row in rows)]
    return Table(tuple(kept), tuple(tuple(_cell(row.get(column.name)) for column in kept) for row in rows), title=title)


def _cell(value: object) -> Cell:
    if isinstance(value, int | float):
        return count(value)
    return Cell("" if value is None else str(value))


def _held_out(folds: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return each fold's name and the ids of its held-out videos."""
    repeats = len({fold.get("repeat", 1) for fold in folds})
    return [
        (
            f"repeat {fold.get('repeat', 1)}, fold {fold['fold']}" if repeats > 1 else f"fold {fold['fold']}",
            ", ".join(map(str, fold.get("held_out_videos", ()))),
        )
        for fold in folds
        if fold.get("held_out_videos")
    ]
