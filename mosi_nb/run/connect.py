"""Clusters beyond the embedded one: one client in a Python process for each, made when it is first needed."""

from __future__ import annotations

import atexit
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mosi_nb.errors import ClusterError, nearest
from mosi_nb.run.reach import USUAL_PORT, address_of, reach, secured

if TYPE_CHECKING:
    from distributed import Client, Security

CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 5.0
GIVEN = "object"
"""How the key of a client begins that a cluster object made."""
WHAT = "A cluster is an address, a scheduler file, a distributed.Client or a cluster object."


@dataclass
class _Opened:
    client: Client
    # Kept: were it gone, another object could have its identity.
    cluster: object
    security: Security | None


class _Ours:
    """The clients that were opened here, by address, and the cluster that runs use."""

    lock = threading.RLock()
    opened: dict[str, _Opened] = {}  # noqa: RUF012 -- one for the process
    used: object = None
    client: Client | None = None
    ends_at_exit = False


def connect(cluster: object, timeout: float = CONNECT_SECONDS, security: Security | None = None) -> Client:
    """Return a client of a cluster; the same one as long as it lives.

    Parameters
    ----------
    cluster
        The address of a scheduler, such as `tcp://host:8786`; the path of a scheduler file; a
        `distributed.Client`, which is used as it is; or a cluster object, such as a `LocalCluster` or
        those of dask-jobqueue, dask-kubernetes, dask-gateway and Coiled.
    timeout
        Seconds to reach it in.
    security
        Certificates for `tls://`; None for those of the cluster object, or of dask's configuration.

    Raises
    ------
    ClusterError
        If there is no such cluster, or none was reached.

    Examples
    --------
    >>> connect("tcp//10.0.0.7")
    Traceback (most recent call last):
    ...
    mosi_nb.errors.ClusterError: cluster 'tcp//10.0.0.7': no address, and no file. Did you mean 'tcp://10.0.0.7'?
    A cluster is an address, a scheduler file, a distributed.Client or a cluster object.
    """
    from distributed import Client  # noqa: PLC0415 -- 0.4 s that only a run needs

    if not timeout > 0:
        message = f"timeout is a number of seconds above 0; this is {timeout}."
        raise ClusterError(message)
    if isinstance(cluster, Client):
        return _checked(cluster)
    with _Ours.lock:
        key = address = _address(cluster)
        if not address:
            key = f"{GIVEN} {id(cluster)}"
        known = _Ours.opened.get(key)
        if known is not None:
            if identity(known.client, timeout) is not None:
                return known.client
            _close(_Ours.opened.pop(key).client)  # dead anyway
            security = known.security if security is None else security
        with quiet_logs():
            client = _open(cluster, address, security, timeout)
        if not _Ours.ends_at_exit:
            # Once, and after distributed has registered its own: what is registered last is called first.
            atexit.register(disconnect)
            _Ours.ends_at_exit = True
        if known is not None and known.client is _Ours.client:
            _Ours.client = client
        _Ours.opened[key] = _Opened(client, cluster, security)
        return client


def probe(cluster: object, timeout: float = CONNECT_SECONDS, security: Security | None = None) -> None:
    """Return if a scheduler answers; nothing is opened, and nobody waits for it but the caller.

    Parameters
    ----------
    cluster, timeout, security
        As for `connect`.

    Raises
    ------
    ClusterError
        As `connect`.
    """
    from distributed import Client  # noqa: PLC0415 -- as above

    if isinstance(cluster, Client):
        _checked(cluster)
    elif (address := _address(cluster)) and not address.startswith("inproc://"):
        if security is None and not isinstance(cluster, str | Path):
            security = getattr(cluster, "security", None)
        reach(address, security, timeout)


def disconnect() -> list[str]:
    """Close the clients that were opened here; clients and clusters of the user's own go on.

    Returns
    -------
    list of str
        The addresses of what was closed.
    """
    closed = []
    with _Ours.lock:
        while _Ours.opened:
            key, opened = _Ours.opened.popitem()
            if not key.startswith(GIVEN):  # its cluster object made it, and may use it
                _close(opened.client)
                closed.append(key)
    return closed


