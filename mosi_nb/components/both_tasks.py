"""Models that regress or classify by the same method: nearest neighbours, networks, stochastic gradients."""

from __future__ import annotations

from typing import Any, Literal

from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from mosi_nb.components.estimators import FixedPassesMLP, FixedPassesMLPClassifier
from mosi_nb.components.nested import Nested
from mosi_nb.components.nested_models import knn_neighbours
from mosi_nb.components.tasks import Calibration, Classes, for_task
from mosi_nb.registry import component


@component("model", "knn", task="both", simplicity=3, nested=Nested(("n_neighbors",), knn_neighbours))
def knn(
    n_neighbors: int = 25,
    weights: Literal["uniform", "distance"] = "distance",
    classes: Classes | None = None,
    calibrate: Calibration = "none",
) -> Any:
    """Mean sentiment of the nearest training segments.

    Parameters
    ----------
    n_neighbors
        How many, at least 1.
    weights
        `uniform`, or `distance`: nearer ones count more.
    classes
        None to regress; 2, 3, 5 or 7 for a classifier, whose probabilities are the neighbours' shares.
    calibrate
        Of a classifier: `sigmoid` or `isotonic` calibrates its probabilities on videos that were left out.
    """
    kinds = KNeighborsRegressor, KNeighborsClassifier
    return for_task(kinds, classes, calibrate, n_neighbors=n_neighbors, weights=weights)


# Squared errors diverge where a column has outliers, as acoustic features do.
REGRESSION = {"huber": 1.35, "epsilon_insensitive": 0.1, "squared_error": 0.1}
"""Losses, with their `epsilon`, in points."""
CLASSIFICATION = ("log_loss", "modified_huber", "hinge")


@component("model", "sgd", task="both", simplicity=2)
def sgd(
    alpha: float = 1e-4,
    loss: Literal["huber", "epsilon_insensitive", "squared_error", "log_loss", "modified_huber", "hinge"] | None = None,
    penalty: Literal["l2", "l1", "elasticnet"] = "l2",
    learning_rate: float = 0.1,
    max_iter: int = 1000,
    classes: Classes | None = None,
    calibrate: Calibration = "none",
) -> Any:
    """Linear model trained segment by segment, by stochastic gradients; quick on many rows.

    Parameters
    ----------
    alpha
        Strength of the penalty, > 0.
    loss
        What an error costs: `huber` (if left out), `epsilon_insensitive` or `squared_error`; for a classifier
        `log_loss` (if left out), `modified_huber` or `hinge`.
    penalty
        Kind of penalty.
    learning_rate
        First step of the regressor's solver, > 0; further ones get smaller. A classifier takes it from `alpha`.
    max_iter
        Most passes over the training segments; it ends earlier where the training loss falls no more.
    classes
        None to regress; 2, 3, 5 or 7 for a classifier.
    calibrate
        Of a classifier: `sigmoid` or `isotonic` calibrates its probabilities on videos that were left out.
    """
    possible = tuple(REGRESSION) if classes is None else CLASSIFICATION
    chosen = loss or possible[0]
    if chosen not in possible:
        task = "regression" if classes is None else f"{classes} classes"
        message = f"the loss '{chosen}' of sgd is not for {task}.\nWrite one of: {', '.join(possible)}."
        raise ValueError(message)
    params = {"loss": chosen, "alpha": alpha, "penalty": penalty, "max_iter": max_iter, "early_stopping": False}
    if classes is None:
        params |= {"epsilon": REGRESSION[chosen], "eta0": learning_rate}
    return for_task((SGDRegressor, SGDClassifier), classes, calibrate, **params)


@component("model", "mlp", task="both", simplicity=6)
def mlp(
    hidden: int = 64,
    alpha: float = 1.0,
    learning_rate: float = 0.001,
    max_iter: int = 60,
    batch_size: int = 64,
    classes: Classes | None = None,
    calibrate: Calibration = "none",
) -> Any:
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
    classes
        None to regress; 2, 3, 5 or 7 for a classifier.
    calibrate
        Of a classifier: `sigmoid` or `isotonic` calibrates its probabilities on videos that were left out.
    """
    if hidden < 1:
        message = f"hidden wants at least 1 unit, found {hidden}."
        raise ValueError(message)
    return for_task(
        (FixedPassesMLP, FixedPassesMLPClassifier),
        classes,
        calibrate,
        hidden_layer_sizes=(hidden,),
        alpha=alpha,
        learning_rate_init=learning_rate,
        max_iter=max_iter,
        batch_size=batch_size,
        tol=0.0,
        n_iter_no_change=max_iter + 1,
    )
