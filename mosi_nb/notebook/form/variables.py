"""Which variables of the notebook a form offers: those that could stand there, and were made to."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import cleandoc
from types import FunctionType
from typing import Any

from mosi_nb.cell.variables import variables

OFFERED = ("data", "model", "encoder", "metric", "ensemble")
"""Kinds of components among which a variable can stand."""


def standing(namespace: Mapping[str, Any], kind: str) -> list[str]:
    """Return the names of variables that are offered among the components of a kind.

    Parameters
    ----------
    namespace
        The notebook's variables.
    kind
        A kind of components.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> standing({"mine": Ridge(), "_hidden": Ridge(), "number": 3}, "model")
    ['mine']
    """
    if kind not in OFFERED:
        return []
    return [name for name in variables(namespace, kind, "") if _is_meant(namespace.get(name), kind)]


def of_notebook(value: object) -> str:
    """Return what is said of an object of the notebook: whose it is, and how its docstring begins.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> of_notebook(Ridge())
    'of the notebook. Linear least squares with l2 regularization.'
    """
    documented = value if isinstance(value, type | FunctionType) else type(value)
    summary = cleandoc(documented.__doc__ or "").partition("\n\n")[0]
    return f"of the notebook. {' '.join(summary.split())}" if summary else "of the notebook"


def _is_meant(value: object, kind: str) -> bool:
    """Leave out what only looks like it."""
    if kind == "metric":
        return isinstance(value, FunctionType) and value.__module__ == "__main__"
    if kind == "data":
        is_other = isinstance(value, dict) and not {"sentiment", "segment_ids"} <= set(value)
        return not isinstance(value, type) and not is_other
    if kind == "encoder":
        return not callable(getattr(value, "predict", None))
    return kind != "ensemble" or not isinstance(value, type)
