"""Metrics that are not the package's own: scikit-learn's scorers and users' functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.metrics import get_scorer, get_scorer_names

from mosi_nb.components.build import COULD_STAND, Namespace, build, located, lookup, variable_of
from mosi_nb.components.installed import also_missing
from mosi_nb.errors import SpecError, nearest
from mosi_nb.registry import Component, find, hint, names
from mosi_nb.results import Metric, Vector, reason_of
from mosi_nb.spec import Use

EXAMPLE = np.array([-2.2, -0.4, 0.0, 1.5])


class _Stored(RegressorMixin, BaseEstimator):
    """An estimator that "predicts" what is handed to it: how a scorer judges stored predictions."""

    def fit(self, _predicted: object, _y: object = None) -> _Stored:
        return self

    def predict(self, predicted: Vector) -> Vector:
        return predicted

    def __sklearn_is_fitted__(self) -> bool:
        return True


def scorer_metric(name: str) -> Metric:
    """Return the metric behind the name of a scikit-learn scorer.

    Parameters
    ----------
    name
        Such as `r2` or `neg_mean_squared_error`; larger is always better.

    Examples
    --------
    >>> scorer_metric("r2")(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    1.0
    """
    scorer, stored = get_scorer(name), _Stored()
    try:
        scorer(stored, EXAMPLE + 0.1, EXAMPLE)
    except Exception as error:  # noqa: BLE001 -- a scorer raises whatever it likes
        message = (
            f"the scorer '{name}' cannot judge predicted sentiment ({type(error).__name__}).\n"
            "For classes of sentiment use acc2_nonzero, acc2_nonneg, acc3, acc5, acc7, f1_nonzero or f1_nonneg."
        )
        raise ValueError(message) from None
    return Metric(
        name,
        lambda sentiment, predicted: float(scorer(stored, predicted, sentiment)),
        larger_is_better=True,
        definition=f"scikit-learn's scorer '{name}'; larger is better.",
    )


def function_metric(name: str, function: Callable[[Vector, Vector], float]) -> Metric:
    """Return the metric that a user's function `f(sentiment, predicted)` computes.

    Parameters
    ----------
    name
        As it is to stand in the leaderboard.
    function
        Takes two arrays of shape (n_segments,), in points, and returns a number. Larger is better
        unless it has an attribute `larger_is_better = False`, or is one of scikit-learn's functions
        that end with `_error`, `_loss` or `_deviance`.

    Examples
    --------
    >>> function_metric("bias", lambda sentiment, predicted: (predicted - sentiment).mean()).larger_is_better
    True
    """
    summary = (getattr(function, "__doc__", None) or f"The function '{name}' of the notebook.").strip()
    assumed = not hasattr(function, "larger_is_better") and not _is_sklearn(function)
    return Metric(name, function, _larger_is_better(function), summary.split("\n")[0], assumed=assumed)


def _is_sklearn(function: Callable[[Vector, Vector], float]) -> bool:
    return (getattr(function, "__module__", None) or "").startswith("sklearn.")


def _larger_is_better(function: Callable[[Vector, Vector], float]) -> bool:
    named = getattr(function, "__name__", "")
    is_loss = _is_sklearn(function) and named.endswith(("_error", "_loss", "_deviance"))
    return bool(getattr(function, "larger_is_better", not is_loss))


def metric_of(use: Use, namespace: Namespace) -> Metric:
    """Return the metric that a name in the cell means.

    Raises
    ------
    SpecError
        If it is neither a metric, nor a function of the notebook, nor a scikit-learn scorer.
    """
    scorers = get_scorer_names()
    variable = variable_of(use, "metrics", namespace)
    is_function = variable is not None and COULD_STAND["metric"](variable)
    if use.name in scorers and not find("metric", use.name) and not is_function:
        if use.called:
            raise SpecError.at(use.place, "metrics", f"the scorer '{use.name}' is written without parentheses.")
        with located(use.place, "metrics"):
            return scorer_metric(use.name)
    if not find("metric", use.name) and not is_function:
        guess = hint("metric", use.name) or nearest(use.name, scorers)
        sentence = f"unknown metric: '{use.name}'.{guess}"
        advice = "Or the name of a scikit-learn scorer, or of a function f(sentiment, predicted) of the notebook."
        raise SpecError.at(use.place, "metrics", sentence, known=names("metric"), advice=also_missing(advice))
    found = lookup(use, "metrics", "metric", namespace)
    if isinstance(found, Component):
        built: Metric = build(found, use, "metrics")
        return built
    if use.called:
        sentence = f"'{use.name}' is a function of the notebook; a cell names it and does not call it."
        raise SpecError.at(use.place, "metrics", sentence, advice=f"Write metrics = {use.name}.")
    return function_metric(use.name, found)


def checked(metric: Metric, sentiment: Vector, predicted: Vector) -> float:
    """Return the metric of some predictions, or say what is wrong with the metric.

    Raises
    ------
    ValueError
        If it raises, or returns anything but one number.
    """
    try:
        value: Any = metric.function(sentiment, predicted)
    except Exception as error:
        sentence = f"the metric '{metric.name}' failed on {len(sentiment)} segments: {reason_of(error)}"
        message = f"{sentence}\nIt gets two arrays of numbers, sentiment and predicted, and returns one number."
        raise ValueError(message) from error
    if np.ndim(value) != 0 or not isinstance(value, int | float | np.number):
        shape = f" of shape {np.shape(value)}" if np.ndim(value) else ""
        advice = (
            "Does it end with a return?" if value is None else "Return one number for all segments, such as a mean."
        )
        message = f"the metric '{metric.name}' returned {type(value).__name__}{shape}, not a number.\n{advice}"
        raise ValueError(message)
    return float(value)


def refuse_undefined(metric: Metric, sentiment: Vector) -> None:
    """Refuse a metric of somebody else's that has no value where it should have one.

    Parameters
    ----------
    metric
        Which returned NaN for some predictions. Those of the package say themselves where they are undefined.
    sentiment
        Of a whole fold, in points.

    Raises
    ------
    ValueError
        If it returns NaN for predictions that are neither constant nor far off, too.
    """
    known = find("metric", metric.name)
    is_own = known is not None and known.build.__module__.startswith("mosi_nb.")
    if is_own or not len(sentiment) or np.ptp(sentiment) == 0:
        return
    predicted = 0.9 * sentiment + 0.1 * np.cos(np.arange(len(sentiment)))
    if not np.isfinite(checked(metric, sentiment, predicted)):
        sentence = f"the metric '{metric.name}' is not a finite number, not even for good predictions of a whole fold"
        advice = "NaN is for a fold on which it has no value, such as one of a single class."
        message = f"{sentence} ({len(sentiment)} segments).\n{advice}"
        raise ValueError(message)
