"""The workers: by default an embedded cluster of one process a core, for its owner alone.

There is one client in a Python process; it is made when it is first needed and used again.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import joblib

from mosi_nb.errors import ClusterError
from mosi_nb.run.limit import TooLongError, within

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

START_SECONDS = 60
ANSWER_SECONDS = 3.0
MOMENTS = 5
MOST_PER_CORE = 8


class _Embedded:
    """The embedded cluster of this process, if it was started."""

    lock = threading.RLock()
    client: Client | None = None
    cluster: LocalCluster | None = None
    ends_at_exit = False
    preferred = -1
    # Weak: a lease that somebody forgot to release goes with whatever held it.
    leases: WeakSet[Lease] = WeakSet()  # noqa: RUF012 -- one for the process


class Lease:
    """The use of the embedded cluster by a run: until it is released, nobody restarts the workers.

    Attributes
    ----------
    note
        What the user should know: that the workers are those of another run.
    """

    def __init__(self, note: str = "") -> None:
        self.note = note
        _Embedded.leases.add(self)

    def release(self) -> None:
        """Let the workers be restarted as far as this run is concerned; twice is once."""
        _Embedded.leases.discard(self)


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


def prefer(workers: int = -1) -> None:
    """Choose how many workers the embedded cluster has from the next run on, where that says nothing itself.

    Parameters
    ----------
    workers
        A number; -1 for one on each core.
    """
    _Embedded.preferred = workers


def preferred() -> int:
    """Return how many workers a run starts that says nothing itself."""
    return workers_for(_Embedded.preferred)


def embedded(jobs: int = -1) -> Client:
    """Return a client of the embedded cluster, started as need be; the one that is there while somebody has a lease.

    Workers listen on the loopback interface only, with temporary TLS credentials that never reach a
    disk, and none of them serves pages.

    Parameters
    ----------
    jobs
        As for `workers_for`; -1 for as many as `prefer` was told, or else one on each core.

    Raises
    ------
    ClusterError
        If the workers do not start.
    """
    wanted = _wanted(jobs)
    # One at a time: a run whose trial was refused leaves its cluster starting.
    with _Embedded.lock:
        if not (_is_leased() or _serves(wanted)):
            _close()
            _start(wanted)
        client = _Embedded.client
        if client is None:  # pragma: no cover -- _start raises where it cannot start
            message = "the embedded cluster did not start."
            raise ClusterError(message)
        return client


def leased(jobs: int = -1) -> tuple[Client, Lease]:
    """Return a client of the embedded cluster, and a lease of it.

    Parameters
    ----------
    jobs
        As for `workers_for`; of no account while another run has a lease.

    Raises
    ------
    ClusterError
        If the workers do not start.
    """
    with _Embedded.lock:
        is_shared, client = _is_leased(), embedded(jobs)
        there, asked = len(client.nthreads()), _wanted(jobs)
        note = f"It ran on the {there} workers of another run that was under way, and not on {asked}."
        return client, Lease(note if is_shared and there != asked else "")


def _wanted(jobs: int) -> int:
    return workers_for(_Embedded.preferred if jobs == -1 else jobs)


def _is_leased() -> bool:
    """Tell whether the cluster is there and somebody would lose by its restart."""
    return bool(_Embedded.leases) and _Embedded.client is not None and _Embedded.client.status == "running"


def _serves(wanted: int) -> bool:
    """Tell whether the cluster is there, with as many workers, and none busy for a run that was stopped.

    If not, another is started: dask's own restart loses workers that were busy.
    """
    from distributed.comm.core import CommClosedError  # noqa: PLC0415 -- as below

    client = _Embedded.client
    if client is None or client.status != "running":
        return False
    for _ in range(MOMENTS):  # a fit that has just been handed back may not have left its thread
        try:
            busy = within(ANSWER_SECONDS, partial(client.run, _active))
        except (OSError, CommClosedError, TooLongError):  # one has just died, or a fit keeps it from answering
            return False
        if len(busy) == wanted and not any(busy.values()):
            return True
        time.sleep(0.1)
    return False


def _active(dask_worker: Any) -> int:
    """Return how many fits a worker is at; the scheduler forgets those of a run that was stopped."""
    return len(dask_worker.active_threads)


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
    from distributed import Client  # noqa: PLC0415 -- as above
    from distributed.security import Security  # noqa: PLC0415 -- as above

    from mosi_nb.run.nanny import SCHEDULER, EmbeddedCluster, EmbeddedNanny  # noqa: PLC0415 -- as above

    if not _Embedded.ends_at_exit:
        # Once, and after distributed has registered its own: what is registered last is called first.
        atexit.register(close)
        _Embedded.ends_at_exit = True
    try:
        with dask.config.set(SCHEDULER):
            _Embedded.cluster = EmbeddedCluster(  # type: ignore[no-untyped-call]  # as LocalCluster's
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
