"""Plans to carry out."""

import pytest

from mosi_nb import Model, sample


@pytest.fixture(scope="session")
def segments():
    return sample(videos=12).segments


@pytest.fixture
def plan_of(segments):
    """Return a function from models, and other keys, to a plan."""

    def make(models, metrics="mae", **settings):
        given = {
            "text": "tfidf",
            "modalities": "text",
            "baselines": "none",
            "folds": "by_video(3)",
            "test": "none",
            **settings,
        }
        return Model(segments, models=models, metrics=metrics, **given).plan

    return make
