"""A plan carried out on a cluster, through joblib's dask backend; fits stream back as they end."""

from __future__ import annotations

import queue
import threading
import time
import warnings
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import joblib

from mosi_nb.components.fitting import takes_checkpoint
from mosi_nb.errors import ClusterError
from mosi_nb.plan import Plan
from mosi_nb.plan.candidates import Candidate
from mosi_nb.results import Fit, Fold
from mosi_nb.run.deaths import Deaths
from mosi_nb.run.events import Event, Finished, Key, Left, Sent, Started, Tick, key_of, name_of
from mosi_nb.run.fit import Each, Outcome, Unit, fit_units
from mosi_nb.run.order import OneByOne, Order
from mosi_nb.run.states import Collecting, Which
from mosi_nb.run.watch import Watch, hand_out_more
from mosi_nb.run.work import Work, work_of
from mosi_nb.spec import seconds_of

if TYPE_CHECKING:
    from distributed import Client

    from mosi_nb.run.backend import Call, Lost, Workers

TICK_SECONDS = 0.25
LEAVE_SECONDS = 2.0
SCATTER_ATTEMPTS = 5
FRUITLESS_SECONDS = 60.0
"""How long a run is taken up again and again when fits are lost on their way."""


def run(
    plan: Plan,
    client: Client,
    *,
    done: Collection[Key] = (),
    wanted: Collection[Key] | None = None,
    guesses: Mapping[str, float] | None = None,
    states: dict[Key, bytes] | None = None,
    work: Work | None = None,
    each: Each | None = None,
) -> Generator[Event, None, None]:
    """Carry out the fits of a plan and yield what happens.

    Closing the iterator, or an exception in the loop over it, ends the run: what was not handed to
    the cluster is dropped, what was is taken back.

    Parameters
    ----------
    plan
        What to fit.
    client
        The cluster.
    done
        Fits that need not be made, as (candidate, repeat, number of the fold).
    wanted
        Those to make, in the same way; all of the plan if left out.
    guesses
        Seconds that one fit of each model may take, by model.
    states
        What fits that were broken off go on from. Changed in place: newer states take the place of older ones, also
        when the run is closed, and those of finished fits go.
    work
        What the workers need, where that is more than a plan's fits do.
    each
        What is done with a unit of it on a worker, in place of fitting it.

    Yields
    ------
    Event
        `Finished` as fits come back, in the order in which they end; `Tick` at least every 0.25 s.

    Raises
    ------
    ClusterError
        If the cluster is lost.
    """
    all_fits = {key_of(candidate, fold) for candidate, fold in plan.fits}
    missing = (all_fits if wanted is None else set(wanted)) - set(done)
    runner = _Runner(plan, client, missing, guesses or {}, {} if states is None else states, work, each)
    runner.thread.start()
    yield Started(runner.cluster.workers)
    try:
        while True:
            try:
                event = runner.events.get(timeout=TICK_SECONDS)
            except queue.Empty:
                yield runner.tick()
                continue
            if event is None:
                return
            if isinstance(event, BaseException):
                raise runner.told(event) from event
            yield event
    finally:
        runner.leave()


