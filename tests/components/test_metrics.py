import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, mean_absolute_error

from mosi_nb.components.metrics import _BUILT
from mosi_nb.errors import DataError

METRICS = {metric.name: metric for metric in _BUILT}
VECTORS = {
    "A": ([-3, -2.2, -1, -0.4, 0, 0, 0.6, 1.4, 2.5, 3], [-2.6, -1.4, 0.2, -0.1, 0.3, -0.2, 0.9, 1.5, 2.4, 3.7]),
    "B": ([0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 3, -3], [0, 0, 2, -2, 2, -2, 2.5, -2.5]),
    "C": ([3, -3, 2.8, -2.9, 3, -3], [9, -8, 3.6, -3.51, 2.49, -2.5]),
    "F": ([-1, -2, -0.5, 1, 2, 0.4, -0.2], [1, 1, 0.5, 1, 2, 0.1, 0.3]),
}
# Computed with the published code of MMSA, MulT, MAG-BERT, MFN and LMF.
EXPECTED = [
    ("A", "mae", 0.44),
    ("A", "corr", 0.975191),
    ("A", "acc7", 0.7),
    ("A", "acc5", 0.7),
    ("A", "acc3", 0.9),
    ("A", "acc2_nonneg", 0.8),
    ("A", "f1_nonneg", 0.8),
    ("A", "acc2_nonzero", 0.875),
    ("A", "f1_nonzero", 0.873016),
    ("A", "f1_nonzero_mult", 0.876984),
    ("A", "mae_nonzero_mag", 0.4875),
    ("A", "corr_nonzero_mag", 0.981989),
    ("A", "acc2_nonzero_mag", 0.875),
    ("A", "f1_nonzero_mag", 0.873016),
    ("A", "acc7_unclipped_mfn", 0.6),
    ("A", "acc7_half_away", 0.6),
    ("A", "acc2_positive", 0.8),
    ("B", "mae", 0.5),
    ("B", "corr", 0.974597),
    ("B", "acc7", 0.75),
    ("B", "acc5", 1),
    ("B", "acc3", 1),
    ("B", "acc2_nonneg", 0.875),
    ("B", "f1_nonneg", 0.873016),
    ("B", "acc2_nonzero", 0.875),
    ("B", "f1_nonzero", 0.873016),
    ("B", "f1_nonzero_mult", 0.876984),
    ("B", "acc7_half_away", 0.5),
    ("B", "acc5_half_away", 0.75),
    ("B", "acc3_half_away", 0.75),
    ("C", "mae", 2.236667),
    ("C", "corr", 0.883149),
    ("C", "acc7", 0.666667),
    ("C", "acc5", 1),
    ("C", "acc2_nonneg", 1),
    ("C", "acc2_nonzero", 1),
    ("C", "acc7_unclipped_mfn", 0),
    ("C", "acc7_half_away", 0.833333),
    ("F", "mae", 0.971429),
    ("F", "corr", 0.398082),
    ("F", "acc7", 0.714286),
    ("F", "acc2_nonneg", 0.428571),
    ("F", "f1_nonneg", 0.257143),
    ("F", "acc2_nonzero", 0.428571),
    ("F", "f1_nonzero", 0.257143),
    ("F", "f1_nonzero_mult", 0.6),
    ("F", "acc7_half_away", 0.571429),
]

points = st.integers(-15, 15).map(lambda fifths: fifths / 5)
pairs = st.lists(st.tuples(points, st.floats(-9, 9)), min_size=1, max_size=40).map(
    lambda rows: np.array(rows, dtype=float).T
)


@pytest.mark.parametrize(("vector", "name", "expected"), EXPECTED)
def test_published_code_gives_the_same(vector, name, expected):
    sentiment, predicted = map(np.array, VECTORS[vector])
    assert METRICS[name](sentiment, predicted) == pytest.approx(expected, abs=1e-6)


@given(pairs)
def test_scikit_learn_gives_the_same(pair):
    sentiment, predicted = pair
    assert METRICS["mae"](sentiment, predicted) == pytest.approx(mean_absolute_error(sentiment, predicted))
    right = f1_score(sentiment >= 0, predicted >= 0, average="weighted")
    assert METRICS["f1_nonneg"](sentiment, predicted) == pytest.approx(right)
    swapped = f1_score(predicted > 0, sentiment > 0, average="weighted")
    assert METRICS["f1_positive_cmbert"](sentiment, predicted) == pytest.approx(swapped)


@pytest.mark.parametrize("name", METRICS)
def test_sums_over_parts_give_the_metric_of_the_whole(name):
    rng = np.random.default_rng(0)
    sentiment, predicted = np.round(rng.uniform(-3, 3, 60), 1), rng.normal(0, 2, 60)
    statistics = METRICS[name].statistics(sentiment, predicted)
    sums = statistics[:20].sum(axis=0) + statistics[20:].sum(axis=0)
    assert METRICS[name].from_sums(np.stack([sums, sums]))[1] == pytest.approx(METRICS[name](sentiment, predicted))


@pytest.mark.parametrize("value", [0.1, 1e6, -1 / 3])
def test_correlation_of_constant_predictions_is_not_defined(value):
    sentiment = np.array([-1.0, 0.2, 2.0])
    assert np.isnan(METRICS["corr"](sentiment, np.full(3, value)))
    assert np.isnan(METRICS["corr"](np.full(3, value), sentiment))


def test_correlation_of_almost_constant_predictions_is_defined():
    sentiment = np.array([-1.0, 0.2, 2.0])
    assert METRICS["corr"](sentiment, 0.3 + sentiment * 1e-8) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", [name for name in METRICS if "nonzero" in name])
def test_without_a_nonzero_label_nothing_is_defined(name):
    assert np.isnan(METRICS[name](np.zeros(3), np.array([1.0, -1.0, 2.0])))


@pytest.mark.parametrize("name", METRICS)
def test_rows_that_do_not_match_are_refused(name):
    with pytest.raises(DataError, match=r"sentiment of shape \(2,\), predictions of shape \(3,\)"):
        METRICS[name](np.zeros(2), np.zeros(3))


def test_errors_are_better_when_smaller():
    assert [name for name, metric in METRICS.items() if not metric.larger_is_better] == [
        "mae",
        "rmse",
        "mae_nonzero_mag",
    ]
