"""Tables as values, and as HTML, text and Markdown.

A `Table` holds text that is ready to be shown beside the number it was made from, so that a table
sorts and exports by the number whatever the rounding.
"""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mosi_nb.displays.library import library_html
from mosi_nb.displays.render import in_markdown, plain, render, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PAGE = 15
"""Rows from which on a table gets a search field and pages."""

MISSING = "–"

HEADER = 36
"""Letters of a header; what is longer, as a model's name may be, is cut out in its middle."""

WORD = 28
"""The same for a word in a cell; the whole is shown where the pointer rests, searched and exported."""

WIDE = 20
"""Letters that a column of words is given before it wraps."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name
        In an export.
    header
        As it is shown.
    numeric
        Numbers are aligned right.
    help
        One sentence, shown when the pointer rests on the header.
    larger_is_better
        None where neither way is better.
    row_header
        This column names the row.
    """

    name: str
    header: str
    numeric: bool = True
    help: str = ""
    larger_is_better: bool | None = None
    row_header: bool = False

    @property
    def head(self) -> str:
        """The header, of a length that leaves room for other columns."""
        return shortened(self.header, HEADER)

    @property
    def told(self) -> str:
        """What is shown where the pointer rests: the whole header, if it was cut, and the help."""
        return self.help if self.head == self.header else f"{self.header}. {self.help}".strip()


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text
        As it is shown.
    value
        The number behind it, to sort and export by; None for words.
    low, high
        Interval of the number, NaN where there is none.
    small
        A word or two beside the text, shown small.
    best
        The best of its column.
    """

    text: str
    value: float | None = None
    low: float = math.nan
    high: float = math.nan
    small: str = ""
    best: bool = False

    @property
    def brief(self) -> str:
        """The text, each of its words of a length that leaves room for other columns."""
        return re.sub(rf"\S{{{WORD + 1},}}", lambda word: shortened(word[0], WORD), self.text)

    @property
    def interval(self) -> str:
        """The interval as it is shown; empty if there is none."""
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            return ""
        low, high = f"{self.low:z.2f}", f"{self.high:z.2f}"
        # a dash between negative numbers could be read as a sign
        return f"{low} to {high}" if "-" in low + high else f"{low}–{high}"


@dataclass(frozen=True)
class Table:
    """Columns and rows of cells, with a title above and notes below.

    Attributes
    ----------
    columns
        From left to right.
    rows
        From top to bottom, one cell a column.
    title
        One line; may be empty.
    notes
        Sentences under the table.
    empty
        Sentence that stands in for the rows if there are none.
    starred
        What a star means.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    empty: str = "Nothing to show."
    starred: str = "best of its column"

    def cuts(self, place: int) -> bool:
        """Tell whether a column shows any text less than whole."""
        return any(row[place].brief != row[place].text for row in self.rows)

    def wide(self, place: int) -> int:
        """Return how many letters a column of words is given before it wraps: what the first page needs."""
        longest = max((len(row[place].text) + len(row[place].small) for row in self.rows[:PAGE]), default=0)
        return round(0.9 * min(longest, WIDE)) + 1  # most letters are narrower than the zero that ch measures


def number(value: float, decimals: int = 3, low: float = math.nan, high: float = math.nan) -> Cell:
    """Make a cell of a number.

    Examples
    --------
    >>> number(1.20614, low=1.151, high=1.268)
    Cell(text='1.206', value=1.20614, low=1.151, high=1.268, small='', best=False)
    >>> number(float("nan")).text, number(-0.0001).text
    ('–', '0.000')
    """
    if not math.isfinite(value):
        return Cell(MISSING, math.nan)
    return Cell(f"{value:z.{decimals}f}", float(value), low, high)


def count(value: float) -> Cell:
    """Make a cell of a whole number, with commas between thousands.

    Examples
    --------
    >>> count(12000).text
    '12,000'
    """
    return Cell(f"{int(value):,}", float(value)) if math.isfinite(value) else Cell(MISSING, math.nan)


def mark_best(column: Column, cells: Sequence[Cell], done: Sequence[bool] | None = None) -> list[Cell]:
    """Mark the best cells of a column; where all are equal there is no best.

    Parameters
    ----------
    column
        Which way is better.
    cells
        From top to bottom.
    done
        For each whether it has all its fits, and may be the best; all may, if left out.

    Examples
    --------
    >>> cells = [number(1.2), number(1.1), number(float("nan"))]
    >>> [cell.best for cell in mark_best(Column("mae", "mae", larger_is_better=False), cells)]
    [False, True, False]
    """
    may = [True] * len(cells) if done is None else done
    judged = [cell.value for cell, one in zip(cells, may, strict=True) if one and cell.value is not None]
    values = {value for value in judged if math.isfinite(value)}
    if column.larger_is_better is None or len(values) < 2:  # noqa: PLR2004 -- a best needs another
        return list(cells)
    best = max(values) if column.larger_is_better else min(values)
    return [replace(cell, best=one and cell.value == best) for cell, one in zip(cells, may, strict=True)]


