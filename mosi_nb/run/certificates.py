"""Certificates for `tls://`, from the paths of their files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mosi_nb.errors import ClusterError, nearest

if TYPE_CHECKING:
    from distributed import Security

NAMES = {"authority": "tls_ca_file", "certificate": "tls_client_cert", "key": "tls_client_key"}
"""What each file is called here, and in dask."""


def certificates(authority: str = "", certificate: str = "", key: str = "") -> Security | None:
    """Return what dask needs to speak TLS, checked; None if no path is given.

    Parameters
    ----------
    authority
        Path of the certificate of the authority that signed all others.
    certificate
        Path of the client's own certificate.
    key
        Path of its key; empty if that stands in the file of the certificate.

    Raises
    ------
    ClusterError
        If a path is missing, or what lies there cannot be used.

    Examples
    --------
    >>> certificates() is None
    True
    >>> certificates(authority="no_such_folder/ca.pem", certificate="no_such_folder/me.pem")
    Traceback (most recent call last):
    ...
    mosi_nb.errors.ClusterError: TLS authority 'no_such_folder/ca.pem': there is no such file.
    """
    from distributed import Security  # noqa: PLC0415 -- 0.4 s that only a run needs

    given = {"authority": authority, "certificate": certificate, "key": key}
    paths = {name: Path(path.strip()).expanduser() for name, path in given.items() if path.strip()}
    if not paths:
        return None
    for name in ("authority", "certificate"):
        if name not in paths:
            message = (
                f"TLS {name}: no path is given.\n"
                "An authority and a certificate are needed; a key, if that is a file of its own."
            )
            raise ClusterError(message)
    for name, path in paths.items():
        _check(name, path)
    made = Security(require_encryption=True, **{NAMES[name]: str(path) for name, path in paths.items()})
    try:
        made.get_connection_args("client")
    except (OSError, ValueError) as error:  # ssl's errors are OSErrors
        message = (
            f"TLS certificates cannot be used: {error}.\n"
            "Check that each file is in PEM format, and that the key is that of the certificate."
        )
        raise ClusterError(message) from error
    return made


def _check(name: str, path: Path) -> None:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        there = [found.name for found in path.parent.iterdir()] if path.parent.is_dir() else []
        raise ClusterError(f"TLS {name} '{path}': there is no such file.{nearest(path.name, there)}") from None
    except OSError as error:
        raise ClusterError(f"TLS {name} '{path}': it cannot be read: {error.strerror}.") from None
    if "ENCRYPTED" in text:  # OpenSSL would ask for the passphrase in the terminal of the kernel, which nobody sees
        message = (
            f"TLS {name} '{path}': it is locked by a passphrase, which dask cannot ask for.\n"
            "Write an unlocked copy that only you can read: openssl pkey -in KEY -out COPY."
        )
        raise ClusterError(message)
