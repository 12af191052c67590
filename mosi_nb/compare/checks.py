"""What can be told of a run from its stored predictions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from mosi_nb.compare.claims import (
    adds_nothing,
    better_than_published,
    disagree_about_neutral,
    level_with_the_next,
    no_better_than_baseline,
)
from mosi_nb.compare.edges import best_at_edge
from mosi_nb.compare.evidence import Evidence
from mosi_nb.compare.leaks import LEAST_VIDEOS, saturated, unevenness
from mosi_nb.data.checks import AFTER, Finding, NotJudgedError, carried_out
from mosi_nb.results import Fit


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
    sentiment = evidence.results.sentiment
    video = np.unique(evidence.results.video_ids, return_inverse=True)[1]  # numbers: compared for each model
    for row in evidence.complete:
        held_out, predicted = _held_out(row.fits)
        if saturated(predicted):
            continue
        found = unevenness(sentiment[held_out], predicted, video[held_out])
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


REPORTS: Mapping[str, Callable[[Evidence], str | None]] = {
    "MOSI006": adds_nothing,
    "MOSI007": no_better_than_baseline,
    "MOSI008": level_with_the_next,
    "MOSI009": better_than_published,
    "MOSI010": _opened,
    "MOSI013": disagree_about_neutral,
    "MOSI014": _leaks,
    "MOSI015": best_at_edge,
}
