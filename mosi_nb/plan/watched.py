"""Values compared: whether what was handed over is as it was, whether two outputs are the same."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy.sparse

from mosi_nb.results import Fold


class Watched:
    """What is handed over, and what of it is changed.

    Parameters
    ----------
    **given
        By name.

    Examples
    --------
    >>> watched = Watched(X=np.zeros(2), y=np.ones(2))
    >>> watched.given["X"] += 1
    >>> watched.changed()
    ('X',)
    """

    def __init__(self, **given: Any) -> None:
        self.given, self._before = given, copy.deepcopy(given)

    def changed(self) -> tuple[str, ...]:
        """Return the names of what is not as it was."""
        return tuple(name for name, value in self.given.items() if not same(value, self._before[name]))


def close(one: Any, other: Any) -> bool:
    """Tell whether numbers are the same but for the order in which they were summed up, in single precision."""
    return bool(np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-4, atol=1e-5, equal_nan=True))


def same(one: Any, other: Any) -> bool:
    """Tell whether two outputs are the same to the last digit."""
    if isinstance(one, Fold):
        return same((one.train, one.held_out), (other.train, other.held_out))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if scipy.sparse.issparse(one):
        return one.shape == other.shape and not (one != other).nnz
    if isinstance(one, np.ndarray | float):
        return bool(np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind == "f"))
    return bool(one == other)
