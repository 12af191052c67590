"""The process that starts and watches a worker of the embedded cluster."""

from __future__ import annotations

import sys
import threading
from typing import Any

from distributed import Nanny
from distributed.core import Status

# Without this variable glibc adapts its own threshold; with it (distributed's default) estimators
# that allocate much, such as boosting, are two to three times slower.
SLOWING = "MALLOC_TRIM_THRESHOLD_"


class EmbeddedNanny(Nanny):
    """A nanny whose worker does not import the user's script again."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.pre_spawn_env.pop(SLOWING, None)

    async def instantiate(self) -> Status:
        """Start the worker."""
        with _MainHidden():
            status: Status = await super().instantiate()
            return status


class _MainHidden:
    """A context in which a new process cannot tell which script it was started from.

    multiprocessing imports the main script again in every process that it spawns. A script without
    `if __name__ == "__main__"` would then start a cluster in each worker, and what is no Python
    (`ipython notes.ipy`) fails. Workers have no need of it: cloudpickle sends what is defined there.
    """

    lock = threading.Lock()
    inside = 0
    hidden: tuple[Any, Any] = (None, None)

    def __enter__(self) -> None:
        main: Any = sys.modules["__main__"]
        with _MainHidden.lock:
            if _MainHidden.inside == 0:
                _MainHidden.hidden = getattr(main, "__spec__", None), getattr(main, "__file__", None)
                main.__spec__ = main.__file__ = None
            _MainHidden.inside += 1

    def __exit__(self, *error: object) -> None:
        main: Any = sys.modules["__main__"]
        with _MainHidden.lock:
            _MainHidden.inside -= 1
            if _MainHidden.inside == 0:
                main.__spec__, main.__file__ = _MainHidden.hidden
                if main.__file__ is None:
                    del main.__file__
