"""The script that makes tables sortable: once in a notebook, wherever its first table stands."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Any

from IPython.core.interactiveshell import InteractiveShell

if TYPE_CHECKING:
    from mosi_nb.notebook.show import Place


def format_with_library(shell: InteractiveShell) -> Callable[..., dict[str, Any]]:
    """Return what IPython calls to show a leaderboard, or a model as its leaderboard.

    Parameters
    ----------
    shell
        In which it is shown.
    """

    def bundle(
        shown: Any, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, Any]:
        del include, exclude  # IPython itself picks from what it gets
        return dict(shown.mimebundle(with_library=library_is_due(shell)))

    return bundle


def in_notebook(shell: InteractiveShell) -> bool:
    """Tell whether a front end draws what is displayed; a terminal only prints it."""
    return getattr(shell, "kernel", None) is not None


def cell_of(shell: InteractiveShell) -> str:
    """Return by what the cell is known that is executing; empty where there is no notebook."""
    kernel: Any = getattr(shell, "kernel", None)
    if kernel is None:
        return ""
    parent = kernel.get_parent() or {}
    return str(parent.get("metadata", {}).get("cellId") or shell.execution_count)


def execution_of(shell: InteractiveShell) -> str:
    """Return by what the execution is known that a cell is in; empty where there is no notebook."""
    kernel: Any = getattr(shell, "kernel", None)
    parent = {} if kernel is None else kernel.get_parent() or {}
    return str(parent.get("header", {}).get("msg_id", ""))


def library_is_due(shell: InteractiveShell, place: Place | None = None) -> bool:
    """Tell whether an output has to bring the library along.

    It is due with the first table, and again when the output that holds it is replaced: when its cell is run
    again, or its place is filled anew. Further tables of the same cell bring none.

    Parameters
    ----------
    shell
        In which it is shown.
    place
        In which the table stands and which may be filled again; None for an output of the cell that is executing.
    """
    cell, execution = (cell_of(shell), execution_of(shell)) if place is None else (place.cell, place.execution)
    if not cell:
        return False
    if _Brought.by_cell is None or (_Brought.by_cell == cell and _Brought.is_replaced(execution, place)):
        _Brought.by_cell, _Brought.by_execution, _Brought.by_place = cell, execution, place
        return True
    return False


class _Brought:
    """Which cell of this kernel holds the library, and which of its outputs."""

    by_cell: str | None = None
    by_execution: str = ""
    by_place: Place | None = None

    @classmethod
    def is_replaced(cls, execution: str, place: Place | None) -> bool:
        """Tell whether a table of that cell stands in the place of the one that brought the library."""
        if cls.by_place is not None and place is cls.by_place:
            return True
        return execution != cls.by_execution
