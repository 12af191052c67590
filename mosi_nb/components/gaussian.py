"""Gaussian process regression whose kernel takes its width from the features."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_array

from mosi_nb.results import Vector


class ScaledGaussianProcess(RegressorMixin, BaseEstimator):
    """Gaussian process with the kernel signal x RBF + noise.

    Parameters
    ----------
    length_scale
        Width of the kernel, > 0, or `scale` to take it from the features: as `gamma="scale"` of `SVR`.
    signal, noise
        Variance that the features explain, and that they do not, > 0; as shares of that of the training
        sentiment.
    optimise
        Whether these three are only where the search for the largest likelihood begins.

    Attributes
    ----------
    model_
        The fitted `GaussianProcessRegressor`.
    """

    def __init__(
        self, length_scale: float | str = "scale", signal: float = 1.0, noise: float = 1.0, *, optimise: bool = False
    ) -> None:
        self.length_scale = length_scale
        self.signal = signal
        self.noise = noise
        self.optimise = optimise

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 -- scikit-learn's signature
        """Fit the process."""
        from sklearn.gaussian_process import GaussianProcessRegressor  # noqa: PLC0415 -- few need it
        from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel  # noqa: PLC0415

        X = check_array(X, dtype=np.float64)  # noqa: N806 -- as above
        bounds = (1e-3, 1e3)
        width = self._width(X)
        kernel = ConstantKernel(self.signal, bounds) * RBF(width, (width / 100, width * 100))
        kernel += WhiteKernel(self.noise, bounds)
        optimizer = "fmin_l_bfgs_b" if self.optimise else None
        self.model_ = GaussianProcessRegressor(kernel, alpha=1e-8, optimizer=optimizer, normalize_y=True)
        with warnings.catch_warnings():
            # That a share ends at the edge of what is searched: noise explains all, or nothing.
            warnings.filterwarnings("ignore", "The optimal value found", ConvergenceWarning)
            self.model_.fit(X, y)
        # Only standard deviations would need it, and it is as large as the square of the training rows.
        self.model_.L_ = None
        return self

    def predict(self, X: Any) -> Vector:  # noqa: N803 -- as above
        """Return the mean of the process."""
        predicted: Vector = self.model_.predict(X)
        return predicted

    def _width(self, X: Vector) -> float:  # noqa: N803 -- as above
        if not isinstance(self.length_scale, str):
            return self.length_scale
        return float(np.sqrt(X.shape[1] * X.var() / 2)) or 1.0