def use(cluster: object, *, security: Security | None = None, timeout: float = CONNECT_SECONDS) -> Client | None:
    """Choose the cluster that runs use from now on.

    Parameters
    ----------
    cluster
        As for `connect`; None for the embedded cluster, which closes what was opened here.
    security, timeout
        As for `connect`.

    Returns
    -------
    Client
        None for the embedded cluster.

    Raises
    ------
    ClusterError
        As `connect`; the cluster that was chosen before then stays.
    """
    if cluster is None:
        leave()
        return None
    cluster = str(Path(str(cluster)).resolve()) if _is_file(cluster) else cluster
    client = connect(cluster, timeout, security)
    _Ours.used, _Ours.client = cluster, client
    return client


def leave() -> list[str]:
    """Go back to the embedded cluster; return the addresses of what was closed for that."""
    _Ours.used = _Ours.client = None
    return disconnect()


def current() -> object:
    """Return the cluster that was chosen; None for the embedded one."""
    return _Ours.used


def held() -> Client | None:
    """Return the client of the cluster that was chosen, as it is; nothing is tried, nobody is waited for."""
    return _Ours.client


def _is_file(cluster: object) -> bool:
    if isinstance(cluster, Path):
        return True
    return isinstance(cluster, str) and "://" not in cluster and (cluster.endswith(".json") or Path(cluster).is_file())


def _address(cluster: object) -> str:
    """Return the address of a scheduler; empty for an object that only gives clients."""
    if isinstance(cluster, str | Path):
        if _is_file(cluster):
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


def _checked(client: Client) -> Client:
    """Return the user's own client, if it can be used."""
    if client.asynchronous:
        message = "cluster: this Client is asynchronous.\nGive its address, or make it without asynchronous=True."
        raise ClusterError(message)
    if client.status != "running":
        message = f"cluster: this Client is {client.status}.\nMake a new one, or give the address of its scheduler."
        raise ClusterError(message)
    return client


def _open(cluster: Any, address: str, security: Security | None, timeout: float) -> Client:
    from distributed import Client  # noqa: PLC0415 -- as above

    if not address:
        return _checked(cluster.get_client())
    is_text = isinstance(cluster, str | Path)
    if security is None and not is_text:
        security = getattr(cluster, "security", None)
    if not address.startswith("inproc://"):  # this very process: it answers, in its own loop
        reach(address, security, timeout)
    try:
        with warnings.catch_warnings():
            # Versions are compared before a run, and told in one table.
            warnings.filterwarnings("ignore", message=r"(?s).*Mismatched versions")
            return Client(
                address if is_text else cluster,
                timeout=timeout,
                security=secured(address, security),
                set_as_default=False,
                name="mosi_nb",
            )
    except Exception as error:
        message = f"cluster '{address}': a scheduler is there, and refused the client: {type(error).__name__}: {error}"
        raise ClusterError(message) from error


def identity(client: Client, timeout: float) -> dict[str, Any] | None:
    """Return what a scheduler tells of itself and its workers; None if it does not answer in time.

    A connection alone may not know that the scheduler is gone.

    Parameters
    ----------
    client
        Of the cluster.
    timeout
        Seconds to wait for the answer.
    """
    if client.status != "running":
        return None
    try:
        with quiet_logs():
            scheduler: Any = client.scheduler
            told: dict[str, Any] = client.sync(scheduler.identity, callback_timeout=timeout)
    except Exception:  # noqa: BLE001 -- of whatever kind: nobody answered
        return None
    return told


def _close(client: Client) -> None:
    with quiet_logs(), suppress(Exception):  # its scheduler may be gone
        client.close(timeout=CLOSE_SECONDS)


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Keep distributed from logging what is told as an error, or expected."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    silenced = [log for log in map(logging.getLogger, names) if not log.disabled]
    for log in silenced:
        log.disabled = True
    try:
        yield
    finally:
        for log in silenced:
            log.disabled = False
