"""`%mosi_form`: a form of a new cell, of a model's, of a text; and the text of a form as the next cell."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import Any, ClassVar

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.cell.magic_line import MAGIC, split
from mosi_nb.errors import SpecError, nearest
from mosi_nb.notebook.library import in_notebook
from mosi_nb.notebook.template import template

HELP = """\
%mosi_form               open a form with a cell that runs as it stands
%mosi_form NAME          open a form of the cell of the Model NAME, or of the text in the variable NAME
%mosi_form --cell        insert the cell of the form that was opened last, as the next cell
%mosi_form --cell NAME   insert the cell of the Model NAME, or the text in the variable NAME
%mosi_form --help        show this

The text in the form is the cell: a field changes the text, the text changes the fields. A complete example:

%mosi_form
%mosi_form --cell
"""
IN_TERMINAL = "A form needs a notebook: a terminal shows no widgets. A cell to begin with:\n\n"


class Opened:
    """The form of this kernel that was opened last, and what it does after every cell."""

    last: ClassVar[Any] = None
    following: ClassVar[Callable[..., None] | None] = None


def form(shell: InteractiveShell, arguments: Namespace) -> None:
    """Open a form, or insert the cell of one.

    Parameters
    ----------
    shell
        In which it is shown.
    arguments
        Of the line of the magic: `name`, `cell`, `help`.

    Raises
    ------
    SpecError
        If there is no such variable, or no form yet.
    """
    if arguments.help:
        display({"text/plain": HELP}, raw=True)
    elif arguments.cell:
        shell.set_next_input(_last(shell, arguments.name))
    elif not in_notebook(shell):
        text = text_of(shell, arguments.name) if arguments.name else template("first")
        display({"text/plain": f"{IN_TERMINAL}{text}"}, raw=True)
    else:
        _open(shell, text_of(shell, arguments.name) if arguments.name else template("first"))


def text_of(shell: InteractiveShell, name: str) -> str:
    """Return the whole cell of a variable: a model's, or the text that it is.

    Raises
    ------
    SpecError
        If there is no such variable, or it is something else.
    """
    held = shell.user_ns.get(name)
    if isinstance(held, str):
        return held if split(held)[0] else f"{MAGIC} {name}\n{held}"
    if held is not None and isinstance(cell := getattr(held, "cell", None), str):
        return f"{MAGIC} {name}\n{cell}"
    mine = [one for one, value in shell.user_ns.items() if not one.startswith("_") and hasattr(value, "cell")]
    found = f"'{name}' is of type {type(held).__name__}." if held is not None else f"there is no variable '{name}'."
    advice = f"Name a Model or a text; or write %mosi_form alone for a new cell.{nearest(name, mine)}"
    raise SpecError.at(None, "%mosi_form", found, advice=advice)


def _last(shell: InteractiveShell, name: str | None) -> str:
    if name:
        return text_of(shell, name)
    if Opened.last is None:
        raise SpecError.at(None, "%mosi_form", "no form was opened yet.", advice="Open one first: %mosi_form")
    return str(Opened.last.draft.text)


def _open(shell: InteractiveShell, text: str) -> None:
    from mosi_nb.notebook.form.form import Form  # noqa: PLC0415 -- widgets, which only a form needs
    from mosi_nb.notebook.show import Place  # noqa: PLC0415 -- as above

    made = Form(shell, text)
    display(made)
    made.keep_in(display(made.static(), raw=True, display_id=True))
    made.place = Place(shell)
    follow(shell, made)


def follow(shell: InteractiveShell, made: Any) -> None:
    """Let a form, from now on and no other, offer after every cell what that cell made.

    Parameters
    ----------
    shell
        Whose cells they are.
    made
        The form.
    """

    def refresh(*_: Any) -> None:
        made.refresh()

    forget(shell)
    Opened.last, Opened.following = made, refresh
    shell.events.register("post_run_cell", refresh)


def forget(shell: InteractiveShell) -> None:
    """Let no form listen to cells any more."""
    if Opened.following is not None and Opened.following in shell.events.callbacks["post_run_cell"]:
        shell.events.unregister("post_run_cell", Opened.following)
    Opened.last = Opened.following = None
