"""More or fewer workers, where that can be said from here."""

from __future__ import annotations

from typing import Any

from mosi_nb.errors import ClusterError
from mosi_nb.run import cluster as this_machine
from mosi_nb.run.connect import current

MOST = 10_000


def why_not() -> str:
    """Return why the cluster that runs use cannot be scaled from here; empty if it can.

    Examples
    --------
    >>> why_not()  # the cores of this machine
    ''
    """
    if current() is None:
        return ""
    given = _object()
    if given is None:
        return (
            "Scale: not from here. This cluster is known by its address alone; whoever started its workers "
            "starts more. Give a variable with the cluster object to scale it here."
        )
    adaptive = getattr(given, "_adaptive", None)  # dask tells it nowhere else
    if adaptive is not None and getattr(adaptive, "state", "running") not in ("stopped", "inactive"):
        return "Scale: not needed. This cluster adapts its workers to the work by itself."
    return ""


def scale(workers: int) -> str:
    """Ask for a number of workers; return a sentence that says what follows.

    Parameters
    ----------
    workers
        How many there are to be. On this machine at least 1, at most 8 for each core.

    Raises
    ------
    ClusterError
        If the cluster cannot be scaled, or not to that number.
    """
    if reason := why_not():
        raise ClusterError(reason)
    if current() is None:
        try:
            number = this_machine.workers_for(workers)
        except ValueError as error:
            raise ClusterError(str(error)) from None
        this_machine.prefer(number)
        return f"Runs on this machine use {_counted(number)} from the next one on, unless their cell says jobs."
    if not 0 <= workers <= MOST:
        message = f"workers: from 0 to {MOST:,}; this is {workers:,}."
        raise ClusterError(message)
    try:
        _object().scale(workers)
    except Exception as error:
        message = f"the cluster was not scaled: {type(error).__name__}: {error}"
        raise ClusterError(message) from error
    return f"Asked for {_counted(workers)}. The table shows those that are there."


def _object() -> Any:
    """Return the cluster object behind what was chosen, or None."""
    chosen: Any = current()
    if isinstance(chosen, str):
        return None
    # a Client knows the cluster object that it was made with
    given = chosen if callable(getattr(chosen, "scale", None)) else getattr(chosen, "cluster", None)
    return given if callable(getattr(given, "scale", None)) else None


def _counted(workers: int) -> str:
    return f"{workers:,} worker{'s' * (workers != 1)}"
