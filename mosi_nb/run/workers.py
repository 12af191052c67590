"""Waiting for workers of a cluster that has none yet."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from mosi_nb.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client, Future

WAIT_SECONDS = 600.0
TOLD_EVERY = 1.0
LOOKED_EVERY = 0.1


def wait_for_first(
    client: Client, seconds: float = WAIT_SECONDS, listen: Callable[[float], None] | None = None
) -> Future[str]:
    """Return when a worker is there.

    A cluster that adapts starts workers only for tasks, so it is given one that costs nothing.

    Parameters
    ----------
    client
        The cluster.
    seconds
        How long to wait.
    listen
        Called each second with the seconds that were waited so far.

    Returns
    -------
    Future
        That task's. While it is held, a cluster that adapts keeps one worker at least.

    Raises
    ------
    ClusterError
        If none came in time.
    """
    began = told = time.monotonic()
    held = client.submit(str, "first", key=f"mosi_nb-first-{uuid.uuid4().hex}", pure=False)
    while held.status != "finished":
        now = time.monotonic()
        if held.status in ("error", "cancelled", "lost") or client.status not in ("running", "connecting"):
            message = f"the cluster was lost while waiting for its first worker ({client.status}, {held.status})."
            raise ClusterError(message)
        if now - began >= seconds:
            held.cancel()
            raise ClusterError(_none_came(client, seconds))
        if listen is not None and now - told >= TOLD_EVERY:
            told = now
            listen(now - began)
        time.sleep(min(LOOKED_EVERY, max(seconds - (now - began), 0.01)))
    return held


def _none_came(client: Client, seconds: float) -> str:
    cluster = getattr(client, "cluster", None)
    advice = (
        "Look at what the cluster's jobs are waiting for (a queue, a quota, an image)."
        if cluster is not None
        else "Start some: dask worker ADDRESS_OF_THE_SCHEDULER."
    )
    return f"no worker came to the cluster within {seconds:g} s.\n{advice} Or wait longer, or scale the cluster up."
