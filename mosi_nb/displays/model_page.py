"""The page of one model: its pipeline, parameters, scores, coefficients, what its fits warned of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from mosi_nb.displays.diagram import diagram_of
from mosi_nb.displays.display import Display
from mosi_nb.displays.leaderboard import metric_column
from mosi_nb.displays.model_page_chart import draw
from mosi_nb.displays.render import in_markdown, plain, render
from mosi_nb.displays.tables import Cell, Column, Table, count, number, to_html, to_markdown, to_text

if TYPE_CHECKING:
    from mosi_nb.displays.charts import ChartDisplay
    from mosi_nb.displays.coefficients import Coefficients

MOST = 12
"""Candidates, and warnings, that are shown; the rest is counted."""

METRICS = (
    Column("metric", "metric", numeric=False, row_header=True),
    Column("value", "mean over folds"),
    Column("interval", "95 % interval"),
    Column("definition", "what it is", numeric=False),
)
WARNINGS = (
    Column("warning", "warning", numeric=False, row_header=True),
    Column("fits", "fits"),
)


@dataclass(frozen=True)
class Page:
    """What the page of a model shows.

    Attributes
    ----------
    name
        Of the model.
    line
        Name, parameters and scores on one line.
    facts
        Pairs of a word and what it is: task, modalities, training, times, size.
    metrics
        One row a metric: `metric, value, low, high, definition`.
    larger_is_better
        For each metric.
    folds
        One row a fold: `fold`, a column a metric, `fit_seconds`, `predict_seconds`.
    tried
        One row a candidate: `params`, a column a metric, `chosen`.
    members
        One row a member of an ensemble: `member, weight` and a column a metric.
    warnings
        What its fits warned of, and in how many.
    pipeline
        Unfitted; None where there is none to show.
    coefficients
        Of the fitted pipeline; None where it is not fitted yet.
    notes
        Sentences under the page.
    """

    name: str
    line: str
    facts: Sequence[tuple[str, str]] = ()
    metrics: pd.DataFrame = field(default_factory=pd.DataFrame)
    larger_is_better: Mapping[str, bool] = field(default_factory=dict)
    folds: pd.DataFrame = field(default_factory=pd.DataFrame)
    tried: pd.DataFrame = field(default_factory=pd.DataFrame)
    members: pd.DataFrame = field(default_factory=pd.DataFrame)
    warnings: Mapping[str, int] = field(default_factory=dict)
    pipeline: Any = None
    coefficients: Coefficients | None = None
    notes: Sequence[str] = ()


class ModelPage(Display):
    """One model, taken apart.

    Parameters
    ----------
    page
        What is shown.

    Examples
    --------
    >>> ModelPage(Page("svr", "svr (C=1): mae 1.031", [("looks at", "text, audio")]))
    svr (C=1): mae 1.031
    looks at: text, audio
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self.coefficients = page.coefficients

    def frame(self) -> pd.DataFrame:
        """Return one row a fold: `model, fold`, a column a metric, `fit_seconds, predict_seconds`."""
        folds = self._page.folds.copy()
        folds.insert(0, "model", [self._page.name] * len(folds))
        return folds

    def tried(self) -> pd.DataFrame:
        """Return one row a candidate of the model: `params`, a column a metric, `chosen`."""
        return self._page.tried.copy()

    def chart(self) -> ChartDisplay | None:
        """Return the score of each fold in each metric, with mean and interval; None if there is no score."""
        drawn = self._page.metrics
        return draw(self._page.name, drawn, self._page.folds) if len(drawn) and drawn["value"].notna().any() else None

    def markdown(self) -> str:
        """Return the page as Markdown, without the diagram."""
        page = self._page
        facts = [f"- {in_markdown(word)}: {in_markdown(told)}" for word, told in page.facts]
        parts = [f"**{in_markdown(page.line)}**", "\n".join(facts), *map(to_markdown, self._tables())]
        parts += [page.coefficients.markdown()] if page.coefficients else []
        return "\n\n".join([*filter(None, parts), *map(in_markdown, page.notes)])

    def _html(self, *, with_library: bool = False) -> str:
        del with_library  # read once from top to bottom
        page = self._page
        return str(
            render(
                "model_page.html",
                name=page.name,
                line=page.line,
                facts=page.facts,
                tables=[to_html(table, interactive=False) for table in self._tables()],
                diagram=None if page.pipeline is None else diagram_of(page.pipeline),
                coefficients=page.coefficients._html() if page.coefficients else "",  # noqa: SLF001 -- a display, too
                notes=page.notes,
            )
        )

    def _text(self) -> str:
        page = self._page
        facts = [f"{plain(word)}: {plain(told)}" for word, told in page.facts]
        parts = ["\n".join([plain(page.line), *facts]), *map(to_text, self._tables())]
        parts += [repr(page.coefficients)] if page.coefficients else []
        return "\n\n".join([*parts, *map(plain, page.notes)])

    def _tables(self) -> list[Table]:
        page = self._page
        warned = [(Cell(text), count(fits)) for text, fits in list(page.warnings.items())[:MOST]]
        more = len(page.warnings) - MOST
        notes = (f"{more:,} more kinds of warnings: results.frame() has them.",) if more > 0 else ()
        tables = [
            Table(METRICS, tuple(map(_metric, page.metrics.to_dict("records"))), title="Scores"),
            self._scores("Folds", "fold", page.folds, ("fit_seconds", "predict_seconds")),
            self._tried(),
            self._scores("Members", "member", page.members, ("weight",)),
            Table(WARNINGS, tuple(warned), title="Warnings", notes=notes),
        ]
        return [table for table in tables if table.rows]

    def _tried(self) -> Table:
        tried = self._page.tried
        if len(tried) < 2:  # noqa: PLR2004 -- one candidate is no search
            return Table((), ())
        marked = [
            f"{told} ← chosen" if chosen else told
            for told, chosen in zip(tried["params"], tried["chosen"], strict=True)
        ]
        shown = tried.assign(params=marked).head(MOST)
        left = len(tried) - len(shown)
        notes = (f"{left:,} more: page().tried() has them.",) if left else ()
        return self._scores(f"Tried ({len(tried):,})", "params", shown, ("folds",), notes)

    def _scores(
        self, title: str, first: str, frame: pd.DataFrame, others: Sequence[str], notes: tuple[str, ...] = ()
    ) -> Table:
        """Make a table of scores, one row a fold, a candidate or a member."""
        if frame.empty:
            return Table((), ())
        measured = [name for name in self._page.larger_is_better if name in frame]
        headers = {"fit_seconds": "fit s", "predict_seconds": "predict s", "params": "parameters"}
        columns = [Column(first, headers.get(first, first), numeric=False, row_header=True)]
        columns += [metric_column(name, self._page.larger_is_better[name]) for name in measured]
        there = [name for name in others if name in frame]
        columns += [Column(name, headers.get(name, name)) for name in there]
        rows = [
            (
                Cell(str(row[first]) or "as it is"),
                *(number(float(row[name])) for name in measured),
                *(count(row[name]) if name == "folds" else number(float(row[name]), 2) for name in there),
            )
            for row in frame.to_dict("records")
        ]
        return Table(tuple(columns), tuple(rows), title=title, notes=notes)


def _metric(row: Mapping[Any, Any]) -> tuple[Cell, ...]:
    value = number(float(row["value"]), low=row["low"], high=row["high"])
    return Cell(str(row["metric"])), Cell(value.text, value.value), Cell(value.interval), Cell(str(row["definition"]))
