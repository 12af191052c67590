"""What is asked of a process that may lack mosi_nb, and have another Python: sent as text, run there."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
import platform
import sys
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from distributed import Client

LEFT_OUT = (".pyc", ".pyo", ".pyi")
"""Endings of files that no process needs to import a package."""

_CALL = "(exec(source, space := {'__name__': 'asked_by_mosi_nb'}), space[name](*arguments))[1]"


def ask(client: Client, question: Callable[..., Any], *arguments: Any, scheduler: bool = False) -> dict[str, Any]:
    """Return the answer of each worker to a function of this module, by address.

    Neither the function nor its bytecode travels, only the text of this module: a worker without
    mosi_nb, or with a Python that cannot read this one's bytecode, can still answer.

    Parameters
    ----------
    client
        The cluster.
    question
        A function of this module.
    *arguments
        For it: plain values.
    scheduler
        Ask the scheduler, too; its address is then `scheduler`. One that runs no functions gives no answer.
    """
    sent = {"source": _text(), "name": question.__name__, "arguments": arguments}
    answers: dict[str, Any] = dict(client.run(eval, _CALL, sent))
    if scheduler:
        try:
            answers["scheduler"] = client.run_on_scheduler(eval, _CALL, sent)
        except ValueError:  # dask's setting distributed.scheduler.pickle is False
            return answers
    return answers


@functools.cache
def _text() -> str:
    return inspect.getsource(sys.modules[__name__])


def installed(packages: Iterable[str]) -> dict[str, str]:
    """Return the version of Python and of each package; empty where one is missing.

    Nothing is imported: scikit-learn alone takes a second.

    Examples
    --------
    >>> installed(["no_such_package"])["no_such_package"]
    ''
    """
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found


def digest(package: str) -> str:
    """Return what tells the files of an installed package from others; empty where it is missing."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.origin or not Path(spec.origin).is_file():
        return ""
    told = sha256()
    root = Path(spec.origin).parent
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in LEFT_OUT and "__pycache__" not in path.parts:
            told.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return told.hexdigest()


def places(modules: Iterable[str]) -> dict[str, str]:
    """Return the file that each module would be imported from; empty where there is none."""
    found = {}
    for module in modules:
        try:
            spec = importlib.util.find_spec(module)
        except (ImportError, ValueError):  # ValueError: a module that was put together by hand
            spec = None
        found[module] = (spec.origin or "") if spec else ""
    return found


def imported(module: str) -> str:
    """Import a module; return why that failed, or nothing."""
    try:
        importlib.import_module(module)
    except Exception as error:  # noqa: BLE001 -- told to the one who asked
        return f"{type(error).__name__}: {error}"
    return ""
