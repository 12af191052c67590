"""How an estimator is run: alone on its core, its warnings kept."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TextIO

import joblib
from threadpoolctl import ThreadpoolController


@contextmanager
def quiet() -> Iterator[list[warnings.WarningMessage]]:
    """Let an estimator run alone on its core, and keep its warnings.

    Inside a task joblib's backend is dask again, so a forest would send its trees to the cluster
    and wait for them; and native threads of two workers would fight for the same cores. Several
    threads of one process may be inside at the same time, as on a worker with more than one thread.

    Yields
    ------
    list
        The warnings of this thread, as they come.
    """
    with joblib.parallel_config("sequential"), _alone(), _recorded() as caught:
        yield caught


class _Inside:
    """How many threads are inside, and what is undone when the last one leaves."""

    lock = threading.Lock()
    threads = 0
    leaving = ExitStack()
    caught: dict[int, list[warnings.WarningMessage]] = {}  # noqa: RUF012 -- one for the process


class _Pools:
    """The native thread pools of this process: finding them takes milliseconds, limiting them does not."""

    modules = 0
    controller: Any = None


def _pools() -> Any:
    # A library that was imported since brings its own.
    if _Pools.controller is None or _Pools.modules != len(sys.modules):
        _Pools.modules, _Pools.controller = len(sys.modules), ThreadpoolController()
    return _Pools.controller


@contextmanager
def _alone() -> Iterator[None]:
    """Cap native threads at one, and let no warning pass.

    OpenMP counts for each thread that calls it, OpenBLAS for the process: the cap is set by whoever
    comes in and lifted by the last one to leave.
    """
    with _Inside.lock:
        limiter = _pools().limit(limits=1)
        _Inside.threads += 1
        if _Inside.threads == 1:
            _Inside.leaving = ExitStack()
            _Inside.leaving.callback(limiter.restore_original_limits)
            _Inside.leaving.enter_context(warnings.catch_warnings())
            warnings.simplefilter("always")
            warnings.showwarning = _keep
    try:
        yield
    finally:
        with _Inside.lock:
            _Inside.threads -= 1
            if _Inside.threads == 0:
                _Inside.leaving.close()


@contextmanager
def _recorded() -> Iterator[list[warnings.WarningMessage]]:
    caught: list[warnings.WarningMessage] = []
    thread = threading.get_ident()
    before = _Inside.caught.get(thread)
    _Inside.caught[thread] = caught
    try:
        yield caught
    finally:
        del _Inside.caught[thread]
        if before is not None:
            _Inside.caught[thread] = before


def _keep(  # the signature is that of warnings.showwarning
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Give a warning to the thread that caused it; those of threads that it started go to nobody."""
    del file, line
    caught = _Inside.caught.get(threading.get_ident())
    if caught is not None:
        caught.append(warnings.WarningMessage(message, category, filename, lineno))
