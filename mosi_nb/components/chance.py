"""The random states of this process, for libraries that draw from nowhere else."""

from __future__ import annotations

import functools
import random
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

States = dict[str, NDArray[Any]]


@functools.cache
def _lock() -> Any:
    """Return the lock of this process: in a function, since the content of a module is told to no other one."""
    return threading.RLock()


@contextmanager
def seeded(seed: int | None) -> Iterator[int]:
    """Let one fit alone draw from the random states of this process, on one thread.

    They are of the whole process: a second fit in another thread of a worker would change what the
    first one draws, so it waits. In the end all is as it was before.

    Parameters
    ----------
    seed
        What the states begin from; None draws one.

    Yields
    ------
    int
        The seed.
    """
    with _lock(), _one_thread():
        before = states()
        number = int(np.random.randint(2**31)) if seed is None else int(seed)  # noqa: NPY002 -- scikit-learn's None
        random.seed(number)
        np.random.seed(number % 2**32)  # noqa: NPY002 -- the state that a user's module may draw from
        torch = sys.modules.get("torch")
        if torch is not None:
            torch.manual_seed(number)
        try:
            yield number
        finally:
            set_states(before)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let torch compute on one thread."""
    with _lock(), _one_thread():
        yield


@contextmanager
def _one_thread() -> Iterator[None]:
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def states() -> States:
    """Return the random states of this process as arrays."""
    _, words, gauss = random.getstate()
    _, key, position, has_gauss, cached = np.random.get_state(legacy=True)  # noqa: NPY002 -- as above
    found: States = {
        "python": np.array(words, dtype=np.int64),
        "python_gauss": np.array(np.nan if gauss is None else gauss),
        "numpy": np.array(key, dtype=np.int64),
        "numpy_position": np.array([position, has_gauss], dtype=np.int64),
        "numpy_gauss": np.array(cached, dtype=np.float64),
    }
    torch = sys.modules.get("torch")
    if torch is not None:
        found["torch"] = torch.get_rng_state().numpy().copy()
    return found


def set_states(found: Mapping[str, NDArray[Any]]) -> None:
    """Set the random states of this process to what `states` returned."""
    gauss = float(found["python_gauss"])
    random.setstate((3, tuple(int(word) for word in found["python"]), None if np.isnan(gauss) else gauss))
    position, has_gauss = (int(value) for value in found["numpy_position"])
    key = np.asarray(found["numpy"], dtype=np.uint32)
    np.random.set_state(("MT19937", key, position, has_gauss, float(found["numpy_gauss"])))  # noqa: NPY002 -- as above
    torch = sys.modules.get("torch")
    if torch is not None and "torch" in found:
        torch.set_rng_state(torch.from_numpy(np.asarray(found["torch"], dtype=np.uint8).copy()))
