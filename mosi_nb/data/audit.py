"""What is missing in segments: counted and told, never a reason to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.segments import Modality, Segments, Sequences, is_text

MARK = "hold NaN or inf"
PADDED = "look padded in front"


@dataclass(frozen=True)
class Nonfinite:
    """Counts of what is missing in one modality.

    Attributes
    ----------
    segments
        Segments that hold NaN or inf at least once.
    nan, inf
        Values that are NaN, and that are infinite of either sign.
    empty
        Segments whose values are all zero, or whose text is empty.
    values
        All values; of sequences only the steps within their lengths. For raw text, the segments.
    """

    segments: int
    nan: int
    inf: int
    empty: int
    values: int


def nonfinite(segments: Segments) -> dict[str, Nonfinite]:
    """Count NaN, infinite and all-zero data in each modality.

    Parameters
    ----------
    segments
        With any number of modalities.

    Returns
    -------
    dict
        By modality.

    Examples
    --------
    >>> import numpy as np
    >>> ids = np.array(["a_1", "a_2"])
    >>> audio = np.array([[np.nan, 1.0], [0.0, 0.0]])
    >>> nonfinite(Segments(ids, ids, np.zeros(2), {"audio": audio}))["audio"]
    Nonfinite(segments=1, nan=1, inf=0, empty=1, values=4)
    """
    return {name: _count(held) for name, held in segments.modalities.items()}


def with_notes(segments: Segments) -> tuple[str, ...]:
    """Return the notes of the segments, with those on missing values counted afresh.

    Parameters
    ----------
    segments
        Their own notes on missing values, from when they were more, are replaced.
    """
    kept = tuple(note for note in segments.notes if MARK not in note and PADDED not in note)
    fresh = [_note(name, count, len(segments)) for name, count in nonfinite(segments).items() if count.segments]
    padded = [
        f"{name}: the sequences {PADDED} (first step zero, last not); lengths count from the first step"
        for name, held in segments.modalities.items()
        if isinstance(held, Sequences) and _padded_in_front(held)
    ]
    return (*kept, *fresh, *padded)


def inside(held: Sequences) -> NDArray[np.bool_]:
    """Return which steps are within the lengths, shape (n_segments, n_steps)."""
    return np.arange(held.values.shape[1])[None, :] < held.lengths[:, None]


def _count(held: Modality) -> Nonfinite:
    if isinstance(held, Sequences):
        n, columns = len(held), held.values.shape[2]
        flat = np.where(inside(held)[:, :, None], held.values, 0).reshape(n, -1)
        return _count_rows(flat, int(held.lengths.sum()) * columns)
    if is_text(held):
        return _count_texts(held)
    return _count_rows(held, held.size)


def _count_texts(held: NDArray[Any]) -> Nonfinite:
    return Nonfinite(0, 0, 0, sum(not str(text).strip() for text in held.tolist()), len(held))


def _count_rows(rows: NDArray[Any], values: int) -> Nonfinite:
    nan, inf = np.isnan(rows), np.isinf(rows)
    bad = int((nan | inf).any(axis=1).sum())
    return Nonfinite(bad, int(nan.sum()), int(inf.sum()), int((~rows.any(axis=1)).sum()), values)


def _note(name: str, count: Nonfinite, n: int) -> str:
    share = (count.nan + count.inf) / max(count.values, 1)
    written = f"{share:.1%}".replace("%", " %") if share >= 0.001 else "under 0.1 %"  # noqa: PLR2004
    return f"{name}: {count.segments:,} of {n:,} segments {MARK} ({written} of the values)"


def _padded_in_front(held: Sequences) -> bool:
    values = held.values
    if values.shape[1] < 2:  # noqa: PLR2004 -- one step has no front
        return False
    first, last = (values[:, 0] != 0).any(axis=1), (values[:, -1] != 0).any(axis=1)
    return bool((~first & last).mean() > 0.5)  # noqa: PLR2004 -- most segments
