"""Files into an archive: the same files give the same bytes."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from mosi_nb.errors import ClusterError

MEGA = 1_000_000
LIMIT = 50 * MEGA
"""Bytes of all files that are sent."""
DATA_LIMIT = MEGA
"""Bytes of one data file of a package."""
MOST_FILES = 5_000

CODE = (".py", ".so")
# What is made anew, what is a secret more often than data.
LEFT_OUT = (".pyc", ".pyo", ".pyi", ".pem", ".key")
FOLDERS_LEFT_OUT = ("__pycache__", "node_modules", "site-packages")


def files_of(package: Path) -> tuple[dict[str, Path], list[Path]]:
    """Return the files of a package, by their path inside, and the data files that are too large.

    Parameters
    ----------
    package
        Its folder. What is hidden in it, what is made anew, keys and whole environments are left out.

    Raises
    ------
    ClusterError
        If there are too many files for a package.
    """
    files: dict[str, Path] = {}
    large: list[Path] = []
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(name for name in folders if _wanted_folder(Path(folder, name)))
        for path in (Path(folder, name) for name in sorted(names) if not name.startswith(".")):
            if path.suffix in LEFT_OUT or not path.is_file():
                continue
            if path.suffix not in CODE and path.stat().st_size > DATA_LIMIT:
                large.append(path)
                continue
            files[path.relative_to(package).as_posix()] = path
        if len(files) > MOST_FILES:
            message = (
                f"{package}: the package has more than {MOST_FILES:,} files, too many to send to workers.\n"
                "Put the modules that your estimators need in a folder of their own, or install it on the workers."
            )
            raise ClusterError(message)
    return files, large


def _wanted_folder(folder: Path) -> bool:
    if folder.name.startswith(".") or folder.name in FOLDERS_LEFT_OUT or folder.is_symlink():
        return False
    return not (folder / "pyvenv.cfg").exists()


def pack(files: Mapping[str, Path]) -> bytes:
    """Return an archive of files; neither the day nor the machine nor their order changes it.

    Parameters
    ----------
    files
        Path on this machine, by path in the archive.

    Raises
    ------
    ClusterError
        If they are too large.
    """
    sizes = {path: path.stat().st_size for path in files.values()}
    if (total := sum(sizes.values())) > LIMIT:
        largest = max(sizes, key=lambda path: sizes[path])
        message = (
            f"your own modules are too large to be sent to workers: {total / MEGA:,.0f} MB, at most "
            f"{LIMIT / MEGA:,.0f} MB; the largest file is {largest}.\n"
            "Move data out of the package, or install the package on the workers."
        )
        raise ClusterError(message)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, path in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(inside, (1980, 1, 1, 0, 0, 0)), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return written.getvalue()
