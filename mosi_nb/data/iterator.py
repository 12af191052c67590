"""The object a user holds: segments that are aligned, counted and shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from mosi_nb.data.arrays import as_fold, as_modality, numbers
from mosi_nb.data.assemble import Given, Wishes, assemble
from mosi_nb.data.card import card
from mosi_nb.data.content import fingerprint_of, fingerprints_of, union_of
from mosi_nb.data.ids import as_ids, videos_of
from mosi_nb.data.loader import is_loader, made, union_of_loader
from mosi_nb.data.parts import Parts
from mosi_nb.data.segments import SCALE, Modality, Segments, Sequences, checked_scale
from mosi_nb.data.sources import parts_of
from mosi_nb.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


class Record(NamedTuple):
    """One segment.

    Attributes
    ----------
    segment_id, video_id
        Who speaks where.
    sentiment
        In points.
    modalities
        By name: raw text as a string, features of shape (n_columns,), a sequence of shape
        (length, n_columns) without its padding. Arrays in memory are views, not copies; those in a
        file are read some megabytes at a time.
    """

    segment_id: str
    video_id: str
    sentiment: float
    modalities: Mapping[str, Any]


class DataIterator:
    """Segments with their modalities, aligned by segment id.

    Parameters
    ----------
    source
        Path to a file or folder, a pandas DataFrame, `Segments`, another DataIterator, or a loader of
        your own (an object with `modalities()`, `load(modality)` and `union(modalities)`).
    modalities
        Which of `text`, `audio` and `video`; left out, all that the data hold.
    sentiment
        Name of a column, an array of shape (n_segments,), or the path to a labelled file that is
        joined by segment id. Left out, the source's own.
    scale
        Lowest and highest sentiment, in points.
    folds
        Path to a JSON with the video ids of train, valid and test, path to a file with fold
        columns, name of a column, or a mapping from a name to one word for each segment.
    text, audio, video
        The features of that modality: path to a `.npz`, `.npy`, table or `.h5`, joined by segment id
        (a `.npy` by row); `("file.npz", "audio73")` to name the array; the name of a column of the
        source, a list of them, or an array.

    Raises
    ------
    DataError
        If something cannot be read, is not there or does not fit; the message says what to do.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"segment_id": ["a_1", "b_1"], "text": ["fine", "dull"], "label": [1.0, -2.0]})
    >>> data = DataIterator(table)
    >>> data
    DataIterator(2 segments of 2 videos: text (raw text))
    >>> [record.modalities["text"] for record in data]
    ['fine', 'dull']
    """

    def __init__(
        self,
        source: str | Path | pd.DataFrame | Segments | DataIterator | Any,
        modalities: Sequence[str] | None = None,
        *,
        sentiment: Given = None,
        scale: tuple[float, float] = SCALE,
        folds: Given | Mapping[str, Any] = None,
        text: Given = None,
        audio: Given = None,
        video: Given = None,
    ) -> None:
        held = source.segments if isinstance(source, DataIterator) else source
        given = {"text": text, "audio": audio, "video": video}
        features = {name: value for name, value in given.items() if value is not None}
        held = made(held) if is_loader(held) else held
        # What a loader puts together itself is honoured, unless a modality was replaced.
        self._loader = held if is_loader(held) and not features else None
        points = checked_scale(scale)
        if (isinstance(held, Segments) or is_loader(held)) and points == SCALE:
            points = checked_scale(getattr(held, "scale", SCALE))
        wanted = [modalities] if isinstance(modalities, str) else modalities
        wishes = Wishes(wanted, sentiment, folds, features, points)
        self.segments: Segments = assemble(parts_of(held), wishes)

    @classmethod
    def from_arrays(
        cls,
        modalities: Mapping[str, Any],
        sentiment: Any,
        segment_ids: Sequence[Any],
        *,
        video_ids: Sequence[Any] | None = None,
        lengths: Mapping[str, Any] | None = None,
        folds: Mapping[str, Any] | None = None,
        scale: tuple[float, float] = SCALE,
    ) -> Self:
        """Build from arrays whose rows are aligned already.

        Parameters
        ----------
        modalities
            By name: text as strings (n,) or features (n, d), audio and video as features (n, d) or
            sequences (n, t, d). Sequences may be a `numpy.memmap` or an `h5py.Dataset`, which stay in
            their files, or `Sequences`, for padding in front.
        sentiment
            In points, shape (n,).
        segment_ids
            Unique, shape (n,).
        video_ids
            Shape (n,). Left out, they are taken from segment ids like `video_3`.
        lengths
            By modality, the steps of each sequence from step 0 on, shape (n,). Left out, a sequence
            goes from its first to its last step that is not zero.
        folds
            By name, `train`, `valid` or `test` for each segment.
        scale
            Lowest and highest sentiment.

        Raises
        ------
        DataError
            If lengths differ, a name is no modality, or a sentiment is outside the scale.

        Examples
        --------
        >>> DataIterator.from_arrays({"audio": [[0.1, 0.2]]}, sentiment=[1.5], segment_ids=["a_1"])
        DataIterator(1 segment of 1 video: audio (2 columns))
        """
        ids = as_ids(segment_ids)
        videos = videos_of(ids) if video_ids is None else as_ids(video_ids)
        steps = lengths or {}
        held = {str(n): as_modality(v, str(n), "arrays", steps.get(n)) for n, v in modalities.items()}
        named = {str(n): as_fold(fold, "arrays", str(n)) for n, fold in (folds or {}).items()}
        points = numbers(sentiment, "arrays", "sentiment").reshape(-1)
        parts = Parts(ids, videos, points, held, named, source="arrays")
        return cls(parts.segments(checked_scale(scale)))

    @property
    def modalities(self) -> tuple[str, ...]:
        """Names of the modalities that the data hold."""
        return tuple(self.segments.modalities)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noticed while the data were read."""
        return self.segments.notes

    @property
    def train(self) -> DataIterator:
        """The segments that may be trained on: the data's own folds train and valid."""
        return self._of_fold("train", "valid")

    @property
    def test(self) -> DataIterator:
        """The segments of the data's own test fold."""
        return self._of_fold("test")

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the content: the same for the same data on every machine, in any order of rows."""
        return fingerprint_of(self.segments)

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """SHA-256 of each modality and the segment ids, by name: where they differ, so do two data sets."""
        return fingerprints_of(self.segments)

    def union(self, modalities: Sequence[str] | None = None) -> pd.DataFrame:
        """Return all modalities side by side, one row a segment.

        Parameters
        ----------
        modalities
            Which; left out, all.

        Returns
        -------
        DataFrame
            Index `(video_id, segment)`; columns `text` for raw text, `audio_0`, ... for features.
            Sequences are the mean over their steps. Of a loader, what its own `union` gives.

        Raises
        ------
        DataError
            If a modality is not there.

        Examples
        --------
        >>> from mosi_nb.data import sample
        >>> sample(videos=3).union(["text", "audio"]).shape[1]
        75
        """
        if self._loader is None:
            return union_of(self.segments, modalities)
        held = self.segments if modalities is None else self.segments.only(modalities)
        return union_of_loader(self._loader, list(held.modalities), held.segment_ids)

    def __len__(self) -> int:
        """Return the number of segments."""
        return len(self.segments)

    def __iter__(self) -> Iterator[Record]:
        """Go through the segments, one record at a time."""
        s = self.segments
        names = tuple(s.modalities)
        values = zip(*map(_values, s.modalities.values()), strict=True) if names else ((),) * len(s)
        rows = zip(s.segment_ids.tolist(), s.video_ids.tolist(), s.sentiment.tolist(), values, strict=True)
        for segment_id, video_id, sentiment, held in rows:
            yield Record(segment_id, video_id, sentiment, dict(zip(names, held, strict=True)))

    def __repr__(self) -> str:
        """Describe the data in one line."""
        n, videos = len(self), len(np.unique(self.segments.video_ids))
        held = ", ".join(f"{name} ({shape(m)})" for name, m in self.segments.modalities.items())
        counted = f"{n:,} segment{'s' * (n != 1)} of {videos:,} video{'s' * (videos != 1)}"
        return f"DataIterator({counted}: {held or 'no modalities'})"

    def _repr_html_(self) -> str:
        """Return the card that a notebook shows."""
        shapes = {name: shape(m) for name, m in self.segments.modalities.items()}
        return card(self.segments, shapes)

    def _of_fold(self, *words: str) -> DataIterator:
        folds = self.segments.folds
        # Data with one set of folds under another name (Poria's) leave no doubt which is meant.
        name = "standard" if "standard" in folds or len(folds) != 1 else next(iter(folds))
        if name not in folds:
            sentence = "the data know no standard folds." + (f" They know: {', '.join(folds)}." if folds else "")
            advice = "Say folds= with a JSON of video ids or a column, or hold videos out: test = holdout(0.2)."
            raise DataError.of(self.segments.source, sentence, advice)
        rows = np.flatnonzero(np.isin(folds[name], words))
        if not len(rows):
            raise DataError.of(self.segments.source, f"the folds '{name}' have no segments in {words[-1]}.")
        part = DataIterator(self.segments.take(rows))
        part._loader = self._loader
        return part


def shape(held: Modality) -> str:
    """Say what a modality holds, in a few words."""
    if isinstance(held, Sequences):
        return f"up to {held.values.shape[1]} steps, {held.values.shape[2]} columns"
    return "raw text" if held.ndim == 1 else f"{held.shape[1]} column{'s' * (held.shape[1] != 1)}"


def _values(held: Modality) -> Iterator[Any]:
    """Go through the segments of a modality; of a file, no more than a block is in memory."""
    if not isinstance(held, Sequences):
        return iter(held)
    return (steps for _, block in held.blocks(as_stored=False) for steps in block)
