"""Models of PyTorch: a plain module, trained by skorch, and a skorch net of the user's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.utils._param_validation import Interval, StrOptions

from mosi_nb.components.chance import one_at_a_time, seeded
from mosi_nb.components.few_epochs import epochs_of
from mosi_nb.components.held_out_videos import held_out
from mosi_nb.components.outputs import Activation, Outputs
from mosi_nb.components.plain_modules import Instance, Stored, UnsavedError
from mosi_nb.components.torch_nets import (
    Floats,
    activation_of,
    column_params,
    dense,
    is_own,
    missing_params,
    params_of,
    require_skorch,
    share_of,
    targets_of,
    tried,
)
from mosi_nb.components.torch_training import Best, Training
from mosi_nb.results import Vector

if TYPE_CHECKING:
    from mosi_nb.components.checkpoints import Checkpoint
    from mosi_nb.components.fitting import Videos

PREDICT_ROWS = 4096
LOSSES = {"mse": "MSELoss", "mae": "L1Loss", "huber": "HuberLoss"}
OWN = ("max_epochs", "lr", "batch_size", "weight_decay", "loss", "valid", "patience", "random_state")
"""Parameters of the training of a plain module; all others are of its class."""
PREDICTING = ("infer", "predict", "predict_proba", "forward", "forward_iter", "evaluation_step")
"""Methods of a skorch net that decide what it predicts."""


class _Net(RegressorMixin, BaseEstimator):
    """What both have in common: how they predict, and what of them is kept.

    Attributes
    ----------
    module_
        The fitted module.
    outputs_
        What its outputs say.
    history_
        Of each epoch: its number, the loss on train rows and on held-out ones (NaN without any).
    """

    module_: Any
    outputs_: Outputs
    history_: list[tuple[int, float, float]]

    def predict(self, X: Any) -> Vector:  # noqa: N803 -- scikit-learn's name
        """Return sentiment in points, shape (n_segments,)."""
        import torch  # noqa: PLC0415 -- an extra

        rows = dense(X)
        self.module_.eval()
        with one_at_a_time(), torch.no_grad():
            parts = [
                self.module_(torch.from_numpy(rows[start : start + PREDICT_ROWS])).numpy()
                for start in range(0, len(rows), PREDICT_ROWS)
            ]
        return self.outputs_.sentiment(np.concatenate(parts))

    def __getstate__(self) -> dict[str, Any]:
        """Return what is kept: of a fitted model the fitted module, not what it was made from."""
        state: dict[str, Any] = dict(super().__getstate__())
        if "module_" in state:
            state["module_"] = Stored(self.module_, self._reason())
        return state

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take what was kept."""
        module = state.get("module_")
        super().__setstate__({**state, "module_": module.module} if isinstance(module, Stored) else dict(state))

    def _reason(self) -> str:
        return ""


