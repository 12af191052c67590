"""The only part of the package that knows IPython: magics and what they show."""

from mosi_nb.notebook.magics import load, unload

__all__ = ["load", "unload"]
