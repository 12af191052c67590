"""A time limit for what may never end."""

from __future__ import annotations

import contextvars
import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

GRACE_SECONDS = 1.0

Found = TypeVar("Found")


class TooLongError(Exception):
    """A fit took longer than it may."""


class StuckError(TooLongError):
    """A fit took longer than it may, and could not be ended: its thread is still busy."""


class _Ended(BaseException):
    """Raised inside a fit whose time is up; no Exception, which an estimator might catch."""


def within(limit: float | None, task: Callable[[], Found]) -> Found:
    """Return what a task returns, if it does in time.

    Parameters
    ----------
    limit
        In seconds; None lets it take as long as it takes.
    task
        Runs in a thread of its own where there is a limit.

    Raises
    ------
    TooLongError
        If the time is up; the task was ended.
    StuckError
        If the time is up and the task goes on, as one in a library without Python code does.

    Examples
    --------
    >>> within(1.0, lambda: 2 + 3)
    5
    """
    if limit is None:
        return task()
    found: list[Found] = []
    raised: list[BaseException] = []

    def carry_out() -> None:
        try:
            found.append(task())
        except BaseException as error:  # noqa: BLE001 -- raised again by the thread that waits
            raised.append(error)

    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(carry_out,), name="mosi_nb fit", daemon=True)
    thread.start()
    thread.join(limit)
    if thread.is_alive():
        sentence = f"took longer than fit_limit, {limit:g} s"
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_Ended))
        thread.join(GRACE_SECONDS)
        raise StuckError(sentence) if thread.is_alive() else TooLongError(sentence)
    if raised:
        raise raised[0]
    return found[0]
