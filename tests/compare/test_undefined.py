import numpy as np

from mosi_nb.compare import undefined
from mosi_nb.components.scorers import function_metric
from mosi_nb.results import Fit, Fold, Results


def results_of(metric, baselines=()):
    folds = [Fold(1, n, np.arange(4), np.arange(4)) for n in (1, 2)]
    fits = tuple(Fit("ridge", 0, {}, fold, np.linspace(-1, 1, 4)) for fold in folds)
    ids = np.array(["a_1", "a_2", "b_1", "b_2"])
    return Results(fits, ids, ids, np.array([1.0, 0.0, -1.0, 2.0]), {metric.name: metric}, baselines)


def fails(sentiment, predicted):
    raise ArithmeticError("too many rows")


def test_a_metric_that_fails_after_its_trial_is_told_with_its_reason():
    told = undefined(results_of(function_metric("mine", fails)))
    assert told == ["mine is undefined in all fits, the first of ridge: ArithmeticError: too many rows."]


def test_metrics_with_values_and_baselines_are_no_news():
    assert undefined(results_of(function_metric("mine", lambda y, p: 1.0))) == []
    assert undefined(results_of(function_metric("mine", fails), baselines=("ridge",))) == []
