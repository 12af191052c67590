"""The base of everything that shows results."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container

    import pandas as pd

    from mosi_nb.displays.charts import ChartDisplay


class Display(ABC):
    """An object that shows results: in a notebook, in a terminal, as a frame, as Markdown.

    Subclasses implement `frame`, `_html`, `_text` and `markdown`, and `chart` where there is one.
    """

    @abstractmethod
    def frame(self) -> pd.DataFrame:
        """Return what is shown as a DataFrame, unrounded."""

    def chart(self) -> ChartDisplay | None:
        """Return a chart of what is shown, or None if there is none."""
        return None

    @abstractmethod
    def markdown(self) -> str:
        """Return what is shown as Markdown."""

    @abstractmethod
    def _html(self, *, with_library: bool = False) -> str: ...

    @abstractmethod
    def _text(self) -> str: ...

    def mimebundle(self, *, with_library: bool = False) -> dict[str, Any]:
        """Return what a front end shows, by mime type.

        Parameters
        ----------
        with_library
            Put the table library in front, so that tables can be sorted and filtered. Once in a
            notebook is enough; without it a table is complete, and still.
        """
        return {"text/html": self._html(with_library=with_library), "text/plain": self._text()}

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, Any] | tuple[dict[str, Any], dict[str, Any]]:
        return self._chosen(include, exclude)

    def _chosen(self, include: Container[str] | None, exclude: Container[str] | None) -> dict[str, Any]:
        """Return what a front end asks for of the bundle."""
        bundle = self.mimebundle()
        return {
            mime: shown
            for mime, shown in bundle.items()
            if (not include or mime in include) and (not exclude or mime not in exclude)
        }

    def __repr__(self) -> str:
        """Return the text version."""
        return self._text()
