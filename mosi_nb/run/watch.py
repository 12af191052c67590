"""A cluster during a run: how many workers there are, and whether the scheduler is in reach."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mosi_nb.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client

LOOK_SECONDS = 1.0
FROZEN_SECONDS = 10.0
"""How long a worker may stay silent beyond the limit of its fit: it is heard of every second or so."""
RESTART_SECONDS = 5.0
SILENCE_SECONDS = 15.0
"""How long a scheduler may be out of reach."""
WORKER_SECONDS = 120.0
"""How long a run waits for a worker when all are gone."""


class Watch:
    """Looks at a cluster every second, in a thread of its own: what is out of reach takes long to answer.

    Parameters
    ----------
    client
        Of the cluster.
    limit
        Most seconds that a worker may stay silent, as it does in a library that lets no other thread
        of its process do anything; then its process is replaced. None lets it.

    Attributes
    ----------
    workers
        Number of fits that can run at the same time.
    replaced
        Whether a process was replaced because it stayed silent.
    """

    def __init__(self, client: Client, limit: float | None = None) -> None:
        self.client, self.limit, self.replaced = client, limit, False
        self.workers = self._count()
        self._known = self.workers
        self._unheard: float | None = None
        self._leaving = threading.Event()
        threading.Thread(target=self._look, name="mosi_nb watch", daemon=True).start()

    @property
    def lost(self) -> bool:
        """Whether the scheduler has been out of reach for too long."""
        if self.client.status == "running":
            self._unheard = None
            return False
        self._unheard = self._unheard or time.monotonic()
        return self.client.status == "closed" or time.monotonic() - self._unheard > SILENCE_SECONDS

    def more_workers(self) -> int:
        """Return how many have come since this was asked before, beyond the most that there were."""
        more = max(self.workers - self._known, 0)
        self._known += more
        return more

    def wait_for_a_worker(self, stop: threading.Event) -> None:
        """Return as soon as there is one.

        Raises
        ------
        ClusterError
            If there is none for two minutes.
        """
        since = time.monotonic()
        while not (stop.is_set() or self._look_now()):
            if time.monotonic() - since > WORKER_SECONDS:
                message = f"there has been no worker for {WORKER_SECONDS:g} s.\nStart some, and run it again."
                raise ClusterError(message)
            stop.wait(LOOK_SECONDS / 4)

    def leave(self) -> None:
        """End the thread."""
        self._leaving.set()

    def _look(self) -> None:
        while not self._leaving.wait(LOOK_SECONDS):
            self._look_now()
            if self.limit is not None:
                with suppress(Exception):  # as below
                    self._replace_frozen(self.limit + FROZEN_SECONDS)

    def _look_now(self) -> int:
        with suppress(Exception):  # the scheduler is out of reach; the status of the client says so
            self.workers = self._count()
        return self.workers

    def _replace_frozen(self, seconds: float) -> None:
        seen = {
            address: info["last_seen"] for address, info in self.client.scheduler_info(n_workers=-1)["workers"].items()
        }
        now = self.client.run_on_scheduler(time.time)  # the clock by which they were seen
        frozen = [address for address, last in seen.items() if now - last > seconds]
        if frozen:
            self.replaced = True
            self.client.restart_workers(frozen, timeout=RESTART_SECONDS, raise_for_error=False)

    def _count(self) -> int:
        return sum(self.client.nthreads().values()) if self.client.status == "running" else 0


def hand_out_more(parallel: Any, number: int) -> None:
    """Let joblib hand out more at the same time: it knows only the workers that were there at the beginning."""
    for _ in range(number):
        if parallel is None or parallel._original_iterator is None:  # noqa: SLF001 -- None once all is handed out
            return
        parallel.dispatch_next()
