"""Large libraries imported as a whole: one whose import was broken off cannot be imported again in that process."""

from __future__ import annotations

import importlib
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let an interrupt wait until the block has ended; only the main thread gets any."""
    before = signal.getsignal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else None
    if not callable(before):
        yield
        return
    waiting: list[Any] = []
    signal.signal(signal.SIGINT, lambda number, frame: waiting.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if waiting:
            before(*waiting[0])


def imported(*names: str) -> Any:
    """Return the first of some modules, all of them imported whatever interrupts it.

    Parameters
    ----------
    names
        Full names, the one that is wanted first.

    Examples
    --------
    >>> imported("json", "json.decoder").loads("[1]")
    [1]
    """
    if any(name not in sys.modules for name in names):
        with uninterrupted():
            for name in names:
                importlib.import_module(name)
    return importlib.import_module(names[0])
