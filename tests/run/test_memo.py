import gc
import pickle
import weakref

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import Ridge

from mosi_nb import Model, component, sample
from mosi_nb.components.nested import Nested
from mosi_nb.run.fit import Unit, fit_unit
from mosi_nb.run.memo import Memo, memo_of
from mosi_nb.run.work import work_of

FITS = []


class Counted(TransformerMixin, BaseEstimator):
    """Passes features on, and counts how often it is fitted."""

    def __init__(self, name="counted"):
        self.name = name

    def fit(self, x, y=None):
        FITS.append(self.name)
        return self

    def transform(self, x):
        return x


class Spoils(BaseEstimator):
    """Changes the features that it is handed."""

    def fit(self, x, y):
        x[:] = 0
        return self

    def predict(self, x):
        x[:] = 1
        return np.zeros(len(x))


@pytest.fixture
def of():
    """Return a function from models and settings to a plan over text features, audio and video."""
    FITS.clear()
    segments = sample(videos=8).segments

    def make(models, **settings):
        given = {"baselines": "none", "folds": "by_video(2)", "test": "none", "metrics": "mae", **settings}
        return Model(segments, models=models, modalities="audio, video", **given).plan

    return make


def carry_out(plan, bound=None):
    work = work_of(plan)
    if bound is not None:
        work.memo = Memo(work, bound)
    done = [
        one for f in range(len(plan.families)) for n in range(len(plan.folds)) for one in fit_unit(work, Unit(f, n))
    ]
    assert all(one.predicted is not None for one in done), [one.reason for one in done]
    return work, done


def test_a_chain_is_fitted_once_a_fold_whatever_the_number_of_models(of):
    carry_out(of(["ridge(alpha=[1, 2])", "svr(C=[1, 2], kernel=linear)", "knn"], audio=["scale", Counted()]))
    assert FITS == ["counted"] * 2


def test_chains_share_the_steps_that_are_alike(of):
    audio = {"first": Counted("first"), "pca": "pca"}
    plan = of("ridge", audio=["scale", ("first", audio["first"]), "pca(n=[2, 3], whiten=[True, False])"])
    assert len(plan.candidates) == 4
    carry_out(plan)
    assert FITS == ["first"] * 2


def test_blocks_differ_by_modality_and_by_values(of):
    plan = of("ridge", audio=[("a", Counted("a")), "pca([2, 3])"], video=[("v", Counted("v"))])
    carry_out(plan)
    assert sorted(FITS) == ["a", "a", "v", "v"]


def test_what_is_kept_is_bounded_and_the_oldest_goes_first(of):
    plan = of(["ridge", "svr"], audio=["scale", Counted()], folds="by_video(4)")
    work, plenty = carry_out(plan)
    assert FITS == ["counted"] * 4
    largest = max(encoded.bytes for encoded in work.memo.kept.values())
    FITS.clear()
    work, scarce = carry_out(plan, bound=2 * largest)
    assert FITS == ["counted"] * 8  # each fold has pushed the one before it out
    assert work.memo.bytes == sum(encoded.bytes for encoded in work.memo.kept.values()) <= 2 * largest
    for one, other in zip(plenty, scarce, strict=True):
        np.testing.assert_array_equal(one.predicted, other.predicted)


def test_a_block_that_is_larger_than_the_bound_is_not_kept(of):
    work, _ = carry_out(of("ridge"), bound=10)
    assert not work.memo.kept


def test_a_model_that_spoils_its_features_harms_no_other(of):
    plan = of([Spoils(), "ridge"])
    alone = of("ridge")
    spoiled = carry_out(plan)[1][2:]
    for one, other in zip(spoiled, carry_out(alone)[1], strict=True):
        np.testing.assert_array_equal(one.predicted, other.predicted)


class Returns(TransformerMixin, BaseEstimator):
    """Returns what is no features."""

    def __init__(self, what="None"):
        self.what = what

    def fit(self, x, y=None):
        return self

    def transform(self, x):
        return {"None": None, "rows": x[:5], "column": x[:, 0], "nothing": x[:, :0], "words": "words"}[self.what]


@pytest.mark.parametrize("what", ["None", "rows", "column", "nothing", "words"])
def test_an_encoder_that_returns_no_features_is_named(of, what):
    work = work_of(of("ridge", audio=["scale", Returns(what)]))
    (failed,) = fit_unit(work, Unit(0, 0))
    assert failed.predicted is None
    assert "the encoder Returns of audio returned " in failed.reason


def spoils_all(estimators, x, y, held_out):
    x[:], held_out[:], y[:] = 0, 0, 0
    for estimator in estimators:
        estimator.alpha = 5


def too_few(estimators, x, y, held_out):
    return [np.zeros(len(held_out))]


def raises(estimators, x, y, held_out):
    raise ArithmeticError("no")


@pytest.mark.parametrize("together", [spoils_all, too_few, raises])
def test_a_grid_that_cannot_be_evaluated_together_is_fitted_one_by_one(of, together):
    @component("model", "nested_example", nested=Nested(("alpha",), together))
    def nested_example(alpha: float = 1.0) -> Ridge:
        """Ridge regression."""
        return Ridge(alpha=alpha)

    expected = carry_out(of("ridge(alpha=[1, 2])", nested=False))[1]
    found = carry_out(of("nested_example(alpha=[1, 2])"))[1]
    for one, other in zip(found, sorted(expected, key=lambda e: (e.fold, e.candidate)), strict=True):
        np.testing.assert_allclose(one.predicted, other.predicted, atol=1e-10, rtol=0)
        assert bool(one.warnings) == (together is not spoils_all)


def test_nothing_is_kept_longer_than_the_run(of):
    work, _ = carry_out(of("ridge"))
    kept = weakref.ref(work.memo)
    del work
    gc.collect()
    assert kept() is None


def test_what_is_kept_does_not_travel(of):
    work, _ = carry_out(of("ridge"))
    assert memo_of(work).kept
    assert pickle.loads(pickle.dumps(work)).memo is None


def test_predictions_are_those_of_the_whole_pipeline(of):
    plan = of(["ridge(alpha=[1, 2])", "svr", "forest(n_estimators=[3, 6])"], audio="scale, pca([2, 4])")
    _, done = carry_out(plan)
    for one in done:
        fold = plan.folds[one.fold]
        train, held_out = plan.segments.take(fold.train), plan.segments.take(fold.held_out)
        whole = plan.candidates[one.candidate].pipeline.fit(train, train.sentiment)
        np.testing.assert_allclose(one.predicted, whole.predict(held_out), atol=1e-8, rtol=0)
