"""A run in the background: its cell ends at once, and its outputs go on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.errors import RunningError
from mosi_nb.model.background import being_trained
from mosi_nb.notebook.show import Live, live_of

if TYPE_CHECKING:
    from mosi_nb.model import Model
    from mosi_nb.notebook.show import Place


def train(
    shell: InteractiveShell,
    name: str,
    model: Model,
    *,
    place: Place | None = None,
    on_error: Literal["stop", "keep"] = "stop",
    again: bool = False,
    quiet: bool = False,
    ended: Callable[[Model, BaseException | None], None] | None = None,
) -> Model:
    """Train in a thread, show progress with a button Stop, and at the end the result in its place.

    Parameters
    ----------
    shell
        In which the result is bound, at once.
    name
        Of the variable.
    model
        That is to be trained.
    place
        Where progress and result are shown; left out, in the cell that is executing. A place may serve again once
        its run has ended.
    on_error, again
        As for `Model.start`.
    quiet
        Whether to show nothing but an error.
    ended
        Called as `ended(model, error)` in a thread when the run has ended and its result is shown.

    Returns
    -------
    Model
        The same.

    Raises
    ------
    MosiError
        At once, for what needs no training to be refused. An error of the run is shown in its place.
    """
    refuse_running(shell, name)
    model.plan  # noqa: B018 -- refused, before anything is shown
    live = Live(shell, quiet=quiet, place=place, background=name)
    live.begin(model)

    def last(error: BaseException | None) -> None:
        live.end(model if model.trained else None, error)

    try:
        model.start(on_error=on_error, again=again, listen=live, last=last)
    except BaseException:
        live.end(None)
        raise
    shell.user_ns[name] = model
    if ended is not None:
        threading.Thread(target=_tell, args=(model, ended), name="mosi_nb ended", daemon=True).start()
    return model


def show_again(shell: InteractiveShell, name: str, model: Model) -> None:
    """Bind a model that is being trained, and show how it goes on and what comes out in the cell that is executing.

    Parameters
    ----------
    shell
        In which it is bound.
    name
        Of the variable.
    model
        That is being trained, in the background.
    """
    shell.user_ns[name] = model
    told = f"'{name}' is being trained already, and that goes on; nothing was started anew."
    display({"text/html": f"<p>{told}</p>", "text/plain": told}, raw=True)
    live = live_of(model)
    if live is None:  # started by a line of Python
        begun = Live(shell, quiet=False, background=name)
        begun.begin(model)

        def end(model: Model, error: BaseException | None) -> None:
            begun.end(model if model.trained else None, error)

        threading.Thread(target=_tell, args=(model, end), name="mosi_nb ended", daemon=True).start()
    elif not live.move(model, name):  # it has ended meanwhile
        display(model)


def running_as(shell: InteractiveShell, name: str) -> Model | None:
    """Return the model of a name that is being trained; also where the variable is no longer it."""
    held = shell.user_ns.get(name)
    running = being_trained()
    return next((one for one in running if one is held), None) or next((m for m in running if m.name == name), None)


def refuse_running(shell: InteractiveShell, name: str, magic: str = "%%mosi_experiment") -> None:
    """Refuse a name whose model is being trained: nobody could stop it any more.

    Raises
    ------
    RunningError
        With what to do.
    """
    if running_as(shell, name) is not None:
        raise RunningError.of(magic, name)


def _tell(model: Model, ended: Callable[[Model, BaseException | None], None]) -> None:
    error: BaseException | None = None
    try:
        model.wait()
    except BaseException as raised:  # noqa: BLE001 -- told to whoever asked for it
        error = raised
    ended(model, error)
