"""Models: estimators with defaults that suit about 2,000 segments of 93 videos.

The tag `modalities` is for models that look at some only, `blind` for those that look at none, `baseline`
for those that are there to compare with. Parameters carry scikit-learn's
names. None of them stops early by itself: scikit-learn's early stopping splits rows at random, and
so videos.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from sklearn.dummy import DummyRegressor
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.svm import SVR, LinearSVC

from mosi_nb.components.estimators import CentredKernelRidge, FixedPassesMLP
from mosi_nb.components.nested import Nested
from mosi_nb.components.nested_models import (
    boosting_passes,
    elastic_alphas,
    forest_sizes,
    kernel_ridge_alphas,
    knn_neighbours,
    ridge_alphas,
    svr_kernels,
)
from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.registry import component

Classes: TypeAlias = Literal[2, 3, 5, 7]


@component("model", "dummy", baseline=True, blind=True)
def dummy(strategy: Literal["mean", "median"] = "mean") -> DummyRegressor:
    """The mean sentiment of the training segments, whatever the features: the least to beat.

    Parameters
    ----------
    strategy
        `mean` or `median`.
    """
    return DummyRegressor(strategy=strategy)


@component("model", "text_only", baseline=True, modalities=("text",), nested=Nested(("alpha",), ridge_alphas))
def text_only(alpha: float = 1.0) -> Ridge:
    """Ridge regression on text alone: what the other modalities have to add to.

    Parameters
    ----------
    alpha
        Strength of the penalty, > 0.
    """
    return Ridge(alpha=alpha)


@component("model", "ridge", nested=Nested(("alpha",), ridge_alphas))
def ridge(alpha: float = 1.0) -> Ridge:
    """Linear regression with an L2 penalty.

    Parameters
    ----------
    alpha
        Strength of the penalty, > 0; larger means smoother.
    """
    return Ridge(alpha=alpha)


@component("model", "kernel_ridge", nested=Nested(("alpha",), kernel_ridge_alphas))
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


@component("model", "elastic", nested=Nested(("alpha",), elastic_alphas))
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


@component("model", "svr", nested=Nested(("C", "gamma", "epsilon"), svr_kernels))
def svr(
    C: float = 1.0,  # noqa: N803 -- scikit-learn's name
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


@component("model", "knn", nested=Nested(("n_neighbors",), knn_neighbours))
def knn(n_neighbors: int = 25, weights: Literal["uniform", "distance"] = "distance") -> KNeighborsRegressor:
    """Mean sentiment of the nearest training segments.

    Parameters
    ----------
    n_neighbors
        How many, at least 1.
    weights
        `uniform`, or `distance`: nearer ones count more.
    """
    return KNeighborsRegressor(n_neighbors=n_neighbors, weights=weights)


@component("model", "forest", nested=Nested(("n_estimators",), forest_sizes))
def forest(
    n_estimators: int = 100,
    max_features: float | Literal["sqrt", "log2"] = 0.1,
    min_samples_leaf: int = 3,
    max_depth: int | None = None,
) -> RandomForestRegressor:
    """Random forest.

    Parameters
    ----------
    n_estimators
        Number of trees.
    max_features
        Columns that a split may choose from: a share between 0 and 1, `sqrt` or `log2` of them.
    min_samples_leaf
        Least number of segments in a leaf.
    max_depth
        Most splits in a row; None for no limit.
    """
    return RandomForestRegressor(
        n_estimators=n_estimators, max_features=max_features, min_samples_leaf=min_samples_leaf, max_depth=max_depth
    )


@component("model", "extra_trees", nested=Nested(("n_estimators",), forest_sizes))
def extra_trees(
    n_estimators: int = 100,
    max_features: float | Literal["sqrt", "log2"] = 0.1,
    min_samples_leaf: int = 3,
    max_depth: int | None = None,
) -> ExtraTreesRegressor:
    """Forest of trees that all see every segment and split at random values.

    Parameters
    ----------
    n_estimators
        Number of trees.
    max_features
        Columns that a split may choose from: a share between 0 and 1, `sqrt` or `log2` of them.
    min_samples_leaf
        Least number of segments in a leaf.
    max_depth
        Most splits in a row; None for no limit.
    """
    return ExtraTreesRegressor(
        n_estimators=n_estimators, max_features=max_features, min_samples_leaf=min_samples_leaf, max_depth=max_depth
    )


@component("model", "boosting", nested=Nested(("max_iter",), boosting_passes))
def boosting(
    max_iter: int = 100,
    learning_rate: float = 0.05,
    max_leaf_nodes: int = 15,
    min_samples_leaf: int = 20,
    l2_regularization: float = 0.0,
) -> HistGradientBoostingRegressor:
    """Gradient-boosted trees on histograms; many sparse columns are first reduced to 100.

    Parameters
    ----------
    max_iter
        Number of trees.
    learning_rate
        How much each tree counts, > 0.
    max_leaf_nodes
        Most leaves of a tree.
    min_samples_leaf
        Least number of segments in a leaf.
    l2_regularization
        Penalty on the values in the leaves, >= 0.
    """
    return HistGradientBoostingRegressor(
        max_iter=max_iter,
        learning_rate=learning_rate,
        max_leaf_nodes=max_leaf_nodes,
        min_samples_leaf=min_samples_leaf,
        l2_regularization=l2_regularization,
        early_stopping=False,
    )


@component("model", "mlp")
def mlp(
    hidden: int = 64, alpha: float = 1.0, learning_rate: float = 0.001, max_iter: int = 60, batch_size: int = 64
) -> FixedPassesMLP:
    """A neural network with one hidden layer; many sparse columns are first reduced to 100.

    Parameters
    ----------
    hidden
        Units of the hidden layer.
    alpha
        Strength of the L2 penalty, >= 0.
    learning_rate
        Step of the optimiser (Adam), > 0.
    max_iter
        Passes over the training segments.
    batch_size
        Segments in a step.
    """
    if hidden < 1:
        message = f"hidden wants at least 1 unit, found {hidden}."
        raise ValueError(message)
    return FixedPassesMLP(
        hidden_layer_sizes=(hidden,),
        alpha=alpha,
        learning_rate_init=learning_rate,
        max_iter=max_iter,
        batch_size=batch_size,
        tol=0.0,
        n_iter_no_change=max_iter + 1,
    )


@component("model", "logistic")
def logistic(classes: Classes = 7, C: float = 1.0, max_iter: int = 1000) -> SentimentClassifier:  # noqa: N803 -- scikit-learn's name
    """Logistic regression over classes of sentiment; predicts the expected class centre.

    Parameters
    ----------
    classes
        2, 3, 5 or 7 classes.
    C
        Inverse strength of the L2 penalty, > 0.
    max_iter
        Most steps of the solver.
    """
    return SentimentClassifier(LogisticRegression(C=C, max_iter=max_iter), classes=classes)


@component("model", "linear_svc")
def linear_svc(classes: Classes = 2, C: float = 0.1, max_iter: int = 5000) -> SentimentClassifier:  # noqa: N803 -- as above
    """Linear support vector classifier; predicts the centre of the class that it chooses.

    Parameters
    ----------
    classes
        2, 3, 5 or 7 classes.
    C
        Weight of the errors against smoothness, > 0.
    max_iter
        Most steps of the solver.
    """
    return SentimentClassifier(LinearSVC(C=C, max_iter=max_iter), classes=classes)
