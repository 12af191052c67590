"""Segment ids as the formats write them, and the one form in which they are compared.

The same segment is `video_3` in most tables, `video$_$3` in the arrays of MMSA and `video[2]`
after the SDK's alignment, which counts from 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.segments import Rows, split_id
from mosi_nb.errors import DataError

MISSING = ("", "nan", "None", "NaN", "<NA>", "NaT")
LONGEST = 256
"""Characters of an id. An array of ids has for each the room that the longest needs."""


def as_ids(values: Iterable[Any], source: str = "ids") -> NDArray[np.str_]:
    """Return ids as strings, whatever they were (bytes, numbers, pandas strings).

    Parameters
    ----------
    values
        Ids.
    source
        Where they come from, for the message.

    Raises
    ------
    DataError
        If one is no id: far too long, a list, or bytes that are no text.

    Examples
    --------
    >>> as_ids([b"a_1", "a_2", 3]).tolist()
    ['a_1', 'a_2', '3']
    """
    return np.array([_id(v, source) for v in values], dtype=np.str_)


def _id(value: Any, source: str) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    if isinstance(value, (list, tuple, dict, np.ndarray)):
        raise DataError.of(source, f"a {type(value).__name__} stands where an id was expected.")
    if isinstance(value, float) and value.is_integer():  # a spreadsheet's 3 is 3.0
        value = int(value)
    found = str(value).strip()
    if found in MISSING:
        raise DataError.of(source, "an id is missing.", "Every segment needs one.")
    if len(found) > LONGEST:
        raise DataError.of(source, f"an id of {len(found):,} characters: '{found[:30]}...'.")
    return found


def canonical(segment_id: str) -> str:
    """Return the form in which ids are compared: `video_k`, k counted from 1.

    Examples
    --------
    >>> canonical("abc[3]"), canonical("abc$_$0004"), canonical("abc_4"), canonical("intro")
    ('abc_4', 'abc_4', 'abc_4', 'intro')
    """
    video, clip = split_id(segment_id)
    return f"{video}_{clip}" if clip else segment_id


def rewritten(segment_ids: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the ids with `video[k]` and `video$_$k` written as `video_k`; others stay as they are."""
    return as_ids(canonical(i) if i.endswith("]") or "$_$" in i else i for i in segment_ids.tolist())


def videos_of(segment_ids: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the video id that each segment id holds; an id of no known form is its own video."""
    return as_ids(split_id(i)[0] for i in segment_ids.tolist())


def rows_in(wanted: NDArray[np.str_], held: NDArray[np.str_], source: str) -> Rows:
    """Return, for each wanted id, its row among the held ones; -1 where there is none.

    Parameters
    ----------
    wanted, held
        Segment ids in any of the known forms, shapes (n_wanted,) and (n_held,).
    source
        Where the held ones come from, for the message.

    Raises
    ------
    DataError
        If an id is held twice.

    Examples
    --------
    >>> rows_in(as_ids(["a_1", "a_2"]), as_ids(["a[1]", "b[0]"]), "features.npz").tolist()
    [-1, 0]
    """
    keys = [canonical(i) for i in held.tolist()]
    row_of = {key: row for row, key in enumerate(keys)}
    if len(row_of) < len(keys):
        twice = next(key for row, key in enumerate(keys) if row_of[key] != row)
        sentence = f"the segment id {twice} is there more than once."
        raise DataError.of(source, sentence, "Leave one row for each segment.")
    return np.array([row_of.get(canonical(i), -1) for i in wanted.tolist()], dtype=np.intp)
