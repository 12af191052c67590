"""A display that is a table, in all its forms."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from mosi_nb.displays.display import Display
from mosi_nb.displays.tables import Table, to_html, to_markdown, to_text


class TableDisplay(Display):
    """A display whose HTML, text and Markdown are those of one table.

    Subclasses implement `frame` and `_table`, and `chart` where there is one.
    """

    interactive: ClassVar[bool] = True
    """Whether anybody would sort it."""

    @abstractmethod
    def _table(self) -> Table: ...

    def markdown(self) -> str:
        """Return the table as Markdown."""
        return to_markdown(self._table())

    def _html(self, *, with_library: bool = False) -> str:
        return to_html(self._table(), with_library=with_library and self.interactive, interactive=self.interactive)

    def _text(self) -> str:
        return to_text(self._table())
