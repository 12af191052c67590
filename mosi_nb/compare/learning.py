"""Learning curves: the score of a model by the number of videos that it was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mosi_nb.compare.changes import Paired
from mosi_nb.results import Fit, Metric, Results


@dataclass(frozen=True)
class Point:
    """A model trained on a share of each fold's training videos.

    Attributes
    ----------
    share
        Of the videos, above 0 up to 1.
    videos, segments
        That it was trained on, mean over folds.
    fits
        One a fold, judged on the whole held-out fold; empty where one failed.
    reason
        Why it failed.
    """

    share: float
    videos: float
    segments: float
    fits: tuple[Fit, ...]
    reason: str = ""


def learning_frame(results: Results, points: Sequence[Point], metric: Metric) -> pd.DataFrame:
    """Return one row a share, the smallest first.

    Returns
    -------
    DataFrame
        `share, videos, segments, score, low, high, change, change_low, change_high, verdict, reason`. A change is the
        score minus that of the share before, on the same held-out segments, with its paired interval.

    References
    ----------
    Viering, T. and Loog, M. (2023). The shape of learning curves: a review. IEEE Transactions on Pattern Analysis
    and Machine Intelligence 45, 7799-7819.
    """
    paired, records = Paired(results, metric, [point.fits for point in points]), []
    before: Sequence[Fit] = ()
    for point in sorted(points, key=lambda one: one.share):
        change = paired.change([point.fits], [before])
        told = (change.value, change.low, change.high, change.verdict, point.reason)
        sizes = point.share, point.videos, point.segments
        records.append((*sizes, paired.score(point.fits), *paired.interval(point.fits), *told))
        before = point.fits or before
    columns = ["share", "videos", "segments", "score", "low", "high"]
    return pd.DataFrame(records, columns=[*columns, "change", "change_low", "change_high", "verdict", "reason"])


def last_step(frame: pd.DataFrame, metric: Metric) -> str:
    """Say what the last videos brought, and whether the curve turns; empty where that cannot be said."""
    scored = frame[frame["score"].notna()]
    if len(scored) < 2 or not np.isfinite(scored["change_low"].iloc[-1]):  # noqa: PLR2004 -- a step has two ends
        return ""
    before, last = scored.iloc[-2], scored.iloc[-1]
    change = float(last["change"])
    moved = f"{'rose' if change > 0 else 'fell'} by {abs(change):.3f}" if round(change, 3) else "stayed the same"
    interval = f"change {last['change_low']:+z.3f} to {last['change_high']:+z.3f}"
    told = {"better": "better", "worse": "worse", "not shown": "no difference that shows"}[str(last["verdict"])]
    step = f"From {before['videos']:.0f} to {last['videos']:.0f} videos {metric.name} {moved} ({interval}): {told}."
    steps = np.diff(scored["score"].to_numpy())
    turns = (steps > 0).any() and (steps < 0).any()
    return f"{step} The curve is not monotone: it rises and falls." if turns else step
