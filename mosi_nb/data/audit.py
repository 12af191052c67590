"""What is missing in segments, counted and told, never a reason to stop; and what was done to sequences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.pooling import pooled
from mosi_nb.data.segments import Modality, Segments, Sequences, is_text

MARK = "hold NaN or inf"
PADDED = "look padded in front"
OWN_VIDEOS = "no video ids: each segment is taken for a video of its own"

LOOKED_AT = 64
"""Segments that are looked at to tell how sequences were made."""

NEAR, ALIKE, MOSTLY = 1e-3, 0.05, 0.9
"""How near to 0 the mean of a z-normalised column is, how near to 1 its deviation, and in how many."""


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
    """Return the notes of the segments, with those on their content made afresh.

    Parameters
    ----------
    segments
        Their own notes on missing values, from when they were more, are replaced.
    """
    own = OWN_VIDEOS if len(segments) > 1 and len(np.unique(segments.video_ids)) == len(segments) else ""
    stale = (MARK, PADDED, OWN_VIDEOS)
    kept = tuple(note for note in segments.notes if not any(words in note for words in stale))
    fresh = [_note(name, count, len(segments)) for name, count in nonfinite(segments).items() if count.segments]
    padded = [
        f"{name}: the sequences {PADDED} (first step zero, last not); the given lengths count from the first step"
        for name, held in segments.modalities.items()
        if isinstance(held, Sequences) and _padded_in_front(held)
    ]
    return (*kept, *fresh, *padded, *filter(None, [own]))


def z_normalised(sequences: Sequences) -> bool:
    """Tell whether each segment was brought to mean 0 and deviation 1 over its own steps.

    MISA's data are: the mean of a segment is then nothing but what rounding left, and a scaler
    would make features of it.

    Parameters
    ----------
    sequences
        Some segments, evenly out of all of them, are looked at.

    Examples
    --------
    >>> steps = np.random.default_rng(0).normal(3, 2, (8, 20, 4))
    >>> lengths = np.full(8, 20)
    >>> z_normalised(Sequences(steps, lengths))
    False
    >>> z_normalised(Sequences((steps - steps.mean(1, keepdims=True)) / steps.std(1, keepdims=True), lengths))
    True
    """
    several = np.flatnonzero(sequences.lengths > 1)
    rows = several[np.unique(np.linspace(0, len(several) - 1, LOOKED_AT).astype(np.intp))] if len(several) else several
    looked_at = sequences.take(rows)
    means, deviations = np.split(pooled(looked_at, ("mean", "std")), 2, axis=1)
    moving = deviations > NEAR  # a column that stands still has no deviation that could be 1
    alike = moving & (np.abs(deviations - 1) < ALIKE)
    near = ~moving | (np.abs(means) < NEAR)
    return bool(alike.any() and near.mean() > MOSTLY and alike.sum() > MOSTLY * moving.sum())


def padding(held: Sequences) -> str:
    """Say where padding stands: `none`, `front`, `end`, or `front and end`."""
    starts = np.zeros(len(held), dtype=np.intp) if held.starts is None else held.starts
    there = held.lengths > 0
    front = bool((starts > 0)[there].any())
    end = bool((starts + held.lengths < held.values.shape[1])[there].any())
    return " and ".join([word for word, is_so in (("front", front), ("end", end)) if is_so]) or "none"


def _count(held: Modality) -> Nonfinite:
    if isinstance(held, Sequences):
        nan, inf, empty = held.gaps.sum(axis=0).tolist()
        bad = int(held.gaps[:, :2].any(axis=1).sum())
        return Nonfinite(bad, nan, inf, empty, int(held.lengths.sum()) * held.values.shape[2])
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
    n, steps, _ = held.values.shape
    if held.starts is not None or steps < 2 or not n:  # noqa: PLR2004 -- one step has no front
        return False
    whole = Sequences(held.values, np.full(n, steps))
    rows = np.unique(np.linspace(0, n - 1, LOOKED_AT).astype(np.intp))
    ends = [(block[0].any(), block[-1].any()) for block in whole.read(rows) if len(block)]
    return sum(bool(last and not first) for first, last in ends) > len(rows) / 2
