"""Models of which one fit gives what a grid of separate fits would give.

Each function is the `together` of a `Nested`. It does what separate fits would do, once: the same
trees, the same kernel, the same steps of a solver. Where rounding could add up to more than the
tolerance, it fits separately.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterator, Sequence
from numbers import Integral
from typing import Any, TypeVar

import numpy as np
from scipy.linalg.blas import ddot
from scipy.sparse import issparse
from scipy.spatial.distance import cdist
from sklearn.base import clone
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import enet_path
from sklearn.metrics.pairwise import pairwise_kernels
from sklearn.utils.extmath import row_norms

from mosi_nb.components.nested_classifiers import classifier_sizes, of_passes, of_trees
from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.results import Vector

Key = TypeVar("Key", bound=Hashable)

LARGEST_KERNEL = 5_000
"""Most training rows of which a kernel is kept: 200 MB, and thrice that while it is computed."""
DECOMPOSE = 10
"""Least number of penalties for which the eigenvalues of a kernel cost less than as many solutions."""
SAFE = 1e-9
"""What rounding may come to, in points; a tenth of the tolerance."""
ROUNDING = float(np.finfo(float).eps)
TREE_COLUMNS = 15
"""Most columns for which scikit-learn may look for neighbours with a tree."""


def ridge_alphas(estimators: Sequence[Any], X: Any, y: Any, held_out: Any) -> Sequence[Vector] | None:  # noqa: N803 -- scikit-learn's name
    """Return predictions of `Ridge` for several `alpha`, from one eigendecomposition.

    None for sparse features, for those of single precision, and for another solver than Cholesky's.
    An `alpha` so small that the solution hangs on rounding is fitted by itself.
    """
    first = estimators[0]
    if not _double(X, held_out) or first.solver not in ("auto", "cholesky") or first.positive:
        return None
    X, y, held_out = (np.asarray(values, dtype=float) for values in (X, y, held_out))  # noqa: N806 -- as above
    mean, level = (X.mean(axis=0), y.mean()) if first.fit_intercept else (np.zeros(X.shape[1]), 0.0)
    inside, outside, target = X - mean, held_out - mean, y - level
    lengths = row_norms(held_out) + np.linalg.norm(mean)
    if X.shape[1] > X.shape[0]:
        gram = inside @ inside.T
        parts = gram, target, outside @ inside.T, lengths * math.sqrt(np.trace(gram))
    else:
        parts = inside.T @ inside, inside.T @ target, outside, lengths
    alphas = [estimator.alpha for estimator in estimators]
    found = _penalised(*parts, alphas)
    return [
        _separate(estimator, X, y, held_out) if predicted is None else predicted + level
        for estimator, predicted in zip(estimators, found, strict=True)
    ]


def _penalised(
    matrix: Vector, target: Vector, rows: Vector, lengths: Vector, alphas: Sequence[float]
) -> Iterator[Vector | None]:
    """Yield `rows @ solve(matrix + alpha I, target)` for each alpha.

    None where Cholesky's solution may differ by more than `SAFE`. Both are exact for a matrix that is off by
    rounding; what that does to a prediction is at most the solution's length times that of the
    prediction's own.
    """
    values, vectors = np.linalg.eigh(matrix)
    weights, rows = vectors.T @ target, rows @ vectors
    squares = rows**2
    for alpha in alphas:
        shrunken = values + alpha
        if shrunken.min() <= ROUNDING * len(values) * abs(values).max():
            yield None
            continue
        solution = weights / shrunken
        reach = np.sqrt(squares @ shrunken**-2)
        error = ROUNDING * np.linalg.norm(solution) * (10 * shrunken.max() * reach + lengths)
        yield None if error.max(initial=0.0) > SAFE else rows @ solution


def kernel_ridge_alphas(estimators: Sequence[Any], X: Any, y: Any, held_out: Any) -> Sequence[Vector] | None:  # noqa: N803 -- as above
    """Return predictions of `CentredKernelRidge` for several `alpha`: the kernel is computed once.

    From `DECOMPOSE` penalties on, its eigenvalues are too. None above `LARGEST_KERNEL` training rows,
    and where a kernel overflows.
    """
    if X.shape[0] > LARGEST_KERNEL:
        return None
    first = estimators[0]
    options = {"metric": first.kernel, "filter_params": True, "gamma": first.gamma_for(X)}
    options |= {name: getattr(KernelRidge(), name) for name in ("degree", "coef0")}
    kernel, rows = pairwise_kernels(X, **options), pairwise_kernels(held_out, X, **options)
    if not (np.isfinite(kernel).all() and np.isfinite(rows).all()):
        return None
    level = np.mean(y)
    found: Iterator[Vector | None] = itertools.repeat(None, len(estimators))
    if len(estimators) >= DECOMPOSE and kernel.dtype == rows.dtype == float:
        alphas = [estimator.alpha for estimator in estimators]
        found = _penalised(kernel, y - level, rows, row_norms(rows), alphas)
    return [
        _separate(KernelRidge(alpha=estimator.alpha, kernel="precomputed"), kernel, y - level, rows) + level
        if predicted is None
        else predicted + level
        for estimator, predicted in zip(estimators, found, strict=True)
    ]


def elastic_alphas(estimators: Sequence[Any], X: Any, y: Any, held_out: Any) -> Sequence[Vector] | None:  # noqa: N803 -- as above
    """Return predictions of `ElasticNet` for several `alpha`: columns are centred and multiplied once.

    Each begins at zero, not at its neighbour's solution: coordinate descent stops at `tol`, and from
    elsewhere it would stop elsewhere. None for sparse features, for those of single precision, and
    without a penalty.
    """
    first = estimators[0]
    common = {"precompute": False, "positive": False, "selection": "cyclic", "fit_intercept": True}
    expected = all(getattr(first, name) == value for name, value in common.items()) and not first.warm_start
    if not _double(X, held_out) or not expected or min(estimator.alpha for estimator in estimators) <= 0:
        return None
    X, y, held_out = (np.asarray(values, dtype=float) for values in (X, y, held_out))  # noqa: N806 -- as above
    mean, level = X.mean(axis=0), y.mean()
    inside, target = np.asfortranarray(X - mean), y - level
    products: dict[str, Any] = {"precompute": False}
    if X.shape[0] > X.shape[1]:
        products = {"precompute": np.ascontiguousarray(inside.T @ inside), "Xy": inside.T @ target}
    predictions = []
    for estimator in estimators:
        options = {name: getattr(estimator, name) for name in ("l1_ratio", "max_iter", "tol")}
        _, path, _ = enet_path(inside, target, alphas=[estimator.alpha], check_input=False, **products, **options)
        coefficients = path[:, 0]
        predictions.append(held_out @ coefficients + (level - mean @ coefficients))
    return predictions


def svr_kernels(estimators: Sequence[Any], X: Any, y: Any, held_out: Any) -> Sequence[Vector] | None:  # noqa: N803 -- as above
    """Return predictions of `SVR` for several `C`, `gamma` and `epsilon`: kernels are computed once.

    libsvm rounds its kernel to single precision; the one given to it is the same to the last bit, and
    so are its steps. None for sparse features, other kernels than `rbf`, and above `LARGEST_KERNEL` rows.
    """
    if issparse(X) or estimators[0].kernel != "rbf" or X.shape[0] > LARGEST_KERNEL:
        return None
    X, held_out = (np.ascontiguousarray(values, dtype=float) for values in (X, held_out))  # noqa: N806 -- as above
    squares = np.array([ddot(row, row) for row in X])
    inside = squares[:, None] + squares - 2 * (X @ X.T)
    outside = cdist(held_out, X, "sqeuclidean")
    predictions: list[Vector | None] = [None] * len(estimators)
    for gamma, places in _alike([_gamma(estimator.gamma, X) for estimator in estimators]):
        kernel = _rbf(X, squares, inside, gamma) if len(places) > 1 else None
        rows = np.exp(-gamma * outside) if kernel is not None else outside
        for place in places:
            predictions[place] = None if kernel is None else _svr(estimators[place], kernel, y, rows)
    return [
        _separate(estimator, X, y, held_out) if predicted is None else predicted
        for estimator, predicted in zip(estimators, predictions, strict=True)
    ]


def _gamma(gamma: float | str, X: Vector) -> float:  # noqa: N803 -- as above
    if gamma == "auto":
        return float(1 / X.shape[1])
    if gamma != "scale":
        return float(gamma)
    variance = X.var()
    return float(1 / (X.shape[1] * variance)) if variance else 1.0


def _rbf(X: Vector, squares: Vector, inside: Vector, gamma: float) -> Vector | None:  # noqa: N803 -- as above
    """Return libsvm's kernel; None where too many of its values would have to be computed one by one.

    Those are the values that rounding, here or there, may put on either side of the border between
    two numbers of single precision.
    """
    kernel = np.empty_like(inside)
    largest = squares.max()
    left = 20 * len(X)
    for start in range(0, len(X), 128):
        block = slice(start, start + 128)
        exact = np.exp(-gamma * inside[block])
        error = 4 * ROUNDING * (2 + gamma * (X.shape[1] + 4) * (squares[block].max() + largest))
        doubtful = (exact * (1 - error)).astype(np.float32) != (exact * (1 + error)).astype(np.float32)
        for row, column in np.argwhere(doubtful):
            distance = squares[start + row] + squares[column] - 2 * ddot(X[start + row], X[column])
            exact[row, column] = math.exp(-gamma * distance)
        kernel[block] = exact
        left -= int(doubtful.sum())
        if left < 0:
            return None
    np.fill_diagonal(kernel, 1.0)
    return kernel


def _svr(estimator: Any, kernel: Vector, y: Any, rows: Vector) -> Vector | None:
    fitted = clone(estimator).set_params(kernel="precomputed").fit(kernel, y)
    weights = fitted.dual_coef_[0]
    if 10 * ROUNDING * abs(weights).sum() > SAFE:
        return None
    predicted: Vector = rows[:, fitted.support_] @ weights + fitted.intercept_
    return predicted


def knn_neighbours(estimators: Sequence[Any], X: Any, y: Any, held_out: Any) -> Sequence[Vector] | None:  # noqa: N803 -- as above
    """Return predictions of `KNeighborsRegressor` for several `n_neighbors`, from one search.

    Where the k-th neighbour is as near as the next one, which of them counts is arbitrary: such a k is
    looked for by itself. None for classifiers, for other metrics than Euclidean, and where scikit-learn
    would search in two ways.
    """
    if isinstance(estimators[0], SentimentClassifier):
        return None
    first, counts = estimators[0], [estimator.n_neighbors for estimator in estimators]
    largest, rows = max(counts), X.shape[0]
    euclidean = (first.metric, first.p, first.metric_params) == ("minkowski", 2, None)
    mixed = first.algorithm == "auto" and X.shape[1] <= TREE_COLUMNS and min(counts) < rows // 2 <= largest
    if not euclidean or mixed or largest > rows or first.weights not in ("uniform", "distance"):
        return None
    if X.dtype not in (np.float32, np.float64) or (X.dtype, issparse(X)) != (held_out.dtype, issparse(held_out)):
        return None
    fitted = clone(first).set_params(n_neighbors=largest).fit(X, y)
    distances, found = fitted.kneighbors(held_out, n_neighbors=min(largest + 1, rows))
    sentiment = np.asarray(y)
    predictions = []
    for count in counts:
        if count < rows and _tied(X, held_out, found[:, count - 1], found[:, count]):
            predictions.append(fitted.set_params(n_neighbors=count).predict(held_out))
            continue
        nearest = sentiment[found[:, :count]]
        predictions.append(
            nearest.mean(axis=1) if first.weights == "uniform" else _nearer_more(nearest, distances[:, :count])
        )
    return predictions


def _tied(X: Any, held_out: Any, nearer: Vector, farther: Vector) -> bool:  # noqa: N803 -- as above
    """Say whether two neighbours of a row are equally far, but for rounding."""
    X, held_out = X.astype(float), held_out.astype(float)  # noqa: N806 -- as above
    first, second = (row_norms(held_out - X[places], squared=True) for places in (nearer, farther))
    scale = row_norms(held_out, squared=True) + row_norms(X, squared=True).max()
    return bool((abs(second - first) <= 4 * X.shape[1] * ROUNDING * scale).any())


def _nearer_more(sentiment: Vector, distances: Vector) -> Vector:
    """Return means weighted by nearness; where a neighbour is at the very place, those there count alone."""
    there = distances == 0
    with np.errstate(divide="ignore"):
        weights = np.where(there.any(axis=1, keepdims=True), there, 1 / distances)
    means: Vector = (sentiment * weights).sum(axis=1) / weights.sum(axis=1)
    return means


def forest_sizes(estimators: Sequence[Any], X: Any, y: Any, held_out: Any) -> Sequence[Vector] | None:  # noqa: N803 -- as above
    """Return predictions of forests of several `n_estimators`: the largest contains the smaller ones.

    None without a seed, with out-of-bag scores, and with a warm start.
    """
    first = getattr(estimators[0], "classifier", estimators[0])
    if not isinstance(first.random_state, Integral) or first.oob_score or first.warm_start:
        return None
    if isinstance(estimators[0], SentimentClassifier):
        return classifier_sizes(estimators, (X, y, held_out), "n_estimators", of_trees)
    sizes = [estimator.n_estimators for estimator in estimators]
    fitted = clone(first).set_params(n_estimators=max(sizes)).fit(X, y)
    total, means = np.zeros(held_out.shape[0]), {}
    for size, tree in enumerate(fitted.estimators_, start=1):
        total += tree.predict(held_out)
        if size in sizes:
            means[size] = total / size
    return [means[size].copy() for size in sizes]


def boosting_passes(estimators: Sequence[Any], X: Any, y: Any, held_out: Any) -> Sequence[Vector] | None:  # noqa: N803 -- as above
    """Return predictions of boosted trees after several `max_iter`.

    None without a seed, where it stops early, and with a warm start.
    """
    first = getattr(estimators[0], "classifier", estimators[0])
    if not isinstance(first.random_state, Integral) or first.early_stopping is not False or first.warm_start:
        return None
    if isinstance(estimators[0], SentimentClassifier):
        return classifier_sizes(estimators, (X, y, held_out), "max_iter", of_passes)
    sizes = [estimator.max_iter for estimator in estimators]
    fitted = clone(first).set_params(max_iter=max(sizes)).fit(X, y)
    stages = {size: stage for size, stage in enumerate(fitted.staged_predict(held_out), start=1) if size in sizes}
    return [stages[size].copy() for size in sizes]


def _separate(estimator: Any, X: Any, y: Any, held_out: Any) -> Vector:  # noqa: N803 -- as above
    predicted: Vector = clone(estimator).fit(X, y).predict(held_out)
    return predicted


def _double(*features: Any) -> bool:
    """Say whether features are dense and calculated with in double precision."""
    return not any(issparse(values) or values.dtype in (np.float16, np.float32) for values in features)


def _alike(keys: Sequence[Key]) -> Iterator[tuple[Key, list[int]]]:
    """Yield each key with its places."""
    for key in dict.fromkeys(keys):
        yield key, [place for place, other in enumerate(keys) if other == key]
