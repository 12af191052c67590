"""What is written for a cluster, and the address of the scheduler that it means."""

from __future__ import annotations

import json
from pathlib import Path

from mosi_nb.errors import ClusterError, nearest
from mosi_nb.run.reach import USUAL_PORT, address_of

WHAT = "A cluster is an address, a scheduler file, a distributed.Client or a cluster object."


def is_file(cluster: object) -> bool:
    """Tell whether the path of a scheduler file was written.

    Parameters
    ----------
    cluster
        What was written.
    """
    if isinstance(cluster, Path):
        return True
    return isinstance(cluster, str) and "://" not in cluster and (cluster.endswith(".json") or Path(cluster).is_file())


def scheduler_of(cluster: object) -> str:
    """Return the address of a scheduler; empty for an object that only gives clients.

    Parameters
    ----------
    cluster
        What was written: an address, a path, a cluster object.

    Raises
    ------
    ClusterError
        If it is none of these.
    """
    if isinstance(cluster, str | Path):
        if is_file(cluster):
            return _of_file(Path(cluster))
        return _of_text(str(cluster))
    status = getattr(getattr(cluster, "status", None), "name", "")
    if status in ("closed", "closing", "failed"):
        message = f"cluster {type(cluster).__name__}: it is {status}.\nStart another one."
        raise ClusterError(message)
    if getattr(cluster, "asynchronous", False) is True:
        message = f"cluster {type(cluster).__name__}: it is asynchronous.\nMake it without asynchronous=True."
        raise ClusterError(message)
    address = getattr(cluster, "scheduler_address", None)
    if isinstance(address, str) and address and not isinstance(cluster, type):
        return address
    if not isinstance(cluster, type) and callable(getattr(cluster, "get_client", None)):
        return ""
    what = f"the class {cluster.__name__}" if isinstance(cluster, type) else f"a {type(cluster).__name__}"
    instead = f" Did you mean 'tcp://localhost:{cluster}'?" if isinstance(cluster, int) and cluster > 1 else ""
    message = f"cluster: {what} is not a cluster.{instead}\n{WHAT}"
    raise ClusterError(message)


def _of_text(written: str) -> str:
    if "://" in written or _is_host_and_port(written):
        return address_of(written)
    host = written.rpartition("/")[2].strip() or "HOST"
    meant = f"tcp://{host}" if ":" in host or "/" in written else f"tcp://{host}:{USUAL_PORT}"
    message = f"cluster '{written}': no address, and no file. Did you mean '{meant}'?\n{WHAT}"
    raise ClusterError(message)


def _is_host_and_port(written: str) -> bool:
    host, separator, port = written.rpartition(":")
    return bool(separator and host) and port.isdigit() and "/" not in written


def _of_file(path: Path) -> str:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        there = [found.name for found in path.parent.glob("*.json")] if path.parent.is_dir() else []
        message = (
            f"cluster '{path}': there is no such scheduler file.{nearest(path.name, there)}\n"
            "The scheduler writes it: dask scheduler --scheduler-file PATH, in a folder that both machines see."
        )
        raise ClusterError(message) from None
    except OSError as error:
        message = f"cluster '{path}': the scheduler file cannot be read: {error.strerror}."
        raise ClusterError(message) from None
    except ValueError:
        read = None
    if not isinstance(read, dict) or not isinstance(read.get("address"), str):
        message = (
            f"cluster '{path}': that is no scheduler file: JSON with an address is expected.\n"
            "Give the one that was written by: dask scheduler --scheduler-file PATH."
        )
        raise ClusterError(message)
    return address_of(read["address"])
