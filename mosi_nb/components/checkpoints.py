"""How a model that learns step by step leaves its state, so that a fit that was broken off goes on from there.

An estimator whose `fit` has a parameter `checkpoint` is given a `Checkpoint` where the experiment has the
key `checkpoint`, and None everywhere else.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

LARGEST = 128 * 2**20
"""Bytes of a state: a larger one is not kept."""


class Checkpoint:
    """Where a fit goes on from, and where it leaves how far it has come.

    Parameters
    ----------
    interval
        Seconds between two states.
    send
        Takes a state.
    state
        What an earlier fit of the same model on the same rows left.

    Attributes
    ----------
    state
        Bytes that `make_state` of an earlier fit returned; None to begin at the beginning. They come from
        a file: never unpickle them.

    Examples
    --------
    >>> import numpy as np
    >>> class Doubles:
    ...     def fit(self, X, y, checkpoint=None):
    ...         self.value, begin = 1.0, 0
    ...         if checkpoint and checkpoint.state:
    ...             begin, self.value = np.frombuffer(checkpoint.state).tolist()
    ...         for step in range(int(begin), 5):
    ...             self.value *= 2
    ...             if checkpoint:
    ...                 checkpoint.keep(lambda: np.array([step + 1, self.value]).tobytes())
    ...         return self
    >>> kept = []
    >>> Doubles().fit([], [], Checkpoint(0.0, kept.append)).value
    32.0
    >>> Doubles().fit([], [], Checkpoint(0.0, kept.append, state=kept[2])).value
    32.0
    """

    def __init__(self, interval: float, send: Callable[[bytes], None], state: bytes | None = None) -> None:
        self.interval, self.state = interval, state
        self._send = send
        self._last = time.monotonic()

    def keep(self, make_state: Callable[[], bytes]) -> None:
        """Make a state and send it, if it is time; to be called after each step.

        Parameters
        ----------
        make_state
            Returns all that the next step depends on, random states too. It is called only when it is time.
        """
        if time.monotonic() - self._last < self.interval:
            return
        state = bytes(make_state())
        if len(state) > LARGEST:
            self.interval = float("inf")
            message = (
                f"its state has {len(state) / 2**20:,.0f} MiB, more than {LARGEST / 2**20:,.0f}: it is not kept, "
                "and a fit that is broken off begins anew."
            )
            warnings.warn(message, stacklevel=2)
            return
        self._send(state)
        self._last = time.monotonic()
