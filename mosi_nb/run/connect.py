"""Clusters beyond the embedded one: one client in a Python process for each, made when it is first needed."""

from __future__ import annotations

import atexit
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mosi_nb.errors import ClusterError
from mosi_nb.run.reach import reach, secured
from mosi_nb.run.written import is_file, scheduler_of

if TYPE_CHECKING:
    from distributed import Client, Security

CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 5.0
GIVEN = "object"
"""How the key of a client begins that a cluster object made."""


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
        key = address = scheduler_of(cluster)
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
    elif (address := scheduler_of(cluster)) and not address.startswith("inproc://"):
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
    cluster = str(Path(str(cluster)).resolve()) if is_file(cluster) else cluster
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
