"""Models of Keras 3, on the sentiment scale."""

from __future__ import annotations

import copy
import importlib.util
import io
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils._param_validation import Interval, Options

from mosi_nb.components.chance import one_at_a_time, seeded, set_states, states
from mosi_nb.components.held_out_videos import held_out
from mosi_nb.components.keras_plain import Template, set_variables
from mosi_nb.components.outputs import Activation, Outputs, positions
from mosi_nb.components.tasks import CLASSES
from mosi_nb.components.torch_training import Best
from mosi_nb.errors import MissingExtraError
from mosi_nb.results import Vector

if TYPE_CHECKING:
    from mosi_nb.components.checkpoints import Checkpoint
    from mosi_nb.components.fitting import Videos

BACKEND = "KERAS_BACKEND"
PREDICT_ROWS = 4096
Floats = NDArray[np.float32]


def choose_backend() -> None:
    """Let Keras compute with torch where its own default cannot be had and nobody chose another.

    Keras reads the variable when it is first imported.
    """
    if "keras" in sys.modules or BACKEND in os.environ:
        return
    has = {name: importlib.util.find_spec(name) is not None for name in ("keras", "torch", "tensorflow")}
    if has["keras"] and has["torch"] and not has["tensorflow"]:
        os.environ[BACKEND] = "torch"


def require_keras() -> Any:
    """Return the package keras.

    Raises
    ------
    MissingExtraError
        With the line that installs it.
    """
    if importlib.util.find_spec("keras") is None:
        raise MissingExtraError.of("a Keras model", "keras", "keras")
    choose_backend()
    import keras  # noqa: PLC0415 -- an extra

    return keras


class KerasModel(RegressorMixin, BaseEstimator):
    """A Keras model, trained anew in each fit.

    One output for a segment is its sentiment; 2, 3, 5 or 7 outputs, or one under a binary cross-entropy,
    are classes. What was not compiled is trained with Adam and MSE, or cross-entropy.

    Parameters
    ----------
    model
        A `Template` of a model, or a function `(X, y, **model_params)` that builds a compiled one.
    model_params
        For the function.
    epochs, batch_size
        How often it sees all train rows, and how many at a time; whole numbers >= 1.
    learning_rate
        Of the optimizer, > 0; None leaves it as it was compiled.
    valid, patience
        Share of the train videos that is held out, from 0 to 1, and how many epochs without a lower loss on
        them end the training; the weights of the best epoch are kept. With `patience=None` nothing ends it.
    classes
        How many a function builds for; None for sentiment.
    fit_params
        Further arguments of the model's own `fit`, such as `callbacks`.
    random_state
        Seed of weights, batches and dropout.

    Attributes
    ----------
    model_
        The fitted model.
    outputs_
        What its outputs say.
    history_
        What Keras tells of each epoch, by name.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), None],
        "valid": [Interval(Real, 0, 1, closed="left")],
        "patience": [Interval(Integral, 1, None, closed="left"), None],
        "classes": [Options(Integral, set(CLASSES)), None],
    }

    def __init__(
        self,
        model: Any = None,
        model_params: Mapping[str, Any] | None = None,
        epochs: int = 20,
        batch_size: int = 32,
        learning_rate: float | None = None,
        valid: float = 0.0,
        patience: int | None = 5,
        classes: int | None = None,
        fit_params: Mapping[str, Any] | None = None,
        random_state: int | None = None,
    ) -> None:
        self.model = model
        self.model_params = model_params
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.valid = valid
        self.patience = patience
        self.classes = classes
        self.fit_params = fit_params
        self.random_state = random_state

    def fit(
        self,
        X: Any,  # noqa: N803 -- scikit-learn's name
        y: Any,
        videos: Videos | None = None,
        checkpoint: Checkpoint | None = None,
    ) -> Self:
        """Train a model of its own on features and sentiment in points.

        Parameters
        ----------
        X, y
            Shape (n_rows, n_columns) and (n_rows,).
        videos
            Video id of each row, for `valid`.
        checkpoint
            Where to go on from, and where states go.
        """
        keras = require_keras()
        rows, sentiment = _dense(X), np.asarray(y, dtype=np.float64)
        with seeded(self.random_state) as seed:
            keras.utils.set_random_seed(seed)
            model = self._made(rows, sentiment)
            number = _number_of_outputs(model, rows)
            kind, activation = _task(model, number)
            self.outputs_ = Outputs.of(number, sentiment, activation)
            self._compile(keras, model)
            targets = _targets(kind, number, self.outputs_, sentiment)
            mask = held_out(videos, self.valid, seed)
            training = _Training(model, self._best(mask), checkpoint if not (self.fit_params or {}).get("callbacks") else None)
            keep = slice(None) if mask is None else ~mask
            training.carry_out(
                rows[keep],
                targets[keep],
                epochs=int(self.epochs),
                batch_size=int(self.batch_size),
                validation_data=None if mask is None else (rows[mask], targets[mask]),
                **copy.deepcopy(dict(self.fit_params or {})),
            )
        self.model_, self.history_ = model, training.history
        return self

    def _made(self, rows: Floats, sentiment: Vector) -> Any:
        if self.model is None:
            message = "a saved model does not bring what it was made of; train one of your own."
            raise ValueError(message)
        if isinstance(self.model, Template):
            return self.model.built()
        if self.classes is None:
            targets = sentiment.astype(np.float32).reshape(-1, 1)
        else:
            targets = np.eye(self.classes, dtype=np.float32)[positions(sentiment, self.classes)]
        return self.model(X=rows, y=targets, **dict(self.model_params or {}))

    def _best(self, mask: Any) -> Best | None:
        return None if mask is None or self.patience is None else Best(int(self.patience))

    def _compile(self, keras: Any, model: Any) -> None:
        if not model.compiled:
            is_regressor = self.outputs_.classes is None
            has_logits = self.outputs_.activation == "softmax"
            loss = "mse" if is_regressor else keras.losses.SparseCategoricalCrossentropy(from_logits=has_logits)
            model.compile("adam", loss)
        if self.learning_rate is not None:
            model.optimizer.learning_rate = self.learning_rate

    def predict(self, X: Any) -> Vector:  # noqa: N803 -- as above
        """Return sentiment in points, shape (n_segments,)."""
        rows = _dense(X)
        with one_at_a_time():
            return self.outputs_.sentiment(self.model_.predict(rows, batch_size=PREDICT_ROWS, verbose=0))

    def __getstate__(self) -> dict[str, Any]:
        """Return what is kept: of a fitted model its config and numbers, not what it was made from."""
        state: dict[str, Any] = dict(super().__getstate__())
        if "model_" in state:
            state |= {"model": None, "fit_params": None, "model_": Template.of(self.model_, compiled=False)}
        return state

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take what was kept, and make the model once all that it names was looked at."""
        kept = dict(state)
        if isinstance(kept.get("model_"), Template):
            require_keras()
            kept["model_"] = kept["model_"].built()
        super().__setstate__(kept)


