"""One cell carried out: parsed, planned, trained, shown."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.cell import parse, write
from mosi_nb.errors import RunningError, SpecError, StoppedError

if TYPE_CHECKING:
    from mosi_nb.model import Model


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
    parse(cell)  # before the models are imported: a slip of the pen is answered at once
    from mosi_nb.model import Model  # noqa: PLC0415 -- as above
    from mosi_nb.notebook.clusters import meant  # noqa: PLC0415 -- as above

    cluster = meant(shell, arguments.cluster) if arguments.cluster else None
    model = Model.from_cell(cell, shell.user_ns, cluster=cluster, name=arguments.name)
    if arguments.plan:
        display(model.plan_view())
        return
    if not arguments.name:
        sentence = "the result needs a name."
        raise SpecError.at(None, "%%mosi_experiment", sentence, advice="Write %%mosi_experiment NAME, such as first.")
    if cluster is not None:
        _reach(shell, model, cluster)
    carry_out(shell, arguments, model)


def _reach(shell: InteractiveShell, model: Model, cluster: object) -> None:
    """Connect to a cluster in the time that the settings give; the run then uses the same client."""
    from mosi_nb.notebook.settings import setting  # noqa: PLC0415 -- as above
    from mosi_nb.run.connect import connect  # noqa: PLC0415 -- as above

    model.plan  # noqa: B018 -- what is refused anyway need not wait for a cluster
    connect(cluster, setting(shell, "timeout"))


def _goes_on(shell: InteractiveShell, arguments: Namespace, model: Model, magic: str) -> bool:
    """Show the run of that name that goes on, if there is one; return whether it is the one that is asked for.

    Raises
    ------
    RunningError
        If it is another.
    """
    from mosi_nb.notebook.background import running_as, show_again  # noqa: PLC0415 -- as above

    running = running_as(shell, arguments.name)
    if running is None:
        return False
    show_again(shell, arguments.name, running)
    if arguments.again or write(running.spec) != write(model.spec):
        raise RunningError.of(magic, arguments.name)
    return True


def carry_out(shell: InteractiveShell, arguments: Namespace, model: Model, magic: str = "%%mosi_experiment") -> None:
    """Train a model, with progress in view, and leave the result in its place.

    Parameters
    ----------
    shell
        In which the result is bound.
    arguments
        `name, on_error, again, quiet, background`, as of the line of `%%mosi_experiment`.
    model
        That is to be trained.
    magic
        That asks for it.

    Raises
    ------
    MosiError
        For whatever the user can cause; in the background, for what needs no training to be refused.
    """
    from mosi_nb.notebook.background import train  # noqa: PLC0415 -- as above
    from mosi_nb.notebook.settings import setting  # noqa: PLC0415 -- as above
    from mosi_nb.notebook.show import Live  # noqa: PLC0415 -- as above

    how = {"on_error": arguments.on_error or setting(shell, "on_error"), "again": arguments.again}
    if _goes_on(shell, arguments, model, magic):
        return
    if arguments.background:
        train(shell, arguments.name, model, quiet=arguments.quiet, **how)
        return
    live = Live(shell, quiet=arguments.quiet)
    live.begin(model)
    try:
        model.fit(listen=live, **how)
    except KeyboardInterrupt:
        ended = len(model.results.fits) if model.trained else 0
        raise StoppedError.after(ended, arguments.name) from None
    finally:
        # Whatever ended the run, an error or an interrupt: what is finished is kept and shown.
        finished: Any = model.results.fits if model.trained else ()
        if finished:
            shell.user_ns[arguments.name] = model
        live.end(model if finished else None)
