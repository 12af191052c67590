"""Whether a scheduler answers at an address, within a time, and if not why."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from mosi_nb.errors import ClusterError, nearest
from mosi_nb.run.unreached import unreached, why

if TYPE_CHECKING:
    from distributed import Security

USUAL_PORT = 8786
PAGES = ("http", "https")
MORE_PROTOCOLS = ("gateway",)
"""Brought by other packages, such as dask-gateway, when they are imported."""
GRACE_SECONDS = 0.5


def address_of(written: str) -> str:
    """Return an address in full: with its protocol, and the usual port where there is none.

    Parameters
    ----------
    written
        What the user wrote.

    Raises
    ------
    ClusterError
        If the protocol is unknown, or is that of a web page.

    Examples
    --------
    >>> address_of("10.0.0.7:8786"), address_of("tls://head")
    ('tcp://10.0.0.7:8786', 'tls://head:8786')
    """
    from distributed.comm.registry import backends, get_backend  # noqa: PLC0415 -- 0.4 s that only a run needs

    protocol, separator, rest = written.strip().partition("://")
    if not separator:
        protocol, rest = "tcp", protocol
    if not rest or any(letter.isspace() for letter in rest):
        raise ClusterError(f"cluster '{written}': no address. Write it as tcp://HOST:{USUAL_PORT}.")
    if protocol in PAGES:
        host = rest.partition("/")[0].partition(":")[0]
        raise ClusterError(
            f"cluster '{written}': that is the address of a page, such as the dashboard, and no scheduler's.\n"
            f"Write the one that the scheduler printed, usually tcp://{host}:{USUAL_PORT}."
        )
    try:
        get_backend(protocol)
    except (ValueError, ImportError) as error:
        known = sorted({*backends, *MORE_PROTOCOLS})
        wrong = (
            f"unknown protocol '{protocol}'.{nearest(protocol, known)}" if isinstance(error, ValueError) else str(error)
        )
        raise ClusterError(f"cluster '{written}': {wrong}\nKnown: {', '.join(known)}.") from None
    if protocol in ("tcp", "tls"):
        rest = rest.rstrip("/")
        rest = rest if _has_port(rest) else f"{rest}:{USUAL_PORT}"
    return f"{protocol}://{rest}"


def _has_port(rest: str) -> bool:
    return rest.rpartition("]")[2].rpartition(":")[2].isdigit() and ":" in rest.rpartition("]")[2]


def reach(address: str, security: Security | None, timeout: float) -> None:
    """Return if a scheduler answers.

    Parameters
    ----------
    address
        In full.
    security
        Certificates; None for those of dask's configuration.
    timeout
        Seconds. There is no other attempt.

    Raises
    ------
    ClusterError
        If none does, with what to check.
    """
    from tornado.ioloop import IOLoop  # noqa: PLC0415 -- as above

    security = secured(address, security)
    answer: Future[dict[str, Any]] = Future()

    async def ask() -> dict[str, Any]:
        return await asyncio.wait_for(_identity(address, security, seconds=timeout), timeout)

    def in_a_thread() -> None:
        loop = IOLoop(make_current=False)
        try:
            answer.set_result(loop.run_sync(ask))
        except BaseException as error:  # noqa: BLE001 -- told to the thread that waits
            answer.set_exception(error)
        # A greeting that was not answered leaves its socket open.
        loop.close(all_fds=True)

    # A notebook's own thread has a loop that runs. Daemon: a name server that never answers is not waited for.
    threading.Thread(target=in_a_thread, name="mosi_nb reach", daemon=True).start()
    try:
        identity = answer.result(timeout + GRACE_SECONDS)
    except Exception as error:
        raise ClusterError(unreached(address, timeout, why(address, error))) from error
    if identity.get("type") != "Scheduler":
        scheduler = identity.get("scheduler", "")
        instead = f"Its scheduler is {scheduler}." if scheduler else "Write the address of its scheduler."
        kind = str(identity.get("type", "other process")).lower()
        raise ClusterError(f"cluster '{address}': that is the address of a {kind}, and no scheduler's.\n{instead}")


def secured(address: str, security: Security | None) -> Security:
    """Return the certificates for an address: those given, or those of dask's configuration.

    Parameters
    ----------
    address
        In full.
    security
        What was given.

    Raises
    ------
    ClusterError
        If the address needs certificates and there are none.
    """
    from distributed import Security, client  # noqa: PLC0415 -- as above

    if security is not None and not isinstance(security, Security):
        message = f"security is a distributed.Security, or None; this is a {type(security).__name__}."
        raise ClusterError(message)
    loader = getattr(client, "_maybe_call_security_loader", None)  # a setting of dask: a function that loads them
    found = security or (loader(address) if loader else None) or Security()
    if address.startswith("tls://") and not found.get_connection_args("client").get("ssl_context"):
        raise ClusterError(
            f"cluster '{address}': tls:// needs certificates, and none are set.\n"
            "Give security=distributed.Security(tls_ca_file=..., tls_client_cert=..., tls_client_key=...), "
            "or set distributed.comm.tls.ca-file, .client.cert and .client.key in dask's configuration."
        )
    return found


async def _identity(address: str, security: Security, *, seconds: float) -> dict[str, Any]:
    from distributed.comm.core import connect  # noqa: PLC0415 -- as above
    from distributed.core import send_recv  # noqa: PLC0415 -- as above

    comm = await connect(address, timeout=seconds, **security.get_connection_args("client"))
    try:
        identity: dict[str, Any] = await send_recv(comm, op="identity", reply=True)
    finally:
        comm.abort()
    return identity
