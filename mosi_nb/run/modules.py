"""Code sent to workers: mosi_nb where they lack it, and the modules of the user's own estimators."""

from __future__ import annotations

import base64
import inspect
import sys
import tempfile
import uuid
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from mosi_nb.errors import ClusterError
from mosi_nb.run import arrive
from mosi_nb.run.local import Local, local_code
from mosi_nb.run.pack import files_of, pack
from mosi_nb.run.there import ask, digest, imported, places

if TYPE_CHECKING:
    from distributed import Client

HOME = uuid.uuid4().hex
"""Tells this process from all others; what arrives in it from itself changes nothing."""

FIRST_NEEDED = "mosi_nb.run.fit"
NAMED = 5
"""Files that are named in a sentence."""

# What each client has sent: by kind, what tells the archive from others.
_sent: WeakKeyDictionary[Client, dict[str, str]] = WeakKeyDictionary()


def send_code(client: Client, estimators: Iterable[object] = ()) -> list[str]:
    """Send to workers, and to those that come later, what they need to import.

    That is mosi_nb itself where a worker, or the scheduler, lacks it or has another one, and the
    user's own modules that estimators are made of. A file that has changed since replaces the one that
    was sent before.

    Parameters
    ----------
    client
        The cluster.
    estimators
        What is about to be sent to workers.

    Returns
    -------
    list of str
        What was sent, as sentences, and what is worth knowing of it; nothing if all was there.

    Raises
    ------
    ClusterError
        If a module cannot be sent, or mosi_nb cannot be imported where it was sent.
    """
    return [*_send_package(client), *_send_modules(client, local_code(list(estimators)))]


def _send_package(client: Client) -> list[str]:
    there = ask(client, digest, "mosi_nb", scheduler=True)
    lacking = [where for where, found in there.items() if found != digest("mosi_nb")]
    if not lacking:
        return []
    root = Path(arrive.__file__).parents[1]
    files = {f"mosi_nb/{inside}": path for inside, path in files_of(root)[0].items()}
    _upload(client, "package", pack(files), ["mosi_nb"])
    for where, reason in ask(client, imported, FIRST_NEEDED, scheduler=True).items():
        if reason:
            message = (
                f"mosi_nb was sent to {where}, and cannot be imported there: {reason}.\n"
                "Install what is missing there; the workers need scikit-learn and pandas beside dask."
            )
            raise ClusterError(message)
    version = sys.modules["mosi_nb"].__version__  # run is below the package's own module, and may not import it
    missing = sum(not there[where] for where in lacking)
    why = "had none" if missing == len(lacking) else "had none or another one" if missing else "had another one"
    return [f"mosi_nb {version} was sent to {_counted(lacking)}, which {why}."]


def _send_modules(client: Client, local: Local) -> list[str]:
    if not local.files:
        return []
    archive = pack(local.files)
    if _sent.get(client, {}).get("modules") == _told_by(archive):
        return []
    names = sorted(local.names)
    there = ask(client, places, names)
    told = _upload(client, "modules", archive, names)
    shown = [inside for inside in sorted(local.files) if inside.endswith(".py")]
    more = f" and {len(local.files) - NAMED} more" if len(local.files) > NAMED else ""
    notes = [f"sent to the workers{told}: {', '.join(shown[:NAMED])}{more} ({len(archive) / 1000:,.0f} kB)."]
    for name in names:
        others = {found[name] for found in there.values() if _is_other(found[name], local)}
        notes += [f"workers have another {name}, {place}; yours goes before it." for place in sorted(others)]
    notes += [f"{path} was not sent: data files of packages are, up to 1 MB each." for path in local.large]
    return notes


def _upload(client: Client, kind: str, archive: bytes, names: list[str]) -> str:
    """Upload a module that unpacks an archive when it is imported; return `again` if it replaces another."""
    from distributed.diagnostics.plugin import SchedulerUploadFile, UploadFile  # noqa: PLC0415 -- 0.4 s

    told = _told_by(archive)
    # The same for a client at all times: what is registered under a name replaces what was there, and
    # is what later workers get.
    name = f"mosi_nb {kind} of {client.id}"
    sender = f"{kind}-{sha256(client.id.encode()).hexdigest()[:12]}"
    call = f"arrive(__file__, {base64.b64encode(archive).decode()!r}, {sender!r}, {told!r}, {names!r}, {HOME!r})"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"mosi_nb_arrives_{sender.replace('-', '_')}_{told}.py"
        path.write_text(f"{inspect.getsource(arrive)}\n\n{call}\n", encoding="utf-8")
        # The scheduler, too: it unpickles what it hands on.
        client.register_plugin(SchedulerUploadFile(str(path)), name=name)
        client.unregister_scheduler_plugin(name)  # it is unpacked, and no other scheduler will come
        client.register_plugin(UploadFile(str(path)), name=name)
    before = _sent.setdefault(client, {})
    again = " again" if kind in before else ""
    before[kind] = told
    return again


def _told_by(archive: bytes) -> str:
    return sha256(archive).hexdigest()[:16]


def _is_other(place: str, local: Local) -> bool:
    return bool(place) and arrive.FOLDER not in place and Path(place) not in local.files.values()


def _counted(places: list[str]) -> str:
    workers = sum(place != "scheduler" for place in places)
    parts = [f"{workers} worker{'s' * (workers != 1)}"] if workers else []
    return " and ".join([*parts, *(["the scheduler"] if "scheduler" in places else [])])
