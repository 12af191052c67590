"""How long a mistake takes to be told, in a process that has its imports and its workers behind it."""

from __future__ import annotations

import time

import numpy as np
from sklearn.linear_model import Ridge

from mosi_nb import FitError, Model, MosiError, SpecError, sample


class Fails(Ridge):
    """An estimator with a mistake in it."""

    def fit(self, X, y):  # noqa: N803 -- scikit-learn's name
        """Fail, after some work."""
        return super().fit(X, np.append(y, 0.0))


CELL = "data = mine\nmodels = ridge(alpha=[0.3, 1, 3]), svr, forest, {model}"


def warm() -> None:
    """Import, make the data and start the workers once."""
    Model(sample(videos=6), models="ridge", metrics="mae", folds="by_video(2)").fit()


def refused(model: str, expected: type[MosiError]) -> float:
    """Return the time until a cell with this model among others is refused."""
    names = {"mine": sample(), "Fails": Fails}
    began = time.perf_counter()
    try:
        Model.from_cell(CELL.format(model=model), names).fit()
    except expected:
        return time.perf_counter() - began
    message = f"{model} was not refused"
    raise AssertionError(message)


def by_the_cell() -> float:
    """Return the time until a misspelt parameter is told."""
    return refused("ridge(alhpa=1)", SpecError)


def by_the_trial() -> float:
    """Return the time until an estimator that raises is told."""
    return refused("Fails", FitError)
