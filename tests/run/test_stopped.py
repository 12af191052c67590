"""What a run that was stopped leaves behind for the next one."""

import os
import signal
import time

import pytest
from sklearn.linear_model import Ridge

from mosi_nb import Model, sample
from mosi_nb.run.cluster import embedded, workers_for


class Sleeps(Ridge):
    """Takes a minute to fit, except in the trial."""

    def fit(self, X, y):  # noqa: N803 -- scikit-learn's name
        if len(y) > 200:
            time.sleep(60)
        return super().fit(X, y)


def stop_at_once(model, state):
    if state.waiting:
        raise KeyboardInterrupt


def test_the_next_run_does_not_wait_for_the_fits_of_a_stopped_one(cluster):
    data = sample(videos=24)
    with pytest.raises(KeyboardInterrupt):
        Model(data, models=[("slow", Sleeps())], modalities="text", folds="by_video(2)").fit(listen=stop_at_once)
    began = time.monotonic()
    Model(data, models="ridge", modalities="text", folds="by_video(2)").fit()
    assert time.monotonic() - began < 45  # the stopped fits sleep for a minute


def test_an_interrupt_of_the_group_of_processes_leaves_the_workers_alone(cluster):
    client = embedded(2)
    before = client.run(os.getpid)
    for process in before.values():
        os.kill(process, signal.SIGINT)
    time.sleep(1)
    assert client.run(os.getpid) == before


def test_more_workers_than_the_machine_can_carry_are_refused():
    with pytest.raises(ValueError, match="from 1 to"):
        workers_for(100_000)
