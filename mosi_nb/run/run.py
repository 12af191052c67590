"""A plan carried out on a cluster, through joblib's dask backend; fits stream back as they end."""

from __future__ import annotations

import queue
import threading
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import joblib

from mosi_nb.errors import ClusterError
from mosi_nb.plan import Candidate, Plan
from mosi_nb.results import Fit, Fold
from mosi_nb.run.events import Event, Finished, Sent, Started, Tick, name_of
from mosi_nb.run.fit import fit

if TYPE_CHECKING:
    from distributed import Client

TICK_SECONDS = 0.25
LEAVE_SECONDS = 2.0
SCATTER_ATTEMPTS = 5


def run(plan: Plan, client: Client) -> Generator[Event, None, None]:
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
                raise worker.lost(event) from event
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
        self.client, self.segments = client, plan.pooled
        self.missing = {_key(candidate, fold): (candidate, fold) for candidate, fold in plan.fits}
        self.under_way: dict[tuple[int, int, int], str] = {}
        self.events: queue.Queue[Event | BaseException | None] = queue.Queue()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._carry_out, name="mosi_nb run", daemon=True)

    def lost(self, error: BaseException) -> ClusterError:
        """Return the error for a run that ended by itself; it names the fits that may be to blame."""
        busy = "; ".join(list(self.under_way.values())[: len(self.client.nthreads()) or 1]) or "no fit"
        return ClusterError(
            f"the run was lost, while the workers were busy with: {busy} ({type(error).__name__}: {error}).\n"
            "What is finished is kept. A fit that needs more memory than there is, or that ends its process, "
            "takes its worker along: leave that model out, or run with jobs = 1."
        )

    def _carry_out(self) -> None:
        try:
            try:
                self._carry_out_missing()
            except Exception as error:
                # Workers that die take the data along that only they held: once more, with new
                # data, for what is missing. Not if it was a fit that killed them.
                if self.stop.is_set() or type(error).__name__ == "KilledWorker":
                    raise
                self.under_way.clear()
                self._carry_out_missing()
        except BaseException as error:  # noqa: BLE001 -- told to the thread that waits
            self.events.put(error)
        self.events.put(None)

    def _carry_out_missing(self) -> None:
        from mosi_nb.run.backend import Workers  # noqa: PLC0415 -- 0.3 s that only a run needs

        segments = self._on_every_worker()
        with joblib.parallel_config(Workers(client=self.client)):
            # pre_dispatch and batch_size as they stand let batches grow: a short fit costs
            # 0.25 ms instead of 3 ms.
            parallel = joblib.Parallel(
                n_jobs=-1, return_as="generator_unordered", pre_dispatch="3*n_jobs", batch_size="auto"
            )
            tasks = (joblib.delayed(fit)(segments, candidate, fold) for candidate, fold in self._fits())
            with _leaving(parallel(tasks)) as ended:
                for one in ended:
                    key = (one.candidate, one.fold.repeat, one.fold.number)
                    del self.missing[key], self.under_way[key]
                    self.events.put(Finished(one))
                    if self.stop.is_set():
                        return

    def _on_every_worker(self) -> Any:
        """Send the data to the workers; a worker that has just died may still be listed."""
        for _ in range(SCATTER_ATTEMPTS - 1):
            # Not by joblib's `scatter`, which names data by their content: the end of one run could
            # then take the data of the next.
            with suppress(OSError):
                return self.client.scatter(self.segments, broadcast=True, hash=False)
            self.stop.wait(1)
        return self.client.scatter(self.segments, broadcast=True, hash=False)

    def _fits(self) -> Iterator[tuple[Candidate, Fold]]:
        for candidate, fold in list(self.missing.values()):
            if self.stop.is_set():
                return
            self.under_way[_key(candidate, fold)] = name_of(candidate.model, candidate.params, fold)
            self.events.put(Sent(candidate, fold))
            yield candidate, fold


@contextmanager
def _leaving(ended: Generator[Fit, None, None]) -> Iterator[Generator[Fit, None, None]]:
    """Close joblib's generator at the end, without its warning that fits were left behind: that is meant."""
    try:
        yield ended
    finally:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"\d+ tasks which were still being processed")
            ended.close()


def _key(candidate: Candidate, fold: Fold) -> tuple[int, int, int]:
    return candidate.number, fold.repeat, fold.number
