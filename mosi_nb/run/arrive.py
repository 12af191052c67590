"""What a process does with code that is sent to it: this module's text is what is uploaded."""

from __future__ import annotations

import base64
import importlib
import io
import os
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

FOLDER = "mosi_nb-code"


def arrive(beside: str, packed: str, sender: str, digest: str, modules: list[str], home: str) -> None:
    """Make the modules of an archive importable, in place of those that were there before.

    Parameters
    ----------
    beside
        A file of the worker's own folder, which it removes when it ends.
    packed
        The archive, in base64. It is unpacked: a module then finds its data beside it.
    sender, digest
        What tells this archive from those of others, and from older ones.
    modules
        Names of all modules and packages at the top of the archive.
    home
        The process that sends. Its own modules stay as they are.
    """
    # A cluster of threads has its workers, and most local ones their scheduler, in that process.
    sending: Any = sys.modules.get("mosi_nb.run.modules")
    if sending is not None and getattr(sending, "HOME", "") == home:
        return
    folder = Path(beside).resolve().parent / FOLDER / sender / digest
    if sys.path[:1] == [str(folder)]:
        return
    if not folder.is_dir():
        _unpack(base64.b64decode(packed), folder)
    sys.path[:] = [str(folder), *(path for path in sys.path if Path(path).parent != folder.parent)]
    for name in list(sys.modules):
        if name.partition(".")[0] in modules:
            del sys.modules[name]
    importlib.invalidate_caches()


def _unpack(data: bytes, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as half, zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = Path(half) / "code"
        archive.extractall(inside)
        if not folder.is_dir():
            os.replace(inside, folder)  # noqa: PTH105 -- at once: nobody imports from half an archive
