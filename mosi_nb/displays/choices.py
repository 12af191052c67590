"""The rows of a leaderboard as plain values to choose from, which no widget knows of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from mosi_nb.displays.leaderboard import summarize
from mosi_nb.displays.render import plain, render, shortened
from mosi_nb.displays.tables import Cell, Column

LABEL = 28
"""Letters of a model's name beside its box; one that is longer is whole in the text for the pointer."""


@dataclass(frozen=True)
class Choice:
    """A row to choose.

    Attributes
    ----------
    name
        Of the model.
    label
        The name as it is shown.
    html
        What stands beside it, in the columns of `Choices.header`.
    told
        The same as a sentence: the name first.
    words
        What a filter looks into, in small letters.
    """

    name: str
    label: str
    html: str
    told: str
    words: str

    def holds(self, words: str) -> bool:
        """Tell whether each of some words is in the row's name, parameters or status."""
        return all(word in self.words for word in words.casefold().split())


@dataclass(frozen=True)
class Choices:
    """The rows of a leaderboard, in its order.

    Attributes
    ----------
    header
        Names of the columns beside the models, as HTML.
    rows
        The best first.
    """

    header: str
    rows: tuple[Choice, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Of all models, in order."""
        return tuple(row.name for row in self.rows)

    @property
    def letters(self) -> int:
        """Of the longest label."""
        return max((len(row.label) for row in self.rows), default=0)


def choices(frame: pd.DataFrame, directions: Mapping[str, bool]) -> Choices:
    """Return the rows of a leaderboard to choose from.

    Parameters
    ----------
    frame
        Of a `Leaderboard`.
    directions
        The metrics, and for each whether larger is better.

    Examples
    --------
    >>> frame = pd.DataFrame({"mae": [1.0, 1.5], "rank": [1, 2], "status": "done"}, index=["svr", "ridge"])
    >>> [row.told for row in choices(frame, {"mae": False}).rows]
    ['svr: rank 1, mae ↓ 1.000, status done', 'ridge: rank 2, mae ↓ 1.500, status done']
    """
    table = summarize(frame, directions)
    shown = ["rank", *directions, "fit_seconds"]
    places = [place for name in shown for place, column in enumerate(table.columns) if column.name == name]
    columns = [*(table.columns[place] for place in places), Column("status", "status", numeric=False)]
    cells = [
        [*(row[place] for place in places), Cell(status)]
        for row, status in zip(table.rows, _statuses(frame), strict=True)
    ]
    widths = [_wide(column, [row[place] for row in cells]) for place, column in enumerate(columns)]
    template = " ".join(f"{width}ch" for width in widths)
    header = render("choice.html", widths=template, columns=columns, cells=None)
    parameters = frame.get("params", pd.Series("", index=frame.index))
    rows = tuple(
        _choice(str(name), columns, held, str(params), template)
        for name, held, params in zip(frame.index, cells, parameters, strict=True)
    )
    return Choices(str(header), rows)


def _choice(name: str, columns: Sequence[Column], cells: Sequence[Cell], params: str, template: str) -> Choice:
    html = render("choice.html", widths=template, columns=columns, cells=cells)
    told = ", ".join(f"{column.header} {_spoken(cell)}" for column, cell in zip(columns, cells, strict=True))
    parameters = f", {params}" if params else ""
    words = f"{name} {params} {cells[-1].text}".casefold()
    return Choice(name, shortened(name, LABEL), str(html), plain(f"{name}: {told}{parameters}"), words)


def _statuses(frame: pd.DataFrame) -> list[str]:
    """Return the status of each row, and which are there to compare with."""
    status = frame.get("status", pd.Series("done", index=frame.index)).astype(str)
    baseline = frame.get("baseline", pd.Series(data=False, index=frame.index)).astype(bool)
    return [f"{one}, baseline" if is_baseline else one for one, is_baseline in zip(status, baseline, strict=True)]


def _spoken(cell: Cell) -> str:
    return f"{cell.text} ({cell.interval})" if cell.interval else cell.text


def _wide(column: Column, cells: Sequence[Cell]) -> int:
    """Return how many letters a column is given."""
    # an interval is written smaller; a star and a space are about two letters
    longest = max((len(cell.text) + 2 * cell.best + round(0.8 * len(cell.interval)) for cell in cells), default=0)
    return max(longest, len(column.header))
