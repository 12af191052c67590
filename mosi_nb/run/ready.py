"""Workers started while every model is tried on a few rows: whoever made a mistake does not wait for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from mosi_nb.plan import Plan
from mosi_nb.run.cluster import embedded
from mosi_nb.run.trial import try_out

if TYPE_CHECKING:
    from distributed import Client


def ready(
    plan: Plan,
    *,
    keep_failures: bool = False,
    models: Collection[str] | None = None,
    limit: float | None = None,
    client: Callable[[], Client] | None = None,
) -> tuple[Client, dict[str, float]]:
    """Return a client of the cluster for a plan that passed its trial, and the guesses of that.

    Parameters
    ----------
    plan
        What is about to run.
    keep_failures, models, limit
        As for `try_out`.
    client
        Gives a client of the cluster; one of the embedded cluster if left out.

    Raises
    ------
    FitError, SpecError
        As `try_out`; at once, the workers may still be starting and serve the next run.
    ClusterError
        If the workers do not start.
    """
    # Imported here and not in the thread: an import may set filters of warnings, which belong to
    # the whole process, while the trial gathers those of the models.
    import mosi_nb.run.backend  # noqa: F401, PLC0415

    starting: Future[Client] = Future()
    # Not an executor: its `with`, and the end of Python, wait for the thread.
    start = client or partial(embedded, plan.spec.jobs or -1)
    threading.Thread(target=_start, args=(starting, start), name="mosi_nb start", daemon=True).start()
    guesses = try_out(plan, keep_failures=keep_failures, models=models, limit=limit)
    return starting.result(), guesses


def _start(starting: Future[Client], client: Callable[[], Client]) -> None:
    try:
        starting.set_result(client())
    except BaseException as error:  # noqa: BLE001 -- told to the thread that waits
        starting.set_exception(error)
