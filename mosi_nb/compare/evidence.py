"""What the checks and rules of a run look at: its fits, and what is known beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mosi_nb.compare.gaps import Gap, gap_in, gap_of, pairs_of
from mosi_nb.compare.leaderboard import Row, rows, score
from mosi_nb.compare.pairs import Pairs
from mosi_nb.components.spaces import Spaces
from mosi_nb.data.checks import NotJudgedError
from mosi_nb.results import Metric, Results, counted

FEWEST_VIDEOS = 10
"""Held-out videos from which on a difference of two models is judged: fewer say little."""


@dataclass(frozen=True)
class Evidence:
    """What the checks of a run look at.

    Attributes
    ----------
    results
        Its fits.
    folds
        Fits of each candidate.
    openings
        How often its locked test was opened.
    aside
        Models that the folds cannot judge, since they were trained on what is held out.
    spaces
        The values to try of each model, where they are known.
    subsets
        Models that an ablation has fitted on fewer modalities; they are no rows of the leaderboard.
    """

    results: Results
    folds: int
    openings: int = 0
    aside: Collection[str] = ()
    spaces: Mapping[str, Spaces] = field(default_factory=dict)
    subsets: Sequence[Row] = ()

    @cached_property
    def complete(self) -> list[Row]:
        """The models with all their fits."""
        return [row for row in rows(self.results, self.folds) if row.complete]

    @property
    def metric(self) -> Metric:
        """The first one, which ranks."""
        return next(iter(self.results.metrics.values()))

    @cached_property
    def ranked(self) -> list[Row]:
        """The models that have a rank, the best first."""
        return self.ranked_by(self.metric)

    @property
    def asked(self) -> list[Row]:
        """The models that have a rank and are no baselines, the best first."""
        return [row for row in self.ranked if row.model not in self.results.baselines]

    def ranked_by(self, metric: Metric) -> list[Row]:
        """Return the models that have a score in a metric, the best first, equal ones by name."""
        sign = -1 if metric.larger_is_better else 1
        scored = {row.model: sign * self.score(row, metric) for row in self.complete if row.model not in self.aside}
        defined = [row for row in self.complete if np.isfinite(scored.get(row.model, np.nan))]
        return sorted(defined, key=lambda row: (scored[row.model], row.model))

    def score(self, row: Row, metric: Metric | None = None) -> float:
        """Return a model's score; in the first metric, if none is named."""
        return score(self.results, row.fits, metric or self.metric)

    def gap(self, row: Row, other: Row) -> Gap:
        """Return how much better one model is than another in the first metric, as the leaderboard's `gain` does."""
        places = [next((n for n, one in enumerate(self.ranked) if one is asked), None) for asked in (row, other)]
        first, second = places
        if first is None or second is None:
            return gap_of(self.results, row, other, self.metric)
        return gap_in(self.pairs, self.metric, first, second)

    @cached_property
    def pairs(self) -> Pairs:
        """Differences of the ranked models in the first metric, in their order, as the leaderboard tests them."""
        return pairs_of(self.results, self.ranked, self.metric)

    @cached_property
    def videos(self) -> int:
        """Number of held-out videos."""
        held_out = [fit.fold.held_out for row in self.complete[:1] for fit in row.fits]
        return len(np.unique(self.results.video_ids[np.concatenate(held_out)])) if held_out else 0

    def refuse_few_videos(self) -> None:
        """Raise where there are too few videos to compare two models by.

        Raises
        ------
        NotJudgedError
            With their number.
        """
        if self.videos < FEWEST_VIDEOS:
            message = f"{counted(self.videos, 'held-out video')}, {FEWEST_VIDEOS} are needed"
            raise NotJudgedError(message)
