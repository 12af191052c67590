"""The scorecard of Google's rules of machine learning."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from mosi_nb.displays.display import Display
from mosi_nb.displays.render import plain, render
from mosi_nb.displays.tables import Cell, Column, Table, count, to_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mosi_nb.compare.rules import Ruling
    from mosi_nb.compare.verdicts import Status

ORDER: tuple[Status, ...] = ("warn", "pass", "not judged", "does not apply")
SIGNS: dict[Status, str] = {"warn": "▲", "pass": "✓", "not judged": "?", "does not apply": "–"}
"""Beside the word: no status is told by colour alone."""

COLUMNS = (
    Column("number", "rule"),
    Column("title", "what it says", numeric=False, row_header=True),
    Column("status", "status", numeric=False),
    Column("reason", "why", numeric=False),
    Column("advice", "what to do", numeric=False),
)
SOURCE = "M. Zinkevich: Rules of Machine Learning, Google. Those that no tool can see are left out: docs/rules.md."


class Rules(Display):
    """Which of Google's rules of machine learning an experiment keeps.

    Parameters
    ----------
    rulings
        One a rule.

    Attributes
    ----------
    warned
        Those that are not kept.

    Examples
    --------
    >>> from mosi_nb.compare.rules import Ruling
    >>> Rules([Ruling(12, "Do not overthink the objective", "warn", "mae is the only metric.", "Write another.")])
    Rules of machine learning: 1 warn
    ▲ warn  12. Do not overthink the objective
      mae is the only metric.
      Write another.
    """

    def __init__(self, rulings: Sequence[Ruling]) -> None:
        self._rulings = tuple(rulings)
        self.warned: tuple[Ruling, ...] = tuple(one for one in self._rulings if one.status == "warn")

    def frame(self) -> pd.DataFrame:
        """Return one row a rule: `number, title, status, reason, advice`."""
        rows = [(one.number, one.title, one.status, one.reason, one.advice) for one in self._rulings]
        return pd.DataFrame(rows, columns=["number", "title", "status", "reason", "advice"])

    def markdown(self) -> str:
        """Return all rules as Markdown, those that are not kept first."""
        rows = tuple(
            (count(one.number), Cell(one.title), Cell(_word(one.status)), Cell(one.reason), Cell(one.advice))
            for one in self._ordered()
        )
        return to_markdown(Table(COLUMNS, rows, title=self._headline(), notes=(SOURCE,)))

    def _html(self, *, with_library: bool = False) -> str:
        # read once from top to bottom: no library
        del with_library
        groups = [(status, [one for one in self._rulings if one.status == status]) for status in ORDER]
        shown = [(status, _word(status), group) for status, group in groups if group]
        return str(render("rules.html", headline=self._headline(), groups=shown, source=SOURCE))

    def _text(self) -> str:
        lines = [self._headline()]
        for one in self._ordered():
            lines.append(f"{_word(one.status)}  {one.number}. {plain(one.title)}")
            lines += [f"  {plain(told)}" for told in (one.reason, one.advice) if told]
        return "\n".join(lines)

    def _headline(self) -> str:
        counts = Counter(one.status for one in self._rulings)
        told = ", ".join(f"{counts[status]} {status}" for status in ORDER if counts[status])
        return f"Rules of machine learning: {told or 'none'}"

    def _ordered(self) -> list[Ruling]:
        return sorted(self._rulings, key=lambda one: (ORDER.index(one.status), one.number))


def _word(status: Status) -> str:
    return f"{SIGNS[status]} {status}"
