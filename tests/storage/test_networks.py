"""Networks in saved models: what is read, and what is refused."""

import json
import zipfile

import keras
import numpy as np
import pytest
import skops.io
import torch
from keras import layers
from keras.wrappers import SKLearnRegressor
from sklearn.pipeline import Pipeline
from torch import nn

from mosi_nb import BundleError
from mosi_nb.components import plain_modules
from mosi_nb.components.foreign import adapted
from mosi_nb.components.keras_plain import Template
from mosi_nb.components.plain_modules import plain, restored
from mosi_nb.storage.bundle import Saved, load, save

ROWS = np.random.default_rng(0).normal(size=(40, 6))
SENTIMENT = np.clip(ROWS[:, 0] * 2, -3, 3)


class Own(nn.Module):
    """One of each that a module may hold."""

    def __init__(self, n_columns=6):
        super().__init__()
        self.encoder = nn.TransformerEncoderLayer(6, 2, 4, activation="gelu", batch_first=True)
        self.gru = nn.LSTM(6, 3, batch_first=True, bidirectional=True)
        self.register_buffer("shift", torch.ones(6, dtype=torch.float64))
        self.settings = {"scale": 0.5, "shape": (1, [2, None])}
        self.more = [nn.Linear(6, 1)]
        self.act, self.kind, self.last = nn.functional.relu, torch.float32, None
        self.outer = nn.Linear(6, 1)

    def forward(self, x):
        steps = self.encoder(x[:, None] + self.shift.to(self.kind))
        return self.outer(self.act(self.gru(steps)[0][:, -1])) + self.settings["scale"] * self.more[0](x)


def saved_as(thing, path, **params):
    """Return a fitted pipeline, and the file in which it was saved."""
    pipeline = Pipeline([("model", adapted(thing).with_params(params).set_params(random_state=0))]).fit(ROWS, SENTIMENT)
    rows = np.array(["a"])
    return pipeline, save(Saved("net", "", pipeline, (), (-3, 3), (), rows, rows, np.zeros(1), ("mae",)), path)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "net.mosi"


def test_layers_of_torch_need_no_trust_and_ones_own_class_does(file):
    pipeline, _ = saved_as(nn.Sequential(nn.LazyLinear(3), nn.ReLU(), nn.Linear(3, 7)), file, max_epochs=2)
    np.testing.assert_array_equal(load(file).pipeline.predict(ROWS), pipeline.predict(ROWS))
    with pytest.raises(ValueError, match="a saved model does not bring the net that it began with"):
        load(file).pipeline.fit(ROWS, SENTIMENT)
    pipeline, _ = saved_as(Own, file, max_epochs=1)
    with pytest.raises(BundleError, match=r"types that are not trusted: tests.*Own\.\nIf they are yours, load it with"):
        load(file)
    own = load(file, trusted=[f"{Own.__module__}.Own"]).pipeline
    np.testing.assert_array_equal(own.predict(ROWS), pipeline.predict(ROWS))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda net: setattr(net, "act", lambda x: x), r"Linear.act, of type function, cannot be written to a file"),
        (lambda net: net.register_forward_hook(lambda *_: None), "Linear, with hooks or parametrizations"),
        (nn.utils.parametrizations.weight_norm, "Linear, with hooks or parametrizations"),
    ],
)
def test_what_cannot_be_written_is_told_with_what_to_do(change, told, file):
    net = nn.Linear(6, 1)
    change(net)
    with pytest.raises(BundleError, match=f"net cannot be saved: .*{told}.*\\. (Keep numbers|Do in forward)"):
        saved_as(net, file, max_epochs=1)
    assert not file.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"type": dict},
        {"type": "torch.nn.Linear"},
        {"values": {"_modules": {}}},
        {"values": {"__class__": 1}},
        {"values": {"forward": print}},
        {"values": {"act": {plain_modules.TAG: "function", "value": "handle_torch_function"}}},
        {"values": {"act": {plain_modules.TAG: "dtype", "value": "load"}}},
    ],
)
def test_plain_data_that_would_set_more_than_numbers_are_refused(change):
    good = plain(nn.Linear(2, 1))
    assert restored(good)
    with pytest.raises((ValueError, KeyError)):
        restored({**good, **change})


