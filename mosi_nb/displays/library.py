"""The script that makes tables sortable, taken from itables, packed for a notebook.

A table is complete without it. It stands in a notebook once, before or after the tables: they wait
for it, and stay as they are where it never comes (no scripts, an untrusted notebook, its cell deleted).
"""

from __future__ import annotations

import functools
import gzip
from base64 import b64encode
from pathlib import Path

from mosi_nb.displays.render import render


@functools.cache
def library_html() -> str:
    """Return the HTML that loads the table library; about 300 kB, from this machine alone.

    Notes
    -----
    Compressed it is a third of what itables' own offline mode writes into a notebook; every browser
    that runs JupyterLab 4 can unpack it. Showing it twice does no harm.
    """
    import itables.options  # noqa: PLC0415 -- read when a table is shown, not when mosi_nb is imported

    script = Path(itables.options.dt_bundle)
    return render("library.html", script=_packed(script), style=_packed(script.with_suffix(".css")))


def _packed(path: Path) -> str:
    # mtime=0: the same library gives the same notebook, so that a diff shows only what has changed
    return b64encode(gzip.compress(path.read_bytes(), mtime=0)).decode("ascii")
