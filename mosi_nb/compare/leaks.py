"""Whether features know the labels of some of the videos: told from held-out predictions alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from mosi_nb.results import Vector

Rows = NDArray[np.intp]

LEAST_SEGMENTS = 8
"""Segments of a video that are not at the border between negative and positive."""

LEAST_OF_EACH = 3
"""Negative and positive segments of a video."""

LEAST_VIDEOS = 15
"""Videos with so many segments; with fewer nothing is said."""

TOLERATED = 0.2
"""Standard deviation between videos of the true correlations with the side (Fisher's z) that is no leak."""

TOLERATED_OF_RANKS = 0.3
"""The same of the correlations by ranks, which honest features have more of."""

END = 0.05
"""Share of the range of predictions, at either end, in which those of a classifier pile up."""

LEVEL = 0.001
"""Largest p with which a difference between videos counts as more than that."""


@dataclass(frozen=True)
class Unevenness:
    """How differently well the videos are predicted.

    Attributes
    ----------
    videos
        With enough segments to tell.
    spread
        Standard deviation of the true correlations between videos (Fisher's z), sampling taken off.
    p
        Of a spread no larger than what is tolerated.
    quartiles
        Of the correlations of the videos: the lower, the median, the upper.
    """

    videos: int
    spread: float
    p: float
    quartiles: tuple[float, float, float]

    @property
    def leaks(self) -> bool:
        """Whether it is more than honest features have."""
        return self.videos >= LEAST_VIDEOS and self.p < LEVEL


def unevenness(sentiment: Vector, predicted: Vector, videos: np.ndarray) -> Unevenness:
    """Measure how differently well videos are predicted.

    In each video the held-out predictions are correlated with the side of the sentiment (negative or
    positive) and, by ranks, with the sentiment itself, and brought to Fisher's z, whose variance is about
    1 / (n - 3). Features that no label has touched are about equally good on every video that was held
    out. A network knows the labels that it was trained on nearly without an error, and others not:
    held out or not, some videos are then predicted far better than others, and the spread between
    videos is more than chance. It is tested with Cochran's Q, to whose variances 0.2 squared (of
    ranks, 0.3 squared) is added; the smaller p of the two counts, doubled.

    Parameters
    ----------
    sentiment, predicted
        In points, shape (n_segments,).
    videos
        Video ids, shape (n_segments,).

    References
    ----------
    Cochran, W. G. (1954). The combination of estimates from different experiments. Biometrics 10,
    101-129. DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled
    Clinical Trials 7, 177-188. Of ranks, the variance is that of Bonett, D. G. and Wright, T. A.
    (2000), Psychometrika 65, 23-28.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> videos = np.repeat(np.arange(40), 20)
    >>> side = rng.choice([-1.0, 1.0], 800)
    >>> honest = side + rng.normal(0, 1.5, 800)
    >>> known = side + rng.normal(0, np.where(videos < 20, 0.2, 1.5))
    >>> unevenness(side, honest, videos).leaks, unevenness(side, known, videos).leaks
    (False, True)
    """
    side = np.sign(sentiment - _border(sentiment))
    by_side = _measured(*_by_video(side, side, predicted, videos, seen=_as_they_are), TOLERATED)
    ranked, variances = _by_video(sentiment, side, predicted, videos, seen=_ranks)
    variances = variances * (1 + float(np.median(ranked)) ** 2 / 2) if len(ranked) else variances
    by_rank = _measured(ranked, variances, TOLERATED_OF_RANKS)
    worse = min(by_side, by_rank, key=lambda one: one.p)
    return replace(worse, p=min(2 * worse.p, 1.0))  # the smaller one of two


def saturated(predicted: Vector) -> bool:
    """Tell whether predictions are hardly more than two values, as those of a classifier without probabilities.

    How much a correlation with such values varies by chance is another question; nothing is said of them.

    Parameters
    ----------
    predicted
        In points, shape (n_segments,).

    Examples
    --------
    >>> saturated(np.array([-1.2, -1.2, 1.4, 1.4])), saturated(np.linspace(-1, 1, 100))
    (True, False)
    """
    end = END * np.ptp(predicted)
    at_ends = (predicted <= predicted.min() + end) | (predicted >= predicted.max() - end)
    return bool(at_ends.mean() > 0.5)  # noqa: PLR2004 -- most of them


def _measured(correlations: Vector, variances: Vector, tolerated: float) -> Unevenness:
    if len(correlations) < LEAST_VIDEOS:
        return Unevenness(len(correlations), float("nan"), 1.0, (float("nan"),) * 3)
    z = np.arctanh(np.clip(correlations, -0.999, 0.999))
    weights = 1 / (variances + tolerated**2)
    statistic = float((weights * (z - np.average(z, weights=weights)) ** 2).sum())
    low, middle, high = np.percentile(correlations, [25, 50, 75])
    p = float(chi2.sf(statistic, len(z) - 1))
    return Unevenness(len(z), _spread(z, variances), p, (float(low), float(middle), float(high)))


def _by_video(
    of: Vector, side: Vector, predicted: Vector, videos: np.ndarray, *, seen: Callable[[Vector, Rows], Vector]
) -> tuple[Vector, Vector]:
    """Return the correlation of each video that has enough segments, and the variance of its z."""
    kept = side != 0
    names, video = np.unique(videos[kept], return_inverse=True)
    positive = np.bincount(video, side[kept] > 0, len(names))
    count = np.bincount(video, minlength=len(names))
    x, y = (_centred(seen(values[kept], video), video, count) for values in (of, predicted))
    xx, yy, xy = (np.bincount(video, product, len(names)) for product in (x * x, y * y, x * y))
    enough = (np.minimum(positive, count - positive) >= LEAST_OF_EACH) & (count >= LEAST_SEGMENTS)
    judged = enough & (_spans(predicted[kept], video, len(names)) > 0)
    return xy[judged] / np.sqrt(xx[judged] * yy[judged]), 1 / (count[judged] - 3)


def _as_they_are(values: Vector, video: Rows) -> Vector:
    del video
    return values


def _ranks(values: Vector, video: Rows) -> Vector:
    """Return ranks within each video, of equal values their mean."""
    return np.asarray(pd.Series(values).groupby(video).rank(), dtype=np.float64)


def _centred(values: Vector, video: Rows, count: Rows) -> Vector:
    means = np.bincount(video, values, len(count)) / count
    return np.asarray(values - means[video])


def _spans(values: Vector, video: Rows, videos: int) -> Vector:
    low, high = np.full(videos, np.inf), np.full(videos, -np.inf)
    np.minimum.at(low, video, values)
    np.maximum.at(high, video, values)
    return np.asarray(high - low)


def _border(sentiment: Vector) -> float:
    """Return 0 where both sides are there, else the median: other scales have another middle."""
    both = min((sentiment < 0).mean(), (sentiment > 0).mean()) > 0.1  # noqa: PLR2004 -- a tenth is a side
    return 0.0 if both else float(np.median(sentiment))


def _spread(z: Vector, variances: Vector) -> float:
    """Return the standard deviation between videos by the method of DerSimonian and Laird."""
    weights = 1 / variances
    statistic = (weights * (z - np.average(z, weights=weights)) ** 2).sum()
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    return float(np.sqrt(max(0.0, (statistic - (len(z) - 1)) / scale)))
