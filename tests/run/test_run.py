import os
import signal
import time

import numpy as np
import pytest

from mosi_nb.registry import names
from mosi_nb.run import Finished, embedded, run
from mosi_nb.run.events import Sent, Started
from tests.run.estimators import Exits, Probe, Raises, Slow


def fits(plan, client):
    return [fit for event in run(plan, client) if isinstance(event, Finished) for fit in event.fits]


def in_order(ended):
    return sorted(ended, key=lambda fit: (fit.candidate, fit.fold.repeat, fit.fold.number))


def kill_workers(client):
    for process in client.run(os.getpid).values():
        os.kill(process, signal.SIGKILL)


def test_every_fit_comes_back_once(plan_of, cluster):
    plan = plan_of(["ridge(alpha=[1, 2])", "dummy"])
    keys = [(fit.candidate, fit.fold.number) for fit in fits(plan, cluster)]
    assert sorted(keys) == [(c, f) for c in range(3) for f in (1, 2, 3)]


def test_fits_stream_back_while_others_wait(plan_of, cluster):
    events = list(run(plan_of(Slow(0.1), folds="by_video(3, repeats=8)"), cluster))
    kinds = [type(event) for event in events if isinstance(event, Sent | Finished | Started)]
    assert kinds[0] is Started
    assert kinds.index(Finished) < len(kinds) - 1 - kinds[::-1].index(Sent)


def test_closing_the_iterator_ends_the_run(plan_of, cluster):
    events = run(plan_of(Slow(0.2), folds="by_video(3, repeats=10)"), cluster)
    next(event for event in events if isinstance(event, Finished))
    began = time.monotonic()
    events.close()
    assert time.monotonic() - began < 3
    assert len(fits(plan_of("ridge"), cluster)) == 3


def test_a_failure_on_a_worker_does_not_end_the_run(plan_of, cluster):
    ended = fits(plan_of([Raises(), Exits(), "ridge"]), cluster)
    assert [fit.status for fit in in_order(ended)] == ["failed"] * 6 + ["done"] * 3
    assert all("in inner" in fit.traceback for fit in ended if fit.model == "raises")


@pytest.mark.parametrize("jobs", [1, 2])
def test_fits_run_alone_on_the_cores_of_workers(plan_of, cluster, jobs):
    ended = fits(plan_of(Probe()), embedded(jobs))
    assert {fit.warnings for fit in ended} == {("UserWarning: jobs 1, threads 1",)}
    assert all(fit.worker.startswith("tls://127.0.0.1") for fit in ended)


@pytest.mark.slow
def test_the_number_of_workers_does_not_change_a_prediction(plan_of, cluster):
    plan = plan_of([name for name in names("model") if name not in ("text_only", "lexicon")])
    one, two = (in_order(fits(plan, embedded(jobs))) for jobs in (1, 2))
    assert {fit.worker for fit in one} < {fit.worker for fit in two} | {one[0].worker}
    for first, second in zip(one, two, strict=True):
        assert first.reason == second.reason == ""
        np.testing.assert_array_equal(first.predicted, second.predicted, err_msg=first.model)


def test_a_run_goes_on_when_its_workers_die(plan_of, cluster):
    client, ended = embedded(2), []
    for event in run(plan_of(Slow(0.1), folds="by_video(3, repeats=5)"), client):
        if isinstance(event, Finished):
            ended += [(fit.fold.repeat, fit.fold.number) for fit in event.fits]
            if len(ended) == 3:
                kill_workers(client)
    assert sorted(ended) == [(repeat, number) for repeat in range(1, 6) for number in (1, 2, 3)]


def test_a_run_after_the_workers_died_finds_new_ones(plan_of, cluster):
    kill_workers(embedded(2))
    assert len(fits(plan_of("ridge"), embedded(2))) == 3