@dataclass
class _Training:
    """One fit of a Keras model.

    Attributes
    ----------
    model
        Compiled.
    best
        None where nothing stops early.
    checkpoint
        None where no states are made.
    history
        What Keras tells of each epoch.
    """

    model: Any
    best: Best | None
    checkpoint: Checkpoint | None
    history: list[dict[str, float]] = field(default_factory=list)
    _begun: bool = False

    def carry_out(self, rows: Floats, targets: Any, *, epochs: int, **settings: Any) -> None:
        """Train the model, from where the checkpoint's state was left if there is one."""
        keras = require_keras()
        if self.checkpoint is not None and keras.backend.backend() != "torch":
            self.checkpoint = None  # other backends draw from states that are out of reach
        self.state = self._read()
        done = len(self.history)
        is_over = self.best is not None and self.best.since >= self.best.patience
        ours = keras.callbacks.LambdaCallback(on_epoch_begin=self._go_on, on_epoch_end=self._take_note)
        settings["callbacks"] = [*(settings.get("callbacks") or []), ours]
        # Even for no epoch at all: it is `fit` that makes the optimizer's variables.
        if is_over or done >= epochs:
            self._set(self.state)
        else:
            self.model.fit(rows, targets, epochs=epochs, initial_epoch=done, verbose=0, **settings)
        if self.best is not None and self.best.weights is not None:
            set_variables(self.model.variables, self.best.weights)

    def _read(self) -> dict[str, NDArray[Any]]:
        """Return the arrays of a state; nothing of it is executed."""
        if self.checkpoint is None or self.checkpoint.state is None:
            return {}
        with np.load(io.BytesIO(self.checkpoint.state), allow_pickle=False) as found:
            state = dict(found)
        names = [str(name) for name in state["names"]]
        self.history = [dict(zip(names, map(float, row), strict=True)) for row in state["history"]]
        if self.best is not None:
            loss, since = (float(value) for value in state["best"])
            self.best = Best(self.best.patience, loss, int(since), _listed(state, "best_") or None)
        return state

    def _go_on(self, epoch: int, logs: Any = None) -> None:
        """Set the model, once all its variables are there, and what it draws from."""
        del epoch, logs
        if not self._begun and self.state:
            self._set(self.state)
            set_variables(self.model.optimizer.variables, _listed(self.state, "optimizer_"))
            set_states({name.removeprefix("chance_"): a for name, a in self.state.items() if name.startswith("chance_")})
        self._begun = True

    def _set(self, state: Mapping[str, NDArray[Any]]) -> None:
        set_variables(self.model.variables, _listed(state, "model_"))

    def _take_note(self, epoch: int, logs: Any = None) -> None:
        del epoch
        self.history.append({name: float(value) for name, value in (logs or {}).items()})
        if self.best is not None and self.best.take(self.history[-1]["val_loss"], _arrays(self.model.variables)):
            self.model.stop_training = True
        if self.checkpoint is not None:
            self.checkpoint.keep(self._state)

    def _state(self) -> bytes:
        """Return all that the next epoch depends on, as arrays."""
        names = list(self.history[-1])
        state = {
            "names": np.array(names, dtype=np.str_),
            "history": np.array([[one[name] for name in names] for one in self.history]),
            **{f"chance_{name}": array for name, array in states().items()},
        }
        held = {"model_": _arrays(self.model.variables), "optimizer_": _arrays(self.model.optimizer.variables)}
        if self.best is not None:
            state["best"] = np.array([self.best.loss, self.best.since])
            held["best_"] = self.best.weights
        for prefix, arrays in held.items():
            state |= {f"{prefix}{number}": array for number, array in enumerate(arrays)}
        written = io.BytesIO()
        np.savez(written, **state)
        return written.getvalue()


