"""`%mosi_attach`: a run of an earlier kernel, taken up where it was left."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.cell import parse
from mosi_nb.errors import SpecError
from mosi_nb.notebook.clusters import meant
from mosi_nb.notebook.experiment import carry_out
from mosi_nb.notebook.history import all_runs, run_called, told
from mosi_nb.registry import find
from mosi_nb.spec import Spec, Use

HELP = """\
%mosi_attach                 take up the newest run that is not done
%mosi_attach NAME            take up the newest run of this name, and bind the result to NAME
%mosi_attach RUN             take up the run of this number; %mosi_history lists them

--name NAME      bind the result to another name, or to one where the run had none
--background     return at once
--cluster NAME   fit what is missing there: an address, a scheduler file or a variable

What the history holds is shown at once, and only what is missing is fitted. The variables that the
cell of the run names must be there: after a restart of the kernel, run the cells that make them first.

A complete example, in a new kernel:

%load_ext mosi_nb
my_data = ...                (as before)
%mosi_attach first
"""
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
    row = run_called(arguments.run, "%mosi_attach") if arguments.run else _unfinished()
    name = arguments.name or row["name"]
    if not name:
        advice = f"Write %mosi_attach {row['run']} --name NAME."
        raise SpecError.at(None, "%mosi_attach", f"{told(row)} has no name to bind the result to.", advice=advice)
    _refuse_missing(shell, row, parse(row["cell"]))
    from mosi_nb.model import Model  # noqa: PLC0415 -- an error above is answered at once

    cluster = meant(shell, arguments.cluster) if arguments.cluster else None
    model = Model.from_cell(row["cell"], shell.user_ns, cluster=cluster, name=name)
    how = {"on_error": None, "again": False, "quiet": False, "background": arguments.background}
    carry_out(shell, Namespace(name=name, **how), model)


def _unfinished() -> dict[str, Any]:
    """Return the newest run that is not done, and was not taken up and done since."""
    rows, done = all_runs("%mosi_attach"), set()
    for row in rows:
        same = row["name"], row["cell"]
        if row["status"] == "done":
            done.add(same)
        elif same not in done:
            return row
    sentence = "every run in the history is done." if rows else "the history holds no run yet."
    names = dict.fromkeys(str(row["name"]) for row in rows if row["name"])
    advice = "Name one to have its results: %mosi_attach NAME." if rows else ""
    raise SpecError.at(None, "%mosi_attach", sentence, known=names, advice=advice)


def _refuse_missing(shell: InteractiveShell, row: dict[str, Any], spec: Spec) -> None:
    """Refuse a run whose cell names variables that are not there."""
    missing = [name for key, kind in VARIABLES.items() for name in _missing(shell, getattr(spec, key), kind)]
    if missing:
        variables = "variable" if len(missing) == 1 else "variables"
        listed = ", ".join(f"'{name}'" for name in dict.fromkeys(missing))
        sentence = f"{told(row)} needs the {variables} {listed}, not there in this kernel."
        advice = f"Run the cell that makes {'it' if len(missing) == 1 else 'them'}, then %mosi_attach {row['run']}."
        raise SpecError.at(None, "%mosi_attach", sentence, advice=advice)


def _missing(shell: InteractiveShell, value: object, kind: str) -> list[str]:
    uses = [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Use)]
    heads = [use.name.partition(".")[0] for use in uses if find(kind, use.name) is None]
    return [head for head in heads if head not in shell.user_ns]
