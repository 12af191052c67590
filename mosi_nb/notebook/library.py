"""The script that makes tables sortable: once in a notebook, wherever its first table stands."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

from IPython.core.interactiveshell import InteractiveShell


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


def library_is_due(shell: InteractiveShell, cell: str | None = None) -> bool:
    """Tell whether the output of a cell has to bring the library along.

    It is due in the first cell that shows a table, and again when that very cell is run again, for
    then its output, and the library in it, is replaced.

    Parameters
    ----------
    shell
        In which it is shown.
    cell
        From `cell_of`; left out, the one that is executing.
    """
    cell = cell_of(shell) if cell is None else cell
    if not cell:
        return False
    if _Brought.by_cell in (None, cell):
        _Brought.by_cell = cell
        return True
    return False


class _Brought:
    """Which cell of this kernel holds the library."""

    by_cell: str | None = None
