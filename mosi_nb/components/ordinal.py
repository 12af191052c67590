"""Ordinal logistic regression, which scikit-learn does not have."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from mosi_nb.results import Vector


class OrdinalLogistic(ClassifierMixin, BaseEstimator):
    """Proportional odds: one slope for each column, and a threshold between each two neighbouring classes.

    The probability of class k or a lower one is `expit(thresholds_[k] - X @ coef_)`. For two classes it is
    scikit-learn's `LogisticRegression`, with the same penalty.

    Parameters
    ----------
    C
        Inverse strength of the L2 penalty on the slopes, > 0; thresholds are free.
    max_iter
        Most steps of the solver (L-BFGS).
    tol
        It stops where no part of the gradient of the mean loss is larger.

    Attributes
    ----------
    classes_
        In ascending order: the order of the scale.
    coef_
        Slopes, shape (n_columns,).
    thresholds_
        Ascending, shape (n_classes - 1,).

    References
    ----------
    P. McCullagh: Regression Models for Ordinal Data. Journal of the Royal Statistical Society, Series B,
    42(2), 109-142, 1980.

    Examples
    --------
    >>> X, y = np.array([[-2.0], [-1.0], [0.0], [1.0], [2.0]]), np.array([-1, -1, 0, 1, 1])
    >>> OrdinalLogistic(C=10.0).fit(X, y).predict([[-3.0], [0.1], [3.0]]).tolist()
    [-1, 0, 1]
    """

    def __init__(self, C: float = 1.0, max_iter: int = 1000, tol: float = 1e-6) -> None:  # noqa: N803 -- scikit-learn's name
        self.C = C
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 -- scikit-learn's signature
        """Find slopes and thresholds of the largest penalised likelihood.

        Raises
        ------
        ValueError
            If there are fewer than two classes.
        """
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)  # noqa: N806 -- as above
        self.classes_, place = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:  # noqa: PLR2004 -- there is nothing to tell apart
            message = f"OrdinalLogistic needs at least two classes, found {len(self.classes_)}."
            raise ValueError(message)
        shares = np.cumsum(np.bincount(place))[:-1] / len(place)
        thresholds = np.log(shares / (1 - shares))
        start = np.concatenate([np.zeros(X.shape[1]), thresholds[:1], np.log(np.diff(thresholds))])
        options = {"maxiter": self.max_iter, "gtol": self.tol, "ftol": 64 * np.finfo(float).eps}
        found = minimize(_loss, start, (X, place, self.C), method="L-BFGS-B", jac=True, options=options)
        if found.nit >= self.max_iter:
            told = f"the solver had not converged after max_iter={self.max_iter} steps; take more, or a smaller C."
            warnings.warn(told, ConvergenceWarning, stacklevel=2)
        self.coef_ = found.x[: X.shape[1]]
        self.thresholds_ = _thresholds(found.x[X.shape[1] :])
        self.n_iter_ = int(found.nit)
        return self

    def predict_proba(self, X: Any) -> Vector:  # noqa: N803 -- as above
        """Return the probability of each class, shape (n_rows, n_classes)."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)  # noqa: N806 -- as above
        below = expit(self.thresholds_ - (X @ self.coef_)[:, None])
        edges = np.zeros((len(below), 1)), np.ones((len(below), 1))
        probabilities: Vector = np.diff(np.hstack([edges[0], below, edges[1]]), axis=1)
        return probabilities

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803 -- as above
        """Return the most probable class."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def __sklearn_tags__(self) -> Tags:
        """Say that it takes sparse features."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _thresholds(free: Vector) -> Vector:
    """Return ascending thresholds from the first one and the logarithms of the steps between them."""
    return np.asarray(free[0] + np.concatenate([[0.0], np.cumsum(np.exp(free[1:]))]))


def _loss(parameters: Vector, X: Any, place: NDArray[np.intp], C: float) -> tuple[float, Vector]:  # noqa: N803 -- as above
    """Return the penalised negative log-likelihood of a row, in the mean, and its gradient.

    With a and b the thresholds above and below a row's class, less X @ coef, the likelihood of the row is
    expit(a) - expit(b) = expit(a) expit(-b) (1 - exp(b - a)), of which no factor cancels digits.
    """
    coef, free = parameters[: X.shape[1]], parameters[X.shape[1] :]
    thresholds = _thresholds(free)
    steps = np.exp(free[1:])
    level = X @ coef
    below_last, above_first = place < len(thresholds), place > 0
    upper = np.where(below_last, thresholds[np.minimum(place, len(thresholds) - 1)] - level, np.inf)
    lower = np.where(above_first, thresholds[np.maximum(place - 1, 0)] - level, -np.inf)
    counts = np.bincount(place, minlength=len(thresholds) + 1)
    fitted = log_expit(upper).sum() + log_expit(-lower).sum() + counts[1:-1] @ np.log(-np.expm1(-steps))
    over, under = expit(-upper), expit(lower)
    by_threshold = np.bincount(place, over, len(thresholds) + 1)[:-1] - np.bincount(place, under)[1:]
    # A threshold moves with the first one and with every step below it.
    later = np.cumsum(by_threshold[::-1])[::-1]
    by_step = later[1:] * steps + counts[1:-1] * steps / np.expm1(steps)
    slopes = X.T @ (under - over)
    gradient = np.concatenate([slopes, later[:1], by_step])
    penalty = np.concatenate([coef, np.zeros(len(free))])
    weight = C * len(place)
    return float(0.5 * coef @ coef - C * fitted) / weight, (penalty - C * gradient) / weight
