"""Variables of the notebook that could stand at a place of a cell."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import ModuleType

from mosi_nb.components.build import COULD_STAND, Namespace, is_result
from mosi_nb.data.loader import is_loader
from mosi_nb.data.segments import Segments

OF_IPYTHON = ("In", "Out", "exit", "quit", "open", "get_ipython")


def variables(namespace: Namespace, kind: str, prefix: str) -> list[str]:
    """Return the names of variables that could stand where a component of a kind may.

    Parameters
    ----------
    namespace
        The notebook's variables.
    kind
        A kind of components, `mapping` for what maps words or videos, or empty for anything.
    prefix
        What is written of the name; behind a dot, what the object before it holds is looked through.

    Examples
    --------
    >>> variables({"speakers": {"v1": "Ann"}, "number": 3}, "mapping", "")
    ['speakers']
    """
    path, dot, _ = prefix.rpartition(".")
    held: Namespace = namespace
    for name in path.split(".") if path else ():
        held = getattr(held.get(name), "__dict__", {})
    found = [name for name, value in list(held.items()) if _could_stand(name, value, kind)]
    return [f"{path}{dot}{name}" for name in found]


def _could_stand(name: str, value: object, kind: str) -> bool:
    if name.startswith("_") or name in OF_IPYTHON or isinstance(value, ModuleType):
        return False
    try:
        if kind == "data":
            is_known = isinstance(value, Segments | dict) or _is_table(value, "DataFrame")
            return is_known or is_loader(value) or COULD_STAND[kind](value)
        if kind == "mapping":
            return isinstance(value, Mapping) or _is_table(value, "Series", "DataFrame")
        if kind == "metric" and str(getattr(value, "__module__", "")).startswith(("mosi_nb", "IPython")):
            return False
        return not kind or (kind in COULD_STAND and COULD_STAND[kind](value) and not is_result(value))
    except Exception:  # noqa: BLE001 -- an attribute of somebody's object that is computed, and fails
        return False


def _is_table(value: object, *names: str) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and any(isinstance(value, getattr(pandas, name)) for name in names)
