"""Fits that were broken off, and the next run that goes on from where they were."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from mosi_nb import Model, sample
from mosi_nb.storage import History, default_path

ROOT = Path(__file__).parents[2]


class Steps:
    """Adds a little in each of forty steps; `log` tells where fits began, and `dies` is a file that lets one die."""

    def __init__(self, log="", dies="none", seconds=0.03):
        self.log, self.dies, self.seconds = log, dies, seconds

    def fit(self, X, y, checkpoint=None):  # noqa: N803 -- scikit-learn's name
        began, self.value = np.frombuffer(checkpoint.state) if checkpoint and checkpoint.state else (0, 0.0)
        steps = 40 if checkpoint else 2  # the trial has none
        for step in range(int(began), steps):
            self.value += float(np.mean(y)) / (step + 1)
            if checkpoint:
                time.sleep(self.seconds)
                checkpoint.keep(lambda: np.array([step + 1, self.value]).tobytes())  # noqa: B023 -- called at once
                if step == 30:
                    with suppress(FileNotFoundError):  # of two workers, one takes it
                        Path(self.dies).unlink()
                        os._exit(1)
        if checkpoint:
            with Path(self.log).open("a") as file:
                file.write(f"{int(began)}\n")

    def predict(self, X):  # noqa: N803 -- as above
        return np.full(len(X), self.value)


@pytest.fixture
def steps(data, cluster, tmp_path):
    """Return a function to a model of `Steps`; `.began` tells from which steps its fits went on."""

    def make(**settings):
        thing = Steps(str(tmp_path / "log"), str(tmp_path / "dies"))
        given = {"folds": "by_video(2)", "modalities": "text", "test": "none", "baselines": "none", "metrics": "mae"}
        return Model(data, models=[("steps", thing)], cluster=cluster, **given, checkpoint="0.1s", **settings)

    make.began = lambda: [int(line) for line in (tmp_path / "log").read_text().split()]
    make.dies = tmp_path / "dies"
    return make


def predicted(model):
    return [fit.predicted.tolist() for fit in model.results.fits]


def states(path):
    with sqlite3.connect(path) as read:
        found = read.execute("SELECT count(*) FROM states").fetchone()[0]
    read.close()
    return found


def test_a_stopped_run_goes_on_where_its_fits_were(steps, history):
    def stop(model, state):
        del state
        if len(model._run.recorder.states) == 2:
            model.stop()

    stopped = steps().fit(listen=stop)
    assert stopped.results.fits == ()
    assert states(history) == 2
    model = steps().fit()
    assert len(list(filter(None, steps.began()))) == 2  # those that were stopped may have ended meanwhile
    assert "2 fits went on from where an earlier run had left." in model._run.notes
    assert states(history) == 0
    assert predicted(steps().fit(again=True)) == predicted(model)
    assert steps.began()[-2:] == [0, 0]


def test_when_a_worker_dies_its_fit_goes_on(steps, history):
    steps.dies.write_text("")
    model = steps().fit()
    assert max(steps.began()) > 0
    assert len(set(map(str, predicted(model)))) == 2
    assert not steps.dies.exists()
    assert default_path() == history


def test_without_the_key_no_states_are_made(data, cluster, history):
    class Asks(Steps):
        def fit(self, X, y, checkpoint="none"):  # noqa: N803 -- as above
            assert checkpoint == "none"
            self.value = 0.0

    settings = {"folds": "by_video(2)", "modalities": "text", "baselines": "none", "cluster": cluster}
    model = Model(data, models=[("asks", Asks())], **settings).fit()
    assert len(model.results.fits) == 2
    assert states(history) == 0


SCRIPT = """
import time
import torch
from torch import nn
from mosi_nb import Model, sample

class Net(nn.Module):
    def __init__(self, n_columns, hidden=4):
        super().__init__()
        self.inner, self.dropout, self.outer = nn.Linear(n_columns, hidden), nn.Dropout(0.3), nn.Linear(hidden, 1)

    def forward(self, x):
        if self.training:
            time.sleep(0.004)
        return self.outer(self.dropout(torch.relu(self.inner(x))))

CELL = '''
data       = the_data
modalities = audio
models     = Net(max_epochs=50, batch_size=50, valid=0.2, patience=99)
baselines  = none
metrics    = mae
folds      = by_video(2)
checkpoint = "0.2s"
jobs       = 2
'''
model = Model.from_cell(CELL, {"the_data": sample(videos=8), "Net": Net})
"""


@pytest.mark.slow
@pytest.mark.usefixtures("_workers")
def test_a_killed_kernel_loses_a_moment_of_a_net_and_not_a_bit(history, tmp_path):
    file = tmp_path / "net.py"
    file.write_text(f"{SCRIPT}\nif __name__ == '__main__':\n    model.fit()\n")
    running = subprocess.Popen([sys.executable, str(file)], cwd=ROOT, start_new_session=True)
    end = time.monotonic() + 60
    while running.poll() is None and time.monotonic() < end and not (history.exists() and begun(history)):
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    left = states(history)
    assert left > 0
    space = {"__name__": "__main__"}
    exec(SCRIPT, space)
    model = space["model"].fit()
    assert any("went on from where an earlier run had left" in note for note in model._run.notes)
    assert states(history) == 0
    assert len(History(history).runs()) == 2
    again = space["model"].fit(again=True, checkpoint="1h")
    assert sum(fit.resumed for fit in again.results.fits) == 0
    assert predicted(again) == predicted(model)


def begun(path):
    try:
        return states(path)
    except sqlite3.Error:
        return 0


@pytest.mark.slow
def test_networks_are_trained_on_workers_saved_and_loaded(tmp_path, cluster):
    import keras
    from torch import nn

    knet = keras.Sequential([keras.layers.Dense(4, activation="relu"), keras.layers.Dense(3, activation="softmax")])
    module = nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(1))
    cell = (
        "models = net(max_epochs=[1, 3], lr=0.01), knet(epochs=3, learning_rate=0.01)\nfolds = by_video(2)\ntest = none"
    )
    namespace = {"net": module, "knet": knet, "the_data": sample(videos=8)}
    model = Model.from_cell(f"data = the_data\nbaselines = none\n{cell}", namespace, cluster=cluster).fit()
    assert [fit.warnings for fit in model.results.fits] == [()] * 6
    for name in ("net", "knet"):
        loaded = Model.load(model.save(name, tmp_path / "a.mosi"))
        np.testing.assert_array_equal(loaded.predict(sample(videos=2)), model.models[name].predict(sample(videos=2)))
