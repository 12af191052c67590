"""Ids of rows, as the files of this field write them or leave them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.ids import as_ids, canonical, videos_of
from mosi_nb.errors import DataError

TIMED = 3
"""Rows of video, start and end."""

NO_IDS = (
    "the file has no ids: each row stands as a video of its own, so folds by video cannot keep speakers apart; "
    "join it to a file that has ids and the same order of rows (MMSA, MulT)"
)


class Ids(NamedTuple):
    """Ids of rows.

    Attributes
    ----------
    segment_ids, video_ids
        Shape (n_segments,).
    notes
        What had to be done to get them.
    numbered
        Whether they only number the rows.
    """

    segment_ids: NDArray[np.str_]
    video_ids: NDArray[np.str_]
    notes: tuple[str, ...] = ()
    numbered: bool = False


def ids_of_rows(cells: Sequence[Any] | None, names: NDArray[np.str_], source: str) -> Ids:
    """Return ids of any of the known forms as `video_k`.

    Parameters
    ----------
    cells
        For each row an id, a list of one id, or a list of video (or id), start and end; None where
        the file has none.
    names
        Fold of each row, which names rows without ids.
    source
        For messages.

    Raises
    ------
    DataError
        If they are none of these.
    """
    if cells is None:
        ids = as_ids(f"{name}-row{row + 1}" for row, name in enumerate(names.tolist()))
        return Ids(ids, ids, (NO_IDS,), numbered=True)
    rows = [cell if isinstance(cell, (list, tuple)) else [cell] for cell in cells]
    if len(rows) != len(names):
        raise DataError.of(source, f"{len(rows):,} ids, but {len(names):,} labels.")
    if {len(row) for row in rows} not in ({1}, {TIMED}):
        raise DataError.of(source, "ids of no known form.", "Expected: an id, or video, start and end.")
    first = as_ids((row[0] for row in rows), source)
    if len(rows[0]) == 1 or len(np.unique(first)) == len(first):
        ids = as_ids((canonical(i) for i in first.tolist()), source)
        return Ids(ids, videos_of(ids))
    return _numbered_by_time(first, *(np.array([_time(row[place], source) for row in rows]) for place in (1, 2)))


def _numbered_by_time(videos: NDArray[np.str_], starts: NDArray[np.float64], ends: NDArray[np.float64]) -> Ids:
    order = np.lexsort((ends, starts, videos))
    ids = np.empty(len(videos), dtype=object)
    clip, before = 0, None
    for row in order.tolist():
        clip = clip + 1 if videos[row] == before else 1
        before = videos[row]
        ids[row] = f"{before}_{clip}"
    note = (
        "the ids are video, start and end: clips were numbered by their start; the SDK numbers a few otherwise "
        "(in MOSI those of two videos), and after a missing segment all numbers of its video differ"
    )
    return Ids(as_ids(ids.tolist()), videos, (note,))


def _time(cell: Any, source: str) -> float:
    try:
        return float(cell.decode() if isinstance(cell, bytes) else cell)
    except (TypeError, ValueError):
        raise DataError.of(source, f"'{str(cell)[:40]}' is no start of a segment, in seconds.") from None
