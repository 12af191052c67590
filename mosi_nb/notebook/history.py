"""`%mosi_history`: earlier runs, their cells, and forgetting them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.cell import parse
from mosi_nb.displays.runs import RunList
from mosi_nb.errors import RunningError, SpecError, nearest
from mosi_nb.storage import History, default_path

if TYPE_CHECKING:
    from mosi_nb.model import Model

MAGIC = "%mosi_history"
HELP = """\
%mosi_history                show the runs that the history holds, the newest first
%mosi_history RUN            show the cell of a run: its number, or its name for the newest of that name
%mosi_history RUN --cell     put that cell below this one
%mosi_history --forget RUN [RUN ...]   drop runs, with the fits that no other run lists

A complete example:

%mosi_history
%mosi_history 3 --cell
"""
OFF = "There is no history: the variable MOSI_NB_HISTORY is 'none'."


def history(shell: InteractiveShell, arguments: Namespace) -> None:
    """Show earlier runs or the cell of one, or forget some.

    Parameters
    ----------
    shell
        In which a cell is put.
    arguments
        Of the line of the magic: `run`, `cell`, `forget`, `help`.

    Raises
    ------
    SpecError
        If there is no such run.
    RunningError
        If one that is to be forgotten is being trained in this kernel.
    HistoryError
        If the history cannot be read or written.
    """
    if arguments.help:
        _say(HELP)
    elif arguments.forget is not None:
        _refuse_both(arguments)
        _say(_forgotten(arguments.forget))
    elif arguments.run is not None:
        text = cell_of_run(run_called(arguments.run, MAGIC))
        shell.set_next_input(text) if arguments.cell else _say(text)
    elif arguments.cell:
        advice = "Write %mosi_history RUN --cell; %mosi_history lists them."
        raise SpecError.at(None, MAGIC, "--cell needs a run.", advice=advice)
    else:
        display(listed())


def listed() -> RunList:
    """Return the runs of the history as a display."""
    rows = _runs()
    if rows is None:
        return RunList([], OFF)
    return RunList([{**row, "models": _models(row["cell"])} for row in rows])


def run_called(written: str, magic: str) -> dict[str, Any]:
    """Return a run by its number, or the newest one of a name.

    Parameters
    ----------
    written
        Number or name.
    magic
        That asks.

    Raises
    ------
    SpecError
        If there is none.
    """
    rows, written = all_runs(magic), written.strip("'\"")
    column = "run" if written.isdecimal() else "name"
    for row in rows:
        if str(row[column]) == written:
            return row
    what = f"run {written}" if column == "run" else f"run called '{written}'"
    known = [str(row[column]) for row in rows if row[column]]
    sentence = f"there is no {what} in the history.{nearest(written, known)}"
    raise SpecError.at(None, magic, sentence, advice="%mosi_history lists those that are there.")


def all_runs(magic: str) -> list[dict[str, Any]]:
    """Return the runs of the history, the newest first.

    Raises
    ------
    SpecError
        If the history is switched off.
    """
    rows = _runs()
    if rows is None:
        sentence = f"{OFF[0].lower()}{OFF[1:]}"
        raise SpecError.at(None, magic, sentence, advice="Let it name a file, or delete it, before a run.")
    return rows


def cell_of_run(row: dict[str, Any]) -> str:
    """Return a run as a cell that carries it out again."""
    return f"%%mosi_experiment {row['name'] or 'first'}\n{row['cell']}\n"


def told(row: dict[str, Any]) -> str:
    """Name a run for people."""
    name = f" ({row['name']})" if row["name"] else ""
    return f"run {row['run']}{name} of {row['started']:%Y-%m-%d %H:%M} UTC"


def running_of(run: int) -> Model | None:
    """Return the model whose run of this number is under way in this kernel; None where it is not."""
    from mosi_nb.model.background import being_trained  # noqa: PLC0415 -- a list of runs needs no models

    path = default_path()
    return next((model for model in being_trained() if (path, run) in model.listed_as), None)


def _refuse_both(arguments: Namespace) -> None:
    """Refuse a line that asks for a run to be shown and others to be forgotten."""
    forgotten = " ".join(arguments.forget)
    if arguments.run is not None:
        advice = f"Write %mosi_history --forget {forgotten}, or %mosi_history --forget {arguments.run} {forgotten}."
        sentence = f"'{arguments.run}' stands before --forget: is it to be forgotten, too?"
        raise SpecError.at(None, MAGIC, sentence, advice=advice)
    if arguments.cell:
        advice = f"Write %mosi_history {arguments.forget[0]} --cell first, then %mosi_history --forget {forgotten}."
        raise SpecError.at(None, MAGIC, "--cell and --forget do not go together.", advice=advice)


def _forgotten(written: Sequence[str]) -> str:
    """Forget runs, all or none, and say what they were."""
    rows = {row["run"]: row for row in (run_called(one, MAGIC) for one in written)}
    for row in rows.values():
        model = running_of(int(row["run"]))
        if model is not None:
            message = f"{MAGIC}: {told(row)} is being trained in this kernel.\n"
            stop = f"{model.name}.stop()" if model.name else "stop()"
            raise RunningError(f"{message}End it first with {stop}, and wait(); then forget it.")
    path = default_path()
    if path is not None:
        with History(path) as held:
            for run in rows:
                held.forget(int(run))
    return "\n".join(
        f"Forgotten: {told(row)}, {row['status']}, with those of its {row['fits']:,} fits that no other run lists."
        for row in rows.values()
    )


def _runs() -> list[dict[str, Any]] | None:
    """Return the runs of the history, the newest first; None if it is switched off."""
    path = default_path()
    if path is None or not path.exists():  # it is not begun for that
        return None if path is None else []
    with History(path) as held:
        rows = held.runs().to_dict("records")
    # a run without a name is told by pandas as one that is called NaN
    return [{**{str(key): value for key, value in row.items()}, "name": _word(row["name"])} for row in rows]


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _models(cell: str) -> str:
    try:
        uses = parse(cell).models or ()
    except SpecError:  # of another version
        return ""
    return ", ".join(use.name for use in uses)


def _say(text: str) -> None:
    display({"text/plain": text}, raw=True)
