"""Where the last cluster was, so that a new kernel can be led back to it: an address or a path, no secret."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from mosi_nb.storage.history import default_path

LONGEST = 500


def remember(written: str) -> None:
    """Keep the address of a scheduler, or the path of a scheduler file, for kernels to come.

    What may hold a password or a token is not kept, and nothing is where no history is. A folder that
    cannot be written to is no reason to fail.

    Parameters
    ----------
    written
        The address or path.
    """
    path = _path()
    if path is None or not _is_plain(written):
        return
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{written}\n", encoding="utf-8")


def remembered() -> str:
    """Return the address or path that was kept last; empty if there is none."""
    path = _path()
    if path is None:
        return ""
    try:
        with path.open(encoding="utf-8") as opened:
            written = opened.read(LONGEST + 1).strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return written if _is_plain(written) else ""


def _path() -> Path | None:
    """Return the file beside the history, which is named for that."""
    history = default_path()
    return None if history is None else history.with_name(f"{history.stem}_last_cluster.txt")


def _is_plain(written: str) -> bool:
    """Tell whether it is one line, and nothing stands where a password or a token may."""
    is_address = "://" in written
    return 0 < len(written) <= LONGEST and written.isprintable() and not (is_address and set("@?#") & set(written))
