"""One cell carried out: parsed, planned, trained, shown."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.cell import parse
from mosi_nb.errors import SpecError, StoppedError

if TYPE_CHECKING:
    from mosi_nb.model import Model

NOT_YET = {
    "background": "Leave the flag out; the cell waits, and can be interrupted with what is finished kept.",
}


def experiment(shell: InteractiveShell, arguments: Namespace, cell: str) -> None:
    """Carry out a cell and bind the result.

    Parameters
    ----------
    shell
        Whose variables the cell may name, and in which the result is bound.
    arguments
        Of the line of the magic.
    cell
        The body.

    Raises
    ------
    MosiError
        For whatever the user can cause.
    """
    for flag, instead in NOT_YET.items():
        if getattr(arguments, flag):
            raise SpecError.not_yet(None, "%%mosi_experiment", f"--{flag}", instead)
    parse(cell)  # before the models are imported: a slip of the pen is answered at once
    from mosi_nb.model import Model  # noqa: PLC0415 -- as above
    from mosi_nb.notebook.clusters import meant  # noqa: PLC0415 -- as above

    cluster = meant(shell, arguments.cluster) if arguments.cluster else None
    model = Model.from_cell(cell, shell.user_ns, cluster=cluster)
    if arguments.plan:
        display(model.plan_view())
        return
    if not arguments.name:
        sentence = "the result needs a name."
        raise SpecError.at(None, "%%mosi_experiment", sentence, advice="Write %%mosi_experiment NAME, such as first.")
    _train(shell, arguments, model)


def _train(shell: InteractiveShell, arguments: Namespace, model: Model) -> None:
    """Train with progress in view, and leave the result in its place."""
    from mosi_nb.notebook.show import Live  # noqa: PLC0415 -- as above

    live = Live(shell, quiet=arguments.quiet)
    live.begin(model)
    try:
        model.fit(on_error=arguments.on_error, again=arguments.again, listen=live)
    except KeyboardInterrupt:
        ended = len(model.results.fits) if model.trained else 0
        raise StoppedError.after(ended, arguments.name) from None
    finally:
        # Whatever ended the run, an error or an interrupt: what is finished is kept and shown.
        finished: Any = model.results.fits if model.trained else ()
        if finished:
            shell.user_ns[arguments.name] = model
        live.end(model if finished else None)
