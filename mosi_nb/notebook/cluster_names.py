"""What could be written for a cluster here: variables, scheduler files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PROTOCOLS = ("tcp://", "tls://", "ucx://", "ws://", "wss://", "inproc://", "gateway://")
MARKS = ("scheduler_address", "get_client", "scheduler_info")
"""What the class of a cluster object, or of a Client, has."""


def scheduler_files() -> list[str]:
    """Return the names of the scheduler files of this folder."""
    return sorted(path.name for path in Path().glob("*scheduler*.json"))


def variables(names: Mapping[str, object]) -> list[str]:
    """Return the names of variables that may be a cluster, or its address.

    They are looked at by their class: a value may do anything when it is asked.

    Parameters
    ----------
    names
        Variables and their values.

    Examples
    --------
    >>> variables({"head": "tcp://10.0.0.7:8786", "words": "good film", "_hidden": "tcp://a:1"})
    ['head']
    """
    # a list: another thread may add a variable meanwhile
    return sorted(name for name, value in list(names.items()) if not name.startswith("_") and _may_be(value))


def _may_be(value: object) -> bool:
    if isinstance(value, str):
        return value.startswith(PROTOCOLS)
    if isinstance(value, Path):
        return value.suffix == ".json"
    return not isinstance(value, type) and any(hasattr(type(value), mark) for mark in MARKS)
