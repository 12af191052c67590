"""What torch modules and skorch nets are asked before they are trained: what they return, take and split."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection
from inspect import Parameter, signature
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse

from mosi_nb.components.outputs import Activation, Outputs, positions
from mosi_nb.components.uninterrupted import imported
from mosi_nb.errors import MissingExtraError
from mosi_nb.results import Vector

COLUMNS = ("n_columns", "in_features", "n_features", "n_features_in", "input_dim", "input_size", "n_inputs", "in_dim")
"""Parameters of a module's constructor that are given the number of columns."""
LATER = ("torch._dynamo",)
"""What torch itself imports when the first optimizer is made."""
Floats = NDArray[np.float32]


def require_skorch(what: str) -> None:
    """Refuse to go on without skorch, and import all that a training needs.

    Raises
    ------
    MissingExtraError
        With the line that installs it.
    """
    if importlib.util.find_spec("skorch") is None:
        raise MissingExtraError.of(what, "skorch", "torch")
    imported("skorch", "skorch.dataset", "skorch.helper", *LATER)


def column_params(module: Any, given: Collection[str], columns: int) -> dict[str, int]:
    """Return the parameter of a module's class that takes the number of columns, if it has no value.

    Examples
    --------
    >>> class Net:
    ...     def __init__(self, n_columns, hidden=8): ...
    >>> column_params(Net, (), 35), column_params(Net, ("n_columns",), 35)
    ({'n_columns': 35}, {})
    """
    known = signature(module).parameters
    empty = [n for n in COLUMNS if n in known and n not in given and known[n].default in (Parameter.empty, None)]
    return dict.fromkeys(empty[:1], columns)


def params_of(kind: Any) -> list[str]:
    """Return the names of a constructor's parameters."""
    several = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    return [name for name, one in signature(kind).parameters.items() if one.kind not in several]


def missing_params(kind: Any, given: Collection[str]) -> list[str]:
    """Return the parameters that a module's class needs, but for the number of columns.

    Examples
    --------
    >>> class Net:
    ...     def __init__(self, in_features, hidden): ...
    >>> missing_params(Net, ())
    ['hidden']
    """
    known = signature(kind).parameters
    empty = [name for name in params_of(kind) if known[name].default is Parameter.empty and name not in given]
    return [name for name in empty if name not in column_params(kind, given, 1)]


def dense(X: Any) -> Floats:  # noqa: N803 -- scikit-learn's name
    """Return features as networks take them: dense, in single precision."""
    return np.ascontiguousarray(X.toarray() if issparse(X) else X, dtype=np.float32)


def tried(module: Any, rows: Floats) -> Any:
    """Return the outputs for two rows: their shape tells the task. Lazy layers learn their columns by it.

    Raises
    ------
    ValueError
        If there is not one row for each.
    """
    import torch  # noqa: PLC0415 -- an extra

    module.eval()
    with torch.no_grad():
        found = module(torch.from_numpy(rows[:2]))
    if told := not_a_row_each(found, len(rows[:2])):
        message = f"forward returned {told}"
        raise ValueError(message)
    return found


def not_a_row_each(found: Any, segments: int) -> str:
    """Say what a network returned, if that is not one row for each segment; empty if it is.

    Examples
    --------
    >>> not_a_row_each(np.zeros(()), 2)
    'a tensor of shape () for 2 segments; it is to return one row for each.'
    >>> not_a_row_each(np.zeros((2, 3)), 2)
    ''
    """
    shape = getattr(found, "shape", None)
    if shape is not None and len(shape) in (1, 2) and shape[0] == segments:
        return ""
    told = f"a {type(found).__name__}" if shape is None else f"a tensor of shape {tuple(shape)}"
    return f"{told} for {segments} segments; it is to return one row for each."


def targets_of(outputs: Outputs, sentiment: Vector, found: Any) -> Any:
    """Return what the net learns, in the shape and type that its loss takes."""
    if outputs.classes is None:
        return sentiment.astype(np.float32).reshape((-1,) + (1,) * (found.ndim - 1))
    classes = positions(sentiment, outputs.classes)
    if found.ndim > 1 and found.shape[1] > 1:
        return classes.astype(np.int64)
    return classes.astype(np.float32)


def activation_of(net: Any) -> Activation:
    """Return how the outputs of an initialized skorch net become probabilities, by its loss."""
    from torch import nn  # noqa: PLC0415 -- an extra

    of_losses: dict[Any, Activation] = {
        nn.CrossEntropyLoss: "softmax",
        nn.BCEWithLogitsLoss: "sigmoid",
        nn.BCELoss: "probability",
        nn.NLLLoss: "probability",  # skorch takes the logarithm of what the module returns
    }
    return next((found for loss, found in of_losses.items() if isinstance(net.criterion_, loss)), "none")


def share_of(split: Any) -> float:
    """Return the share of rows that a split of skorch would hold out at random; 0 for any other."""
    from skorch.dataset import ValidSplit  # noqa: PLC0415 -- an extra

    if not isinstance(split, ValidSplit) or not isinstance(split.cv, int | float):
        return 0.0
    return float(split.cv) if split.cv < 1 else 1 / split.cv


def is_own(net: Any, *names: str) -> bool:
    """Tell whether a net's class, and not skorch, says how it does one of these things."""
    return any(not getattr(type(net), name).__module__.startswith("skorch.") for name in names)
