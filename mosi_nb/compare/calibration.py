"""What predictions mean: the sentiment of segments by what was predicted for them, and both distributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mosi_nb.compare.judged import Judged, additive
from mosi_nb.compare.residuals import PREDICTED, SENTIMENT
from mosi_nb.results import Fit, Metric

TENTHS = 10
"""Parts of equal size by predicted sentiment."""

FEWEST = 15
"""Segments of each of those parts."""

COLUMNS = (
    "segments", "videos", "predicted", "sentiment", "low", "high", "positive", "positive_low", "positive_high",
)  # fmt: skip

STEPS = 12
"""Bins of a distribution over the scale."""


def calibration(judged: Judged) -> pd.DataFrame:
    """Return the sentiment of segments by what was predicted for them.

    Returns
    -------
    DataFrame
        One row for each tenth of the segments by predicted sentiment (fewer and larger parts where a tenth would
        be under 15 segments, or many predictions are equal): `segments`, `videos`, `predicted` and `sentiment`
        (means), `low`, `high` (95 % interval of mean sentiment), `positive` (share of segments above the middle
        of the scale), `positive_low`, `positive_high`.
    """
    if not judged.fits:
        return pd.DataFrame(columns=list(COLUMNS))
    middle = float(np.mean(judged.segments.scale))
    positive = additive("positive", lambda y, _: (y > middle).astype(float))
    edges = _edges(judged)
    records = []
    for n in range(len(edges) + 1):
        parts = [_only(fit, np.searchsorted(edges, np.asarray(fit.predicted), side="left") == n) for fit in
                 judged.by_repeat]  # fmt: skip
        fits = [fit for fit in parts if len(fit.fold.held_out)]
        if fits:
            records.append(_calibrated(judged, fits, positive))
    return pd.DataFrame(records, columns=list(COLUMNS))


def distribution(judged: Judged) -> pd.DataFrame:
    """Return how many segments have a sentiment, and a predicted one, in each part of the scale.

    Returns
    -------
    DataFrame
        One row for each half point (on the scale from -3 to +3; elsewhere a twelfth of the scale), as far as
        predictions reach, or the scale once more on either side: `from`, `to`, `sentiment` and `predicted`, both
        shares of the segments. A part holds its lower end, the last one of the scale also the
        upper end, the outermost also what lies further out; the mean over repeats.
    """
    columns = ["from", "to", "sentiment", "predicted"]
    if not judged.fits:
        return pd.DataFrame(columns=columns)
    low, high = judged.segments.scale
    step = (high - low) / STEPS
    predicted = np.concatenate([np.asarray(fit.predicted) for fit in judged.by_repeat])
    sentiment = judged.results.sentiment[judged.rows]
    before = int(np.clip(np.ceil((low - predicted.min()) / step - 1e-9), 0, STEPS))
    after = int(np.clip(np.ceil((predicted.max() - high) / step - 1e-9), 0, STEPS))
    edges = low + step * np.arange(-before, STEPS + after + 1, dtype=np.float64)
    shares = [_shares(values, edges, high) for values in (sentiment, predicted)]
    return pd.DataFrame(dict(zip(columns, (edges[:-1], edges[1:], *shares), strict=True)))


def _shares(values: NDArray[np.float64], edges: NDArray[np.float64], high: float) -> NDArray[np.float64]:
    last = len(edges) - 2
    place = np.searchsorted(edges, np.round(values, 9), side="right") - 1
    place = np.clip(place - np.isclose(values, high, rtol=0, atol=1e-9), 0, last)
    return np.asarray(np.bincount(place, minlength=last + 1) / len(values))


def _edges(judged: Judged) -> NDArray[np.float64]:
    predicted = judged.averaged[judged.rows]
    parts = max(min(TENTHS, len(predicted) // FEWEST), 1)
    return np.unique(np.quantile(predicted, np.linspace(0, 1, parts + 1)[1:-1]))


def _calibrated(judged: Judged, fits: Sequence[Fit], positive: Metric) -> dict[str, float]:
    low, high = judged.interval(fits, SENTIMENT)
    positive_low, positive_high = judged.interval(fits, positive)
    return {
        "segments": round(float(np.mean([len(fit.fold.held_out) for fit in fits]))),
        "videos": judged.videos(fits),
        "predicted": judged.measure(fits, PREDICTED),
        "sentiment": judged.measure(fits, SENTIMENT),
        "low": low,
        "high": high,
        "positive": judged.measure(fits, positive),
        "positive_low": positive_low,
        "positive_high": positive_high,
    }


def _only(fit: Fit, wanted: NDArray[np.bool_]) -> Fit:
    fold = replace(fit.fold, held_out=fit.fold.held_out[wanted])
    return replace(fit, fold=fold, predicted=np.asarray(fit.predicted)[wanted])
