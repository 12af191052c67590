"""Whatever a user may call data, as parts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from mosi_nb.data.frame import from_frame
from mosi_nb.data.loader import is_loader, made, parts_of_loader
from mosi_nb.data.parts import Parts
from mosi_nb.data.readers import read_parts
from mosi_nb.data.segments import Segments
from mosi_nb.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

ACCEPTED = (
    "a path, a pandas DataFrame, Segments, a DataIterator, a dict of arrays (DataIterator.from_arrays), "
    "or a loader (check_loader)"
)


def parts_of(source: object) -> Parts:
    """Return the parts of a path, a frame, segments or a loader.

    Raises
    ------
    DataError
        If it is something else, or cannot be read.
    """
    if isinstance(source, (str, Path)):
        return read_parts(source)
    if isinstance(source, Segments):
        return from_segments(source)
    if is_frame(source):
        return from_frame(source, "the DataFrame")
    if is_loader(source):
        return parts_of_loader(made(source))
    raise DataError.of(type(source).__name__, "this is no data.", f"Accepted: {ACCEPTED}.")


def from_segments(segments: Segments) -> Parts:
    """Return segments as parts, so that something can be joined to them."""
    return Parts(
        segments.segment_ids, segments.video_ids, segments.sentiment, segments.modalities, segments.folds,
        source=segments.source, notes=segments.notes,
    )  # fmt: skip


def is_frame(thing: object) -> TypeGuard[pd.DataFrame]:
    """Tell whether it is a pandas DataFrame, without importing pandas where nobody did yet."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(thing, pandas.DataFrame)
