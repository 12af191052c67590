"""What goes wrong on a cluster, each done for real."""

import os
import signal
import time

import numpy as np
import pytest

from mosi_nb import ClusterError, Model
from mosi_nb.run import Finished, embedded, run
from tests.run.estimators import (
    Boosts,
    EndsItsProcess,
    Freezes,
    Homesick,
    OnAllCores,
    PredictsUnreadable,
    Sleeps,
    Slow,
    Spins,
    TakesMemory,
)
from tests.run.remote import remote


def in_order(fits):
    return sorted(fits, key=lambda fit: (fit.candidate, fit.fold.repeat, fit.fold.number))


def carried_out(plan, client, after=lambda ended: None):
    """Carry a plan out; `after` is told how many fits have ended, each time that some do."""
    ended = []
    for event in run(plan, client):
        if isinstance(event, Finished):
            ended += event.fits
            after(len(ended))
    return in_order(ended)


def kill(client, number=None):
    processes = [pid for pid in client.run(os.getpid, on_error="ignore").values() if isinstance(pid, int)]
    for process in processes[:number]:
        os.kill(process, signal.SIGKILL)


def left_on(client):
    return client.run_on_scheduler(lambda dask_scheduler: [str(key) for key in dask_scheduler.tasks])


def assert_equal(one, other):
    assert [(f.candidate, f.fold.repeat, f.fold.number) for f in one] == [
        (f.candidate, f.fold.repeat, f.fold.number) for f in other
    ]
    for first, second in zip(one, other, strict=True):
        assert first.reason == second.reason == ""
        np.testing.assert_array_equal(first.predicted, second.predicted)


@pytest.fixture
def slow_plan(plan_of):
    return plan_of([Slow(0.15), "ridge(alpha=[1, 10])"], folds="by_video(3, repeats=5)")


@pytest.fixture
def local(plan_of):
    """Return a function from settings to a cluster of the user's own, and close it."""
    from distributed import LocalCluster

    opened = []

    def make(kind=LocalCluster, **settings):
        given = {"dashboard_address": "127.0.0.1:0", "silence_logs": 50, "threads_per_worker": 1, **settings}
        opened.append(kind(**given))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.mark.slow
def test_a_worker_killed_three_times_changes_no_number(slow_plan, cluster):
    undisturbed = carried_out(slow_plan, embedded(2))
    deaths = [3, 10, 20]

    def kill_some(ended):
        if deaths and ended >= deaths[0]:
            deaths.pop(0)
            kill(embedded_client, 1)

    embedded_client = embedded(2)
    survived = carried_out(slow_plan, embedded_client, kill_some)
    assert not deaths
    assert_equal(undisturbed, survived)


@pytest.mark.slow
def test_all_workers_killed_at_once_change_no_number(slow_plan, cluster):
    client = embedded(2)
    undisturbed = carried_out(slow_plan, client)
    killed = []

    def kill_all(ended):
        if ended >= 5 and not killed:
            killed.append(kill(client))

    assert_equal(undisturbed, carried_out(slow_plan, client, kill_all))
    assert killed


@pytest.mark.slow
def test_a_scheduler_that_dies_is_told_within_30_seconds_and_what_is_finished_is_kept(tmp_path, segments, history):
    with remote(tmp_path / "cluster", workers=2) as opened:
        settings = {"text": "tfidf", "modalities": "text", "baselines": "none", "test": "none", "metrics": "mae"}
        model = Model(segments, models=Slow(0.2), folds="by_video(3, repeats=10)", cluster=opened.address, **settings)
        killed = []

        def kill_scheduler(_, state):
            if len(state.fits) >= 4 and not killed:
                killed.append(time.monotonic())
                os.kill(opened.processes[0].pid, signal.SIGKILL)

        with pytest.raises(ClusterError, match="What is finished is kept"):
            model.fit(listen=kill_scheduler)
        assert time.monotonic() - killed[0] < 30
    finished = len(model.results.fits)
    assert 4 <= finished < 30
    again = Model(segments, models=Slow(0.2), folds="by_video(3, repeats=10)", jobs=2, **settings).fit()
    assert sum(fit.resumed for fit in again.results.fits) == finished


@pytest.mark.slow
def test_a_model_that_ends_its_process_is_a_failed_row_and_the_others_go_on(plan_of, cluster):
    ended = carried_out(plan_of([EndsItsProcess(), "ridge"]), embedded(2))
    assert [(fit.model, fit.status) for fit in ended] == [("endsitsprocess", "failed")] * 3 + [("ridge", "done")] * 3
    assert "its process ended while it was fitted" in ended[0].reason