class ModuleModel(_Net):
    """A torch module, trained by skorch with Adam.

    One output for a segment is its sentiment, and is trained with `loss`; 2, 3, 5 or 7 outputs are the
    logits of classes, trained with cross-entropy. It gets float32 of shape (batch, n_columns).

    Parameters
    ----------
    module
        Class of the module, or an `Instance`, which keeps its weights to begin with.
    module_params
        For the class. A parameter like `n_columns`, `in_features` or `input_dim` without a value
        is given the number of columns.
    max_epochs, batch_size
        How often it sees all train rows, and how many at a time; whole numbers >= 1.
    lr, weight_decay
        Step size > 0 and penalty >= 0 of Adam.
    loss
        Of sentiment.
    valid, patience
        Share of the train videos that is held out, from 0 to 1, and how many epochs without a lower loss on
        them end the training; the weights of the best epoch are kept. With 0 it always takes `max_epochs`.
    random_state
        Seed of weights, batches and dropout.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "lr": [Interval(Real, 0, None, closed="neither")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "loss": [StrOptions(set(LOSSES))],
        "valid": [Interval(Real, 0, 1, closed="left")],
        "patience": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(  # noqa: PLR0913, PLR0917 -- as many parameters as a training has
        self,
        module: Any = None,
        module_params: Mapping[str, Any] | None = None,
        max_epochs: int = 20,
        lr: float = 0.001,
        batch_size: int = 32,
        weight_decay: float = 0.0,
        loss: str = "mse",
        valid: float = 0.0,
        patience: int = 5,
        random_state: int | None = None,
    ) -> None:
        self.module = module
        self.module_params = module_params
        self.max_epochs = max_epochs
        self.lr = lr
        self.batch_size = batch_size
        self.weight_decay = weight_decay
        self.loss = loss
        self.valid = valid
        self.patience = patience
        self.random_state = random_state

    def fit(
        self,
        X: Any,  # noqa: N803 -- scikit-learn's name
        y: Any,
        videos: Videos | None = None,
        checkpoint: Checkpoint | None = None,
    ) -> Self:
        """Train a module of its own on features and sentiment in points.

        Parameters
        ----------
        X, y
            Shape (n_rows, n_columns) and (n_rows,).
        videos
            Video id of each row, for `valid`.
        checkpoint
            Where to go on from, and where states go.
        """
        require_skorch("a torch module as a model")
        rows, sentiment = dense(X), np.asarray(y, dtype=np.float64)
        with seeded(self.random_state) as seed:
            module = self._made(rows.shape[1]).float()
            found = tried(module, rows)
            number = found.shape[1] if found.ndim > 1 else 1
            self.outputs_ = Outputs.of(number, sentiment, "softmax" if number > 1 else "none")
            targets = targets_of(self.outputs_, sentiment, found)
            mask = held_out(videos, self.valid, seed)
            keep = slice(None) if mask is None else ~mask
            training = Training(
                self._net(module).initialize(),
                (rows[keep], targets[keep]),
                None if mask is None else (rows[mask], targets[mask]),
                None if mask is None else Best(self.patience),
            )
            with epochs_of(int(self.max_epochs)) as training.net.max_epochs:
                training.carry_out(checkpoint)
        self.module_, self.history_ = module.eval(), training.history
        return self

    def with_params(self, params: Mapping[str, Any]) -> ModuleModel:
        """Return a copy with other parameters: of its own, or of the module's class.

        Raises
        ------
        ValueError
            If the class needs more.
        """
        copy: ModuleModel = clone(self)
        own = {name: value for name, value in params.items() if name in OWN}
        copy.set_params(**own)
        copy.module_params = {name: value for name, value in params.items() if name not in OWN} or None
        if isinstance(copy.module, type) and (missing := missing_params(copy.module, params)):
            name = copy.module.__name__
            message = f"the class {name} needs '{missing[0]}'. Write {name}({missing[0]}=...)."
            raise ValueError(message)
        return copy

    def known_params(self, asked: Collection[str]) -> list[str]:
        """Return the names of the parameters that may be set."""
        del asked
        return [*params_of(self.module), *OWN] if isinstance(self.module, type) else [*OWN]

    def _made(self, columns: int) -> Any:
        if isinstance(self.module, Instance):
            return self.module.copy()
        params = dict(self.module_params or {})
        return self.module(**{**column_params(self.module, params, columns), **params})

    def _net(self, module: Any) -> Any:
        import torch  # noqa: PLC0415 -- an extra
        from skorch import NeuralNet  # noqa: PLC0415 -- an extra

        is_regressor = self.outputs_.classes is None
        return NeuralNet(
            module,
            criterion=getattr(torch.nn, LOSSES[self.loss] if is_regressor else "CrossEntropyLoss"),
            optimizer=torch.optim.Adam,
            optimizer__weight_decay=self.weight_decay,
            lr=self.lr,
            max_epochs=int(self.max_epochs),
            batch_size=int(self.batch_size),
            iterator_train__shuffle=True,
            train_split=None,
            callbacks="disable",
            verbose=0,
        )


class SkorchModel(_Net):
    """A skorch net of the user's own, put on the sentiment scale.

    It keeps its settings but three: it prints nothing; rows that its `train_split` would split at random
    are whole videos, in the same share; and a parameter of its module's class like `n_columns` that
    has no value is given the number of columns.

    Parameters
    ----------
    net
        A `NeuralNetRegressor`, a `NeuralNetClassifier` of 2, 3, 5 or 7 classes, or another `NeuralNet`.
    random_state
        Seed of weights, batches and dropout.
    """

    def __init__(self, net: Any = None, random_state: int | None = None) -> None:
        self.net = net
        self.random_state = random_state

    def fit(
        self,
        X: Any,  # noqa: N803 -- scikit-learn's name
        y: Any,
        videos: Videos | None = None,
        checkpoint: Checkpoint | None = None,
    ) -> Self:
        """Train a copy of the net on features and sentiment in points; see `ModuleModel.fit`."""
        require_skorch("a skorch net")
        rows, sentiment = dense(X), np.asarray(y, dtype=np.float64)
        with seeded(self.random_state) as seed:
            net = self._copy(rows.shape[1]).initialize()
            found = tried(net.module_, rows)
            number = found.shape[1] if found.ndim > 1 else 1
            self.outputs_ = Outputs.of(number, sentiment, activation_of(net))
            targets = targets_of(self.outputs_, sentiment, found)
            mask = held_out(videos, share_of(net.train_split), seed) if videos is not None else None
            training = self._training(net, rows, targets, mask)
            with epochs_of(net.max_epochs) as net.max_epochs:
                if is_own(net, "fit", "partial_fit"):
                    net.fit(*training.train)
                else:
                    training.carry_out(checkpoint)
            net.max_epochs = self.net.max_epochs
        self.module_, self.history_ = net.module_.cpu().eval(), training.history
        self.net_ = net if is_own(net, *PREDICTING) or net.predict_nonlinearity != "auto" else None
        return self

    def with_params(self, params: Mapping[str, Any]) -> SkorchModel:
        """Return a copy whose net has other parameters, named as skorch names them: `module__hidden`."""
        return type(self)(clone(self.net).set_params(**params), self.random_state)

    def known_params(self, asked: Collection[str]) -> list[str]:
        """Return the names of the parameters that may be set: skorch knows those of its parts by their beginning."""
        known = list(self.net.get_params(deep=False))
        parts = ("module", "criterion", "optimizer", "iterator_train", "iterator_valid", "dataset", "callbacks")
        return [*known, *(name for name in asked if name.partition("__")[0] in parts and "__" in name)]

    def _copy(self, columns: int) -> Any:
        net = clone(self.net).set_params(verbose=0)
        if isinstance(net.module, type):
            given = {name.removeprefix("module__") for name in vars(net) if name.startswith("module__")}
            found = column_params(net.module, given, columns)
            net.set_params(**{f"module__{name}": value for name, value in found.items()})
        return net

    @staticmethod
    def _training(net: Any, rows: Floats, targets: Any, mask: Any) -> Training:
        from skorch.dataset import Dataset, ValidSplit  # noqa: PLC0415 -- an extra
        from skorch.helper import predefined_split  # noqa: PLC0415 -- an extra

        keep = slice(None) if mask is None else ~mask
        if mask is not None:
            net.train_split = predefined_split(Dataset(rows[mask], targets[mask]))
        elif isinstance(net.train_split, ValidSplit):
            net.train_split = None
        is_plain = not net.callbacks or net.callbacks == "disable"
        return Training(net, (rows[keep], targets[keep]), exact=is_plain and net._optimizers == ["optimizer"])  # noqa: SLF001 -- skorch tells it nowhere else

    def predict(self, X: Any) -> Vector:  # noqa: N803 -- scikit-learn's name
        """Return sentiment in points, shape (n_segments,)."""
        if self.net_ is None:
            return super().predict(X)
        with one_at_a_time():
            found = self.net_.predict if self.outputs_.classes is None else self.net_.predict_proba
            # What its own methods return is no longer to be changed.
            activation: Activation = "none" if self.outputs_.classes is None else "probability"
            return replace(self.outputs_, activation=activation).sentiment(found(dense(X)))

    def _reason(self) -> str:
        if self.net_ is None:
            return ""
        how = "has methods of its own by which it predicts, or a predict_nonlinearity"
        return str(UnsavedError.of(f"{type(self.net_).__name__}, which {how},", "Do in the module what they do."))

    def __getstate__(self) -> dict[str, Any]:
        """Return what is kept: of a fitted model not the net that it was made from."""
        state = super().__getstate__()
        return {**state, "net": Instance(self.net)} if "module_" in state else state

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take what was kept."""
        net = state.get("net")
        super().__setstate__({**state, "net": net.module} if isinstance(net, Instance) else state)