def to_html(table: Table, *, with_library: bool = False, interactive: bool = True) -> str:
    """Render a table as HTML that is complete without scripts, and sorts where they run.

    Parameters
    ----------
    table
        What is shown.
    with_library
        Put the table library in front.
    interactive
        False for a table that nobody would sort.
    """
    body = render("table_body.html", table=table, order=_order)
    # the name comes from what is shown, so that an unchanged table leaves a notebook unchanged
    name = "mosi-nb-" + hashlib.sha256(f"{table.title}{body}".encode()).hexdigest()[:12]
    html = render("table.html", table=table, body=body, name=name, page=PAGE, interactive=interactive and table.rows)
    return library_html() + html if with_library else html


def to_text(table: Table, width: int = 100) -> str:
    """Write a table for a terminal, columns aligned.

    Parameters
    ----------
    table
        What is shown.
    width
        Columns that do not fit in are left out from the right, and named under the table.

    Examples
    --------
    >>> columns = Column("model", "model", numeric=False), Column("mae", "mae ↓")
    >>> print(to_text(Table(columns, ((Cell("ridge"), number(1.0)), (Cell("svr"), number(1.25))))))
    model  mae ↓
    ridge  1.000
    svr    1.250
    """
    columns = [_text_column(table, place) for place in range(len(table.columns))]
    fitting = _fitting(columns, width)
    lines = [plain(table.title)] if table.title else []
    if table.rows:
        lines += ["  ".join(parts).rstrip() for parts in zip(*columns[:fitting], strict=True)]
    else:
        lines.append(table.empty)
    left_out = [column.name for column in table.columns[fitting:]]
    left_out += ["95 % intervals"] if any(cell.interval for row in table.rows for cell in row) else []
    if left_out and table.rows:
        lines.append(plain(f"Left out here, shown by .frame(): {', '.join(left_out)}."))
    if any(cell.best for row in table.rows for cell in row):
        lines.append(f"* {table.starred}; ↓ smaller is better, ↑ larger is better")
    return "\n".join([*lines, *map(plain, table.notes)])


def to_markdown(table: Table) -> str:
    r"""Write a table as Markdown, as GitHub reads it.

    Examples
    --------
    >>> print(to_markdown(Table((Column("model", "model", numeric=False),), ((Cell("a|b <i>"),),))))
    | model |
    | :-- |
    | a\|b &lt;i&gt; |
    """
    lines = [f"**{in_markdown(table.title)}**", ""] if table.title else []
    if table.rows:
        lines.append(_markdown_row(column.header for column in table.columns))
        lines.append("| " + " | ".join("--:" if column.numeric else ":--" for column in table.columns) + " |")
        lines += [_markdown_row(map(_marked, row)) for row in table.rows]
    else:
        lines.append(table.empty)
    for note in table.notes:
        lines += ["", in_markdown(note)]
    return "\n".join(lines)


def _order(column: Column, cell: Cell) -> str:
    """Return what a cell is sorted by: a missing number comes last when the best come first."""
    if cell.value is None or not math.isfinite(cell.value):
        return "-1e300" if column.larger_is_better else "1e300"
    return f"{cell.value:.9g}"


def _text_column(table: Table, place: int) -> list[str]:
    column = table.columns[place]
    limit = 28 if column.row_header else 40
    cells = [column.head, *(shortened(_terminal(row[place]), limit) for row in table.rows)]
    width = max(map(len, cells))
    return [cell.rjust(width) if column.numeric else cell.ljust(width) for cell in cells]


def _terminal(cell: Cell) -> str:
    small = f" ({cell.small})" if cell.small else ""
    return f"{'*' if cell.best else ''}{cell.text}{small}"


def _fitting(columns: Sequence[Sequence[str]], width: int) -> int:
    """Return how many columns fit, at least the first two."""
    used, fitting = -2, 0
    for column in columns:
        used += len(column[0]) + 2
        if used > width and fitting > 1:
            break
        fitting += 1
    return fitting


def _marked(cell: Cell) -> str:
    small = f" ({cell.small})" if cell.small else ""
    interval = f" ({cell.interval})" if cell.interval else ""
    return f"★ {cell.text}{interval}{small}" if cell.best else f"{cell.text}{interval}{small}"


def _markdown_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(map(in_markdown, cells)) + " |"
