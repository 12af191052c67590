"""`%mosi_attach`: a run of an earlier kernel, taken up where it was left."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.cell import parse, write
from mosi_nb.errors import SpecError
from mosi_nb.notebook.clusters import meant
from mosi_nb.notebook.experiment import carry_out
from mosi_nb.notebook.history import all_runs, run_called, running_of, told
from mosi_nb.notebook.variable_names import refuse_no_variable
from mosi_nb.registry import find
from mosi_nb.spec import Spec, Use

if TYPE_CHECKING:
    from mosi_nb.model import Model

HELP = """\
%mosi_attach                 take up the newest run that is not done
%mosi_attach NAME            take up the newest run of this name, and bind the result to NAME
%mosi_attach RUN             take up the run of this number; %mosi_history lists them

--name NAME      bind the result to another name, or to one where the run had none
--background     return at once
--cluster NAME   fit what is missing there: an address, a scheduler file or a variable

A run that goes on in this kernel is shown here, with its Stop and its result, and bound again. Of any
other, what the history holds is shown at once, and only what is missing is fitted. The variables that the
cell of the run names must be there: after a restart of the kernel, run the cells that make them first.

A complete example, in a new kernel:

%load_ext mosi_nb
my_data = ...                (as before)
%mosi_attach first
"""
MAGIC = "%mosi_attach"
VARIABLES = {"data": "data", "models": "model", "text": "encoder", "audio": "encoder", "video": "encoder"}
"""Keys of a cell that may name variables, and the kind of component that may stand there."""


def attach(shell: InteractiveShell, arguments: Namespace) -> None:
    """Take up a run that the history holds.

    Parameters
    ----------
    shell
        In which the result is bound, and whose variables the run's cell may name.
    arguments
        Of the line of the magic: `run`, `name`, `background`, `cluster`, `help`.

    Raises
    ------
    SpecError
        If there is no such run, or a variable that it names is not there.
    MosiError
        As `%%mosi_experiment`.
    """
    if arguments.help:
        display({"text/plain": HELP}, raw=True)
        return
    if arguments.name:
        refuse_no_variable(arguments.name, MAGIC, f"Write %mosi_attach {arguments.run or 'RUN'} --name NAME.")
    written = arguments.run.strip("'\"") if arguments.run else None
    alive = _alive(shell, written)
    if alive is not None:
        _take_up(shell, arguments.name, alive)
        return
    row = run_called(written, MAGIC) if written else _unfinished()
    alive = _same(row)
    if alive is not None:
        _take_up(shell, arguments.name, alive)
        return
    _go_on(shell, arguments, row)


def _go_on(shell: InteractiveShell, arguments: Namespace, row: dict[str, Any]) -> None:
    """Carry a run of the history out again: what it holds is not fitted anew."""
    name = arguments.name or row["name"]
    if not name:
        advice = f"Write %mosi_attach {row['run']} --name NAME."
        raise SpecError.at(None, MAGIC, f"{told(row)} has no name to bind the result to.", advice=advice)
    _refuse_missing(shell, row, parse(row["cell"]))
    from mosi_nb.model import Model  # noqa: PLC0415 -- an error above is answered at once

    cluster = meant(shell, arguments.cluster) if arguments.cluster else None
    model = Model.from_cell(row["cell"], shell.user_ns, cluster=cluster, name=name)
    how = {"on_error": None, "again": False, "quiet": False, "background": arguments.background}
    carry_out(shell, Namespace(name=name, **how), model, MAGIC)


def _alive(shell: InteractiveShell, written: str | None) -> Model | None:
    """Return the run that goes on in this kernel under a number or name; of none, the newest one that has a name."""
    from mosi_nb.model.background import being_trained  # noqa: PLC0415 -- a slip of the pen is answered at once
    from mosi_nb.notebook.background import running_as  # noqa: PLC0415 -- as above

    if written is None:
        return next((model for model in being_trained() if model.name), None)
    return running_of(int(written)) if written.isdecimal() else running_as(shell, written)


def _same(row: dict[str, Any]) -> Model | None:
    """Return the run that goes on in this kernel with the cell and the name of a row of the history."""
    from mosi_nb.model.background import being_trained  # noqa: PLC0415 -- as above

    cell = _bare(row["cell"])
    return next((one for one in being_trained() if one.name == row["name"] and write(one.spec) == cell), None)


def _take_up(shell: InteractiveShell, name: str | None, model: Model) -> None:
    """Show a run that goes on in this kernel, and bind it."""
    from mosi_nb.notebook.background import refuse_running, running_as, show_again  # noqa: PLC0415 -- as above

    bound = name or model.name or next((one for one, held in shell.user_ns.items() if held is model), "")
    if not bound:
        sentence = "the run that goes on has no name to bind the result to."
        raise SpecError.at(None, MAGIC, sentence, advice="Write %mosi_attach RUN --name NAME.")
    if running_as(shell, bound) is not model:
        refuse_running(shell, bound, MAGIC)
    show_again(shell, bound, model)


def _bare(cell: str) -> str:
    """Return a cell without its comments and layout."""
    try:
        return write(parse(cell))
    except SpecError:  # of another version
        return cell


def _unfinished() -> dict[str, Any]:
    """Return the newest run that is not done, and was not taken up and done since."""
    rows, done = all_runs(MAGIC), set()
    for row in rows:
        same = row["name"], _bare(row["cell"])
        if row["status"].startswith("done"):
            done.add(same)
        elif same not in done:
            return row
    sentence = "every run in the history is done." if rows else "the history holds no run yet."
    names = dict.fromkeys(str(row["name"]) for row in rows if row["name"])
    advice = "Name one to have its results: %mosi_attach NAME." if rows else ""
    raise SpecError.at(None, MAGIC, sentence, known=names, advice=advice)


def _refuse_missing(shell: InteractiveShell, row: dict[str, Any], spec: Spec) -> None:
    """Refuse a run whose cell names variables that are not there."""
    missing = [name for key, kind in VARIABLES.items() for name in _missing(shell, getattr(spec, key), kind)]
    if missing:
        variables = "variable" if len(missing) == 1 else "variables"
        listed = ", ".join(f"'{name}'" for name in dict.fromkeys(missing))
        sentence = f"{told(row)} needs the {variables} {listed}, not there in this kernel."
        advice = f"Run the cell that makes {'it' if len(missing) == 1 else 'them'}, then %mosi_attach {row['run']}."
        raise SpecError.at(None, MAGIC, sentence, advice=advice)


def _missing(shell: InteractiveShell, value: object, kind: str) -> list[str]:
    uses = [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Use)]
    heads = [use.name.partition(".")[0] for use in uses if find(kind, use.name) is None]
    return [head for head in heads if head not in shell.user_ns]
