"""Workers made ready while every model is tried on a few rows: whoever made a mistake does not wait for them."""

from __future__ import annotations

import threading
from collections.abc import Collection
from concurrent.futures import Future
from functools import partial

from mosi_nb.plan import Plan
from mosi_nb.run.prepared import Prepared, prepare
from mosi_nb.run.trial import try_out


def ready(
    plan: Plan,
    *,
    keep_failures: bool = False,
    models: Collection[str] | None = None,
    cluster: object = None,
) -> tuple[Prepared, dict[str, float]]:
    """Return a cluster for a plan that passed its trial, to be released at the end, and the guesses of that.

    Parameters
    ----------
    plan
        What is about to run.
    keep_failures, models
        As for `try_out`.
    cluster
        As for `prepare`.

    Raises
    ------
    FitError, SpecError
        As `try_out`; at once, the workers may still be starting and serve the next run.
    ClusterError
        If the workers do not start, or are not reached.
    """
    # Imported here and not in the thread: an import may set filters of warnings, which belong to
    # the whole process, while the trial gathers those of the models.
    import mosi_nb.run.backend  # noqa: PLC0415
    import mosi_nb.run.modules  # noqa: PLC0415
    import mosi_nb.run.versions  # noqa: F401, PLC0415

    starting: Future[Prepared] = Future()
    # Not an executor: its `with`, and the end of Python, wait for the thread.
    task = partial(_prepare, starting, plan, cluster)
    threading.Thread(target=task, name="mosi_nb start", daemon=True).start()
    try:
        guesses = try_out(plan, keep_failures=keep_failures, models=models)
        return starting.result(), guesses
    except BaseException:
        starting.add_done_callback(_release)
        raise


def _release(starting: Future[Prepared]) -> None:
    if starting.exception() is None:
        starting.result().release()


def _prepare(starting: Future[Prepared], plan: Plan, cluster: object) -> None:
    try:
        starting.set_result(prepare(plan, cluster))
    except BaseException as error:  # noqa: BLE001 -- told to the thread that waits
        starting.set_exception(error)
