"""Keras models on the backend torch: real ones, and small."""

import os

import cloudpickle
import numpy as np
import pytest

import mosi_nb
from mosi_nb import SpecError
from mosi_nb.components.checkpoints import Checkpoint
from mosi_nb.components.foreign import adapted
from mosi_nb.plan.checks import splits_rows
from mosi_nb.plan.keys import fit_keys

assert os.environ["KERAS_BACKEND"] == "torch"  # which mosi_nb has chosen
import keras  # noqa: E402 -- the line above is what lets it be imported
from keras import layers  # noqa: E402
from keras.wrappers import SKLearnClassifier, SKLearnRegressor  # noqa: E402


class Own(keras.Model):
    def __init__(self, hidden=3, **others):
        super().__init__(**others)
        self.hidden, self.inner, self.outer = hidden, layers.Dense(hidden), layers.Dense(1)

    def call(self, x):
        return self.outer(self.inner(x))

    def get_config(self):
        return {"hidden": self.hidden}


def far(true, predicted):
    return keras.ops.mean(keras.ops.abs(true - predicted) ** 3)


def compiled(made, *how):
    made.compile(*how)
    return made


def sequential(outputs=1, activation=None):
    inner = [layers.Dense(4, activation="relu"), layers.BatchNormalization(), layers.Dropout(0.2)]
    return keras.Sequential([*inner, layers.Dense(outputs, activation=activation)])


def build(X, y, hidden=4, activation=None):  # noqa: N803 -- as the wrapper calls it
    inner = layers.Dense(hidden)(start := keras.Input((X.shape[1],)))
    made = keras.Model(start, layers.Dense(y.shape[1], activation=activation)(keras.ops.relu(inner)))
    return compiled(made, "adam", "categorical_crossentropy" if y.shape[1] > 1 else "mse")


KINDS = {
    "regression": lambda: model(compiled(sequential(), "adam", "mse"), epochs=4),
    "early stopping": lambda: model(compiled(sequential(), "adam", "mse"), epochs=5, valid=0.2, patience=2),
    "not compiled": lambda: model(sequential(5), epochs=3, learning_rate=0.01),
    "one-hot": lambda: model(compiled(sequential(3, "softmax"), "sgd", "categorical_crossentropy"), epochs=3),
    "binary": lambda: model(compiled(sequential(1, "sigmoid"), "adam", "binary_crossentropy"), epochs=3),
    "own class": lambda: model(compiled(Own(), "adam", far), epochs=3),
    "wrapper": lambda: model(SKLearnRegressor(build, model_kwargs={"hidden": 3}, fit_kwargs={"epochs": 3})),
    "wrapper of classes": lambda: model(SKLearnClassifier(build, model_kwargs={"activation": "softmax"}), epochs=3),
    "wrapper of a model": lambda: model(SKLearnRegressor(compiled(sequential(), "adam", "mse")), epochs=3),
}


@pytest.fixture(scope="module")
def rows():
    """Return features, sentiment and videos of 120 segments."""
    chance = np.random.default_rng(0)
    features = chance.normal(size=(120, 6))
    sentiment = np.clip(2 * features[:, 0] + chance.normal(size=120) * 0.1, -3, 3)
    return features, sentiment, np.repeat(np.arange(12).astype(str), 10)


def model(thing, **params):
    return adapted(thing).with_params(params).set_params(random_state=0)


def predicted(estimator, rows, checkpoint=None):
    features, sentiment, videos = rows
    return estimator.fit(features, sentiment, videos=videos, checkpoint=checkpoint).predict(features)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_numbers_and_every_state_leads_to_them(kind, rows):
    kept, one = [], KINDS[kind]()
    expected = predicted(one, rows, Checkpoint(0.0, kept.append))
    assert expected.shape == (120,)
    assert np.isfinite(expected).all()
    assert len(kept) >= 3
    for state in (kept[0], kept[-1]):
        np.testing.assert_array_equal(predicted(one, rows, Checkpoint(60.0, print, state)), expected)
    np.testing.assert_array_equal(predicted(one, rows), expected)
    travelled = cloudpickle.loads(cloudpickle.dumps(one))
    np.testing.assert_array_equal(travelled.predict(rows[0]), expected)


def test_whole_videos_are_held_out_in_place_of_rows(rows):
    seen = []

    class Spy(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            del logs
            seen.append(self.params["steps"])

    settings = {"validation_split": 0.25, "batch_size": 10, "callbacks": [Spy()]}
    kept, wrapped = [], SKLearnRegressor(build, fit_kwargs=settings)
    fitted = model(wrapped)
    fitted.fit_params["callbacks"] = [Spy()]
    predicted(fitted, rows, Checkpoint(0.0, kept.append))
    assert "val_loss" in fitted.history_[0]
    assert kept == []  # nobody knows what a callback remembers
    assert splits_rows(fitted) == []
    assert splits_rows(wrapped) == ["validation_split=0.25"]


def test_in_a_cell_parameters_are_those_of_the_function_and_of_the_training(make_plan_of):
    net = SKLearnRegressor(build)
    plan = make_plan_of("models = net(hidden=[2, 3], epochs=[1, 2])\nbaselines = none", net=net)
    assert {tuple(c.params.values()) for c in plan.candidates} == {(2, 1), (2, 2), (3, 1), (3, 2)}
    with pytest.raises(SpecError, match=r"unknown parameter of 'net': 'hiden'. Did you mean 'hidden'\?"):
        make_plan_of("models = net(hiden=2)", net=net)


def test_what_runs_code_is_refused_at_once(make_plan_of):
    net = keras.Sequential([keras.Input((3,)), layers.Lambda(lambda x: x), layers.Dense(1)])
    told = r"'net' cannot be taken as a model: ValueError: it holds '.*[lL]ambda.*Use another layer in its place, or"
    with pytest.raises(SpecError, match=told):
        make_plan_of("models = net", net=net)


def test_equal_models_have_the_same_key_however_many_were_made_before(make_plan_of):
    def key(seed):
        keras.utils.set_random_seed(seed)
        net = compiled(keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(1)]), "adam", "mse")
        return set(fit_keys(make_plan_of("models = net\nbaselines = none", net=net)).by_fit.values())

    assert key(0) == key(0) != key(1)


def test_another_backend_is_left_to_whoever_chose_it(monkeypatch):
    monkeypatch.delitem(mosi_nb.sys.modules, "keras")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    mosi_nb._choose_backend_of_keras()
    assert os.environ["KERAS_BACKEND"] == "jax"
    monkeypatch.delenv("KERAS_BACKEND")
    monkeypatch.setattr(mosi_nb.importlib.util, "find_spec", lambda name: object())  # TensorFlow is there, too
    mosi_nb._choose_backend_of_keras()
    assert "KERAS_BACKEND" not in os.environ
