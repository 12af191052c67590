"""The embedded cluster, and the process that starts and watches one of its workers."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import dask.config
from distributed import LocalCluster, Nanny
from distributed.core import Status

# Without this variable glibc adapts its own threshold; with it (distributed's default) estimators
# that allocate much, such as boosting, are two to three times slower.
SLOWING = "MALLOC_TRIM_THRESHOLD_"
# What looks at each process many times a second takes 6 % of two cores, for pages that are not there.
CALM: dict[str, Any] = {
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "250ms",
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.tick.limit": "10s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.system-monitor.disk": False,
}


# Left to itself, LocalCluster closes a nanny whose worker is away 15 s after any worker ended, even if
# that is just being started again.
PATIENT = {"distributed.deploy.lost-worker-timeout": "365d"}
# A fit whose process ended comes back at once; the run finds out whether it is to blame.
SCHEDULER: dict[str, Any] = {
    "distributed.scheduler.http.routes": [],
    "distributed.scheduler.allowed-failures": 0,
    **CALM,
}


class EmbeddedCluster(LocalCluster):
    """A local cluster that starts a worker again however often its process ends."""

    def _update_worker_status(self, op: str, msg: Any) -> None:
        with dask.config.set(PATIENT):
            super()._update_worker_status(op, msg)  # type: ignore[no-untyped-call]  # distributed types some only


class EmbeddedNanny(Nanny):
    """A nanny whose worker does not import the user's script again, and serves no pages."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"preload": ["mosi_nb.run.preload"], **options})
        self.pre_spawn_env.pop(SLOWING, None)
        self.env.pop(SLOWING, None)
        with dask.config.set(CALM):
            self.config = dask.config.merge(self.config, {"distributed": dask.config.get("distributed")})

    async def instantiate(self) -> Status:
        """Start the worker."""
        with _as_if_untouched(self.pre_spawn_env):
            starting = asyncio.ensure_future(super().instantiate())
            # A moment only, until the process is there: the user's own code may run meanwhile.
            while not starting.done() and not self.pid:  # noqa: ASYNC110 -- distributed has no event for it
                await asyncio.sleep(0.005)
        status: Status = await starting
        return status


class _Hidden:
    """What is put back when the last of the workers that start at the same time is there."""

    lock = threading.Lock()
    inside = 0
    main: tuple[Any, Any] = (None, None)
    environment: dict[str, str | None] = {}  # noqa: RUF012 -- replaced, never changed


@contextmanager
def _as_if_untouched(variables: Iterable[str]) -> Iterator[None]:
    """Keep a new process from knowing the user's script, and this one from what is set for workers.

    multiprocessing imports the main script again in every process that it spawns. A script without
    `if __name__ == "__main__"` would then start a cluster in each worker, and what is no Python
    (`ipython notes.ipy`) fails. Workers have no need of it: cloudpickle sends what is defined there.

    A nanny hands variables such as OMP_NUM_THREADS to its worker by way of this process' own
    environment, and leaves them there; they are taken away again, and those that another nanny left
    do no harm.
    """
    main: Any = sys.modules["__main__"]
    with _Hidden.lock:
        if _Hidden.inside == 0:
            _Hidden.main = getattr(main, "__spec__", None), getattr(main, "__file__", None)
            _Hidden.environment = {name: os.environ.get(name) for name in (*variables, SLOWING)}
            os.environ.pop(SLOWING, None)  # a cluster that the user started here before has left it
            main.__spec__ = main.__file__ = None
        _Hidden.inside += 1
    try:
        yield
    finally:
        with _Hidden.lock:
            _Hidden.inside -= 1
            if _Hidden.inside == 0:
                _put_back(main)


def _put_back(main: Any) -> None:
    main.__spec__, main.__file__ = _Hidden.main
    if main.__file__ is None:
        del main.__file__
    for name, value in _Hidden.environment.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
