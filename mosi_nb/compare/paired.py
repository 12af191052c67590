"""Two models beside each other: their difference on each video, and the test of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mosi_nb.compare.draws import Layout, laid_out
from mosi_nb.compare.intervals import drawn
from mosi_nb.compare.pairs import Pairs, compared
from mosi_nb.results import Fit, Metric, Results, Vector, counted


@dataclass(frozen=True)
class TwoModels:
    """Two models compared in one metric.

    Attributes
    ----------
    names
        Of the two.
    metric
        What is measured.
    scores
        Of the two, mean over folds.
    pairs
        The test, of the first against the second.
    by_video
        One row a video: `video`, `difference` (first less second; mean over repeats), `n` (segments). NaN where the
        metric is undefined on the video alone.
    folds, repeats
        How many.
    """

    names: tuple[str, str]
    metric: Metric
    scores: tuple[float, float]
    pairs: Pairs
    by_video: pd.DataFrame
    folds: int
    repeats: int

    @property
    def sentence(self) -> str:
        """What the test says."""
        first, second = self.names
        value, low, high, p, freedom = self.pairs.of(0, 1)
        if not np.isfinite(value):
            return f"{self.metric.name} is undefined for one of the two."
        told = f"{first} has {self.metric.name} {self.scores[0]:.3f}, {second} {self.scores[1]:.3f}: {self._verdict(p)}"
        if not np.isfinite(p):
            return f"{told}. The difference of {value:+z.3f} cannot be tested."
        how = f"corrected resampled t-test over {self.folds} folds, {freedom:.0f} degrees of freedom"
        how = how if self.pairs.how == "folds" else f"paired bootstrap over {counted(len(self.by_video), 'video')}"
        shown = "p < .001" if p < 0.001 else f"p = {p:.3f}"  # noqa: PLR2004 -- as papers write it
        return f"{told}. Difference {value:+z.3f} (95 % interval {low:+z.3f} to {high:+z.3f}), {shown} ({how})."

    def _verdict(self, p: float) -> str:
        value = self.scores[0] - self.scores[1]
        if not p <= 0.05:  # noqa: PLR2004 -- the usual level
            return "they cannot be told apart, which does not make them equal"
        better = self.names[0] if (value > 0) == self.metric.larger_is_better else self.names[1]
        return f"{better} is better"


def two_models(results: Results, first: Sequence[Fit], second: Sequence[Fit], metric: Metric) -> TwoModels:
    """Compare two models.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    first, second
        All fits of each, over the same folds and in their order.
    metric
        What is measured.
    """
    layout = laid_out(results, [fit.fold for fit in first])
    scores = drawn(results, layout, [first, second], metric)
    pairs = compared(results, [first, second], metric, scores)
    differences = _by_video(results, layout, first, metric) - _by_video(results, layout, second, metric)
    repeats = len({fit.fold.repeat for fit in first})
    number = np.bincount(
        np.concatenate([part.own for part in layout.parts]),
        np.concatenate([np.diff(np.r_[part.starts, len(part.rows)]) for part in layout.parts]),
        len(layout.videos),
    )
    by_video = pd.DataFrame(
        {"video": layout.videos, "difference": differences, "n": np.round(number / repeats).astype(int)}
    )
    named = (first[0].model, second[0].model)
    return TwoModels(named, metric, tuple(scores.score.tolist()), pairs, by_video, len(first), repeats)


def _by_video(results: Results, layout: Layout, fits: Sequence[Fit], metric: Metric) -> Vector:
    """Return a metric on each video alone, mean over repeats; NaN where it is undefined."""
    total, defined = np.zeros(len(layout.videos)), np.zeros(len(layout.videos))
    for part, fit in zip(layout.parts, fits, strict=True):
        sentiment, predicted = results.sentiment[part.rows], np.asarray(fit.predicted)[part.order]
        ends = [*part.starts[1:].tolist(), len(part.rows)]
        for own, start, end in zip(part.own, part.starts, ends, strict=True):
            value = metric(sentiment[start:end], predicted[start:end])
            total[own] += value if np.isfinite(value) else 0
            defined[own] += np.isfinite(value)
    with np.errstate(invalid="ignore"):
        return np.asarray(total / defined)
