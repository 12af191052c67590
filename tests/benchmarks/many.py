"""What the engine adds to fits that do nothing: 1,000 and 10,000 of them."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin

from mosi_nb import Model, sample
from mosi_nb.run import embedded

FEW, MANY, FOLDS = 1_000, 10_000, 5
MILLISECONDS, GROWTH = 0.5, 1.2


class Nothing(RegressorMixin, BaseEstimator):
    """Predicts a number that it was given."""

    def __init__(self, level: float = 0.0) -> None:
        self.level = level

    def fit(self, x: object, y: object) -> Nothing:
        """Learn nothing."""
        del x, y
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the number for each row."""
        return np.full(len(x), self.level)


def milliseconds(number: int) -> float:
    """Return the wall time of each of so many fits, with a history that is written."""
    levels = ", ".join(str(n / 1e6) for n in range(number // FOLDS))
    cell = f"data = held\nmodalities = audio\nmodels = Nothing(level=[{levels}])\nmetrics = mae\n"
    cell += f"folds = by_video({FOLDS})\ntest = none\nbaselines = none\njobs = 2"
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOSI_NB_HISTORY", str(Path(folder) / "history.sqlite"))
        model = Model.from_cell(cell, {"held": sample(videos=14), "Nothing": Nothing})
        embedded(2)
        began = time.perf_counter()
        model.fit()
        seconds = time.perf_counter() - began
    assert len(model.results.fits) == number
    return 1000 * seconds / number


def report(rounds: int = 3) -> int:
    """Print what a fit costs; return the number of limits that are not kept."""
    milliseconds(FEW)
    few, many = zip(*[(milliseconds(FEW), milliseconds(MANY)) for _ in range(rounds)], strict=True)
    one, growth = statistics.median(many), statistics.median(b / a for a, b in zip(few, many, strict=True))
    print(f"{MANY:,} fits that do nothing: {one:.3f} ms each, plan to history (at most {MILLISECONDS});")
    print(f"{growth:.2f} x what one of {FEW:,} takes (at most {GROWTH})", flush=True)
    return int(one > MILLISECONDS) + int(growth > GROWTH)


if __name__ == "__main__":
    sys.exit(report())
