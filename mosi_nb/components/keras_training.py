"""A Keras model trained: its task by its loss, early stopping by video, and states to go on from.

Nothing is imported here before there is something to train.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.components.chance import set_states, states
from mosi_nb.components.keras_plain import arrays_of, set_variables
from mosi_nb.components.outputs import Activation, Outputs, positions
from mosi_nb.components.torch_nets import Floats, not_a_row_each
from mosi_nb.components.torch_training import Best
from mosi_nb.components.uninterrupted import imported
from mosi_nb.errors import MissingExtraError
from mosi_nb.results import Vector

if TYPE_CHECKING:
    from mosi_nb.components.checkpoints import Checkpoint


def require_keras() -> Any:
    """Return the package keras.

    Raises
    ------
    MissingExtraError
        With the line that installs it.
    """
    if importlib.util.find_spec("keras") is None:
        raise MissingExtraError.of("a Keras model", "keras", "keras")
    return imported("keras")


@dataclass
class KerasTraining:
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
            set_states(
                {name.removeprefix("chance_"): a for name, a in self.state.items() if name.startswith("chance_")}
            )
        self._begun = True

    def _set(self, state: Mapping[str, NDArray[Any]]) -> None:
        set_variables(self.model.variables, _listed(state, "model_"))

    def _take_note(self, epoch: int, logs: Any = None) -> None:
        del epoch
        self.history.append({name: float(value) for name, value in (logs or {}).items()})
        if self.best is not None and self.best.take(self.history[-1]["val_loss"], arrays_of(self.model.variables)):
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
        held = {"model_": arrays_of(self.model.variables), "optimizer_": arrays_of(self.model.optimizer.variables)}
        if self.best is not None:
            state["best"] = np.array([self.best.loss, self.best.since])
            held["best_"] = self.best.weights
        for prefix, arrays in held.items():
            state |= {f"{prefix}{number}": array for number, array in enumerate(arrays)}
        written = io.BytesIO()
        np.savez(written, **state)  # type: ignore[arg-type]  # none is called allow_pickle
        return written.getvalue()


def _listed(state: Mapping[str, NDArray[Any]], prefix: str) -> list[NDArray[Any]]:
    numbers = [name.removeprefix(prefix) for name in state if name.startswith(prefix)]
    return [state[f"{prefix}{number}"] for number in range(sum(number.isdigit() for number in numbers))]


def number_of_outputs(model: Any, rows: Floats) -> int:
    """Return how many outputs there are for a segment; what was not built is built by that.

    Raises
    ------
    ValueError
        If there is not one row for each, or the model takes another number of columns.
    """
    wanted = getattr(model, "input_shape", None) if model.built else None
    if isinstance(wanted, tuple) and len(wanted) == len(rows.shape) and wanted[-1] not in (None, rows.shape[1]):
        message = f"the features have {rows.shape[1]} columns, the model wants {wanted[-1]}"
        raise ValueError(message)
    found = model(rows[:2])
    if told := not_a_row_each(found, len(rows[:2])):
        message = f"it returned {told}"
        raise ValueError(message)
    return int(found.shape[1]) if len(found.shape) > 1 else 1


def task_of(model: Any, number: int) -> tuple[str, Activation]:
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


def targets_of(kind: str, number: int, outputs: Outputs, sentiment: Vector) -> Any:
    """Return what the model learns, as its loss takes it; `kind` is that of `task_of`."""
    if outputs.classes is None:
        return sentiment.astype(np.float32).reshape(-1, 1)
    found = positions(sentiment, outputs.classes)
    if kind == "one_hot":
        return np.eye(number, dtype=np.float32)[found]
    return found.astype(np.int64) if kind == "sparse" else found.astype(np.float32).reshape(-1, 1)