def _listed(state: Mapping[str, NDArray[Any]], prefix: str) -> list[NDArray[Any]]:
    numbers = [name.removeprefix(prefix) for name in state if name.startswith(prefix)]
    return [state[f"{prefix}{number}"] for number in range(sum(number.isdigit() for number in numbers))]


def _arrays(variables: Any) -> list[NDArray[Any]]:
    import keras  # noqa: PLC0415 -- an extra

    return [np.array(keras.ops.convert_to_numpy(one)) for one in variables]


def _dense(X: Any) -> Floats:  # noqa: N803 -- scikit-learn's name
    return np.ascontiguousarray(X.toarray() if issparse(X) else X, dtype=np.float32)


def _number_of_outputs(model: Any, rows: Floats) -> int:
    found = model(rows[:2])  # builds what was not built
    shape = tuple(getattr(found, "shape", ()))
    if len(shape) not in (1, 2) or shape[0] != len(rows[:2]):
        told = f"a tensor of shape {shape}" if shape else f"a {type(found).__name__}"
        message = f"it returned {told} for {len(rows[:2])} segments; it is to return one row for each."
        raise ValueError(message)
    return int(shape[1]) if len(shape) > 1 else 1


def _task(model: Any, number: int) -> tuple[str, Activation]:
    """Return how targets are written, and how outputs become probabilities, by the loss of a model."""
    loss = getattr(model, "loss", None)
    if loss is None:
        last = getattr(model.layers[-1], "activation", None) if model.layers else None
        is_probability = getattr(last, "__name__", "") == "softmax"
        return ("sentiment", "none") if number == 1 else ("sparse", "probability" if is_probability else "softmax")
    name = str(loss if isinstance(loss, str) else getattr(loss, "name", getattr(loss, "__name__", ""))).lower()
    if "crossentropy" not in name and name not in ("bce", "cce", "kl_divergence"):
        return "sentiment", "none"
    has_logits = bool(getattr(loss, "from_logits", False))
    kind = "sparse" if "sparse" in name else "one" if number == 1 else "one_hot"
    return kind, ("sigmoid" if number == 1 else "softmax") if has_logits else "probability"


def _targets(kind: str, number: int, outputs: Outputs, sentiment: Vector) -> Any:
    if outputs.classes is None:
        return sentiment.astype(np.float32).reshape(-1, 1)
    found = positions(sentiment, outputs.classes)
    if kind == "one_hot":
        return np.eye(number, dtype=np.float32)[found]
    return found.astype(np.int64) if kind == "sparse" else found.astype(np.float32).reshape(-1, 1)
