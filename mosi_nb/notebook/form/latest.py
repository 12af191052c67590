"""Work that a form does beside itself, so that it never waits: one thing at a time, and only the newest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class Latest:
    """A thread that is there while there is something to do.

    What is asked for while it works replaces what was asked for before; nobody wants the answer to that.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: Callable[[], Any] | None = None
        self._thread: threading.Thread | None = None

    def ask(self, work: Callable[[], Any]) -> None:
        """Have something done as soon as what is under way has ended."""
        with self._lock:
            self._next = work
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="mosi_nb form", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait until nothing is left to do."""
        while (thread := self._thread) is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                work, self._next = self._next, None
                if work is None:
                    self._thread = None
                    return
            work()
