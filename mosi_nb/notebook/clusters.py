"""`%mosi_cluster`: which workers runs use, and choosing others."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.displays.cluster import ClusterView
from mosi_nb.errors import ClusterError, nearest
from mosi_nb.run.connect import CONNECT_SECONDS, connect, current, use

if TYPE_CHECKING:
    from distributed import Client

EMBEDDED = "none"
HELP = """\
%mosi_cluster                       show the workers that runs use
%mosi_cluster tcp://HOST:8786       use the cluster of this scheduler
%mosi_cluster scheduler.json        use the cluster of this scheduler file
%mosi_cluster NAME                  use the address, Client or cluster object in this variable
%mosi_cluster none                  go back to this machine's own cores, close what was opened

--security NAME    a variable with the distributed.Security for tls://
--timeout SECONDS  how long to try to reach it; 10 if left out
"""


def cluster(shell: InteractiveShell, arguments: Namespace) -> None:
    """Show the cluster that runs use, or choose another.

    Parameters
    ----------
    shell
        Whose variables the line may name.
    arguments
        Of the line of the magic: `cluster`, `security`, `timeout`, `help`.

    Raises
    ------
    ClusterError
        If there is no such cluster.
    """
    if arguments.help:
        display({"text/plain": HELP}, raw=True)
        return
    if arguments.cluster == EMBEDDED:
        use(None)
    elif arguments.cluster is not None:
        security = None if arguments.security is None else _variable(shell, arguments.security)
        use(meant(shell, arguments.cluster), security=security, timeout=arguments.timeout or CONNECT_SECONDS)
    elif arguments.security is not None:
        message = "--security belongs to a cluster.\nWrite %mosi_cluster ADDRESS --security NAME."
        raise ClusterError(message)
    display(view())


def view() -> ClusterView:
    """Return the cluster that runs use now, as a display."""
    chosen = current()
    if chosen is None:
        return _embedded()
    client = connect(chosen)
    scheduler: Any = client.scheduler
    headline = f"Connected to {scheduler.address}: {_counted(client)}."
    if not client.nthreads():
        notes = ["No worker is there yet; a run waits for the first."]
        return ClusterView({"headline": headline, "dashboard": _dashboard(client), "notes": notes})
    from mosi_nb.run.versions import versions  # noqa: PLC0415 -- pandas, which %load_ext does without

    found = versions(client)
    notes = {
        "same": ["Versions: the same as here."],
        "differ": found.warnings,
        "refused": [*found.refused, "A run is refused with these versions."],
    }[found.verdict]
    rows = found.frame().reset_index().to_dict("records")
    summary = {"headline": headline, "dashboard": _dashboard(client), "workers": _workers(client)}
    return ClusterView({**summary, "versions": rows, "notes": notes})


def _embedded() -> ClusterView:
    from mosi_nb.run.cluster import _Embedded  # noqa: PLC0415 -- shown, and never started for that

    client = _Embedded.client
    if client is None or client.status != "running":
        return ClusterView({"headline": "The cores of this machine; workers start with the first run."})
    return ClusterView({"headline": f"The cores of this machine: {_counted(client)}.", "workers": _workers(client)})


def _counted(client: Client) -> str:
    threads = client.nthreads()
    workers, total = len(threads), sum(threads.values())
    return f"{workers} worker{'s' * (workers != 1)}, {total} thread{'s' * (total != 1)}"


def _workers(client: Client) -> list[dict[str, Any]]:
    rows = []
    for address, told in client.scheduler_info(n_workers=-1)["workers"].items():
        metrics = told.get("metrics", {})
        rows.append(
            {
                "worker": address,
                "threads": told.get("nthreads", 0),
                "memory": metrics.get("memory", 0),
                "limit": told.get("memory_limit") or 0,
                "cpu": metrics.get("cpu", 0.0),
                "tasks": metrics.get("task_counts", {}).get("executing", 0),
            }
        )
    return rows


def _dashboard(client: Client) -> str:
    """Return the address of the dashboard as dask's configuration writes it, behind JupyterHub too."""
    try:
        link = client.dashboard_link or ""
    except KeyError:  # no dashboard, or a variable in the configured link that is not set here
        return ""
    # what stands before @ or after ? in an address may be a secret
    start, _, rest = link.partition("://")
    return f"{start}://{rest.partition('?')[0].rpartition('@')[2]}" if rest else link


def meant(shell: InteractiveShell, written: str) -> object:
    """Return what is meant: the value of a variable, or the text itself."""
    if written in shell.user_ns:
        return shell.user_ns[written]
    if written.isidentifier():
        message = f"cluster '{written}': there is no such variable.{nearest(written, _names(shell))}"
        raise ClusterError(f"{message}\nAn address is written as tcp://{written}:8786. See %mosi_cluster --help.")
    return written


def _variable(shell: InteractiveShell, name: str) -> Any:
    if name not in shell.user_ns:
        message = f"--security '{name}': there is no such variable.{nearest(name, _names(shell))}"
        raise ClusterError(f"{message}\nGive the name of a variable that holds a distributed.Security.")
    return shell.user_ns[name]


def _names(shell: InteractiveShell) -> list[str]:
    return [name for name in shell.user_ns if not name.startswith("_")]
