"""What linked views show, and what was chosen in them: plain values, which no widget knows of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mosi_nb.displays.render import plain, shortened
from mosi_nb.errors import SpecError
from mosi_nb.results import Metric

DRAWN = 6
"""Selected models that are drawn and have a column: the best of them."""

LISTED = 300
"""Utterances that are listed: the worst predicted of those that pass the filters."""

TRANSCRIPT = 140
"""Letters of a transcript in the list."""

HEADER = 20
"""Letters of a model's name over its column."""

DESCRIBED = ("segment_id", "video_id", "transcript", "sentiment")


@dataclass
class Exploration:
    """Models and utterances, and what was chosen of them.

    Attributes
    ----------
    board
        The frame of a leaderboard.
    utterances
        One row a held-out segment: `segment_id, video_id, sentiment`, `transcript` where it is known, and
        a column for each model with its predicted sentiment.
    columns
        Names of these columns by model.
    metric
        The first one.
    selected
        Names of models, the best first.
    picked
        Ids of segments.
    words, video
        Text that an utterance has to hold, and its video; empty for any.
    brush
        Ranges of `sentiment` and `predicted`, one of which a point has to lie in for one of the selected
        models.
    """

    board: pd.DataFrame
    utterances: pd.DataFrame
    columns: Mapping[str, str]
    metric: Metric
    selected: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()
    words: str = ""
    video: str = ""
    brush: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def models(self) -> tuple[str, ...]:
        """All models, in the order of the leaderboard."""
        return tuple(map(str, self.board.index))

    @property
    def videos(self) -> tuple[str, ...]:
        """All videos with held-out segments."""
        return tuple(sorted(set(map(str, self.utterances["video_id"]))))

    @property
    def drawn(self) -> tuple[str, ...]:
        """The selected models that are drawn: those with predictions, the best of them."""
        return tuple(name for name in self.selected if name in self.columns)[:DRAWN]

    def select(self, names: Iterable[str]) -> bool:
        """Select models, and tell whether these are others than before.

        Raises
        ------
        SpecError
            If there is no such model.
        """
        wanted = list(names)
        for name in wanted:
            if name not in self.models:
                raise SpecError.unknown(None, "select", "model of this leaderboard", name, self.models)
        before, self.selected = self.selected, tuple(name for name in self.models if name in wanted)
        if self.selected != before:
            self.brush = {}  # it was drawn over other points
        return self.selected != before

    def pick(self, ids: Iterable[str]) -> bool:
        """Pick utterances, and tell whether these are others than before."""
        wanted = set(ids)
        before, self.picked = (
            self.picked,
            tuple(one for one in map(str, self.utterances["segment_id"]) if one in wanted),
        )
        return self.picked != before

    def filtered(self) -> pd.DataFrame:
        """Return the utterances that pass the filters, the worst predicted first."""
        held = self.utterances
        passing = np.ones(len(held), dtype=bool)
        if self.video:
            passing &= (held["video_id"].astype(str) == self.video).to_numpy()
        if self.words:
            passing &= self._holding(self.words)
        if self.brush:
            passing &= self._brushed()
        return held[passing].loc[self._worst_first(held[passing])].reset_index(drop=True)

    def listed(self) -> pd.DataFrame:
        """Return the utterances that are listed, as they are shown: the worst, their transcripts cut."""
        shown = self.filtered().head(LISTED)
        held = shown[[name for name in DESCRIBED if name in shown]].copy()
        if "transcript" in held:
            held["transcript"] = [_cut(text) for text in held["transcript"]]
        if all(map(str.startswith, held["segment_id"].astype(str), held["video_id"].astype(str))):
            held = held.drop(columns="video_id")  # which is told by the id already
        predicted = shown[[self.columns[name] for name in self.drawn]].round(2)
        headers = [shortened(name, HEADER) for name in self.drawn]
        predicted.columns = pd.Index(headers if len(set(headers)) == len(headers) else self.drawn)
        held = pd.concat([held, predicted], axis=1)
        return held.rename(columns={"segment_id": "segment", "video_id": "video"}).round({"sentiment": 2})

    def points(self) -> pd.DataFrame:
        """Return one row a held-out segment and drawn model.

        Returns
        -------
        DataFrame
            `segment_id, video, transcript, sentiment, model, predicted`.
        """
        described = {
            "segment_id": self.utterances["segment_id"].astype(str),
            "video": self.utterances["video_id"].astype(str),
            "transcript": [_cut(text) for text in self.utterances.get("transcript", [""] * len(self.utterances))],
            "sentiment": self.utterances["sentiment"],
        }
        parts = [
            pd.DataFrame({**described, "model": name, "predicted": self.utterances[self.columns[name]]})
            for name in self.drawn
        ]
        columns = [*described, "model", "predicted"]
        return (
            pd.concat(parts, ignore_index=True).dropna(subset="predicted") if parts else pd.DataFrame(columns=columns)
        )

    def _holding(self, words: str) -> np.ndarray:
        wanted = words.casefold()
        texts = [self.utterances[name].astype(str) for name in ("transcript", "segment_id") if name in self.utterances]
        found = [text.str.casefold().str.contains(wanted, regex=False).to_numpy() for text in texts]
        return np.asarray(np.any(found, axis=0))

    def _brushed(self) -> np.ndarray:
        passing = np.ones(len(self.utterances), dtype=bool)
        if "sentiment" in self.brush:
            low, high = sorted(self.brush["sentiment"])
            passing &= self.utterances["sentiment"].between(low, high).to_numpy()
        if "predicted" in self.brush and self.drawn:
            low, high = sorted(self.brush["predicted"])
            within = [self.utterances[self.columns[name]].between(low, high).to_numpy() for name in self.drawn]
            passing &= np.any(within, axis=0)
        return passing

    def _worst_first(self, held: pd.DataFrame) -> pd.Index:
        if not self.drawn:
            return held.index
        errors = [(held[self.columns[name]] - held["sentiment"]).abs() for name in self.drawn]
        return pd.concat(errors, axis=1).mean(axis=1).sort_values(ascending=False, kind="stable").index


def _cut(text: object) -> str:
    line = plain(text)
    return line if len(line) <= TRANSCRIPT else f"{line[: TRANSCRIPT - 1].rstrip()}…"
