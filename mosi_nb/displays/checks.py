"""Checks that were carried out: those that fired, and how many passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from mosi_nb.data.loader_checks import findings_of
from mosi_nb.displays.display import Display
from mosi_nb.displays.render import plain
from mosi_nb.displays.tables import Cell, Column, Table, to_html, to_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mosi_nb.data.checks import Finding

COLUMNS = (
    Column("code", "check", numeric=False, row_header=True),
    Column("severity", "severity", numeric=False),
    Column("title", "what", numeric=False),
    Column("report", "found", numeric=False),
    Column("advice", "what to do", numeric=False),
)


class Checks(Display):
    """Checks that were carried out; those that fired are listed.

    Parameters
    ----------
    findings
        One for each check.
    title
        Of what.

    Attributes
    ----------
    fired
        The findings with something to tell.

    Examples
    --------
    >>> from mosi_nb.data.checks import BEFORE, Finding
    >>> Checks([Finding(BEFORE["MOSI004"]), Finding(BEFORE["MOSI012"], "audio has 900 columns")])
    MOSI012 (info): far more features than videos
      audio has 900 columns
      Reduce them, for example pca(20) or select(50), or penalise more.
      See docs/checks.md#mosi012
    Passed: MOSI004.
    """

    def __init__(self, findings: Sequence[Finding], title: str = "") -> None:
        self._findings = tuple(findings)
        self._title = title
        self.fired: tuple[Finding, ...] = tuple(f for f in self._findings if f.status == "fired")

    def frame(self) -> pd.DataFrame:
        """Return one row a check: `code, severity, title, status, report, advice, page`."""
        columns = ["code", "severity", "title", "status", "report", "advice", "page"]
        rows = [
            (f.check.code, f.check.severity, f.check.title, f.status, f.report or "", f.check.advice, f.check.page)
            for f in self._findings
        ]
        return pd.DataFrame(rows, columns=columns)

    def markdown(self) -> str:
        """Return the checks that fired as Markdown."""
        return to_markdown(self._table())

    def _html(self, *, with_library: bool = False) -> str:
        # read once from top to bottom: no library
        del with_library
        return to_html(self._table(), interactive=False)

    def _text(self) -> str:
        # sentences, which a terminal would cut off in a table
        lines = [self._title] if self._title else []
        for finding in self.fired:
            check = finding.check
            lines.append(f"{check.code} ({check.severity}): {check.title}")
            lines += [f"  {line}" for line in (finding.report or "", check.advice, f"See {check.page}")]

        return "\n".join([*map(_plain, lines), *self._notes()])

    def _table(self) -> Table:
        rows = tuple(
            tuple(map(Cell, (f.check.code, f.check.severity, f.check.title, f.report or "", f.check.advice)))
            for f in self.fired
        )
        return Table(COLUMNS, rows, title=self._title, notes=tuple(self._notes()), empty="No check fired.")

    def _notes(self) -> list[str]:
        told = []
        for status in ("passed", "silenced"):
            codes = [f.check.code for f in self._findings if f.status == status]
            told += [f"{status.capitalize()}: {', '.join(codes)}."] if codes else []
        return [*told, *(f"Not judged: {f.check.code} ({f.unjudged})." for f in self._findings if f.unjudged)]


def check_loader(loader: Any) -> Checks:
    """Test whether a loader of your own keeps its contract, and say what does not fit.

    Parameters
    ----------
    loader
        An object, or a class that needs no arguments, with `modalities()`, `load(modality)` and
        `union(modalities)`; see docs/loaders.md.

    Examples
    --------
    >>> check_loader(object()).fired[0].report
    'object has no method modalities, load, union.'
    """
    name = loader.__name__ if isinstance(loader, type) else type(loader).__name__
    return Checks(findings_of(loader), f"The loader {name}")


def _plain(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + plain(line)
