"""One component: what it does, its parameters, a line of a cell in which it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from mosi_nb.cell.docstrings import description, documented, headline, is_required, type_name, word
from mosi_nb.cell.help import example, of_component
from mosi_nb.displays.display import Display
from mosi_nb.displays.render import in_markdown, render
from mosi_nb.displays.tables import Cell, Column, Table, to_markdown

if TYPE_CHECKING:
    from inspect import Parameter

    from mosi_nb.registry import Component

COLUMNS = (
    Column("parameter", "parameter", numeric=False, row_header=True),
    Column("type", "type", numeric=False),
    Column("default", "default", numeric=False),
    Column("meaning", "meaning", numeric=False),
)


class ComponentView(Display):
    """The help on a component.

    Parameters
    ----------
    component
        What is described.

    Examples
    --------
    >>> import mosi_nb.components
    >>> from mosi_nb.registry import find
    >>> ComponentView(find("encoder", "scale")).frame()["parameter"].tolist()
    ['block', 'center']
    """

    def __init__(self, component: Component) -> None:
        self._component = component

    def frame(self) -> pd.DataFrame:
        """Return one row a parameter: `parameter, type, default, meaning`."""
        told = documented(self._component)
        rows = [
            (name, type_name(parameter.annotation), _default(parameter), told.get(name, "").replace("`", ""))
            for name, parameter in self._component.parameters.items()
        ]
        return pd.DataFrame(rows, columns=[column.name for column in COLUMNS])

    def markdown(self) -> str:
        """Return all that is shown as Markdown."""
        return "\n\n".join(
            [*map(in_markdown, [self._headline(), *self._sentences()]), *map(to_markdown, self._tables())]
        )

    def _html(self, *, with_library: bool = False) -> str:
        # read once from top to bottom: no library
        del with_library
        shown = {"headline": self._headline(), "sentences": self._sentences(), "tables": self._tables()}
        return str(render("plan.html", **shown, folds=(), order=None))

    def _text(self) -> str:
        text = of_component(self._component)  # in lines, some of them indented
        return "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)

    def _headline(self) -> str:
        return headline(self._component)

    def _sentences(self) -> list[str]:
        paragraphs = description(self._component).replace("`", "").split("\n\n")
        return [*(" ".join(one.split()) for one in paragraphs), f"For example: {example(self._component)}"]

    def _tables(self) -> list[Table]:
        rows = tuple(tuple(map(Cell, row)) for row in self.frame().itertuples(index=False))
        return [Table(COLUMNS, rows, title="Parameters")] if rows else []


def _default(parameter: Parameter) -> str:
    if is_required(parameter):
        return "must be given"
    if parameter.default is parameter.empty:
        return ""
    return word(parameter.default, parameter.annotation)
