"""Why nothing was reached at an address: what else listens there, if anything."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator

LOOK_SECONDS = 0.5
"""For each of three looks at what listens there."""


def unreached(address: str, timeout: float, reason: str) -> str:
    """Return the message for an address where no scheduler answered.

    Parameters
    ----------
    address, timeout
        What was tried, for how long.
    reason
        Why, with what to do.
    """
    return f"cluster '{address}': no scheduler was reached within {timeout:g} s: {reason}"


def why(address: str, error: BaseException) -> str:
    """Return why a connection failed, and what to check.

    Parameters
    ----------
    address
        Where to.
    error
        What the attempt raised.
    """
    errors = list(_chain(error))
    protocol, _, rest = address.partition("://")
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in errors):
        return (
            "its certificate is not signed by the authority in tls_ca_file.\n"
            "Use the tls_ca_file that the scheduler was started with."
        )
    if protocol not in ("tcp", "tls"):
        return f"{_told(errors)}.\nCheck that it runs, and that a firewall lets you through."
    host, _, port = rest.rpartition(":")
    return _listening(protocol, host.strip("[]"), int(port)) + f" ({_told(errors)})"


def _listening(protocol: str, host: str, port: int) -> str:
    """Return what listens at a port, in words."""
    try:
        with _connected(host, port):
            pass
    except socket.gaierror:
        return f"no machine is known by the name {host}.\nCheck the name, and that this machine is in the same network."
    except ConnectionRefusedError:
        return (
            "nobody listens there.\nCheck that the scheduler runs, and that host and port are those that it "
            "printed (Scheduler at: ...)."
        )
    except OSError:
        return (
            "the machine does not answer.\nCheck the address, and that no firewall is in between; from outside "
            "of a cluster's network, a tunnel may be needed."
        )
    if _is_web(host, port):
        return (
            "a web server listens there, maybe the dashboard.\nWrite the address that the scheduler printed "
            "(Scheduler at: ...), usually with port 8786."
        )
    if protocol == "tcp" and _speaks_tls(host, port):
        return (
            f"what listens there speaks TLS.\nWrite tls://{host}:{port}, with security=distributed.Security(...) "
            "for the certificates."
        )
    if protocol == "tls" and not _speaks_tls(host, port):
        return f"what listens there does not speak TLS.\nTry tcp://{host}:{port}, if it is a scheduler."
    if protocol == "tls":
        return (
            "it refused the certificate of this client.\nUse one that is signed by the authority of the scheduler: "
            "tls_client_cert, tls_client_key."
        )
    return "something listens there, and does not answer as a dask scheduler.\nCheck the port."


def _connected(host: str, port: int) -> socket.socket:
    return socket.create_connection((host, port), timeout=LOOK_SECONDS)


def _is_web(host: str, port: int) -> bool:
    try:
        with _connected(host, port) as opened:
            opened.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
            return opened.recv(5) == b"HTTP/"
    except OSError:
        return False


def _speaks_tls(host: str, port: int) -> bool:
    """Tell whether a TLS conversation begins; that somebody refuses to go on with it shows it, too."""
    # Nothing is sent over it: whose certificate it is does not matter here.
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with _connected(host, port) as plain, context.wrap_socket(plain, server_hostname=host):
            return True
    except ssl.SSLError as error:
        return "ALERT" in str(error.reason)
    except OSError:
        return False


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _told(errors: list[BaseException]) -> str:
    """Return the last cause, which says most, on one line."""
    said = [one for one in errors if str(one) and not isinstance(one, asyncio.TimeoutError)]
    if not said:
        return "no answer"
    return " ".join(f"{type(said[-1]).__name__}: {said[-1]}".split())[:200]
