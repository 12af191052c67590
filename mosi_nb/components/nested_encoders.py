"""Encoders of which one fit gives what a grid of separate fits would give: the same numbers, in the same order."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.feature_selection import f_regression

from mosi_nb.results import Vector

SKINNY = 1_000
"""Most columns for which scikit-learn decomposes the covariance, given ten times as many rows."""
SMALL = 500
"""Most rows and columns for which it decomposes the features as they are."""
NEARLY_ALL = 0.8
"""Share of the components from which it does so anyway."""


def pca_components(
    estimators: Sequence[Any],
    X: Any,  # noqa: N803 -- scikit-learn's name
    y: Any,
    held_out: Any,
) -> Sequence[tuple[Vector, Vector]] | None:
    """Return principal components for several `n_components`: the first ones of the largest fit.

    None for sparse features, and where scikit-learn searches for components at random (more than 500
    rows, fewer than ten times as many as columns, and less than 0.8 of the components asked for).
    """
    counts = [estimator.n_components for estimator in estimators]
    if issparse(X) or issparse(held_out) or not estimators[0].copy or not all(isinstance(n, Integral) for n in counts):
        return None
    solvers = {_solver(estimator, *X.shape) for estimator in estimators}
    if len(solvers) > 1 or not solvers <= {"full", "covariance_eigh"} or min(counts) < 1 or max(counts) > min(X.shape):
        return None
    largest = clone(max(estimators, key=lambda estimator: int(estimator.n_components)))
    inside = largest.fit_transform(X, y)
    pairs = []
    for count in counts:
        first = copy.copy(largest)
        first.components_ = np.copy(largest.components_[:count])
        first.explained_variance_ = np.copy(largest.explained_variance_[:count])
        # The covariance's components are multiplied with the rows, the features' own come with them.
        train = first.transform(X) if solvers == {"covariance_eigh"} else np.copy(inside[:, :count])
        pairs.append((train, first.transform(held_out)))
    return pairs


def _solver(estimator: Any, rows: int, columns: int) -> str:
    """Return the solver that scikit-learn chooses."""
    if estimator.svd_solver != "auto":
        return str(estimator.svd_solver)
    if columns <= SKINNY and rows >= 10 * columns:
        return "covariance_eigh"
    if max(rows, columns) <= SMALL or estimator.n_components >= NEARLY_ALL * min(rows, columns):
        return "full"
    return "randomized"


def selected_columns(estimators: Sequence[Any], X: Any, y: Any, held_out: Any) -> Sequence[tuple[Any, Any]] | None:  # noqa: N803 -- as above
    """Return the best columns for several `k`: they are scored once.

    None for another score than `f_regression`, and where there are fewer columns than asked for.
    """
    if estimators[0].score_func is not f_regression or any(e.k != "all" and e.k > X.shape[1] for e in estimators):
        return None
    fitted = clone(estimators[0]).fit(X, y)
    chosen = [copy.copy(fitted).set_params(k=estimator.k) for estimator in estimators]
    return [(selector.transform(X), selector.transform(held_out)) for selector in chosen]
