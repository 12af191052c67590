"""How joblib hands fits to the cluster."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from joblib._dask import DaskDistributedBackend

if TYPE_CHECKING:
    from distributed import Client, Future

Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class Lost(Exception):  # noqa: N818 -- no error of the program: a worker died, or its data did
    """A call that did not come back from its worker.

    Attributes
    ----------
    died
        Whether the process that it was given to ended; else its data were lost, or it was cancelled.
    """

    def __init__(self, reason: str, *, died: bool) -> None:
        super().__init__(reason)
        self.died = died


class Workers(DaskDistributedBackend):
    """joblib's dask backend, for a run that goes on whatever becomes of a worker.

    joblib's own ends all calls when one is lost, and keeps on the scheduler what was stopped. This
    one gives a call that was lost to `lost`, and takes back what is under way.

    Parameters
    ----------
    client
        Of the cluster.
    lost
        Makes the result of a call that did not come back: `lost(call, reason)`.
    direct
        Whether results come straight from the workers, and not by way of the scheduler.
    """

    def __init__(self, client: Client, lost: Callable[[Call, Lost], Any], *, direct: bool) -> None:
        super().__init__(client=client)
        self.lost, self.direct = lost, direct
        self.under_way: set[Future[Any]] = set()
        self._lock = threading.Lock()

    def effective_n_jobs(self, n_jobs: int) -> int:
        """Return the number of workers, or 2.

        joblib carries out what has one job in the calling process: a run with `jobs = 1`, or in the
        moment when a worker has died, would leave the cluster.
        """
        del n_jobs
        return max(int(sum(self.client.nthreads().values())), 2)

    def start_call(self) -> None:
        """Do nothing: results come by callbacks."""

    def stop_call(self) -> None:
        """Do nothing, as above."""

    def submit(self, func: Any, callback: Callable[[Any], None] | None = None) -> Any:
        """Hand a call to the cluster; its result goes to the callback, whatever becomes of it."""
        call: Call = func.items[0]  # batch_size is 1
        self.client.loop.add_callback(self._carry_out, call, callback)
        return call

    async def _carry_out(self, call: Call, callback: Callable[[Any], None] | None) -> None:
        from distributed.scheduler import KilledWorker  # noqa: PLC0415 -- 0.4 s that only a run needs

        function, arguments, parameters = call
        future: Future[Any] | None = None
        try:
            future = self.client.submit(function, *arguments, **parameters, key=f"mosi_nb-{uuid4().hex}", pure=False)
            with self._lock:
                self.under_way.add(future)
            result = await self.client.gather(future, direct=self.direct, asynchronous=True)
        except KilledWorker as error:
            result = self.lost(call, Lost(str(error), died=True))
        except (asyncio.CancelledError, Exception) as error:  # noqa: BLE001 -- its data or the scheduler are lost
            result = self.lost(call, Lost(f"{type(error).__name__}: {error}", died=False))
        finally:
            if future is not None:  # let go of at once, whatever else still knows it
                with self._lock:
                    self.under_way.discard(future)
                future.release()
        if callback:
            callback([result])

    def retrieve_result_callback(self, out: Any) -> Any:
        """Return the results of a call as they came."""
        return out

    def abort_everything(self, ensure_ready: bool = True) -> None:  # noqa: FBT001, FBT002 -- joblib's signature
        """Take back what is under way, so that nothing of it stays on the scheduler."""
        del ensure_ready
        with self._lock:
            futures, self.under_way = list(self.under_way), set()
        if futures and self.client.status == "running":
            self.client.cancel(futures, force=True)
