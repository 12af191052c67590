"""Predicted against true sentiment: how they go together, and the errors by sentiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mosi_nb.compare.judged import Judged, additive
from mosi_nb.results import Fit, Vector

BINS = 12
"""Of sentiment: half a point each on the scale from -3 to +3."""

MEANS = ("segments", "videos", "sentiment", "predicted", "residual", "low", "high", "sd", "mae")

RESIDUAL = additive("residual", lambda y, p: p - y)
ABSOLUTE = additive("mae", lambda y, p: np.abs(p - y))
SENTIMENT = additive("sentiment", lambda y, _: y)
PREDICTED = additive("predicted", lambda _, p: p)


@dataclass(frozen=True)
class Line:
    """A straight line through points, by least squares.

    Attributes
    ----------
    slope, intercept
        NaN where all points lie above one another.
    """

    slope: float
    intercept: float


@dataclass(frozen=True)
class Agreement:
    """How predictions and sentiment go together, over all held-out segments.

    Attributes
    ----------
    mae, r
        Mean over repeats; `r` is NaN for constant predictions.
    spread, spread_predicted
        Standard deviations of sentiment and of predicted sentiment, in points.
    of_sentiment
        The line of predicted over sentiment: its slope is under 1 by as much as predictions regress to the middle.
    of_predicted
        The line of sentiment over predicted: slope 1 and intercept 0 if predictions mean what they say.
    """

    mae: float
    r: float
    spread: float
    spread_predicted: float
    of_sentiment: Line
    of_predicted: Line


def agreement(judged: Judged) -> Agreement:
    """Return how a model's predictions and sentiment go together; NaN where it has none."""
    if not judged.fits:
        nothing = Line(np.nan, np.nan)
        return Agreement(np.nan, np.nan, np.nan, np.nan, nothing, nothing)
    pairs = [(judged.results.sentiment[fit.fold.held_out], np.asarray(fit.predicted)) for fit in judged.by_repeat]
    y, p = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    return Agreement(
        mae=float(np.abs(p - y).mean()),
        r=float(np.mean([correlation(*pair) for pair in pairs])),
        spread=float(y.std()),
        spread_predicted=float(p.std()),
        of_sentiment=line(y, p),
        of_predicted=line(p, y),
    )


def line(x: Vector, y: Vector) -> Line:
    """Return the line of `y` over `x`.

    Examples
    --------
    >>> line(np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.5, 2.0]))
    Line(slope=0.5, intercept=1.0)
    """
    spread = float(((x - x.mean()) ** 2).mean())
    if spread <= 1e-18:  # noqa: PLR2004 -- points squared: rounding errors of equal numbers
        return Line(np.nan, np.nan)
    slope = float(((x - x.mean()) * (y - y.mean())).mean()) / spread
    return Line(slope, float(y.mean() - slope * x.mean()))


def correlation(y: Vector, p: Vector) -> float:
    """Return Pearson's r; NaN where one of them is constant."""
    constant = np.isnan(line(y, p).slope) or np.isnan(line(p, y).slope)
    return float("nan") if constant else float(np.corrcoef(y, p)[0, 1])


def points(judged: Judged) -> pd.DataFrame:
    """Return one row a held-out segment: `segment_id, video_id, sentiment, predicted, residual`, in points.

    Predictions are the mean over repeats.
    """
    results, rows = judged.results, judged.rows
    y, p = results.sentiment[rows], judged.averaged[rows]
    return pd.DataFrame(
        {
            "segment_id": results.segment_ids[rows],
            "video_id": results.video_ids[rows],
            "sentiment": y,
            "predicted": p,
            "residual": p - y,
        }
    )


def by_sentiment(judged: Judged) -> pd.DataFrame:
    """Return the errors of a model by sentiment, whose scale is cut into 12 parts that hold their lower ends.

    Returns
    -------
    DataFrame
        One row a part with segments: `from`, `to`, `segments`, `videos`, `sentiment` and `predicted`
        (means), `residual` (mean of predicted less sentiment), `low`, `high` (its 95 % interval), `sd` of the
        residuals, `mae`. All in points, over repeats.
    """
    edges = np.linspace(*judged.segments.scale, BINS + 1)
    place = np.clip(np.searchsorted(edges, np.round(judged.results.sentiment, 9), side="right") - 1, 0, BINS - 1)
    records = []
    for n in range(BINS):
        fits = judged.part(place == n)
        if fits:
            records.append({"from": edges[n], "to": edges[n + 1], **_means(judged, fits)})
    return pd.DataFrame(records, columns=["from", "to", *MEANS])


def _means(judged: Judged, fits: Sequence[Fit]) -> dict[str, float]:
    low, high = judged.interval(fits, RESIDUAL)
    residuals = np.concatenate([np.asarray(f.predicted) - judged.results.sentiment[f.fold.held_out] for f in fits])
    return {
        "segments": len(fits[0].fold.held_out),
        "videos": judged.videos(fits),
        "sentiment": judged.measure(fits, SENTIMENT),
        "predicted": judged.measure(fits, PREDICTED),
        "residual": judged.measure(fits, RESIDUAL),
        "low": low,
        "high": high,
        "sd": float(residuals.std()),
        "mae": judged.measure(fits, ABSOLUTE),
    }
