"""The kinds of components, and the components of one kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from mosi_nb.cell.help import KIND_OF
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table
from mosi_nb.displays.wrapped import wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mosi_nb.registry import Component

KINDS = (
    Column("kind", "kind", numeric=False, row_header=True),
    Column("keys", "keys of the cell", numeric=False),
    Column("components", "components", numeric=False),
)


class KindTable(TableDisplay):
    """Every kind of component, with the keys behind which it stands and the names that there are.

    Parameters
    ----------
    kinds
        From a kind to the names of its components.
    title
        Of a table below another one, which says how to go on; empty if there is none.

    Examples
    --------
    >>> KindTable({"fusion": ["early", "late"]})
    kind    keys of the cell  components
    fusion  fusion            early, late
    %mosi_components KIND says what each is.
    """

    interactive: ClassVar[bool] = False

    def __init__(self, kinds: Mapping[str, Sequence[str]], title: str = "") -> None:
        self._kinds, self._title = kinds, title

    def frame(self) -> pd.DataFrame:
        """Return one row a kind: `kind, keys, components`."""
        rows = [(kind, ", ".join(keys_of(kind)), ", ".join(known)) for kind, known in self._kinds.items()]
        return pd.DataFrame(rows, columns=[column.name for column in KINDS])

    def _table(self) -> Table:
        rows = tuple(tuple(map(Cell, row)) for row in self.frame().itertuples(index=False))
        notes = () if self._title else ("%mosi_components KIND says what each is.",)
        return Table(KINDS, rows, self._title, notes)

    def _text(self) -> str:
        return wrapped(self._table())


class ComponentTable(TableDisplay):
    """The components of one kind.

    Parameters
    ----------
    kind
        Their kind.
    components
        All of them.
    title
        Of a table below another one, which says how to go on; empty if there is none.
    """

    def __init__(self, kind: str, components: Sequence[Component], title: str = "") -> None:
        self._kind, self._title = kind, title
        self._components = components

    def frame(self) -> pd.DataFrame:
        """Return one row a component: `name, summary, parameters`."""
        rows = [(one.name, one.summary, ", ".join(one.parameters)) for one in self._components]
        return pd.DataFrame(rows, columns=["name", "summary", "parameters"])

    def _table(self) -> Table:
        columns = (
            Column("name", self._kind, numeric=False, row_header=True),
            Column("summary", "what it is", numeric=False),
            Column("parameters", "parameters", numeric=False),
        )
        rows = tuple(tuple(map(Cell, row)) for row in self.frame().itertuples(index=False))
        notes = () if self._title else (f"%mosi_components {self._kind} NAME says more of one.",)
        return Table(columns, rows, self._title, notes, empty=f"There is no {self._kind}.")

    def _text(self) -> str:
        return wrapped(self._table())


def keys_of(kind: str) -> list[str]:
    """Return the keys of the cell behind which components of a kind stand.

    Examples
    --------
    >>> keys_of("model")
    ['models', 'baselines']
    """
    return [key for key, one in KIND_OF.items() if one == kind] or ["a parameter"]
