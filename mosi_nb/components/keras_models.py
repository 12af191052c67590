"""Models of Keras 3, on the sentiment scale."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.utils._param_validation import Interval, Options

from mosi_nb.components.chance import one_at_a_time, seeded
from mosi_nb.components.few_epochs import epochs_of
from mosi_nb.components.held_out_videos import held_out
from mosi_nb.components.keras_plain import Template, ours
from mosi_nb.components.keras_training import KerasTraining, number_of_outputs, require_keras, targets_of, task_of
from mosi_nb.components.outputs import Outputs, positions
from mosi_nb.components.tasks import CLASSES
from mosi_nb.components.torch_nets import Floats, dense, params_of
from mosi_nb.components.torch_training import Best
from mosi_nb.results import Vector

if TYPE_CHECKING:
    from mosi_nb.components.checkpoints import Checkpoint
    from mosi_nb.components.fitting import Videos

OWN = ("epochs", "batch_size", "learning_rate", "valid", "patience", "classes", "random_state")
"""Parameters of the training; all others are of the function or class that makes the model."""
PREDICT_ROWS = 4096


class KerasModel(RegressorMixin, BaseEstimator):
    """A Keras model, trained anew in each fit.

    One output for a segment is its sentiment; 2, 3, 5 or 7 outputs, or one under a binary cross-entropy,
    are classes. What was not compiled is trained with Adam and MSE, or cross-entropy.

    Parameters
    ----------
    model
        A `Template` of a model, a class of models, or a function `(X, y, **model_params)` that builds one.
    model_params
        For the class or function.
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

    def __init__(  # noqa: PLR0913, PLR0917 -- as many parameters as a training has
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
        rows, sentiment = dense(X), np.asarray(y, dtype=np.float64)
        with seeded(self.random_state) as seed, ours():
            keras.utils.set_random_seed(seed)
            model = self._made(rows, sentiment)
            number = number_of_outputs(model, rows)
            kind, activation = task_of(model, number)
            self.outputs_ = Outputs.of(number, sentiment, activation)
            self._compile(keras, model)
            targets = targets_of(kind, number, self.outputs_, sentiment)
            mask = held_out(videos, self.valid, seed)
            # Callbacks of the user's own keep things that no state has.
            exact = None if (self.fit_params or {}).get("callbacks") else checkpoint
            training = KerasTraining(model, self._best(mask), exact)
            keep = slice(None) if mask is None else ~mask
            with epochs_of(int(self.epochs)) as epochs:
                training.carry_out(
                    rows[keep],
                    targets[keep],
                    epochs=epochs,
                    batch_size=int(self.batch_size),
                    validation_data=None if mask is None else (rows[mask], targets[mask]),
                    **copy.deepcopy(dict(self.fit_params or {})),
                )
        self.model_, self.history_ = model, training.history
        return self

    def with_params(self, params: Mapping[str, Any]) -> KerasModel:
        """Return a copy with other parameters: of its own, or of what makes the model."""
        made: KerasModel = clone(self)
        made.set_params(**{name: value for name, value in params.items() if name in OWN})
        others = {name: value for name, value in params.items() if name not in OWN}
        made.model_params = {**(made.model_params or {}), **others} or None
        return made

    def known_params(self, asked: Collection[str]) -> list[str]:
        """Return the names of the parameters that may be set."""
        del asked
        makes = [] if isinstance(self.model, Template) else params_of(self.model)
        return [*(name for name in makes if name not in ("X", "y")), *OWN]

    def _made(self, rows: Floats, sentiment: Vector) -> Any:
        if self.model is None:
            message = "a saved model does not bring what it was made of; train one of your own."
            raise ValueError(message)
        if isinstance(self.model, Template):
            return self.model.built()
        if isinstance(self.model, type):
            return self.model(**dict(self.model_params or {}))
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
        rows = dense(X)
        with one_at_a_time(), ours():
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
