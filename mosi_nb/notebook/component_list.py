"""`%mosi_components [kind] [name]`: what a cell can be written with."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.cell.help import KIND_OF
from mosi_nb.displays.component_table import ComponentTable, KindTable
from mosi_nb.displays.component_view import ComponentView
from mosi_nb.displays.display import Display
from mosi_nb.errors import SpecError, nearest
from mosi_nb.notebook.own_parts import own, own_names
from mosi_nb.registry import KINDS, Component, find, names

MAGIC = "%mosi_components"
HELP = """\
%mosi_components              show every kind of component, and the names of each
%mosi_components KIND         show the components of a kind, or of a key, and what each is
%mosi_components KIND NAME    show one: what it does, its parameters, a line to copy
%mosi_components NAME         the same, where the kind is clear

NAME may also be an estimator or a function of the notebook.

A complete example, which ends in a cell that runs:

%mosi_components model
%mosi_components model svr
%mosi_components tfidf

%%mosi_experiment first
data   = sample()
text   = tfidf(ngrams=(1, 2))
models = svr(kernel=[rbf, linear])
"""
WHERE = "%mosi_components lists all names, %mosi_components KIND those of a kind with what each is."


def components(shell: InteractiveShell, arguments: Namespace) -> None:
    """Show kinds, the components of a kind, or one of them.

    Parameters
    ----------
    shell
        Whose variables are shown too.
    arguments
        Of the line of the magic: `kind`, `name`, `help`.

    Raises
    ------
    SpecError
        If there is no such kind or component.
    """
    if arguments.help:
        display({"text/plain": HELP}, raw=True)
        return
    for view in views(arguments.kind, arguments.name, shell.user_ns):
        display(view)


def views(
    kind: str | None = None, name: str | None = None, variables: Mapping[str, Any] | None = None
) -> list[Display]:
    """Return what is shown of a kind and a name.

    Parameters
    ----------
    kind
        A kind, a key of the cell or, where no name is given, the name of a component.
    name
        Of a component.
    variables
        Of the notebook: what could stand among the components is shown too.

    Raises
    ------
    SpecError
        If there is no such kind or component.
    """
    mine = variables or {}
    if kind is None:
        return _every_kind(mine)
    meant = KIND_OF.get(kind, kind)
    if meant in KINDS:
        return _of_kind(meant, mine) if name is None else [ComponentView(_one(meant, name, mine))]
    if name is not None:
        raise SpecError.unknown(None, MAGIC, "kind", kind, KINDS)
    found = [one for each in KINDS if (one := _found(each, kind, mine))]
    if not found:
        known = [*KINDS, *(one for each in KINDS for one in _names(each, mine))]
        raise _unknown("kind or component", kind, known)
    return [ComponentView(one) for one in found]


def _every_kind(mine: Mapping[str, Any]) -> list[Display]:
    own_kinds = {kind: found for kind in KINDS if (found := own_names(mine, kind))}
    all_kinds = KindTable({kind: names(kind) for kind in KINDS})
    return [all_kinds, KindTable(own_kinds, "Of the notebook")] if own_kinds else [all_kinds]


def _of_kind(kind: str, mine: Mapping[str, Any]) -> list[Display]:
    held = [one for name in own_names(mine, kind) if (one := own(mine, kind, name))]
    table = ComponentTable(kind, [one for name in names(kind) if (one := find(kind, name))])
    return [table, ComponentTable(kind, held, "Of the notebook")] if held else [table]


def _names(kind: str, mine: Mapping[str, Any]) -> list[str]:
    return [*names(kind), *own_names(mine, kind)]


def _found(kind: str, name: str, mine: Mapping[str, Any]) -> Component | None:
    return find(kind, name) or own(mine, kind, name)


def _one(kind: str, name: str, mine: Mapping[str, Any]) -> Component:
    found = _found(kind, name, mine)
    if found is None:
        raise _unknown(kind, name, _names(kind, mine))
    return found


def _unknown(what: str, written: str, known: Iterable[str]) -> SpecError:
    """Build the error for a name that nobody knows, with the nearest alone: there are many."""
    return SpecError.at(None, MAGIC, f"unknown {what}: '{written}'.{nearest(written, known)}", advice=WHERE)
