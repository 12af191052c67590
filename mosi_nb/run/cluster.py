"""The workers: by default an embedded cluster of one process a core, for its owner alone.

There is one client in a Python process; it is made when it is first needed and used again.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from typing import TYPE_CHECKING

import joblib

from mosi_nb.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

START_SECONDS = 60
MOST_PER_CORE = 8


class _Embedded:
    """The embedded cluster of this process, if it was started."""

    lock = threading.RLock()
    client: Client | None = None
    cluster: LocalCluster | None = None
    ends_at_exit = False


def workers_for(jobs: int) -> int:
    """Return the number of workers that `jobs` asks for.

    Parameters
    ----------
    jobs
        A number of workers; -1 for one on each core, -2 for all cores but one, and so on.

    Raises
    ------
    ValueError
        If it is 0, or more than 8 for each core.

    Examples
    --------
    >>> workers_for(3)
    3
    """
    cores = joblib.cpu_count()
    if jobs == 0 or jobs > MOST_PER_CORE * cores:
        message = f"jobs is the number of workers: from 1 to {MOST_PER_CORE * cores} here, or -1 for one on each core."
        raise ValueError(message)
    return jobs if jobs > 0 else max(cores + 1 + jobs, 1)


def embedded(jobs: int = -1) -> Client:
    """Return a client of the embedded cluster, started or resized as need be.

    Workers listen on the loopback interface only, with temporary TLS credentials that never reach a
    disk, and none of them serves pages.

    Parameters
    ----------
    jobs
        As for `workers_for`.

    Raises
    ------
    ClusterError
        If the workers do not start.
    """
    wanted = workers_for(jobs)
    # One at a time: a run whose trial was refused leaves its cluster starting.
    with _Embedded.lock:
        if _Embedded.client is None or _Embedded.client.status != "running":
            _close()
            _start(wanted)
        client, cluster = _Embedded.client, _Embedded.cluster
        if client is None or cluster is None:  # pragma: no cover -- _start raises where it cannot start
            message = "the embedded cluster did not start."
            raise ClusterError(message)
        if _workers(client) != wanted:
            cluster.scale(wanted)
            _wait_for_exactly(client, wanted)
        if any(client.processing().values()):
            # Fits of a run that was stopped: they would keep the next one waiting.
            client.restart(timeout=START_SECONDS)
        return client


def close() -> None:
    """End the embedded cluster; the next run starts another."""
    with _Embedded.lock:
        _close()


def _close() -> None:
    client, cluster = _Embedded.client, _Embedded.cluster
    _Embedded.client = _Embedded.cluster = None
    for opened in (client, cluster):
        if opened is not None:
            opened.close()


def _start(workers: int) -> None:
    import dask.config  # noqa: PLC0415 -- 0.4 s that only a run needs
    from distributed import Client, LocalCluster  # noqa: PLC0415 -- as above
    from distributed.security import Security  # noqa: PLC0415 -- as above

    from mosi_nb.run.nanny import EmbeddedNanny  # noqa: PLC0415 -- as above

    if not _Embedded.ends_at_exit:
        # Once, and after distributed has registered its own: what is registered last is called first.
        atexit.register(close)
        _Embedded.ends_at_exit = True
    try:
        with dask.config.set({"distributed.scheduler.http.routes": []}):
            _Embedded.cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                worker_class=EmbeddedNanny,
                host="127.0.0.1",
                protocol="tls",
                security=Security.temporary(),
                # Port 0: another cluster on the usual port would be a warning in the user's cell.
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                silence_logs=logging.CRITICAL,
            )
        _Embedded.client = Client(_Embedded.cluster, set_as_default=False)
        _Embedded.client.wait_for_workers(workers, timeout=START_SECONDS)
    except (OSError, TimeoutError, RuntimeError) as error:
        _close()
        message = f"the embedded cluster of {workers} workers did not start: {type(error).__name__}: {error}"
        raise ClusterError(message) from error


def _workers(client: Client) -> int:
    return len(client.scheduler_info(n_workers=-1)["workers"])


def _wait_for_exactly(client: Client, workers: int) -> None:
    """Wait until as many workers are there, and no more."""
    deadline = time.monotonic() + START_SECONDS
    while _workers(client) != workers:
        if time.monotonic() > deadline:
            message = f"the embedded cluster could not be brought to {workers} workers in {START_SECONDS} s."
            raise ClusterError(message)
        time.sleep(0.05)
