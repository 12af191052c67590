"""A cluster made ready for a plan: reached, its versions compared, the user's own code sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mosi_nb.errors import Place, SpecError
from mosi_nb.plan import Plan
from mosi_nb.run.cluster import embedded
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
    """

    client: Client
    notes: tuple[str, ...] = ()
    held: Any = None


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
    """Return a cluster that can read these pipelines.

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
            client = embedded(jobs)
        except ValueError as error:
            raise SpecError.at(place, "jobs", str(error)) from None
        return Prepared(client, tuple(send_code(client, pipelines)))
    client = connect(chosen)
    held = wait_for_first(client, listen=listen)
    found = versions(client)
    found.check()
    return Prepared(client, (*found.warnings, *send_code(client, pipelines)), held)