def rewritten(file, config):
    """Put another config into the saved Keras model of a file."""
    with zipfile.ZipFile(file) as bundle:
        members = {name: bundle.read(name) for name in bundle.namelist()}
    pipeline = skops.io.loads(members["pipeline.skops"], skops.io.get_untrusted_types(data=members["pipeline.skops"]))
    state = vars(pipeline[-1])
    hostile = Template(json.dumps(config(json.loads(Template.of(state["model_"], compiled=False).config))))
    # In place of the model: what the file then holds is that of no model that was ever made.
    type(pipeline[-1]).__getstate__, kept = lambda _: {**state, "model_": hostile}, type(pipeline[-1]).__getstate__
    try:
        members["pipeline.skops"] = skops.io.dumps(pipeline)
    finally:
        type(pipeline[-1]).__getstate__ = kept
    with zipfile.ZipFile(file, "w") as bundle:
        for name, content in members.items():
            bundle.writestr(name, content)


def layer(**entry):
    """Return a function that puts another layer into the config of a model."""

    def change(config):
        config["config"]["layers"].append({"registered_name": None, **entry})
        return config

    return change


SYSTEM = {"module": "os", "class_name": "system", "config": {"command": "touch {}"}}


@pytest.mark.parametrize(
    "change",
    [
        layer(**SYSTEM),
        layer(**{**SYSTEM, "class_name": "function", "config": "system"}),
        layer(module="keras.layers", class_name="Lambda", config={"function": {"class_name": "__lambda__"}}),
        layer(module="keras.layers", class_name="TorchModuleWrapper", config={"module": "gASVIAAA"}),
        layer(module="keras.utils", class_name="get_file", config={"fname": "x"}),
        layer(module="keras.src.utils.io_utils", class_name="print_msg", config={}),
        layer(module="keras.src.layers.core.lambda_layer", class_name="Lambda", config={}),
        layer(module="keras.src.layers.core.dense", class_name="activations", config={}),
        layer(module="keras.layers", class_name="Dense", config={"units": 1, "kernel_initializer": SYSTEM}),
        lambda config: SYSTEM,
        lambda config: {"module": "keras.layers", "class_name": "Dense", "config": {"units": 2}},
        lambda config: [],
    ],
)
def test_a_config_of_keras_that_names_something_else_is_refused(change, file):
    saved_as(keras.Sequential([layers.Dense(2), layers.Dense(1)]), file, epochs=1)
    rewritten(file, lambda config: config)
    assert load(file)
    rewritten(file, change)
    with pytest.raises(BundleError, match="the pipeline cannot be read"):
        load(file)


class Doubles(layers.Layer):
    def call(self, x):
        return 2 * x


def test_a_layer_of_ones_own_in_a_keras_model_has_to_be_trusted(file):
    net = keras.Sequential([layers.Dense(2), Doubles(), layers.Dense(1)])
    pipeline, _ = saved_as(net, file, epochs=1)
    with pytest.raises(BundleError, match=r"types that are not trusted: tests.*Doubles\.\nIf they are yours"):
        load(file)
    own = load(file, trusted=[f"{Doubles.__module__}.Doubles"]).pipeline
    np.testing.assert_array_equal(own.predict(ROWS), pipeline.predict(ROWS))


def with_lambda(X, y):  # noqa: N803 -- as Keras' wrapper calls it
    return keras.Sequential([keras.Input((X.shape[1],)), keras.layers.Lambda(lambda x: x), keras.layers.Dense(1)])


def test_a_lambda_of_keras_is_not_saved_and_it_is_said_what_to_write(file):
    told = r"net cannot be saved: .*Lambda.*\. Use another layer in its place, or a class of your own: derive it from"
    with pytest.raises(BundleError, match=told):
        saved_as(SKLearnRegressor(with_lambda), file)


def test_a_damaged_model_of_keras_is_refused():
    good = Template.of(keras.Sequential([keras.Input((3,)), layers.Dense(1)]))
    with pytest.raises(ValueError, match="the numbers are those of another model"):
        Template(good.config, good.variables[:1]).built()
