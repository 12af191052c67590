"""What is shown of finished runs: the leaderboard with intervals, tests and BBC-CV, and a new metric."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mosi_nb.compare import board
from mosi_nb.components.folds import by_video
from mosi_nb.data import as_segments, sample
from mosi_nb.displays import Leaderboard
from mosi_nb.registry import find
from mosi_nb.results import Fit, Results

EIGHT = ("mae", "corr", "acc7", "acc5", "acc2_nonneg", "acc2_nonzero", "f1_nonneg", "f1_nonzero")
TEN = (*EIGHT, "rmse", "acc3")
GRID = {"dummy": 1, "text_only": 1, "ridge": 13, "elastic": 6, "svr": 12, "knn": 8, "forest": 8, "boosting": 6}
REFERENCE_SECONDS, MANY_SECONDS, NEW_METRIC_SECONDS, MEGABYTES = 2.0, 3.0, 0.2, 1.5
FOLDS, TIMES = 5, 3


def results(candidates: dict[str, int], metrics: Sequence[str], segments_of_mosi: int = 2199) -> Results:
    """Return results in the size of MOSI whose predictions are the truth with noise."""
    segments = as_segments(sample())
    folds = by_video(FOLDS)(segments, np.arange(len(segments)), 0)
    rng, fits, number = np.random.default_rng(0), [], 0
    for model, several in candidates.items():
        for _ in range(several):
            spread, lean = rng.uniform(0.9, 1.3), rng.uniform(0.2, 0.7)
            for fold in folds:
                sentiment = segments.sentiment[fold.held_out]
                predicted = lean * sentiment + spread * 0.5 * rng.normal(size=len(sentiment))
                fits.append(Fit(model, number, {"C": number}, fold, predicted, 0.1, 0.01))
            number += 1
    assert abs(len(segments) - segments_of_mosi) < 0.1 * segments_of_mosi
    known = {name: find("metric", name).build() for name in metrics}
    ids = segments.segment_ids, segments.video_ids, segments.sentiment
    return Results(tuple(fits), *ids, known, ("dummy", "text_only"), len(fits))


def fresh(held: Results) -> Results:
    """Return the same results without the scores that were computed."""
    return replace(held, known={})


def shown(held: Results) -> dict[str, Any]:
    """Return the cell's output of the leaderboard of these results."""
    found = board(held, FOLDS)
    directions = {name: metric.larger_is_better for name, metric in held.metrics.items()}
    return Leaderboard(found.frame, held, directions, found.notes).mimebundle()


def new_metric(held: Results) -> None:
    """Compute a metric that was not among those of the run, for each fit."""
    replace(held, metrics={**held.metrics, "rmse": find("metric", "rmse").build()}).frame()


def seconds(measure: Callable[[], object]) -> float:
    """Return the median of a few measurements."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        measure()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def report() -> int:
    """Print a row for each figure; return the number of limits that are not kept."""
    reference = results(GRID, EIGHT)
    many = results({f"model_{n:03d}": 1 for n in range(200)}, TEN)
    board(reference, FOLDS)
    megabytes = len(json.dumps(shown(many))) / 1e6
    run = fresh(reference)
    run.frame()
    figures = (
        ("leaderboard of 53 candidates, 8 metrics, in s", seconds(lambda: shown(fresh(reference))), REFERENCE_SECONDS),
        ("leaderboard of 200 models, 10 metrics, in s", seconds(lambda: shown(fresh(many))), MANY_SECONDS),
        ("its output, without the library, in MB", megabytes, MEGABYTES),
        ("a new metric on a finished run, in s", seconds(lambda: new_metric(run)), NEW_METRIC_SECONDS),
        ("leaderboard during a run, in s", seconds(lambda: board(run, FOLDS, intervals=False)), NEW_METRIC_SECONDS),
    )
    for name, value, limit in figures:
        print(f"{name:52}{value:8.2f}{limit:8.1f}{'   BEYOND' if value > limit else ''}", flush=True)
    return sum(value > limit for _, value, limit in figures)


if __name__ == "__main__":
    sys.exit(int(report() > 0))
