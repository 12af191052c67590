"""The real MOSI, where it is at hand: numbers that plain scikit-learn code gives too."""

import pytest

from mosi_nb import DataIterator, Model

EXPECTED = {"mae": 1.2059, "corr": 0.5269, "acc7": 0.1910, "acc2_nonneg": 0.6924, "acc2_nonzero": 0.7012}


@pytest.fixture(scope="module")
def trained(real_mosi, _workers):
    data = DataIterator(real_mosi / "mosi_utterances.csv")
    model = Model(data, models="ridge(alpha=2)", metrics=", ".join(EXPECTED), text="tfidf(ngrams=(1, 2))", jobs=2)
    return model.fit(modalities="text", test='standard(valid="apart")')


def test_ridge_on_the_locked_test(trained):
    evaluated = trained.models["ridge"].evaluate(test=True)
    values = evaluated.frame().set_index("metric")["value"]
    assert values.to_dict() == pytest.approx(EXPECTED, abs=0.0005)
    assert (len(trained.plan.locked.train), len(trained.plan.locked.test)) == (1284, 686)


def test_the_mean_on_the_locked_test(trained):
    frame = trained.models["dummy"].evaluate(test=True).frame().set_index("metric")
    assert frame.loc["mae", "value"] == pytest.approx(1.4644, abs=0.0005)
