import numpy as np
import pytest

from mosi_nb.components.metrics import _BUILT
from mosi_nb.components.thresholds import BOUNDARIES, Thresholds

METRICS = {metric.name: metric for metric in _BUILT}


def shrunk(seed=0):
    """Return sentiment, and predictions that are too near to a wrong middle, as penalised models give them."""
    rng = np.random.default_rng(seed)
    sentiment = rng.uniform(-3, 3, 500)
    return sentiment, (0.3 * sentiment + 0.4 + rng.normal(0, 0.1, 500))[:, None]


@pytest.mark.parametrize("name", BOUNDARIES)
def test_tuned_thresholds_are_at_least_as_good_and_keep_the_order(name):
    sentiment, predicted = shrunk()
    metric = METRICS[name]
    tuned = Thresholds(BOUNDARIES[name]).fit(predicted, sentiment, metric=metric)
    moved = tuned.predict(predicted)
    assert metric(sentiment, moved) > metric(sentiment, predicted[:, 0]) + 0.1
    order = np.argsort(predicted[:, 0])
    assert (np.diff(moved[order]) >= 0).all()
    assert (np.diff(tuned.thresholds_) > 0).all()


def test_thresholds_stay_where_they_are_if_nothing_is_better():
    sentiment = np.linspace(-3, 3, 50)
    tuned = Thresholds(BOUNDARIES["acc7"]).fit(sentiment[:, None], sentiment, metric=METRICS["acc7"])
    assert tuned.thresholds_.tolist() == list(BOUNDARIES["acc7"])
    assert np.allclose(tuned.predict(sentiment[:, None]), sentiment)


def test_every_metric_with_thresholds_is_one_of_the_package():
    assert set(BOUNDARIES) <= set(METRICS)
