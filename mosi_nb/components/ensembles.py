"""Ensembles: what makes one prediction of those of several models.

An ensemble is a scikit-learn estimator over a matrix of predictions, one column a member: `fit(P, y)`
learns weights from held-out predictions, `predict(P)` combines. Who the members are stands in `members`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.linear_model import LinearRegression, Ridge

from mosi_nb.registry import component
from mosi_nb.results import Metric, Vector

Matrix = NDArray[np.float64]


class Combiner(RegressorMixin, BaseEstimator):
    """What ensembles have in common.

    Parameters
    ----------
    members
        Names of the models to combine; None for all that were asked for, but no baselines.

    Attributes
    ----------
    weights_
        Of each member, shape (n_members,); NaN where the ensemble has none.
    """

    weights_: Vector
    learns = True
    """Whether it learns anything from held-out predictions: if not, it may be judged on a single video."""

    def __init__(self, members: Sequence[str] | None = None) -> None:
        self.members = members

    def fit(self, P: Matrix, y: Vector) -> Self:  # noqa: ARG002, N803 -- a matrix, as scikit-learn's X is
        """Learn from held-out predictions of shape (n_segments, n_members), and sentiment in points."""
        self.weights_ = np.full(P.shape[1], 1 / P.shape[1])
        return self

    def predict(self, P: Matrix) -> Vector:  # noqa: N803 -- as above
        """Return sentiment in points, shape (n_segments,)."""
        combined: Vector = P @ self.weights_
        return combined


class Mean(Combiner):
    """The mean of the members' predictions."""

    learns = False


class Median(Combiner):
    """The median of the members' predictions."""

    learns = False

    def fit(self, P: Matrix, y: Vector) -> Self:  # noqa: ARG002, N803 -- as above
        """Learn nothing."""
        self.weights_ = np.full(P.shape[1], np.nan)
        return self

    def predict(self, P: Matrix) -> Vector:  # noqa: N803 -- as above
        """Return the median of each row."""
        return np.asarray(np.median(P, axis=1))


class Weighted(Combiner):
    """Weights that are nowhere below zero, and an intercept, by least squares."""

    def fit(self, P: Matrix, y: Vector) -> Self:  # noqa: N803 -- as above
        """Learn the weights."""
        line = LinearRegression(positive=True).fit(P, y)
        self.weights_, self.intercept_ = np.asarray(line.coef_, dtype=np.float64), float(line.intercept_)
        return self

    def predict(self, P: Matrix) -> Vector:  # noqa: N803 -- as above
        """Return the weighted sum."""
        return super().predict(P) + self.intercept_


class Greedy(Combiner):
    """Members chosen one after the other, each time the one that helps the metric most.

    Parameters
    ----------
    rounds
        How many are chosen; the same one may be chosen again.
    members
        As in `Combiner`.
    """

    def __init__(self, rounds: int = 50, members: Sequence[str] | None = None) -> None:
        super().__init__(members)
        self.rounds = rounds

    def fit(self, P: Matrix, y: Vector, metric: Metric | None = None) -> Self:  # noqa: N803 -- as above
        """Choose members; by the mean absolute error where no metric is given."""
        counts, total, best = np.zeros(P.shape[1]), np.zeros(len(P)), -np.inf
        chosen = counts.copy()
        for number in range(1, self.rounds + 1):
            values = [_goodness(metric, y, (total + column) / number) for column in P.T]
            if not np.isfinite(values).any():
                break
            found = int(np.nanargmax(values))
            counts[found] += 1
            total = total + P[:, found]
            if values[found] > best:
                best, chosen = values[found], counts.copy()
        # The metric may be undefined for every member: then none is better than another.
        self.weights_ = chosen / chosen.sum() if chosen.any() else np.full(P.shape[1], 1 / P.shape[1])
        return self


