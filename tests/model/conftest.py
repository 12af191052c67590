"""Models trained once for all tests."""

import pytest

from mosi_nb import Model, sample


@pytest.fixture(scope="session")
def data():
    return sample(videos=14)


@pytest.fixture(scope="session")
def model(data, _workers):
    """Return a model with three models beside the baselines, trained on two workers."""
    text = ["ridge(alpha=[1, 10])", "svr", "logistic(classes=7)"]
    return Model(data, models=text, metrics=["mae", "corr"], folds="by_video(3)", jobs=2).fit()


@pytest.fixture
def quick(data, cluster):
    """Return a function from models, and other keys, to a model that is not trained yet."""

    def make(models, metrics="mae", **settings):
        given = {"modalities": "text", "baselines": "none", "folds": "by_video(3)", "jobs": 2, **settings}
        return Model(data, models=models, metrics=metrics, **given)

    return make
