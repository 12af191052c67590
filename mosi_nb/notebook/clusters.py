"""`%mosi_cluster`: which workers runs use, and choosing others."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.displays.cluster import ClusterView
from mosi_nb.errors import ClusterError, nearest
from mosi_nb.notebook.library import in_notebook
from mosi_nb.run.connect import connect, current, use
from mosi_nb.storage.last_cluster import remember

if TYPE_CHECKING:
    from distributed import Client, Security

EMBEDDED = "none"
HELP = """\
%mosi_cluster                       show the workers that runs use
%mosi_cluster tcp://HOST:8786       use the cluster of this scheduler
%mosi_cluster scheduler.json        use the cluster of this scheduler file
%mosi_cluster NAME                  use the address, Client or cluster object in this variable
%mosi_cluster none                  go back to this machine's own cores, close what was opened
%mosi_cluster --panel               do all that in a panel that stays up to date

--security NAME    a variable with the distributed.Security for tls://
--timeout SECONDS  how long to try to reach it; left out: %config MosiMagics.timeout, 10 to begin with

A complete example, one line a cell; a cell of %%mosi_experiment after the second line is trained there:

from distributed import LocalCluster; lab = LocalCluster(n_workers=2, host="127.0.0.1")
%mosi_cluster lab
%mosi_cluster none
"""


def cluster(shell: InteractiveShell, arguments: Namespace) -> None:
    """Show the cluster that runs use, or choose another.

    Parameters
    ----------
    shell
        Whose variables the line may name.
    arguments
        Of the line of the magic: `cluster`, `security`, `timeout`, `panel`, `help`.

    Raises
    ------
    ClusterError
        If there is no such cluster, or no notebook to show a panel in.
    """
    if arguments.help:
        display({"text/plain": HELP}, raw=True)
        return
    if arguments.panel and not in_notebook(shell):
        message = "--panel needs a notebook: a terminal shows no widgets.\nWrite %mosi_cluster, see --help."
        raise ClusterError(message)
    if arguments.cluster == EMBEDDED:
        use(None)
    elif arguments.cluster is not None:
        security = None if arguments.security is None else _variable(shell, arguments.security)
        choose(meant(shell, arguments.cluster), security, arguments.timeout)
    elif arguments.security is not None:
        message = "--security belongs to a cluster.\nWrite %mosi_cluster ADDRESS --security NAME."
        raise ClusterError(message)
    if arguments.panel:
        from mosi_nb.notebook.panel import panel  # noqa: PLC0415 -- widgets, which only the panel needs

        display(panel(shell, arguments.timeout))
    else:
        display(view())


def choose(cluster: object, security: Security | None, timeout: float) -> None:
    """Let runs use a cluster from now on, and remember its address or the path of its file.

    Parameters
    ----------
    cluster, security, timeout
        As for `use`.

    Raises
    ------
    ClusterError
        As `use`.
    """
    client: Any = use(cluster, security=security, timeout=timeout)
    if isinstance(cluster, str | Path):
        # a path in full, for the next kernel may begin in another folder; an address as it was understood
        chosen = str(current())
        remember(chosen if Path(chosen).is_absolute() else client.scheduler.address)


def view() -> ClusterView:
    """Return the cluster that runs use now, as a display."""
    chosen = current()
    if chosen is None:
        return ClusterView(summary(embedded_client()))
    client = connect(chosen)
    return ClusterView({**summary(client), **versions_of(client)})


def embedded_client() -> Client | None:
    """Return the client of the workers of this machine, if they were started."""
    from mosi_nb.run.cluster import _Embedded  # noqa: PLC0415 -- shown, and never started for that

    client = _Embedded.client
    return client if client is not None and client.status == "running" else None


def summary(client: Client | None, told: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what is shown of a cluster, without its versions: `headline`, `dashboard`, `workers`, `notes`.

    Parameters
    ----------
    client
        Of the cluster; None where the workers of this machine were not started.
    told
        What its scheduler tells of itself; asked for if left out.
    """
    if client is None:
        return {"headline": "The cores of this machine; workers start with the first run."}
    told = client.scheduler_info(n_workers=-1) if told is None else told
    workers = _workers(told)
    if client is embedded_client():
        return {"headline": f"The cores of this machine: {_counted(workers)}.", "workers": workers}
    notes = [] if workers else ["No worker is there yet; a run waits for the first."]
    scheduler: Any = client.scheduler
    headline = f"Connected to {scheduler.address}: {_counted(workers)}."
    return {"headline": headline, "dashboard": _dashboard(client), "workers": workers, "notes": notes}


def versions_of(client: Client) -> dict[str, Any]:
    """Return what is shown of the versions of a cluster, `versions` and `notes`; nothing where no worker is.

    Parameters
    ----------
    client
        Of the cluster.
    """
    if not client.nthreads():
        return {}
    from mosi_nb.run.versions import versions  # noqa: PLC0415 -- pandas, which %load_ext does without

    found = versions(client)
    notes = {
        "same": ["Versions: the same as here."],
        "differ": found.warnings,
        "refused": [*found.refused, "A run is refused with these versions."],
    }[found.verdict]
    return {"versions": found.frame().reset_index().to_dict("records"), "notes": notes}


def _counted(workers: list[dict[str, Any]]) -> str:
    total = sum(row["threads"] for row in workers)
    return f"{len(workers)} worker{'s' * (len(workers) != 1)}, {total} thread{'s' * (total != 1)}"


def _workers(told: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for address, worker in told["workers"].items():
        metrics = worker.get("metrics", {})
        tasks = metrics.get("task_counts", {})
        rows.append(
            {
                "worker": address,
                "threads": worker.get("nthreads", 0),
                "memory": metrics.get("memory", 0),
                "limit": worker.get("memory_limit") or 0,
                "cpu": metrics.get("cpu", 0.0),
                "tasks": tasks.get("executing", 0) + tasks.get("long-running", 0),
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
    """Return what is meant: the value of a variable, or the text itself, with a `~` for the user's folder."""
    if written.startswith("~"):
        return str(Path(written).expanduser())
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
