"""Estimators that differ from scikit-learn's in one thing."""

from __future__ import annotations

import warnings
from typing import Any, Self

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor


class FixedPassesMLP(MLPRegressor):
    """A network trained for `max_iter` passes, neither fewer nor more.

    Early stopping inside an estimator would split rows at random, and so videos; the number of
    passes is a parameter like any other. That the loss could still fall is then no news.
    """

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 -- scikit-learn's signature
        """Train the network."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            super().fit(X, y)
        return self
