import re

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, r2_score

from mosi_nb.cell import parse_value
from mosi_nb.components.scorers import checked, function_metric, metric_of, refuse_undefined
from mosi_nb.errors import SpecError
from mosi_nb.spec import Use

Y, P = np.array([-1.0, 0.5, 2.0]), np.array([-0.5, 0.0, 1.0])


def metric(text, **namespace):
    return metric_of(parse_value("metrics", text)[0], namespace)


def test_names_of_scikit_learns_scorers_are_metrics():
    assert metric("r2")(Y, P) == pytest.approx(r2_score(Y, P))
    assert metric("neg_mean_absolute_error")(Y, P) == pytest.approx(-mean_absolute_error(Y, P))
    assert metric("neg_mean_absolute_error").larger_is_better


def test_functions_of_the_notebook_are_metrics():
    def bias(y, p):
        """Say how far off.

        More.
        """
        return np.mean(p - y)

    found = metric("bias", bias=bias)
    assert found(Y, P) == pytest.approx(np.mean(P - Y))
    assert found.definition == "Say how far off."
    assert found.larger_is_better


def test_functions_behind_a_dot_are_metrics():
    class Mine:
        @staticmethod
        def bias(y, p):
            return 0.0

    assert metric("mine.bias", mine=Mine)(Y, P) == 0


def test_a_function_may_say_that_smaller_is_better():
    def off(y, p):
        return 0.0

    off.larger_is_better = False
    assert not function_metric("off", off).larger_is_better


def test_errors_of_scikit_learn_are_better_when_smaller():
    assert not function_metric("e", mean_absolute_error).larger_is_better
    assert function_metric("r", r2_score).larger_is_better


def test_a_variable_of_a_metrics_name_disturbs_nobody():
    assert metric("mae", mae=0.53).name == "mae"


REFUSED = {
    "mea": "line 1: unknown metric: 'mea'.",
    "acc": "unknown metric: 'acc'. Did you mean 'acc7'?",
    "bias(3)": "'bias' is a function of the notebook; a cell names it and does not call it.",
    "r2()": "the scorer 'r2' is written without parentheses.",
    "mae(3)": "metric 'mae' takes no values, found 1.",
    "corr": "'corr' is a metric of mosi_nb and also a variable of yours that could stand here.",
    "ridge": "unknown metric: 'ridge'. It is the name of a model.",
    "number": "unknown metric: 'number'.",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_metric_is_refused(text):
    with pytest.raises(SpecError) as caught:
        metric(text, bias=lambda y, p: 0.0, corr=lambda y, p: 0.0, number=3)
    assert REFUSED[text].removeprefix("line 1: ") in str(caught.value)


def test_a_function_with_the_name_of_a_metric_needs_another_one():
    with pytest.raises(SpecError) as caught:
        metric_of(Use("mae"), {"mae": mean_absolute_error})
    assert str(caught.value) == (
        "metrics: 'mae' is a metric of mosi_nb, and what you handed over has the same name.\n"
        'Give it another one, as a pair: metrics=[("my_mae", mae)]'
    )


def test_a_function_may_have_the_name_of_a_component_of_another_kind():
    assert metric("ridge", ridge=lambda y, p: 0.5)(Y, P) == 0.5


def test_a_metric_that_raises_is_told_before_the_run():
    with pytest.raises(ValueError, match="the metric 'm' failed on 3 segments: ZeroDivisionError: division by zero"):
        checked(function_metric("m", lambda y, p: 1 / 0), Y, P)


NO_NUMBER = {
    "ndarray of shape (3,), not a number.\nReturn one number for all segments, such as a mean.": np.zeros(3),
    "str, not a number.": "0.5",
    "NoneType, not a number.\nDoes it end with a return?": None,
    "list of shape (1,), not a number.": [1],
}


@pytest.mark.parametrize("message", NO_NUMBER)
def test_a_metric_that_returns_no_number_is_told_before_the_run(message):
    with pytest.raises(ValueError, match=re.escape(f"the metric 'm' returned {message}")):
        checked(function_metric("m", lambda y, p: NO_NUMBER[message]), Y, P)


def test_a_metric_that_has_no_value_for_good_predictions_is_refused():
    with pytest.raises(ValueError, match=r"'m' is not a finite number, not even for good predictions of a whole fold"):
        refuse_undefined(function_metric("m", lambda y, p: float("nan")), Y)


def test_a_metric_may_have_no_value_for_constant_predictions_or_sentiment():
    spread = function_metric("spread", lambda y, p: 1.0 if np.ptp(p) and np.ptp(y) else float("nan"))
    assert refuse_undefined(spread, Y) is None
    assert refuse_undefined(spread, np.zeros(3)) is None
    assert refuse_undefined(metric("acc2_nonzero"), Y) is None


@pytest.mark.parametrize("name", ["accuracy", "roc_auc", "f1", "neg_mean_squared_log_error"])
def test_scorers_that_cannot_judge_sentiment_are_refused_at_once(name):
    with pytest.raises(SpecError, match=f"the scorer '{name}' cannot judge predicted sentiment"):
        metric_of(Use(name), {})
