"""The value that everything downstream of a reader works on: aligned segments.

A reader's only task is to make one of these. It checks itself when it is made, so that whatever
holds one need not check again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.sequences import Sequences
from mosi_nb.data.steps import Rows
from mosi_nb.errors import DataError
from mosi_nb.results import Vector
from mosi_nb.spec import MODALITIES

__all__ = [
    "SCALE", "Features", "Modality", "Rows", "Segments", "Sequences", "Texts", "columns_of", "is_text", "split_id",
]  # fmt: skip

SCALE = (-3.0, 3.0)

Texts: TypeAlias = NDArray[np.object_]
Features: TypeAlias = NDArray[np.floating]
Modality: TypeAlias = Texts | Features | Sequences


def checked_scale(scale: object, source: str = "scale") -> tuple[float, float]:
    """Return lowest and highest sentiment.

    Raises
    ------
    DataError
        If these are not two finite numbers, the first the smaller one.

    Examples
    --------
    >>> checked_scale((1, 5))
    (1.0, 5.0)
    """
    try:
        low, high = (float(end) for end in scale)  # type: ignore[attr-defined]  # whatever a user gave
    except (TypeError, ValueError):
        low = high = float("nan")
    if not (np.isfinite([low, high]).all() and low < high):
        sentence = f"the scale {scale!r} is not lowest and highest sentiment, two numbers, the first the smaller one."
        raise DataError.of(source, sentence, "For example scale=(-3, 3).")
    return low, high


def is_text(modality: Modality) -> bool:
    """Tell whether a modality holds raw text rather than numbers."""
    return not isinstance(modality, Sequences) and modality.ndim == 1


def columns_of(modality: Modality) -> int:
    """Return the number of columns of a modality: 1 for raw text."""
    if isinstance(modality, Sequences):
        return int(modality.values.shape[2])
    return 1 if modality.ndim == 1 else int(modality.shape[1])


@dataclass(frozen=True, eq=False)
class Segments:
    """Segments with their modalities, sentiment and folds, row by row.

    Attributes
    ----------
    segment_ids
        Unique, shape (n_segments,).
    video_ids
        The group that a fold never splits, shape (n_segments,).
    sentiment
        In points, within `scale`, shape (n_segments,).
    modalities
        By name (`text`, `audio`, `video`): raw texts of shape (n_segments,), features of shape
        (n_segments, n_columns), or `Sequences`.
    folds
        By name (`standard`, ...): `train`, `valid` or `test` for each segment; empty where unknown.
    scale
        Lowest and highest sentiment.
    source
        Where the segments come from, for messages.
    notes
        What the reader noticed and the reader's user should know.
    beside
        What people are shown of the segments and no model sees, by name, shape (n_segments,) each:
        `transcript`, `seconds` (how long each is).

    Raises
    ------
    DataError
        If lengths differ, an id is there twice, or a sentiment is missing or outside the scale.

    Examples
    --------
    >>> import numpy as np
    >>> segments = Segments(
    ...     np.array(["a_1", "a_2"]), np.array(["a", "a"]), np.array([1.0, -2.0]),
    ...     {"text": np.array(["good", "bad"], dtype=object)})
    >>> len(segments.take(np.array([0])))
    1
    """

    segment_ids: NDArray[np.str_]
    video_ids: NDArray[np.str_]
    sentiment: Vector
    modalities: Mapping[str, Modality]
    folds: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)
    scale: tuple[float, float] = SCALE
    source: str = "data"
    notes: tuple[str, ...] = ()
    beside: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is not aligned, not unique or not on the scale."""
        checked_scale(self.scale, self.source)
        self._check_alignment()
        self._check_sentiment()

    def __len__(self) -> int:
        """Return the number of segments."""
        return len(self.segment_ids)

    def take(self, rows: Rows) -> Segments:
        """Return the segments of these rows, in this order.

        Parameters
        ----------
        rows
            Row numbers, shape (n,).
        """
        taken = {name: self.rows_of(name, rows) for name in self.modalities}
        return replace(
            self,
            segment_ids=self.segment_ids[rows],
            video_ids=self.video_ids[rows],
            sentiment=self.sentiment[rows],
            modalities=taken,
            folds={name: fold[rows] for name, fold in self.folds.items()},
            beside={name: held[rows] for name, held in self.beside.items()},
        )

    @property
    def transcripts(self) -> Texts | None:
        """What was said, shape (n_segments,); None where no raw text is known, whatever models see of it."""
        text = self.modalities.get("text")
        if text is not None and is_text(text):
            return cast("Texts", text)
        return self.beside.get("transcript")

    def rows_of(self, modality: str, rows: Rows) -> Modality:
        """Return these rows of one modality.

        Parameters
        ----------
        modality
            Its name.
        rows
            Row numbers, shape (n,).
        """
        held = self.modalities[modality]
        return held.take(rows) if isinstance(held, Sequences) else held[rows]

    def only(self, modalities: Sequence[str]) -> Segments:
        """Return the same segments with these modalities and no other.

        Raises
        ------
        DataError
            If one is not there.
        """
        missing = [name for name in modalities if name not in self.modalities]
        if missing:
            sentence = f"there is no modality {missing[0]}. It has {', '.join(self.modalities) or 'none'}."
            raise DataError.of(self.source, sentence)
        spoken = self.transcripts
        beside = self.beside if spoken is None else {**self.beside, "transcript": spoken}
        return replace(self, modalities={name: self.modalities[name] for name in modalities}, beside=beside)

    def _check_alignment(self) -> None:
        n = len(self.segment_ids)
        if n == 0:
            raise DataError.of(self.source, "there are no segments.")
        columns = {"video ids": self.video_ids, "sentiment": self.sentiment}
        columns |= {f"the fold '{name}'": fold for name, fold in self.folds.items()} | dict(self.beside)
        for name, held in [*columns.items(), *self.modalities.items()]:
            if len(cast("Sequence[object]", held)) != n:
                raise DataError.of(self.source, f"{n} segment ids, but {name} has {len(held)} rows.")
        unknown = [name for name in self.modalities if name not in MODALITIES]
        if unknown:
            sentence = f"'{unknown[0]}' is no modality. Known: {', '.join(MODALITIES)}."
            raise DataError.of(self.source, sentence)
        ids, counts = np.unique(self.segment_ids, return_counts=True)
        if len(ids) < n:
            sentence = f"{n - len(ids)} segment ids are there more than once, the first: {ids[counts > 1][0]}."
            raise DataError.of(self.source, sentence)

    def _check_sentiment(self) -> None:
        low, high = self.scale
        outside = ~((self.sentiment >= low) & (self.sentiment <= high))
        if outside.any():
            row = int(np.flatnonzero(outside)[0])
            where = f"{self.source}, row {row + 1} ({self.segment_ids[row]})"
            found = f"sentiment {self.sentiment[row]:g} is outside {low:+g} ... {high:+g}"
            if np.isnan(self.sentiment[row]):
                found = "there is no sentiment"
            others = f" ({outside.sum() - 1} more rows like it)" if outside.sum() > 1 else ""
            advice = "MOSI sentiment is the mean of the raters; if yours is on another scale, say scale=(low, high)."
            raise DataError.of(where, f"{found}{others}.", advice)


def split_id(segment_id: str) -> tuple[str, str]:
    """Split a segment id into video id and clip, from the right.

    Parameters
    ----------
    segment_id
        `video_3`, `video$_$3` or, counted from 0, `video[2]`.

    Returns
    -------
    tuple of str
        Video id and clip (counted from 1). An id of no known form is its own video.

    Examples
    --------
    >>> split_id("_aB-cD3eF_g_4"), split_id("abc$_$4"), split_id("abc[3]")
    (('_aB-cD3eF_g', '4'), ('abc', '4'), ('abc', '4'))
    """
    if match := re.fullmatch(r"(.+)\[(\d+)\]", segment_id):
        return match[1], str(int(match[2]) + 1)
    if match := re.fullmatch(r"(.+?)(?:\$_\$|_)(\d+)", segment_id):
        return match[1], str(int(match[2]))
    return segment_id, ""
