"""What `%config MosiMagics` has set."""

from __future__ import annotations

from typing import Any

from IPython.core.interactiveshell import InteractiveShell


def setting(shell: InteractiveShell, name: str) -> Any:
    """Return a setting of the magics; its default where they are not loaded.

    Parameters
    ----------
    shell
        Whose magics they are.
    name
        Such as `chart`.
    """
    from mosi_nb.notebook.magics import MosiMagics  # noqa: PLC0415 -- which imports its magics' modules late

    manager: Any = shell.magics_manager
    magics = manager.registry.get(MosiMagics.__name__)
    return MosiMagics.class_traits()[name].default() if magics is None else getattr(magics, name)
