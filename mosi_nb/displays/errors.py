"""The error explorer: utterances, the worst predicted first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mosi_nb.compare.errors import column_of, errors, in_common
from mosi_nb.displays.chart_marks import percent
from mosi_nb.displays.errors_chart import draw
from mosi_nb.displays.predicted import NOTHING, about
from mosi_nb.displays.render import plain
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, count, number

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    import pandas as pd

    from mosi_nb.compare.judged import Judged
    from mosi_nb.displays.charts import ChartDisplay

TRANSCRIPT = 90
"""Letters of a transcript in the table; the rest is cut off, and stands in the frame."""

MODELS = 4
"""Models whose predictions are columns of the table; those of all are in the frame."""

KNOWN = {
    "words": Column("words", "words", help="Number of words of the transcript."),
    "seconds": Column("seconds", "seconds", help="From the start to the end of the segment."),
    "steps": Column("steps", "steps", help="Steps of the longest modality."),
}


class Errors(TableDisplay):
    """Utterances with what each model predicted, the worst first.

    Parameters
    ----------
    ranked
        Held-out predictions of models, the one whose errors count first.
    worst
        Rows of the table; the frame has all.
    alone
        For each modality, the model that looks at it alone.
    aside
        Models that are there to compare with, such as baselines: their predictions are in the frame.
    """

    def __init__(
        self,
        ranked: Sequence[Judged],
        worst: int = 50,
        alone: Mapping[str, str] | None = None,
        aside: Collection[str] = (),
    ) -> None:
        self._ranked, self._worst = tuple(ranked), worst
        self._frame = errors(ranked)
        names = [one.name for one in ranked]
        self._alone = {modality: name for modality, name in (alone or {}).items() if name in names[1:]}
        self._asked = [name for n, name in enumerate(names) if n == 0 or name not in aside]

    def frame(self) -> pd.DataFrame:
        """Return one row a held-out segment, the worst first, with whole transcripts.

        Returns
        -------
        DataFrame
            `segment_id, video_id`, then `transcript`, `words`, `seconds` or `steps` where these are known,
            `sentiment`, a column for each model with what it predicted, and `error` of the first.
        """
        return self._frame.copy()

    def chart(self) -> ChartDisplay | None:
        """Return sentiment and predictions of the worst utterances; None without predictions."""
        return draw(self._frame, self._asked) if len(self._frame) else None

    def _table(self) -> Table:
        if not self._ranked:
            return Table((Column("segment_id", "segment", numeric=False),), (), "Errors by utterance", (), NOTHING)
        shown = self._frame.head(self._worst)
        others = [name for name in self._asked[1:] if name not in self._alone.values()][: MODELS - 1]
        columns = {
            "segment_id": Column("segment_id", "segment", numeric=False, row_header=True),
            "transcript": Column("transcript", "transcript", numeric=False),
            "sentiment": Column("sentiment", "sentiment", help="In points."),
            "error": Column("error", "error", help=f"Of {self._ranked[0].name}: predicted less sentiment, in points."),
            **{column_of(name): Column(name, name, help="Predicted, in points.") for name in [self._asked[0], *others]},
            **{column_of(name): _alone(modality, name) for modality, name in self._alone.items()},
            "video_id": Column("video_id", "video", numeric=False),
            **KNOWN,
        }
        used = {name: column for name, column in columns.items() if name in shown}
        rows = tuple(tuple(_cell(name, row[name]) for name in used) for row in shown.to_dict("records"))
        title = f"{self._ranked[0].name}: errors by utterance"
        return Table(tuple(used.values()), rows, title, tuple(self._notes(others)))

    def _notes(self, others: Sequence[str]) -> list[str]:
        first, n = self._ranked[0], len(self._frame)
        notes = [f"The worst {min(self._worst, n):,} of {about(first)[0].lower()}{about(first)[1:]}"]
        judged = [one for one in self._ranked if one.name in self._asked]
        if len(judged) > 1:
            off, of = in_common(judged)
            share = f" ({percent(off / of)})" if of else ""
            notes.append(f"All {len(judged)} models are more than a point off in the same direction on {off:,}{share}.")
        left_out = [one.name for one in self._ranked[1:] if one.name not in {*others, *self._alone.values()}]
        if left_out:
            more = ", ".join(left_out[:4]) + (f" and {len(left_out) - 4} more" if len(left_out) > 4 else "")  # noqa: PLR2004
            notes.append(f"In .frame() as well: {more}.")
        if "transcript" not in self._frame:
            notes.append("The data bring no transcripts.")
        return notes


def _alone(modality: str, name: str) -> Column:
    return Column(name, f"{modality} alone", help=f"Predicted by {name}, which looks at {modality} alone, in points.")


def _cell(column: str, value: Any) -> Cell:
    if column in {"segment_id", "video_id"}:
        return Cell(str(value))
    if column == "transcript":
        spoken = plain(value)
        return Cell(spoken if len(spoken) <= TRANSCRIPT else f"{spoken[: TRANSCRIPT - 1].rstrip()}…")
    if column in {"words", "steps"}:
        return count(value)
    if column == "seconds":
        return number(value, 1)
    if column == "error" and math.isfinite(value):
        return Cell(f"{value:+z.2f}", value)
    return number(value, 2)
