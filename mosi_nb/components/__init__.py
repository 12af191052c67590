"""Every component that the package brings, one typed function each.

Importing this package registers them.
"""

from mosi_nb.components import audio_video, data, folds, fusion, locked, metrics, models, search, spaces, text
from mosi_nb.components.build import bind, build, lookup

__all__ = [
    "audio_video",
    "bind",
    "build",
    "data",
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
