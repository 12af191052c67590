"""Whether something can go to another process, and what of it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import cloudpickle

from mosi_nb.components.estimators import AnyModel
from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.results import reason_of

DEEPEST = 10


def unsendable(thing: Any) -> str:
    """Return why something cannot be pickled, with the attribute that is in the way; empty if it can be.

    Examples
    --------
    >>> import threading
    >>> from sklearn.linear_model import Ridge
    >>> unsendable(Ridge(alpha=threading.Lock()))
    "its attribute 'alpha' (of type lock): TypeError: cannot pickle '_thread.lock' object"
    >>> unsendable(Ridge())
    ''
    """
    reason = _refusal(thing)
    if not reason:
        return ""
    path, found = "", thing
    for _ in range(DEEPEST):
        inside = next(((name, value) for name, value in _inside(found) if _refusal(value)), None)
        if inside is None:
            break
        path += inside[0]
        found = inside[1]
        reason = _refusal(found)
    named = f"its attribute '{path.lstrip('.')}' (of type {type(found).__name__}): " if path else ""
    return named + reason


def _refusal(thing: Any) -> str:
    try:
        cloudpickle.dumps(thing)
    except Exception as error:  # noqa: BLE001 -- whatever an object raises
        return reason_of(error)
    return ""


def _inside(thing: Any) -> Iterator[tuple[str, Any]]:
    """Yield what an object holds: attributes with their names, contents of containers without."""
    if isinstance(thing, SentimentClassifier | AnyModel):  # the adapter of what the notebook brought
        yield "", getattr(thing, "classifier", None) or getattr(thing, "model", None)
    elif isinstance(thing, Mapping):
        yield from (("", value) for value in thing.values())
    elif isinstance(thing, list | tuple | set | frozenset):
        yield from (("", value) for value in thing)
    elif not isinstance(thing, type):
        yield from ((f".{name}", value) for name, value in vars(thing).items()) if hasattr(thing, "__dict__") else ()
