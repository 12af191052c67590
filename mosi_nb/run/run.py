"""A plan carried out on a cluster, through joblib's dask backend; fits stream back as they end."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import joblib

from mosi_nb.errors import ClusterError
from mosi_nb.plan import Candidate, Plan
from mosi_nb.run.events import Event, Finished, Sent, Started, Tick
from mosi_nb.run.fit import fit
from mosi_nb.results import Fold

if TYPE_CHECKING:
    from distributed import Client

TICK_SECONDS = 0.25
LEAVE_SECONDS = 2.0


def run(plan: Plan, client: Client) -> Iterator[Event]:
    """Carry out the fits of a plan and yield what happens.

    Closing the iterator, or an exception in the loop over it, ends the run: what was not handed to
    the cluster is dropped, what was still finishes there.

    Parameters
    ----------
    plan
        What to fit.
    client
        The cluster.

    Yields
    ------
    Event
        `Finished` for each fit, in the order in which they end; `Tick` at least every 0.25 s.

    Raises
    ------
    ClusterError
        If the cluster is lost.
    """
    worker = _Runner(plan, client)
    worker.thread.start()
    yield Started(sum(client.nthreads().values()))
    try:
        while True:
            try:
                event = worker.events.get(timeout=TICK_SECONDS)
            except queue.Empty:
                yield Tick()
                continue
            if event is None:
                return
            if isinstance(event, BaseException):
                message = f"the run was lost: {type(event).__name__}: {event}\nRun the cell again."
                raise ClusterError(message) from event
            yield event
    finally:
        worker.stop.set()
        worker.thread.join(LEAVE_SECONDS)


class _Runner:
    """The thread that feeds joblib, and the queue by which it tells what happens.

    joblib's generator blocks until the next fit ends; in a thread of its own it keeps nobody from
    showing progress or from being interrupted.
    """

    def __init__(self, plan: Plan, client: Client) -> None:
        self.plan, self.client = plan, client
        self.events: queue.Queue[Event | BaseException | None] = queue.Queue()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._carry_out, name="mosi_nb run", daemon=True)

    def _carry_out(self) -> None:
        try:
            segments = self.plan.segments
            with joblib.parallel_config("dask", client=self.client, scatter=[segments]):
                # pre_dispatch and batch_size as they stand let batches grow: a short fit costs
                # 0.25 ms instead of 3 ms.
                parallel = joblib.Parallel(
                    n_jobs=-1, return_as="generator_unordered", pre_dispatch="3*n_jobs", batch_size="auto"
                )
                ended = parallel(
                    joblib.delayed(fit)(segments, candidate, fold) for candidate, fold in self._fits()
                )
                for one in ended:
                    self.events.put(Finished(one))
                    if self.stop.is_set():
                        ended.close()
                        break
        except BaseException as error:  # noqa: BLE001 -- told to the thread that waits
            self.events.put(error)
        self.events.put(None)

    def _fits(self) -> Iterator[tuple[Candidate, Fold]]:
        for candidate, fold in self.plan.fits:
            if self.stop.is_set():
                return
            self.events.put(Sent(candidate, fold))
            yield candidate, fold
