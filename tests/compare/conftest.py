"""Results whose models are the truth with noise: nothing is fitted."""

import numpy as np
import pytest

from mosi_nb.components.folds import by_video
from mosi_nb.components.metrics import _BUILT
from mosi_nb.results import Fit, Results

METRICS = {metric.name: metric for metric in _BUILT}


@pytest.fixture
def results_of(segments):
    """Return a function from noise by (model, candidate) to results: None is a fit that failed."""

    def make(noise, names=("mae", "corr"), segments=segments, extra=(), folds=None):
        folds = folds or by_video(4)(segments, np.arange(len(segments)), 0)
        fits, rng = [], np.random.default_rng(0)
        for (model, candidate), spread in noise.items():
            for fold in folds:
                predicted = segments.sentiment[fold.held_out] + rng.normal(size=len(fold.held_out)) * (spread or 0)
                held = None if spread is None else predicted
                fits.append(Fit(model, candidate, {"a": candidate}, fold, held, 1.0, reason="" if spread else "E: x"))
        metrics = {name: METRICS[name] for name in names} | {m.name: m for m in extra}
        return Results(tuple(fits), segments.segment_ids, segments.video_ids, segments.sentiment, metrics)

    return make
