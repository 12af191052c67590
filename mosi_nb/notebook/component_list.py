"""`%mosi_components [kind] [name]`: what a cell can be written with."""

from __future__ import annotations

from argparse import Namespace

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.cell.help import KIND_OF
from mosi_nb.displays.component_table import ComponentTable, KindTable
from mosi_nb.displays.component_view import ComponentView
from mosi_nb.displays.display import Display
from mosi_nb.errors import SpecError
from mosi_nb.registry import KINDS, Component, find, kinds_of, names

HELP = """\
%mosi_components              show every kind of component, and the names of each
%mosi_components KIND         show the components of a kind, or of a key, and what each is
%mosi_components KIND NAME    show one: what it does, its parameters, a line to copy
%mosi_components NAME         the same, where the kind is clear

For example:

%mosi_components model
%mosi_components model svr
%mosi_components tfidf
"""


def components(shell: InteractiveShell, arguments: Namespace) -> None:
    """Show kinds, the components of a kind, or one of them.

    Parameters
    ----------
    shell
        Not looked at.
    arguments
        Of the line of the magic: `kind`, `name`, `help`.

    Raises
    ------
    SpecError
        If there is no such kind or component.
    """
    del shell
    if arguments.help:
        display({"text/plain": HELP}, raw=True)
        return
    for view in views(arguments.kind, arguments.name):
        display(view)


def views(kind: str | None = None, name: str | None = None) -> list[Display]:
    """Return what is shown of a kind and a name.

    Parameters
    ----------
    kind
        A kind, a key of the cell or, where no name is given, the name of a component.
    name
        Of a component.

    Raises
    ------
    SpecError
        If there is no such kind or component.
    """
    if kind is None:
        return [KindTable({one: names(one) for one in KINDS})]
    meant = KIND_OF.get(kind, kind)
    if meant not in KINDS:
        if name is None and (kinds := kinds_of(kind)):
            return [ComponentView(_one(each, kind)) for each in kinds]
        known = KINDS if name else [*KINDS, *(one for each in KINDS for one in names(each))]
        raise SpecError.unknown(None, "%mosi_components", "kind" if name else "kind or component", kind, known)
    if name is None:
        return [ComponentTable(meant, [_one(meant, each) for each in names(meant)])]
    return [ComponentView(_one(meant, name))]


def _one(kind: str, name: str) -> Component:
    found = find(kind, name)
    if found is None:
        raise SpecError.unknown(None, "%mosi_components", kind, name, names(kind))
    return found