class _Runner:
    """The thread that feeds joblib, and the queue by which it tells what happens.

    joblib's generator blocks until the next fit ends; in a thread of its own it keeps nobody from
    showing progress or from being interrupted.
    """

    def __init__(
        self,
        plan: Plan,
        client: Client,
        missing: set[Key],
        guesses: Mapping[str, float],
        states: dict[Key, bytes],
        work: Work | None = None,
        each: Each | None = None,
    ) -> None:
        from distributed import LocalCluster  # noqa: PLC0415 -- 0.4 s that only a run needs

        self.plan, self.client, limit = plan, client, plan.fit_limit
        self.work, self.each = work_of(plan) if work is None else work, each
        # Data and predictions go by way of the scheduler only where workers may be out of reach.
        self.direct = isinstance(client.cluster, LocalCluster)
        self.missing = missing
        self.guesses, self.states = guesses, states
        self.family_of = {c.number: number for number, family in enumerate(plan.families) for c in family}
        self.deaths = Deaths()
        self.reason = ""
        self.events: queue.Queue[Event | BaseException | None] = queue.Queue()
        self.stop = threading.Event()
        largest = max((len(family) for family in plan.families), default=1)
        self.cluster = Watch(client, limit and limit * largest)
        self.parallel: Any = None
        self.backend: Workers | None = None
        self.thread = threading.Thread(target=self._carry_out, name="mosi_nb run", daemon=True)
        self.collecting = self._collecting()

    def tick(self) -> Tick:
        """Return the news of a moment in which nothing happened.

        Raises
        ------
        ClusterError
            If the scheduler is out of reach.
        """
        if self.cluster.lost:
            raise self.told(ConnectionError("the scheduler is out of reach"))
        if more := self.cluster.more_workers():
            hand_out_more(self.parallel, 2 * more)
        return Tick(self.cluster.workers)

    def told(self, error: BaseException) -> BaseException:
        """Return the error for a run that ended by itself."""
        if isinstance(error, ClusterError) or not isinstance(error, Exception):
            return error
        return ClusterError(
            f"the run was lost ({type(error).__name__}: {error}).\n"
            "What is finished is kept. Run it again to fit what is missing."
        )

    def leave(self) -> None:
        """End the thread, and take back what is under way, but for the states that it has left."""
        self.stop.set()
        if self.collecting is not None:
            self.collecting.leave(ask=bool(self.missing) and not self.cluster.lost)
        self.cluster.leave()
        if self.backend is not None:
            with suppress(Exception):  # the cluster may be gone
                self.backend.abort_everything()
        self.thread.join(LEAVE_SECONDS)

    def _carry_out(self) -> None:
        try:
            fruitful = time.monotonic()
            while self.missing and not self.stop.is_set():
                before = len(self.missing), self.deaths.number
                self._round()
                if (len(self.missing), self.deaths.number) != before:
                    fruitful = time.monotonic()
                elif time.monotonic() - fruitful > FRUITLESS_SECONDS:
                    message = f"no fit has come back for {FRUITLESS_SECONDS:g} s ({self.reason})."
                    raise ClusterError(message)  # noqa: TRY301 -- told to the thread that waits
                else:
                    self.stop.wait(TICK_SECONDS)
        except BaseException as error:  # noqa: BLE001 -- as above
            self.events.put(error)
        self.events.put(None)

    def _round(self) -> None:
        """Hand out what is missing, once; what is lost stays missing for the next round."""
        from mosi_nb.run.backend import Workers  # noqa: PLC0415 -- 0.3 s that only a run needs

        data_lost = threading.Event()

        def lost(call: Call, reason: Lost) -> list[Outcome]:
            self.reason = str(reason)
            if not reason.died:
                data_lost.set()
                return []
            units = call[1][1]
            return self._after_a_death(units)

        unsuspected = [unit for unit in self._units() if unit not in self.deaths]
        # One at a time, where it must be found out which fit ends its process.
        order = self._order(unsuspected) if unsuspected else OneByOne(self._units())
        self.backend = Workers(self.client, lost, direct=self.direct)
        with self._on_every_worker() as work, joblib.parallel_config(self.backend):
            self.parallel = joblib.Parallel(
                n_jobs=-1, return_as="generator_unordered", pre_dispatch=order.ahead, batch_size=1
            )
            handed_out = self._handed_out(order, data_lost)
            tasks = (joblib.delayed(fit_units)(work, units, self.plan.fit_limit, self.each) for units in handed_out)
            with _leaving(self.parallel(tasks)) as ended:
                for outcomes in ended:
                    self._take(outcomes, order)
                    if self.stop.is_set():
                        return

    def _collecting(self) -> Collecting | None:
        """Begin to ask for states, where fits are to leave some and any model can."""
        interval = self.plan.spec.checkpoint
        if not interval or not any(takes_checkpoint(candidate.estimator) for candidate in self.plan.candidates):
            return None
        self.work.topic, self.work.interval = f"mosi_nb-{uuid4().hex}", seconds_of(interval)
        return Collecting(self.client, self.work.topic, self.work.interval, self._take_states)

    def _take_states(self, left: Mapping[Which, bytes]) -> None:
        """Keep what fits that are under way have left."""
        keyed = {key_of(self.plan.candidates[n], self.plan.folds[fold]): state for (n, fold), state in left.items()}
        keyed = {key: state for key, state in keyed.items() if key in self.missing}
        self.states.update(keyed)
        if keyed:
            self.events.put(Left(tuple(keyed)))

    def _states_of(self, family: Sequence[Candidate], fold: Fold) -> dict[int, bytes]:
        found = {one.number: self.states.get(key_of(one, fold)) for one in family}
        return {number: state for number, state in found.items() if state is not None}

    def _units(self) -> list[Unit]:
        """Return what is missing, family by family."""
        units = []
        for number, family in enumerate(self.plan.families):
            for position, fold in enumerate(self.plan.folds):
                wanted = tuple(n for n, one in enumerate(family) if key_of(one, fold) in self.missing)
                if wanted:
                    only = wanted if len(wanted) < len(family) else None
                    units.append(Unit(number, position, only, self._states_of(family, fold)))
        return units

    def _order(self, units: Sequence[Unit]) -> Order:
        models = [family[0].model for family in self.plan.families]
        guesses = [self.guesses.get(family[0].model, 0.0) * len(family) for family in self.plan.families]
        return Order(units, models, guesses, self.cluster.workers, together=self.plan.fit_limit is None)

    def _handed_out(self, order: Order | OneByOne, data_lost: threading.Event) -> Iterator[list[Unit]]:
        """Yield what is handed to a worker, one after the other."""
        while not self.stop.is_set() and not data_lost.is_set() and (units := order.take()):
            for unit in units:
                family, fold = self.plan.families[unit.family], self.plan.folds[unit.fold]
                self.events.put(Sent(key_of(family[0], fold), name_of(family, fold)))
            yield units

    def _take(self, outcomes: Sequence[Outcome], order: Order | OneByOne) -> None:
        """Pass on what came back."""
        fits, units = [], {}
        for one in outcomes:
            candidate, fold = self.plan.candidates[one.candidate], self.plan.folds[one.fold]
            key = key_of(candidate, fold)
            if key in self.missing:
                self.missing.remove(key)
                self.states.pop(key, None)
                told = {name: value for name, value in vars(one).items() if name not in ("candidate", "fold")}
                fits.append(Fit(candidate.model, candidate.number, candidate.params, fold, **told))
            units[self.family_of[one.candidate], one.fold] = one.ended - one.started
        for (family, _), seconds in units.items():
            order.learn(family, seconds)
        if fits:
            self.events.put(Finished(tuple(fits)))

    def _after_a_death(self, units: Sequence[Unit]) -> list[Outcome]:
        """Return what becomes of the fits that a process took along when it ended: they failed, or are made again."""
        failed = []
        for unit in units:
            alone = len(units) == 1 and unit in self.deaths
            if self.deaths.blamed(unit, alone=alone, silent=self.cluster.replaced):
                family = self.plan.families[unit.family]
                wanted = unit.only or range(len(family))
                failed += [Outcome(family[n].number, unit.fold, reason=self.deaths.reason) for n in wanted]
        return failed

    @contextmanager
    def _on_every_worker(self) -> Iterator[Any]:
        """Have the data on the workers."""
        work = self._scattered()
        try:
            yield work
        finally:
            work.release()

    def _scattered(self) -> Any:
        """Send the data to the workers; one that has just died may still be listed."""
        # Not by joblib's `scatter`, which names data by their content: the end of one run could then
        # take the data of the next.
        how = {"broadcast": True, "hash": False, "direct": self.direct}
        self.cluster.wait_for_a_worker(self.stop)
        for _ in range(SCATTER_ATTEMPTS - 1):
            with suppress(OSError, ValueError):
                return self.client.scatter(self.work, **how)
            self.stop.wait(1)
        return self.client.scatter(self.work, **how)


@contextmanager
def _leaving(ended: Generator[Any, None, None]) -> Iterator[Generator[Any, None, None]]:
    """Close joblib's generator at the end, without its warning that fits were left behind: that is meant."""
    try:
        yield ended
    finally:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"\d+ tasks (which were|have been) ")
            ended.close()
