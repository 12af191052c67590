"""Where the rows of a leaderboard come from: a run, a file, predictions of others, what is combined of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from mosi_nb.results import Fit, Results

if TYPE_CHECKING:
    from mosi_nb.model.trained import TrainedModel


class Source(Protocol):
    """Rows of a leaderboard: their fits, and the models behind them."""

    @property
    def results(self) -> Results:
        """Its fits, so far; the same object as long as none is added. Candidates are numbered from 0."""

    @property
    def folds(self) -> int:
        """Number of fits of each candidate."""

    @property
    def notes(self) -> list[str]:
        """What stands under the leaderboard for it."""

    def trained(self, name: str, fits: Sequence[Fit]) -> TrainedModel:
        """Return a model, given all fits of its best candidate."""
