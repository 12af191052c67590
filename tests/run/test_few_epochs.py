"""Networks while they are tried, and the libraries that train them while somebody interrupts."""

import os
import signal
import sys

import numpy as np
import pytest
from torch import nn

from mosi_nb import FitError
from mosi_nb.components.few_epochs import few_epochs
from mosi_nb.components.foreign import adapted
from mosi_nb.components.uninterrupted import imported
from mosi_nb.plan.keys import fit_keys
from mosi_nb.results import reason_of
from mosi_nb.run import try_out

assert os.environ["KERAS_BACKEND"] == "torch"  # which mosi_nb has chosen
import keras  # noqa: E402 -- the line above is what lets it be imported
from skorch import NeuralNetRegressor  # noqa: E402 -- as above

NETS = {
    "module": lambda: adapted(nn.Linear(6, 1)).with_params({"max_epochs": 50}),
    "skorch": lambda: adapted(NeuralNetRegressor(nn.Linear(6, 1), max_epochs=50)),
    "keras": lambda: adapted(keras.Sequential([keras.layers.Dense(1)])).with_params({"epochs": 50}),
}


@pytest.mark.parametrize("kind", NETS)
def test_a_network_that_is_tried_takes_two_epochs_and_tells_what_was_left_out(kind):
    features = np.random.default_rng(0).normal(size=(40, 6))
    net = NETS[kind]()
    with few_epochs() as trial:
        net.fit(features, features[:, 0])
    assert len(net.history_) == 2
    assert trial.seconds > 0
    if kind == "module":
        assert len(net.fit(features, features[:, 0]).history_) == 50


def test_the_trial_of_a_long_training_is_short_and_its_guess_is_long(plan_of):
    net = adapted(nn.LazyLinear(1)).with_params({"max_epochs": 100_000})
    guess = try_out(plan_of([("net", net)], fit_limit="30s"))["net"]
    assert guess > 100  # seconds; all epochs would be more than the limit allows, and two are not


SLOW = """
import os, pathlib, signal
with pathlib.Path(__file__).with_suffix(".times").open("a") as file:
    file.write("x")
os.kill(os.getpid(), signal.SIGINT)
DONE = sum(range(100_000)) > 0
"""


def test_an_interrupt_waits_until_a_library_is_imported(tmp_path, monkeypatch):
    (tmp_path / "slow_to_import.py").write_text(SLOW)
    monkeypatch.syspath_prepend(tmp_path)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        imported("slow_to_import")
    assert signal.getsignal(signal.SIGINT) is before
    assert imported("slow_to_import") is sys.modules.pop("slow_to_import")
    assert (tmp_path / "slow_to_import.times").read_text() == "x"


def test_another_number_of_columns_is_told_in_one_sentence(plan_of):
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1)])
    with pytest.raises(FitError, match=r"ValueError: the features have \d+ columns, the model wants 5\b"):
        try_out(plan_of([("net", model)]))


def test_reasons_hold_no_codes_of_a_terminal():
    error = ValueError("\x1b[1mException encountered when calling Dense.call().\x1b[0m\n\n\x1b[1;31mno\x1b[0m")
    assert reason_of(error) == "ValueError: Exception encountered when calling Dense.call(). no"


def test_what_is_known_of_a_trial_keeps_no_fit_out_of_the_history(plan_of):
    models = [(kind, make()) for kind, make in NETS.items()]
    assert fit_keys(plan_of([*models, "boosting", "ridge", "svr", "logistic(classes=3)"])).without == {}
