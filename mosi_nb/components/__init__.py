"""Every component that the package brings, one typed function each.

Importing this package registers them.
"""

from mosi_nb.components import (
    audio_video,
    data,
    ensembles,
    folds,
    fusion,
    locked,
    metrics,
    models,
    search,
    spaces,
    text,
)
from mosi_nb.components.build import bind, build, lookup
from mosi_nb.components.installed import load_installed
from mosi_nb.registry import register_later

register_later(load_installed)

__all__ = [
    "audio_video",
    "bind",
    "build",
    "data",
    "ensembles",
    "folds",
    "fusion",
    "locked",
    "lookup",
    "metrics",
    "models",
    "search",
    "spaces",
    "text",
]
