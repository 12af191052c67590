"""What can be told of a run from its stored predictions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np

from mosi_nb.compare.leaderboard import Row, rows
from mosi_nb.compare.leaks import LEAST_VIDEOS, saturated, unevenness
from mosi_nb.data.checks import AFTER, Finding, NotJudgedError, carried_out
from mosi_nb.results import Fit, Results

TRIED = 3
"""Values of a parameter from which on one of them is not an edge."""


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
    """

    results: Results
    folds: int
    openings: int = 0

    @property
    def complete(self) -> list[Row]:
        """The models with all their fits."""
        return [row for row in rows(self.results, self.folds) if row.complete]


def check_run(evidence: Evidence, silenced: Collection[str] = ()) -> list[Finding]:
    """Carry out the checks that need predictions.

    Parameters
    ----------
    evidence
        Of the run.
    silenced
        Codes that are passed over.
    """
    return carried_out(AFTER, REPORTS, evidence, silenced)


def _opened(evidence: Evidence) -> str | None:
    if evidence.openings <= 1:
        return None
    return f"It was opened {evidence.openings} times: with each time its score says less of new videos."


def _leaks(evidence: Evidence) -> str | None:
    told, most = [], 0
    for row in evidence.complete:
        held_out, predicted = _held_out(row.fits)
        if saturated(predicted):
            continue
        found = unevenness(evidence.results.sentiment[held_out], predicted, evidence.results.video_ids[held_out])
        most = max(most, found.videos)
        if found.leaks:
            low, _, high = found.quartiles
            told.append(f"{row.model} (r within a video: a quarter below {low:.2f}, a quarter above {high:.2f})")
    if most < LEAST_VIDEOS:
        message = f"{most} held-out videos can be judged, {LEAST_VIDEOS} are needed"
        raise NotJudgedError(message)
    if not told:
        return None
    return f"Held-out videos are predicted far more unevenly than unseen ones are: {', '.join(told)}."


def _held_out(fits: Sequence[Fit]) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and predictions of the first repeat, in which each row is held out at most once."""
    first = [fit for fit in fits if fit.fold.repeat == 1 and fit.predicted is not None]
    return np.concatenate([f.fold.held_out for f in first]), np.concatenate([np.asarray(f.predicted) for f in first])


def _edge(evidence: Evidence) -> str | None:
    told = []
    for row in evidence.complete:
        tried = [fit.params for fit in evidence.results.fits if fit.model == row.model]
        for name, best in row.fits[0].params.items():
            values = sorted({params[name] for params in tried if _is_number(params.get(name))})
            if len(values) >= TRIED and best in (values[0], values[-1]):
                told.append(f"{row.model}: {name}={best:g} of {values[0]:g} to {values[-1]:g}")
    return f"{'; '.join(told)}." if told else None


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


REPORTS: Mapping[str, Callable[[Evidence], str | None]] = {
    "MOSI010": _opened,
    "MOSI014": _leaks,
    "MOSI015": _edge,
}
