"""A skorch net trained epoch by epoch: held-out videos, early stopping, and states to go on from.

Nothing is imported here before there is something to train.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mosi_nb.components.chance import set_states, states

if TYPE_CHECKING:
    from mosi_nb.components.checkpoints import Checkpoint

Rows = tuple[Any, Any]
"""Features and targets, as the net takes them."""


@dataclass
class Best:
    """The epoch with the lowest loss on videos that are held out.

    Attributes
    ----------
    patience
        Epochs without a better one after which training stops.
    loss, since, weights
        Of the best epoch so far; `since` counts the epochs after it.
    """

    patience: int
    loss: float = float("inf")
    since: int = 0
    weights: Any = None

    def take(self, loss: float, weights: Any) -> bool:
        """Take note of an epoch, and tell whether to stop."""
        if loss < self.loss:
            self.loss, self.since, self.weights = loss, 0, deepcopy(weights)
        else:
            self.since += 1
        return self.since >= self.patience


@dataclass
class Training:
    """One fit of a skorch net.

    Attributes
    ----------
    net
        Initialized; `max_epochs` says how long.
    train
        What it learns from.
    valid
        Rows of held-out videos; None where there are none.
    best
        None where nothing stops early.
    exact
        Whether a state holds all that the next epoch depends on. Callbacks of the user's own keep things
        that nobody else knows.
    history
        Of each epoch: its number, the loss on train rows and on held-out ones (NaN without any).
    """

    net: Any
    train: Rows
    valid: Rows | None = None
    best: Best | None = None
    exact: bool = True
    history: list[tuple[int, float, float]] = field(default_factory=list)

    def carry_out(self, checkpoint: Checkpoint | None = None) -> None:
        """Train the net, from where the checkpoint's state was left if there is one."""
        checkpoint = checkpoint if self.exact else None
        net = self.net
        net.notify("on_train_begin", X=self.train[0], y=self.train[1])
        if checkpoint is not None and checkpoint.state is not None:
            self._go_on(checkpoint.state)
        try:
            while len(self.history) < net.max_epochs and not self._is_over():
                net.fit_loop(*self.train, epochs=1)
                self._take_note()
                if checkpoint is not None:
                    checkpoint.keep(self._state)
        except KeyboardInterrupt:
            # This is how skorch's own EarlyStopping ends a training; without it, it is the user's interrupt.
            if self.exact:
                raise
        net.notify("on_train_end", X=self.train[0], y=self.train[1])
        if self.best is not None and self.best.weights is not None:
            net.module_.load_state_dict(self.best.weights)

    def _is_over(self) -> bool:
        return self.best is not None and self.best.since >= self.best.patience

    def _take_note(self) -> None:
        batches = self.net.history[-1]["batches"]
        sizes = [batch["train_batch_size"] for batch in batches if "train_loss" in batch]
        losses = [batch["train_loss"] for batch in batches if "train_loss" in batch]
        valid = self._valid_loss()
        self.history.append((len(self.history) + 1, float(np.average(losses, weights=sizes)), valid))
        if self.best is not None:
            self.best.take(valid, self.net.module_.state_dict())

    def _valid_loss(self) -> float:
        if self.valid is None:
            return float("nan")
        import torch  # noqa: PLC0415 -- an extra

        with torch.no_grad():
            predicted = self.net.forward(self.valid[0])
            return float(self.net.get_loss(predicted, torch.as_tensor(self.valid[1])))

    def _state(self) -> bytes:
        """Return all that the next epoch depends on, in torch's own format."""
        import torch  # noqa: PLC0415 -- as above

        net, best = self.net, self.best
        state = {
            "module": net.module_.state_dict(),
            "optimizer": net.optimizer_.state_dict(),
            "history": self.history,
            "chance": {name: torch.from_numpy(array) for name, array in states().items()},
            "best": None if best is None else {"loss": best.loss, "since": best.since, "weights": best.weights},
        }
        written = io.BytesIO()
        torch.save(state, written)
        return written.getvalue()

    def _go_on(self, written: bytes) -> None:
        """Set the net, and all it draws from, to a state.

        It is read as data: torch constructs tensors and containers of it, and nothing else.
        """
        import torch  # noqa: PLC0415 -- as above

        state: Mapping[str, Any] = torch.load(io.BytesIO(written), weights_only=True)
        self.net.module_.load_state_dict(state["module"])
        self.net.optimizer_.load_state_dict(state["optimizer"])
        self.history = [(int(number), float(loss), float(valid)) for number, loss, valid in state["history"]]
        if self.best is not None:
            self.best = Best(self.best.patience, **state["best"])
        set_states({name: tensor.numpy() for name, tensor in state["chance"].items()})
