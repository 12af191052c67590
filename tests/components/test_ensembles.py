import numpy as np
import pytest
from scipy.optimize import nnls
from sklearn.base import clone
from sklearn.linear_model import LinearRegression

from mosi_nb.components.ensembles import Combined, Greedy, Mean, Median, Stack, Weighted
from mosi_nb.components.metrics import _BUILT

METRICS = {metric.name: metric for metric in _BUILT}


@pytest.fixture
def held_out():
    """Return predictions of a good, a middling and a useless member, and the sentiment."""
    rng = np.random.default_rng(0)
    sentiment = rng.uniform(-3, 3, 400)
    columns = [sentiment + rng.normal(0, 0.5, 400), 0.5 * sentiment + rng.normal(0, 1, 400), rng.normal(0, 1, 400)]
    return np.column_stack(columns), sentiment


@pytest.mark.parametrize("combiner", [Mean(), Median(), Weighted(), Greedy(), Stack()])
def test_ensembles_are_estimators_over_predictions(combiner, held_out):
    predicted, sentiment = held_out
    first, second = (clone(combiner).fit(predicted, sentiment) for _ in range(2))
    assert np.array_equal(first.predict(predicted), second.predict(predicted))
    assert first.predict(predicted).shape == (400,)
    assert first.weights_.shape == (3,)


def test_mean_and_median_are_those_of_each_row(held_out):
    predicted, sentiment = held_out
    assert np.allclose(Mean().fit(predicted, sentiment).predict(predicted), predicted.mean(axis=1))
    assert np.allclose(Median().fit(predicted, sentiment).predict(predicted), np.median(predicted, axis=1))


def test_weights_are_the_non_negative_least_squares(held_out):
    predicted, sentiment = held_out
    combiner = Weighted().fit(predicted, sentiment)
    weights, _ = nnls(predicted - predicted.mean(axis=0), sentiment - sentiment.mean())
    assert np.allclose(combiner.weights_, weights)
    assert (combiner.weights_ >= 0).all()


def test_greedy_takes_the_best_member_first_and_never_ends_worse(held_out):
    predicted, sentiment = held_out
    mae = METRICS["mae"]
    assert Greedy(rounds=1).fit(predicted, sentiment, metric=mae).weights_.tolist() == [1, 0, 0]
    chosen = Greedy(rounds=20).fit(predicted, sentiment, metric=mae)
    assert mae(sentiment, chosen.predict(predicted)) <= mae(sentiment, predicted[:, 0])
    assert chosen.weights_.sum() == pytest.approx(1)


def test_greedy_looks_at_the_metric_that_it_is_given(held_out):
    predicted, sentiment = held_out
    shrunk = np.column_stack([predicted[:, 0] / 100, predicted[:, 1]])
    assert Greedy(rounds=1).fit(shrunk, sentiment, metric=METRICS["corr"]).weights_.tolist() == [1, 0]
    assert Greedy(rounds=1).fit(shrunk, sentiment, metric=METRICS["mae"]).weights_.tolist() == [0, 1]


def test_greedy_is_the_mean_where_the_metric_is_undefined_for_all():
    constant = np.zeros((10, 2))
    assert Greedy().fit(constant, np.arange(10.0), metric=METRICS["corr"]).weights_.tolist() == [0.5, 0.5]


def test_a_stack_is_its_model_on_the_predictions(held_out):
    predicted, sentiment = held_out
    stack = Stack(LinearRegression()).fit(predicted, sentiment)
    line = LinearRegression().fit(predicted, sentiment)
    assert np.allclose(stack.predict(predicted), line.predict(predicted))
    assert np.allclose(stack.weights_, line.coef_)


def test_combined_members_predict_what_each_of_them_does(held_out):
    predicted, sentiment = held_out
    lines = [("a", LinearRegression().fit(predicted, sentiment)), ("b", LinearRegression().fit(predicted, -sentiment))]
    combined = Combined(lines, Mean().fit(np.zeros((2, 2)), np.zeros(2)))
    assert np.allclose(combined.predict(predicted), 0)
