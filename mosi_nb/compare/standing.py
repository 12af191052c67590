"""Which models can be told apart in a metric, and what picking the best of many adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mosi_nb.compare.draws import Resampled
from mosi_nb.compare.holm import holm
from mosi_nb.compare.letters import letters
from mosi_nb.compare.optimism import Optimism
from mosi_nb.compare.pairs import Matrix, Pairs, compared
from mosi_nb.results import Fit, Metric, Results

LEVEL = 0.05


@dataclass(frozen=True)
class Standing:
    """Models in the order of one metric, with the tests between them.

    Attributes
    ----------
    models
        Names of those that have a score, the best first.
    metric
        What is measured.
    pairs
        Their differences, in that order.
    p
        Those of the pairs, corrected for their number; NaN where no test can be made.
    letters
        By name; empty where no test can be made at all.
    """

    models: tuple[str, ...]
    metric: Metric
    pairs: Pairs
    p: Matrix
    letters: Mapping[str, str]

    @property
    def level(self) -> tuple[str, ...]:
        """The best model, and those that no test tells from it, best first."""
        return tuple(name for n, name in enumerate(self.models) if n == 0 or not self.p[0, n] <= LEVEL)

    def gain(self, model: str, over: str) -> tuple[float, float, float]:
        """Return how much better one model is than another, and the 95 % interval of that."""
        first, second = self.models.index(model), self.models.index(over)
        value, low, high, _, _ = self.pairs.of(first, second)
        return (value, low, high) if self.metric.larger_is_better else (-value, -high, -low)

    def note(self, folds: int, repeats: int, videos: int) -> str:
        """Say what the letters mean, and how far they can be trusted; empty with one model.

        Parameters
        ----------
        folds, repeats, videos
            Held-out folds over all repeats, repeats, held-out videos.
        """
        number = len(self.models) * (len(self.models) - 1) // 2
        if not number:
            return ""
        if not any(self.letters.values()):
            return f"Models cannot be tested against each other: {folds} fold of {videos} video is too little."
        how = f"corrected resampled t-test over {folds} folds" if self.pairs.how == "folds" else ""
        how = how or f"paired bootstrap over {videos} videos"
        pairs = f"{number:,} pairs" if number > 1 else "1 pair"
        told = f"Models that share a letter cannot be told apart in {self.metric.name}, which does not make them equal"
        told = f"{told} ({how}, Holm's correction for {pairs}, level .05)."
        if self.pairs.how == "folds" and repeats == 1:
            freedom = f"{folds - 1} degree{'s' if folds > 2 else ''} of freedom"  # noqa: PLR2004 -- one, or several
            return f"{told} One repeat gives the test {freedom} and little power: repeats give more."
        return told


def standing(results: Results, members: Mapping[str, Sequence[Fit]], metric: Metric, scores: Resampled) -> Standing:
    """Return which models can be told apart.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    members
        By model the fits of its best candidate, over the same folds.
    metric
        What is measured.
    scores
        Of these, in draws.
    """
    names, sign = list(members), -1 if metric.larger_is_better else 1
    order = np.lexsort((np.array(names, dtype=str), sign * scores.score))  # equal ones by name
    known = [n for n in order.tolist() if np.isfinite(scores.score[n])]
    models = tuple(names[n] for n in known)
    pairs = compared(results, [members[name] for name in models], metric, scores.of(known))
    p = corrected(pairs.p)
    apart = np.nan_to_num(p, nan=1.0) <= LEVEL
    told = letters(apart) if np.isfinite(p).any() else [""] * len(models)
    return Standing(models, metric, pairs, p, dict(zip(models, told, strict=True)))


def corrected(p: Matrix) -> Matrix:
    """Return the p values of all pairs, each counted once, corrected by Holm's method."""
    above = np.triu_indices(len(p), 1)
    whole = np.full(p.shape, np.nan)
    whole[above] = holm(p[above])
    return np.where(np.isfinite(whole), whole, whole.T)


def picked_note(best: str, candidates: int, metric: Metric, found: Optimism | None) -> str:
    """Say what picking the best of many adds; empty where there was nothing to pick.

    Parameters
    ----------
    best
        The best model.
    candidates
        Of how many its score is the best.
    metric
        By which.
    found
        None where it was not computed.
    """
    if candidates < 2:  # noqa: PLR2004 -- nothing was picked
        return ""
    if found is None:
        return f"What picking the best of {candidates:,} candidates adds is not computed for {metric.name}: too slow."
    if not np.isfinite(found.gap):
        return ""
    naive, fair = f"{found.naive:.3f}", f"{found.corrected:.3f}"
    if found.gap <= 0 or naive == fair:
        told = f"Picking {best} among {candidates:,} candidates did not flatter it here: its {metric.name} of {naive}"
        return f"{told} is about {fair} without the luck of the pick (BBC-CV)."
    told = f"{best} is the best of {candidates:,} candidates, which flatters it: without the luck of the pick its"
    return f"{told} {metric.name} of {naive} is about {fair} (BBC-CV)."
