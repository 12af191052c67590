"""A table of words for a terminal: what is long goes over several lines, and nothing is cut."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

from mosi_nb.displays.render import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mosi_nb.displays.tables import Table

WIDEST = 110
"""Letters of a line; longer ones are hard to follow."""


def wrapped(table: Table, width: int | None = None) -> str:
    """Write a table, its cells wrapped to the width.

    Parameters
    ----------
    table
        What is shown; its first column is never wrapped.
    width
        Letters of a line; that of the terminal if left out.

    Examples
    --------
    >>> from mosi_nb.displays.tables import Cell, Column, Table
    >>> columns = Column("kind", "kind", numeric=False), Column("names", "names", numeric=False)
    >>> print(wrapped(Table(columns, ((Cell("space"), Cell("log, uniform, integers")),)), width=22))
    kind   names
    space  log, uniform,
           integers
    """
    width = min(WIDEST, shutil.get_terminal_size().columns) if width is None else width
    rows = [[column.header for column in table.columns], *([plain(cell.text) for cell in row] for row in table.rows)]
    widths = _widths(rows, width)
    lines = [plain(table.title)] if table.title else []
    lines += [line for row in rows for line in _lines(row, widths)] if table.rows else [table.empty]
    notes = [line for note in table.notes for line in textwrap.wrap(plain(note), width)]
    return "\n".join([*lines, *notes])


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return the width of each column: the first as wide as it is, the others share what is left."""
    wanted = [max(map(len, column)) for column in zip(*rows, strict=True)]
    given = {0: wanted[0]}
    left = width - wanted[0] - 2 * (len(wanted) - 1)
    for place in sorted(range(1, len(wanted)), key=wanted.__getitem__):  # the narrow first, and their rest to the wide
        longest = max(len(word) for row in rows for word in (row[place].split() or [""]))
        given[place] = max(min(wanted[place], left // (len(wanted) - len(given))), longest)
        left -= given[place]
    return [given[place] for place in range(len(wanted))]


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    parts = [
        textwrap.wrap(text, max(width, 1), break_long_words=False, break_on_hyphens=False) or [""]
        for text, width in zip(row, widths, strict=True)
    ]
    tallest = max(map(len, parts))
    filled = [part + [""] * (tallest - len(part)) for part in parts]
    return [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in zip(*filled, strict=True)
    ]
