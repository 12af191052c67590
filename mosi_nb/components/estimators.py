"""Estimators that differ from scikit-learn's in one thing."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Sized
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.kernel_ridge import KernelRidge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils import Tags

from mosi_nb.components.fitting import Videos, fit_model
from mosi_nb.results import Vector

if TYPE_CHECKING:
    from mosi_nb.components.checkpoints import Checkpoint


class Nothing(TransformerMixin, BaseEstimator):
    """The features of a model that looks at none: one column of zeros."""

    def fit(self, X: Sized, y: object = None) -> Self:  # noqa: ARG002, N803 -- scikit-learn's signature
        """Learn nothing."""
        return self

    def transform(self, X: Sized) -> Vector:  # noqa: N803 -- as above
        """Return zeros of shape (n_segments, 1)."""
        return np.zeros((len(X), 1))

    def __sklearn_is_fitted__(self) -> bool:
        """Say that there is nothing to fit."""
        return True


class _FixedPasses:
    """A network trained for `max_iter` passes, neither fewer nor more.

    Early stopping inside an estimator would split rows at random, and so videos; the number of
    passes is a parameter like any other. That the loss could still fall is then no news.
    """

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 -- scikit-learn's signature
        """Train the network."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            super().fit(X, y)  # type: ignore[misc]  # of the network that it is mixed into
        return self

    def __sklearn_tags__(self) -> Tags:
        """Say that it wants dense features: thousands of sparse columns make it slow and no better."""
        tags: Tags = super().__sklearn_tags__()  # type: ignore[misc]  # as above
        tags.input_tags.sparse = False
        return tags


class FixedPassesMLP(_FixedPasses, MLPRegressor):
    """A network that regresses, trained for `max_iter` passes."""


class FixedPassesMLPClassifier(_FixedPasses, MLPClassifier):
    """A network that classifies, trained for `max_iter` passes."""


class AnyModel(RegressorMixin, BaseEstimator):
    """An object with `fit` and `predict` that knows nothing of scikit-learn.

    Parameters
    ----------
    model
        The object; `fit(X, y)` and `predict(X)` get dense features of shape (n_segments, n_columns)
        and sentiment in points; a parameter `videos` of `fit` gets the video id of each row,
        and one called `checkpoint` a `Checkpoint`.

    Attributes
    ----------
    model_
        The fitted copy.

    Examples
    --------
    >>> class Mean:
    ...     def fit(self, X, y):
    ...         self.mean = float(y.mean())
    ...     def predict(self, X):
    ...         return [self.mean] * len(X)
    >>> import numpy as np
    >>> AnyModel(Mean()).fit(np.zeros((2, 1)), np.array([1.0, 3.0])).predict(np.zeros((1, 1)))
    [2.0]
    """

    def __init__(self, model: Any = None) -> None:
        self.model = model

    @property
    def wrapped(self) -> Any:
        """The object: whether it takes a checkpoint is asked of it."""
        return self.model

    def fit(
        self,
        X: Any,  # noqa: N803 -- as above
        y: Any,
        videos: Videos | None = None,
        checkpoint: Checkpoint | None = None,
    ) -> Self:
        """Fit a copy of the object, which is left as it was."""
        self.model_ = copy.deepcopy(self.model)
        fit_model(self.model_, X, y, videos, checkpoint)
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803 -- as above
        """Return what the object predicts."""
        return self.model_.predict(X)


class CentredKernelRidge(RegressorMixin, BaseEstimator):
    """Kernel ridge regression about the mean sentiment; scikit-learn's has no intercept.

    Parameters
    ----------
    alpha
        Strength of the penalty, > 0.
    kernel
        Shape of the function.
    gamma
        Width of the kernel, > 0, or `scale` to take it from the features as `SVR` does.

    Attributes
    ----------
    mean_
        Mean training sentiment, in points.
    model_
        The fitted `KernelRidge` of what is left.
    """

    def __init__(self, alpha: float = 1.0, kernel: str = "rbf", gamma: float | str = "scale") -> None:
        self.alpha = alpha
        self.kernel = kernel
        self.gamma = gamma

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 -- scikit-learn's signature
        """Fit the mean, and the kernel to what is left."""
        self.mean_ = np.mean(y)
        self.model_ = KernelRidge(alpha=self.alpha, kernel=self.kernel, gamma=self.gamma_for(X))
        self.model_.fit(X, y - self.mean_)
        return self

    def predict(self, X: Any) -> Vector:  # noqa: N803 -- as above
        """Return the mean and what the kernel adds to it."""
        predicted: Vector = self.model_.predict(X) + self.mean_
        return predicted

    def gamma_for(self, X: Any) -> float:  # noqa: N803 -- as above
        """Return the width of the kernel as a number."""
        if not isinstance(self.gamma, str):
            return self.gamma
        variance = X.multiply(X).mean() - X.mean() ** 2 if issparse(X) else X.var()
        return float(1 / (X.shape[1] * variance)) if variance else 1.0

    def __sklearn_tags__(self) -> Tags:
        """Say that it takes sparse features."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
