"""Differences between models: tests that know that folds share their training videos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from mosi_nb.compare.draws import Resampled
from mosi_nb.compare.intervals import LEVEL, MOST_WIDER
from mosi_nb.results import Fit, Fold, Metric, Results

Matrix = NDArray[np.float64]

TINY = 1e-12
"""Differences of models that predict the same, by rounding errors alone."""


@dataclass(frozen=True)
class Pairs:
    """Differences of all pairs of models in one metric.

    Attributes
    ----------
    value
        Score of the one in the row minus score of the one in the column, shape (n, n).
    low, high
        Ends of its 95 % interval; NaN, as `p`, where no test can be made.
    p
        Two-sided, not corrected for their number.
    freedom
        Degrees of freedom of the test.
    how
        `folds`: the corrected resampled t-test. `videos`: a paired bootstrap over videos.
    """

    value: Matrix
    low: Matrix
    high: Matrix
    p: Matrix
    freedom: Matrix
    how: Literal["folds", "videos"]

    def of(self, first: int, second: int) -> tuple[float, float, float, float, float]:
        """Return value, low, high, p and freedom of one pair."""
        held = (self.value, self.low, self.high, self.p, self.freedom)
        value, low, high, p, freedom = (float(one[first, second]) for one in held)
        return value, low, high, p, freedom


def by_folds(scores: Matrix, ratio: float) -> Pairs:
    """Compare models by the corrected resampled t-test over folds.

    With d the differences of two models in J folds, repeats included, t is mean(d) / sqrt((1/J + ratio) var(d)), of
    J - 1 degrees of freedom. The plain t-test leaves `ratio` out: it takes folds for independent, though they
    share most of their training videos, and rejects far too often.

    Parameters
    ----------
    scores
        Of each model in each fold, shape (n_models, n_folds); a fold counts for a pair where both are defined.
    ratio
        Held-out videos of a fold by its training videos; videos, since segments of one are not independent.

    References
    ----------
    Nadeau, C. and Bengio, Y. (2003). Inference for the generalization error. Machine Learning 52, 239-281.
    Bouckaert, R. R. and Frank, E. (2004). Evaluating the replicability of significance tests for comparing
    learning algorithms. Advances in Knowledge Discovery and Data Mining, LNCS 3056, 3-12, for repeats.

    Examples
    --------
    >>> pair = by_folds(np.array([[1.0, 1.2, 1.1], [0.9, 0.8, 1.0]]), ratio=0.5).of(0, 1)
    >>> [round(one, 4) for one in pair]
    [0.2, -0.4803, 0.8803, 0.3333, 2.0]
    """
    held = np.where(np.isfinite(scores), scores, np.nan)
    differences = held[:, None, :] - held[None, :, :]
    known = np.isfinite(differences)
    folds = known.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, differences, 0).sum(axis=2) / folds
        apart = np.where(known, differences - mean[:, :, None], 0)
        variance = (apart**2).sum(axis=2) / (folds - 1)
        error = np.sqrt((1 / folds + ratio) * variance)
    return _tested(mean, np.where(folds > 1, error, np.nan), folds - 1.0, "folds")


def by_videos(scores: Resampled) -> Pairs:
    """Compare models by a paired bootstrap over videos, where there is one fold only.

    The difference is divided by its standard error over the draws, in which both models see the same videos, and
    looked up in Student's t. It holds no variation of the training segments: it tells whether these two models,
    as they were fitted, differ on new videos.

    Parameters
    ----------
    scores
        Of all models, in the same draws.

    References
    ----------
    Field, C. A. and Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal Statistical
    Society: Series B 69, 369-390.
    """
    videos = scores.without.shape[1]
    drawn, without = np.isfinite(scores.drawn), np.isfinite(scores.without)
    judged = (drawn.mean(axis=1) >= 0.5) & (videos > 1)  # noqa: PLR2004 -- as for intervals
    deviation = _spread(scores.drawn[:, drawn[judged].all(axis=0)], 1.0)
    error = _spread(scores.without[:, without[judged].all(axis=0)], videos - 1.0)
    wider = np.clip(error / np.maximum(deviation, TINY), 1.0, MOST_WIDER) * deviation
    value = scores.score[:, None] - scores.score[None, :]
    told = np.where(judged[:, None] & judged[None, :], wider, np.nan)
    return _tested(value, told, np.full_like(value, videos - 1.0), "videos")


def _spread(held: Matrix, times: float) -> Matrix:
    """Return for each pair of rows the standard deviation of their difference, its square multiplied."""
    if held.shape[1] < 2:  # noqa: PLR2004 -- nothing varies
        return np.full((len(held), len(held)), np.nan)
    covariance = np.cov(held, bias=True).reshape(len(held), len(held))
    own = np.diag(covariance)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sqrt(times * np.maximum(own[:, None] + own[None, :] - 2 * covariance, 0)))


def over_folds(results: Results, members: Sequence[Sequence[Fit]], metric: Metric) -> Pairs | None:
    """Compare models by their folds; None where there are too few, and draws of videos have to tell.

    The leaderboard, its checks and its rules all ask here, so that they say the same.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    members
        For each model its fits with predictions, over the same folds.
    metric
        What is measured.
    """
    folds = [fit.fold for fit in members[0]] if members else []
    ratio = ratio_of(results, folds)
    if len(folds) < 2 or not np.isfinite(ratio):  # noqa: PLR2004 -- one fold has no variance
        return None
    return by_folds(np.array([[results.score_of(fit, metric) for fit in fits] for fits in members]), ratio)


def compared(results: Results, members: Sequence[Sequence[Fit]], metric: Metric, scores: Resampled) -> Pairs:
    """Compare models by the test that their folds allow.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    members
        For each model its fits with predictions, over the same folds.
    metric
        What is measured.
    scores
        Of the same models, in draws, which count where there is one fold only.
    """
    found = over_folds(results, members, metric)
    return by_videos(scores) if found is None else found


def ratio_of(results: Results, folds: Sequence[Fold]) -> float:
    """Return held-out by training videos over all folds; NaN where nothing was trained on."""
    codes = np.unique(results.video_ids, return_inverse=True)[1]
    held_out, train = (
        sum(int((np.bincount(codes[rows]) > 0).sum()) for rows in side if len(rows))
        for side in ([fold.held_out for fold in folds], [fold.train for fold in folds])
    )
    return held_out / train if train else float("nan")


def _tested(value: Matrix, error: Matrix, freedom: Matrix, how: Literal["folds", "videos"]) -> Pairs:
    """Return differences with the t-test that their standard errors give."""
    freedom = np.where(freedom > 0, freedom, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(np.abs(value) <= TINY, np.where(np.isfinite(error), 0.0, np.nan), np.abs(value) / error)
        p = 2 * stdtr(freedom, -t)
        reach = stdtrit(freedom, (1 + LEVEL) / 2) * error
    return Pairs(value, value - reach, value + reach, p, freedom, how)
