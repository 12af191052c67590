"""Predictions made on a cluster, batch by batch; nothing but what a few batches need is in memory."""

from __future__ import annotations

import queue
import threading
import time
import warnings
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np

from mosi_nb.data.segments import Rows, Segments, Sequences
from mosi_nb.data.steps import StoredSteps
from mosi_nb.errors import ClusterError, FitError
from mosi_nb.results import Vector
from mosi_nb.run.predict import Answer, Fitted, Listen, batches, predict_batch
from mosi_nb.run.watch import Watch
from mosi_nb.run.work import pickled

if TYPE_CHECKING:
    from distributed import Client

    from mosi_nb.run.backend import Call, Lost, Workers

AHEAD = 2
"""Batches that are under way for each worker: one that it is at, and one that waits."""
LARGEST = 1024
"""Segments of a batch where nobody says how many."""
DEATHS = 3
"""Processes that may end with one batch alone in them."""
ATTEMPTS = 5
TICK_SECONDS = 0.25
LEAVE_SECONDS = 2.0
FRUITLESS_SECONDS = 60.0


def predict_there(
    client: Client, name: str, pipeline: Any, segments: Segments, size: int | None, listen: Listen
) -> Vector:
    """Predict on a cluster: batches are tasks, at most two a worker under way; what is lost is sent again.

    Parameters
    ----------
    client
        Of the cluster.
    name
        Of the model, for messages.
    pipeline, segments, listen
        As for `predict_here`.
    size
        Segments of a batch; left out, as many as give each worker two, and at most 1,024.

    Raises
    ------
    FitError
        If the pipeline cannot be sent, or fails: the message names the batch.
    ClusterError
        If the cluster is lost, or a batch ends its process each time.
    """
    there = max(sum(client.nthreads().values()), 1)
    size = size or min(max(-(-len(segments) // (AHEAD * there)), 1), LARGEST)
    predictor = _Predictor(client, name, Fitted(pickled(name, pipeline)), segments, size)
    predicted, done = np.empty(len(segments)), 0
    with closing(predictor.answers()) as answers:
        for rows, values in answers:
            predicted[rows] = values
            done += len(rows)
            listen(done)
    return predicted


class _Predictor:
    """The thread that feeds joblib, as that of a run does, and the queue by which it answers."""

    def __init__(self, client: Client, name: str, fitted: Fitted, segments: Segments, size: int) -> None:
        from distributed import LocalCluster  # noqa: PLC0415 -- 0.4 s that only a cluster needs

        self.client, self.name, self.fitted, self.segments = client, name, fitted, segments
        self.batches = batches(len(segments), size)
        self.missing = set(range(len(self.batches)))
        self.deaths: Counter[int] = Counter()
        self.direct = isinstance(client.cluster, LocalCluster)
        self.cluster, self.stop, self.data_lost = Watch(client), threading.Event(), threading.Event()
        self.backend: Workers | None = None
        self.queue: queue.Queue[Answer | BaseException | None] = queue.Queue()
        self.trouble: BaseException | None = None
        self.reason = ""

    def answers(self) -> Generator[tuple[Rows, Vector], None, None]:
        """Yield rows and their predictions, in the order in which they come back."""
        thread = threading.Thread(target=self._carry_out, name="mosi_nb predict", daemon=True)
        thread.start()
        try:
            while (answer := self._next()) is not None:
                if answer.predicted is None:
                    raise FitError.of(self._name_of(answer.batch), answer.reason, answer.traceback)
                yield self.batches[answer.batch], answer.predicted
        finally:
            self.stop.set()
            self.cluster.leave()
            if self.backend is not None:
                with suppress(Exception):  # the cluster may be gone
                    self.backend.abort_everything()
            thread.join(LEAVE_SECONDS)

    def _next(self) -> Answer | None:
        while True:
            try:
                answer = self.queue.get(timeout=TICK_SECONDS)
            except queue.Empty:
                if self.cluster.lost:
                    message = f"{self.name}: the scheduler is out of reach.\nPredict again, or where='local'."
                    raise ClusterError(message) from None
                continue
            if isinstance(answer, BaseException):
                raise answer
            return answer

    def _name_of(self, batch: int) -> str:
        rows = self.batches[batch]
        ids = f"segments {self.segments.segment_ids[rows[0]]} to {self.segments.segment_ids[rows[-1]]}"
        return f"{self.name}, batch {batch + 1} of {len(self.batches)} ({ids})"

    def _carry_out(self) -> None:
        try:
            fruitful = time.monotonic()
            while self.missing and not self.stop.is_set():
                before = len(self.missing), self.deaths.total()
                self._round()
                if (len(self.missing), self.deaths.total()) != before:
                    fruitful = time.monotonic()
                elif time.monotonic() - fruitful > FRUITLESS_SECONDS:
                    message = f"{self.name}: no batch has come back for {FRUITLESS_SECONDS:g} s ({self.reason})."
                    raise ClusterError(message)  # noqa: TRY301 -- told to the thread that waits
                else:
                    self.stop.wait(TICK_SECONDS)
        except BaseException as error:  # noqa: BLE001 -- as above
            self.queue.put(error)
        self.queue.put(None)

    def _round(self) -> None:
        """Hand out what is missing, once; what is lost stays missing for the next round."""
        from mosi_nb.run.backend import Workers  # noqa: PLC0415 -- 0.3 s that only a cluster needs

        # What was with a process that ended goes alone, until it is known which batch ends it.
        unsuspected = sorted(self.missing - set(self.deaths))
        wanted = unsuspected or [min(self.missing)]
        self.data_lost.clear()

        def lost(call: Call, reason: Lost) -> None:
            self.reason = str(reason)
            if reason.died:
                self._take_death(call[1][1], alone=not unsuspected)
            else:
                self.data_lost.set()

        self.backend = Workers(self.client, lost, direct=self.direct)
        sent = self._sent()
        ahead = AHEAD * max(self.cluster.workers, 1)
        try:
            with joblib.parallel_config(self.backend):
                parallel = joblib.Parallel(n_jobs=-1, return_as="generator_unordered", pre_dispatch=ahead, batch_size=1)
                self._collect(parallel(self._tasks(sent, wanted)))
        finally:
            sent.release()
        if self.trouble is not None:
            raise self.trouble

    def _take_death(self, batch: int, *, alone: bool) -> None:
        """Take note of a process that ended with a batch; one that is alone there each time is the cause."""
        self.deaths[batch] += 1
        if alone and self.deaths[batch] > DEATHS:
            self.trouble = ClusterError(
                f"{self._name_of(batch)}: its process ended each of {DEATHS} times that it was alone there.\n"
                "Give a smaller batch_size, or workers with more memory."
            )

    def _tasks(self, sent: Any, wanted: list[int]) -> Iterator[Any]:
        """Yield what is handed to a worker; what goes wrong is told later, for joblib would wait forever."""
        for batch in wanted:
            if self.stop.is_set() or self.data_lost.is_set() or self.trouble is not None:
                return
            try:
                segments = _in_memory(self.segments.take(self.batches[batch]))
            except Exception as error:  # noqa: BLE001 -- as above
                self.trouble = error
                return
            yield joblib.delayed(predict_batch)(sent, batch, segments)

    def _collect(self, answers: Any) -> None:
        try:
            for answer in answers:
                if answer is not None and answer.batch in self.missing:
                    self.missing.remove(answer.batch)
                    self.queue.put(answer)
                if self.stop.is_set():
                    return
        finally:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message=r"\d+ tasks (which were|have been) ")
                answers.close()

    def _sent(self) -> Any:
        """Send the pipeline to each worker; one that has just died may still be listed."""
        how = {"broadcast": True, "hash": False, "direct": self.direct}
        self.cluster.wait_for_a_worker(self.stop)
        for _ in range(ATTEMPTS - 1):
            with suppress(OSError, ValueError):
                return self.client.scatter(self.fitted, **how)
            self.stop.wait(1)
        return self.client.scatter(self.fitted, **how)


def _in_memory(segments: Segments) -> Segments:
    """Read what is in files of this machine: a worker may be on another one."""
    held = {
        name: Sequences(np.asarray(one.values), one.lengths, one.starts)
        if isinstance(one, Sequences) and isinstance(one.values, StoredSteps)
        else one
        for name, one in segments.modalities.items()
    }
    return replace(segments, modalities=held, folds={}, notes=())
