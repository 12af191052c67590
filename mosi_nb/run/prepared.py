"""A cluster made ready for a plan: reached, its versions compared, the user's own code sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from mosi_nb.errors import Place, SpecError
from mosi_nb.plan import Plan
from mosi_nb.run.cluster import Lease, leased
from mosi_nb.run.connect import connect, current

if TYPE_CHECKING:
    from distributed import Client


@dataclass(frozen=True)
class Prepared:
    """A cluster that may carry out a plan.

    Attributes
    ----------
    client
        Of the cluster.
    notes
        What the user should know: other versions there, code that was sent.
    held
        Kept until the run ends, so that a cluster that adapts keeps a worker.
    lease
        Of the embedded cluster: as long as it is not released, nobody restarts the workers.
    """

    client: Client
    notes: tuple[str, ...] = ()
    held: Any = None
    lease: Lease | None = None

    def release(self) -> None:
        """Let others restart the workers; twice is once."""
        if self.lease is not None:
            self.lease.release()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Release it."""
        self.release()


def prepare(plan: Plan, cluster: object = None, listen: Callable[[float], None] | None = None) -> Prepared:
    """Return a cluster that may carry out a plan.

    Parameters
    ----------
    plan
        What is to be carried out.
    cluster
        As for `connect`; None for the one that `use` chose, or else the embedded one.
    listen
        Called each second with the seconds that were waited for a first worker so far.

    Raises
    ------
    SpecError
        If there are to be more workers than this machine can carry.
    ClusterError
        If it is not reached, or its versions do not fit.
    """
    pipelines = [candidate.pipeline for candidate in plan.candidates]
    return reached(pipelines, cluster, plan.spec.jobs or -1, listen, plan.spec.places.get("jobs"))


def reached(
    pipelines: Sequence[Any],
    cluster: object = None,
    jobs: int = -1,
    listen: Callable[[float], None] | None = None,
    place: Place | None = None,
) -> Prepared:
    """Return a cluster that can read these pipelines; whoever asks for it releases it.

    Parameters
    ----------
    pipelines
        What is about to be sent.
    cluster, listen
        As for `prepare`.
    jobs
        Workers of the embedded cluster; -1 for one on each core.
    place
        Where that was written.

    Raises
    ------
    SpecError, ClusterError
        As `prepare`.
    """
    from mosi_nb.run.modules import send_code  # noqa: PLC0415 -- 0.4 s that only a run needs
    from mosi_nb.run.versions import versions  # noqa: PLC0415 -- as above
    from mosi_nb.run.workers import wait_for_first  # noqa: PLC0415 -- as above

    chosen = cluster if cluster is not None else current()
    if chosen is None:
        try:
            client, lease = leased(jobs)
        except ValueError as error:
            raise SpecError.at(place, "jobs", str(error)) from None
        try:
            notes = [*filter(None, [lease.note]), *send_code(client, pipelines)]
        except BaseException:
            lease.release()
            raise
        return Prepared(client, tuple(notes), lease=lease)
    client = connect(chosen)
    held = wait_for_first(client, listen=listen)
    found = versions(client)
    found.check()
    return Prepared(client, (*found.warnings, *send_code(client, pipelines)), held)
