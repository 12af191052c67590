"""A run in the background: its cell ends at once, and its outputs go on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from IPython.core.interactiveshell import InteractiveShell

from mosi_nb.errors import RunningError
from mosi_nb.notebook.show import Live

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


def refuse_running(shell: InteractiveShell, name: str) -> None:
    """Refuse a name whose model is being trained: nobody could stop it any more.

    Raises
    ------
    RunningError
        With what to do.
    """
    if getattr(shell.user_ns.get(name), "running", False) is True:
        raise RunningError.of("%%mosi_experiment", name)


def _tell(model: Model, ended: Callable[[Model, BaseException | None], None]) -> None:
    error: BaseException | None = None
    try:
        model.wait()
    except BaseException as raised:  # noqa: BLE001 -- told to whoever asked for it
        error = raised
    ended(model, error)
