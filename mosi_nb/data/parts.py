"""What a reader hands over: aligned columns that may still lack a modality or their sentiment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import numbers, texts
from mosi_nb.data.ids import rows_in
from mosi_nb.data.segments import SCALE, Modality, Rows, Segments, Sequences
from mosi_nb.errors import DataError
from mosi_nb.results import Vector

Column: TypeAlias = NDArray[Any]

SPOKEN = ("text", "raw_text", "transcript", "transcripts")
"""Names under which sources hold what was said."""


@dataclass(frozen=True, eq=False)
class Later:
    """A column that is read only when it is asked for, because it is large.

    Attributes
    ----------
    n
        Number of rows of the file.
    make
        Reads all of them.
    rows
        Which are wanted, in which order; None for all.
    """

    n: int
    make: Callable[[], Modality]
    rows: Rows | None = None

    def __len__(self) -> int:
        """Return the number of rows that are wanted."""
        return self.n if self.rows is None else len(self.rows)

    def __getitem__(self, rows: Rows) -> Later:
        """Return these rows, still unread."""
        return replace(self, rows=rows if self.rows is None else self.rows[rows])

    def load(self) -> Modality:
        """Read the rows that are wanted."""
        held = self.make()
        return held if self.rows is None else taken(held, self.rows)


@dataclass(frozen=True, eq=False)
class Parts:
    """Segments on their way from a file, row by row.

    Attributes
    ----------
    segment_ids, video_ids
        Shape (n_segments,).
    sentiment
        In points, shape (n_segments,); None where the source has none.
    modalities, folds
        As in `Segments`.
    columns
        What the source holds under names of its own, to be asked for by name (`text="transcripts"`,
        `audio="audio73"`): one row for each segment.
    source
        Where the parts come from, for messages.
    notes
        What the reader noticed.
    numbered
        Whether the source has no ids and these only number its rows: nothing can be joined by them.
    """

    segment_ids: NDArray[np.str_]
    video_ids: NDArray[np.str_]
    sentiment: Vector | None = None
    modalities: Mapping[str, Modality] = field(default_factory=dict)
    folds: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)
    columns: Mapping[str, Column | Later] = field(default_factory=dict)
    source: str = "data"
    notes: tuple[str, ...] = ()
    numbered: bool = False

    def __len__(self) -> int:
        """Return the number of segments."""
        return len(self.segment_ids)

    def take(self, rows: Rows) -> Parts:
        """Return the parts of these rows, in this order."""
        return replace(
            self,
            segment_ids=self.segment_ids[rows],
            video_ids=self.video_ids[rows],
            sentiment=None if self.sentiment is None else self.sentiment[rows],
            modalities={name: taken(held, rows) for name, held in self.modalities.items()},
            folds={name: fold[rows] for name, fold in self.folds.items()},
            columns={name: column[rows] for name, column in self.columns.items()},
        )

    def noting(self, *notes: str) -> Parts:
        """Return the same parts with further notes."""
        return replace(self, notes=(*self.notes, *notes))

    def with_modality(self, name: str, held: Modality) -> Parts:
        """Return the same parts with this modality, in the place of one of that name."""
        return replace(self, modalities={**self.modalities, name: held})

    def matched(self, what: str, ids: NDArray[np.str_], source: str) -> tuple[Parts, Rows]:
        """Join by segment id: keep the rows whose id is among `ids`, and say which were dropped.

        Parameters
        ----------
        what
            The modality, or `sentiment`, for the note.
        ids
            Segment ids of the other source, shape (n_other,).
        source
            Name of the other source.

        Returns
        -------
        parts, rows
            The rows that are left, and the row of `ids` for each of them.

        Raises
        ------
        DataError
            If no id is in both, one is held twice by the other, or these have no ids.
        """
        if self.numbered:
            sentence = f"{self.source} has no segment ids, so nothing can be joined to it by id."
            advice = f'Turn it round: the file with ids first, and {what}="{self.source}" joined to it by row.'
            raise DataError.of(f"{what}={source}", sentence, advice)
        rows = rows_in(self.segment_ids, ids, source)
        found = rows >= 0
        if not found.any():
            sentence = f"no segment id is also in {self.source}."
            examples = f"{_first(ids)} here, {_first(self.segment_ids)} there."
            raise DataError.of(f"{what}={source}", sentence, f"First ids: {examples}")
        if found.all():
            return self, rows
        gone = self.segment_ids[~found]
        note = f"{what}: {len(gone):,} of {len(self):,} segments left out, not in {source}: {_first(gone)}"
        return self.take(np.flatnonzero(found)).noting(note), rows[found]

    def segments(self, scale: tuple[float, float] = SCALE) -> Segments:
        """Return the finished value.

        Raises
        ------
        DataError
            If there is no sentiment, or the value's own checks fail.
        """
        if self.sentiment is None:
            sentence = "there is no sentiment. A column called label, sentiment or regression_label was expected."
            advice = f"Say sentiment= with a column, an array or a labelled file. It has {_names(self.columns)}."
            raise DataError.of(self.source, sentence, advice)
        return Segments(
            self.segment_ids, self.video_ids, self.sentiment, dict(self.modalities), dict(self.folds), scale,
            self.source, tuple(dict.fromkeys(self.notes)), self._beside(),
        )  # fmt: skip

    def _beside(self) -> dict[str, Column]:
        """Return what people are shown of the segments, as far as the source knows it."""
        known = {name: column for name, column in self.columns.items() if not isinstance(column, Later)}
        beside: dict[str, Column] = {}
        spoken = next((known[name] for name in SPOKEN if name in known and _is_spoken(known[name])), None)
        if spoken is not None:
            beside["transcript"] = texts(spoken)
        if "start" in known and "end" in known:
            try:
                seconds = numbers(known["end"], self.source, "end") - numbers(known["start"], self.source, "start")
            except DataError:  # no times in seconds: "00:01:07"
                return beside
            beside["seconds"] = np.where(seconds >= 0, seconds, np.nan)
        return beside


def taken(held: Modality, rows: Rows) -> Modality:
    """Return the rows of a modality of any kind."""
    return held.take(rows) if isinstance(held, Sequences) else held[rows]


def _is_spoken(column: Column) -> bool:
    return column.ndim == 1 and column.dtype.kind in "OUST"


def _first(ids: NDArray[np.str_], n: int = 3) -> str:
    shown = ", ".join(ids[:n].tolist())
    return f"{shown}, ..." if len(ids) > n else shown


def _names(columns: Mapping[str, object]) -> str:
    return f"the columns {', '.join(columns)}" if columns else "no other columns"