@pytest.mark.slow
def test_a_model_that_needs_more_memory_than_its_worker_has_is_a_failed_row(plan_of, local):
    import dask

    from mosi_nb.run.nanny import SCHEDULER, EmbeddedCluster

    with dask.config.set(SCHEDULER):
        client = local(EmbeddedCluster, n_workers=2, memory_limit="1GiB").get_client()
    ended = carried_out(plan_of([TakesMemory(), "ridge"], folds="by_video(2)"), client)
    assert [fit.status for fit in ended] == ["failed"] * 2 + ["done"] * 2
    assert "more memory than its worker has" in ended[0].reason


def test_an_estimator_that_no_worker_can_read_is_a_failed_row(plan_of, cluster):
    ended = carried_out(plan_of([Homesick(), "ridge"]), cluster)
    assert [fit.status for fit in ended] == ["failed"] * 3 + ["done"] * 3
    assert "far from home" in ended[0].reason


def test_predictions_that_cannot_be_read_back_are_taken_as_numbers(plan_of, cluster):
    ended = carried_out(plan_of([PredictsUnreadable(), "ridge"]), cluster)
    assert [fit.status for fit in ended] == ["done"] * 6
    assert type(ended[0].predicted) is np.ndarray


@pytest.mark.slow
@pytest.mark.parametrize(("model", "told"), [(Spins, "TooLongError"), (Sleeps, "StuckError")])
def test_a_model_that_never_ends_is_a_failed_row(plan_of, cluster, model, told):
    ended = carried_out(plan_of([model(), "ridge"], fit_limit="1s"), embedded(2))
    assert [fit.status for fit in ended] == ["failed"] * 3 + ["done"] * 3
    assert ended[0].reason == f"{told}: took longer than fit_limit, 1 s"


@pytest.mark.slow
def test_a_model_that_freezes_its_process_is_a_failed_row(plan_of, cluster, monkeypatch):
    monkeypatch.setattr("mosi_nb.run.watch.FROZEN_SECONDS", 3.0)
    monkeypatch.setattr("mosi_nb.run.watch.RESTART_SECONDS", 1.0)
    ended = carried_out(plan_of([Freezes(), "ridge"], folds="holdout(0.1)", fit_limit="1s"), embedded(2))
    assert [fit.status for fit in ended] == ["failed", "done"]


@pytest.mark.slow
def test_fits_of_one_process_do_not_fight_for_its_cores(plan_of, local):
    client = local(n_workers=1, threads_per_worker=2, processes=True).get_client()
    plan = plan_of([OnAllCores(), Boosts(max_iter=30)], folds="by_video(3, repeats=3)")
    ended = carried_out(plan, client)
    assert [fit.reason for fit in ended] == [""] * 18
    # Beside a fit of two threads at most the other one's thread that counts.
    grown = [int(told.rsplit(" ", 1)[1]) for fit in ended for told in fit.warnings if "threads" in told]
    assert len(grown) == 18
    assert max(grown) <= 2


def test_stopping_leaves_nothing_on_the_scheduler(plan_of, cluster):
    client = embedded(2)
    events = run(plan_of(Slow(0.2), folds="by_video(3, repeats=10)"), client)
    next(event for event in events if isinstance(event, Finished))
    assert left_on(client)
    began = time.monotonic()
    events.close()
    assert time.monotonic() - began < 2
    end = time.monotonic() + 5
    while left_on(client) and time.monotonic() < end:
        time.sleep(0.05)
    assert left_on(client) == []


def test_a_run_leaves_nothing_on_the_scheduler(plan_of, cluster):
    client = embedded(2)
    carried_out(plan_of("ridge"), client)
    end = time.monotonic() + 5
    while left_on(client) and time.monotonic() < end:
        time.sleep(0.05)
    assert left_on(client) == []


@pytest.mark.slow
def test_workers_that_come_later_are_used(plan_of, local):
    cluster = local(n_workers=1)
    client = cluster.get_client()
    added = []

    def add(ended):
        if ended >= 2 and not added:
            added.append(cluster.scale(3))

    ended = carried_out(plan_of(Slow(0.4), folds="by_video(3, repeats=12)"), client, add)
    assert len({fit.worker for fit in ended}) == 3


@pytest.mark.slow
def test_a_cluster_that_adapts_starts_with_its_first_worker(segments, local):
    cluster = local(n_workers=0)
    cluster.adapt(minimum=0, maximum=2, interval="100ms")
    settings = {"text": "tfidf", "modalities": "text", "baselines": "none", "test": "none", "metrics": "mae"}
    model = Model(segments, models=Slow(0.3), folds="by_video(3, repeats=6)", cluster=cluster, **settings).fit()
    assert len(model.results.fits) == 18
    assert all(fit.status == "done" for fit in model.results.fits)
