"""Regressors: linear ones, and those with a kernel."""

from __future__ import annotations

from typing import Literal

from sklearn.linear_model import BayesianRidge, ElasticNet, HuberRegressor, Ridge
from sklearn.svm import SVR, LinearSVR

from mosi_nb.components.estimators import CentredKernelRidge
from mosi_nb.components.gaussian import ScaledGaussianProcess
from mosi_nb.components.nested import Nested
from mosi_nb.components.nested_models import elastic_alphas, kernel_ridge_alphas, ridge_alphas, svr_kernels
from mosi_nb.registry import component


@component("model", "ridge", task="regression", simplicity=2, twin="logistic", nested=Nested(("alpha",), ridge_alphas))
def ridge(alpha: float = 1.0) -> Ridge:
    """Linear regression with an L2 penalty.

    Parameters
    ----------
    alpha
        Strength of the penalty, > 0; larger means smoother.
    """
    return Ridge(alpha=alpha)


@component("model", "bayesian_ridge", task="regression", simplicity=2, twin="ordinal")
def bayesian_ridge(max_iter: int = 300, tol: float = 1e-3) -> BayesianRidge:
    """Linear regression that finds the strength of its L2 penalty by itself, from the evidence.

    Parameters
    ----------
    max_iter
        Most steps, at least 1.
    tol
        It stops where the slopes change by less.
    """
    return BayesianRidge(max_iter=max_iter, tol=tol)


@component("model", "huber", task="regression", simplicity=2, twin="linear_svc")
def huber(epsilon: float = 1.35, alpha: float = 1.0, max_iter: int = 1000) -> HuberRegressor:
    """Linear regression that large errors pull less.

    Parameters
    ----------
    epsilon
        Errors above this many standard deviations count by their size, not by its square; >= 1.
    alpha
        Strength of the L2 penalty, >= 0.
    max_iter
        Most steps of the solver.
    """
    return HuberRegressor(epsilon=epsilon, alpha=alpha, max_iter=max_iter)


@component(
    "model", "kernel_ridge", task="regression", simplicity=4, twin="svc", nested=Nested(("alpha",), kernel_ridge_alphas)
)
def kernel_ridge(
    alpha: float = 1.0,
    kernel: Literal["rbf", "laplacian", "poly", "linear"] = "rbf",
    gamma: float | Literal["scale"] = "scale",
) -> CentredKernelRidge:
    """Kernel ridge regression: as `svr`, but every error counts, and the mean sentiment is no part of the penalty.

    Parameters
    ----------
    alpha
        Strength of the penalty, > 0; larger means smoother.
    kernel
        Shape of the function.
    gamma
        Width of the kernel, > 0, or `scale` to take it from the features.
    """
    if alpha <= 0 or (not isinstance(gamma, str) and gamma <= 0):
        message = f"kernel_ridge wants alpha and gamma above 0, found {alpha} and {gamma}."
        raise ValueError(message)
    return CentredKernelRidge(alpha=alpha, kernel=kernel, gamma=gamma)


@component("model", "gaussian_process", task="regression", simplicity=4, twin="svc")
def gaussian_process(
    length_scale: float | Literal["scale"] = "scale", signal: float = 1.0, noise: float = 1.0, optimise: bool = False
) -> ScaledGaussianProcess:
    """Gaussian process with an RBF kernel and noise; many sparse columns are first reduced to 100.

    Parameters
    ----------
    length_scale
        Width of the kernel, > 0, or `scale` to take it from the features.
    signal, noise
        Variance that the features explain, and that they do not, > 0; as shares of that of the training sentiment.
    optimise
        Whether the three are only where the search for the largest likelihood begins: about fifteen times as long.
    """
    if min(signal, noise) <= 0 or (not isinstance(length_scale, str) and length_scale <= 0):
        found = f"found {length_scale}, {signal} and {noise}"
        message = f"gaussian_process wants length_scale, signal and noise above 0, {found}."
        raise ValueError(message)
    return ScaledGaussianProcess(length_scale, signal, noise, optimise=optimise)


@component(
    "model", "elastic", task="regression", simplicity=2, twin="logistic", nested=Nested(("alpha",), elastic_alphas)
)
def elastic(alpha: float = 0.001, l1_ratio: float = 0.5, max_iter: int = 5000) -> ElasticNet:
    """Linear regression with L1 and L2 penalties, which leaves many columns out.

    Parameters
    ----------
    alpha
        Strength of the penalty, > 0.
    l1_ratio
        Share of the L1 penalty, from 0 to 1.
    max_iter
        Most passes over the columns.
    """
    return ElasticNet(alpha=alpha, l1_ratio=l1_ratio, max_iter=max_iter)


@component("model", "linear_svr", task="regression", simplicity=2, twin="linear_svc")
def linear_svr(C: float = 1.0, epsilon: float = 0.1, max_iter: int = 5000) -> LinearSVR:  # noqa: N803 -- scikit-learn's name
    """Linear support vector regression: as `ridge`, but errors count by their size, not by its square.

    Parameters
    ----------
    C
        Weight of the errors against smoothness, > 0.
    epsilon
        Errors below this, in points, count as none.
    max_iter
        Most steps of the solver.
    """
    return LinearSVR(C=C, epsilon=epsilon, max_iter=max_iter)


@component(
    "model", "svr", task="regression", simplicity=4, twin="svc", nested=Nested(("C", "gamma", "epsilon"), svr_kernels)
)
def svr(
    C: float = 1.0,  # noqa: N803 -- as above
    kernel: Literal["rbf", "linear", "poly", "sigmoid"] = "rbf",
    gamma: float | Literal["scale", "auto"] = "scale",
    epsilon: float = 0.1,
) -> SVR:
    """Support vector regression.

    Parameters
    ----------
    C
        Weight of the errors against smoothness, > 0.
    kernel
        Shape of the function.
    gamma
        Width of the kernel, > 0, or `scale` to take it from the features.
    epsilon
        Errors below this, in points, count as none.
    """
    return SVR(C=C, kernel=kernel, gamma=gamma, epsilon=epsilon)