class Stack(Combiner):
    """A model of its own on the members' predictions.

    Parameters
    ----------
    model
        Unfitted.
    members
        As in `Combiner`.

    Attributes
    ----------
    model_
        The fitted model.
    """

    def __init__(self, model: Any = None, members: Sequence[str] | None = None) -> None:
        super().__init__(members)
        self.model = model

    def fit(self, P: Matrix, y: Vector) -> Self:  # noqa: N803 -- as above
        """Fit the model to held-out predictions."""
        self.model_ = clone(Ridge() if self.model is None else self.model).fit(P, y)
        coefficients = np.ravel(getattr(self.model_, "coef_", np.nan))
        self.weights_ = coefficients if len(coefficients) == P.shape[1] else np.full(P.shape[1], np.nan)
        return self

    def predict(self, P: Matrix) -> Vector:  # noqa: N803 -- as above
        """Return what the model predicts."""
        return np.asarray(self.model_.predict(P), dtype=np.float64)


class Combined(RegressorMixin, BaseEstimator):
    """Fitted members and what combines them: predicts from segments, as each member does.

    It is put together of fitted parts, and has no `fit` of its own: weights are learned from held-out
    predictions, which the members' own training would not give.

    Parameters
    ----------
    members
        Pairs of a name and a fitted pipeline.
    combiner
        Fitted to held-out predictions.
    """

    def __init__(self, members: Sequence[tuple[str, Any]] = (), combiner: Any = None) -> None:
        self.members = members
        self.combiner = combiner

    def predict(self, X: Any) -> Vector:  # noqa: N803 -- scikit-learn's signature
        """Return sentiment in points, shape (n_segments,)."""
        columns = [np.asarray(member.predict(X), dtype=np.float64).reshape(-1) for _, member in self.members]
        return np.asarray(self.combiner.predict(np.column_stack(columns)), dtype=np.float64)

    def __sklearn_is_fitted__(self) -> bool:
        """Say that its parts are fitted."""
        return True


@component("ensemble", "mean")
def mean(members: list[str] | None = None) -> Mean:
    """The mean of the members' predictions: hard to beat where they are about equally good.

    Parameters
    ----------
    members
        Models to combine, such as `[ridge, svr]`; left out, all but the baselines.
    """
    return Mean(members)


@component("ensemble", "median")
def median(members: list[str] | None = None) -> Median:
    """The median of the members' predictions, which one that is far off does not move.

    Parameters
    ----------
    members
        As of `mean`.
    """
    return Median(members)


@component("ensemble", "weighted")
def weighted(members: list[str] | None = None) -> Weighted:
    """A weighted sum; weights that are nowhere below zero, by least squares on held-out predictions.

    Parameters
    ----------
    members
        As of `mean`.

    References
    ----------
    Breiman, L. (1996). Stacked regressions. Machine Learning 24, 49-64.
    """
    return Weighted(members)


@component("ensemble", "greedy")
def greedy(rounds: int = 50, members: list[str] | None = None) -> Greedy:
    """The mean of members that are chosen one after the other, each as often as it helps the first metric.

    Parameters
    ----------
    rounds
        How many are chosen, at least 1.
    members
        As of `mean`.

    References
    ----------
    Caruana, R., Niculescu-Mizil, A., Crew, G. and Ksikes, A. (2004). Ensemble selection from libraries of
    models. Proceedings of the 21st International Conference on Machine Learning.
    """
    if rounds < 1:
        message = f"greedy wants at least 1 round, found {rounds}."
        raise ValueError(message)
    return Greedy(rounds, members)


@component("ensemble", "stack", models=("model",))
def stack(model: Any = "ridge", members: list[str] | None = None) -> Stack:
    """A model of its own, fitted to the held-out predictions of the members.

    Parameters
    ----------
    model
        Such as `ridge` or `ridge(alpha=10)`, with one value a parameter.
    members
        As of `mean`.

    References
    ----------
    Wolpert, D. H. (1992). Stacked generalization. Neural Networks 5, 241-259.
    """
    return Stack(Ridge() if isinstance(model, str) else model, members)


def _goodness(metric: Metric | None, sentiment: Vector, predicted: Vector) -> float:
    """Return the metric so that larger is better."""
    if metric is None:
        return -float(np.abs(sentiment - predicted).mean())
    value = metric(sentiment, predicted)
    return value if metric.larger_is_better else -value
