"""A saved model, and its bytes."""

import pytest

from mosi_nb import Model, sample


@pytest.fixture(scope="session")
def trained(_workers):
    return Model(sample(videos=4), models="ridge", metrics="mae, corr", folds="by_video(2)", jobs=2).fit()


@pytest.fixture(scope="session")
def saved_bytes(trained, tmp_path_factory):
    return trained.save("ridge", tmp_path_factory.mktemp("saved") / "ridge.mosi").read_bytes()
