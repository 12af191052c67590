"""Which types of torch a saved model may be made of: torch.nn's own layers."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Collection

from mosi_nb.components.uninterrupted import imported
from mosi_nb.errors import MissingExtraError

LAYERS = "torch.nn.modules."
"""Where torch keeps them. What a layer of these is given from a file is numbers, text and other layers."""


def own_layers(types: Collection[str]) -> list[str]:
    """Return those of the types that are layers of torch.nn.

    Parameters
    ----------
    types
        Full names, as a file tells them.

    Raises
    ------
    MissingExtraError
        If there are some, and torch is not installed.

    Examples
    --------
    >>> own_layers(["os.system", "torch.nn.modules.linear.Linear", "torch.nn.modules.linear.os"])
    ['torch.nn.modules.linear.Linear']
    """
    named = [name for name in types if name.startswith(LAYERS)]
    if not named:
        return []
    if importlib.util.find_spec("torch") is None:
        raise MissingExtraError.of("this model", "torch", "torch")
    nn = imported("torch.nn")
    found = []
    for name in named:
        module, _, kind = name.rpartition(".")
        # Nothing is imported by the file's choice: torch.nn has all of its layers in memory.
        layer = getattr(sys.modules.get(module), kind, None)
        if isinstance(layer, type) and issubclass(layer, nn.Module) and layer.__module__ == module:
            found.append(name)
    return found
