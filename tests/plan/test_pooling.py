import pickle

import numpy as np
import pytest

from mosi_nb import Model
from mosi_nb.components.transformers import PoolSteps
from mosi_nb.data import DataIterator, Sequences
from mosi_nb.errors import SpecError
from mosi_nb.run.fit import Unit, fit_unit, trained
from mosi_nb.run.work import work_of

LENGTHS = np.random.default_rng(0).integers(4, 12, 40)


def data(steps=None, **modalities):
    rng = np.random.default_rng(0)
    steps = rng.normal(2, 3, (40, 12, 5)) if steps is None else steps
    ids = [f"v{k % 8}_{k}" for k in range(40)]
    audio = Sequences(np.where(np.arange(12)[:, None] < LENGTHS[:, None, None], steps, 0), LENGTHS)
    return DataIterator.from_arrays({"audio": audio, **modalities}, rng.uniform(-3, 3, 40), ids)


def flat():
    """Return data as MISA's: each column of each segment with mean 0 and deviation 1, but one that stands still."""
    steps = np.random.default_rng(0).normal(2, 3, (40, 12, 5))
    for row, length in enumerate(LENGTHS):
        steps[row, :length] -= steps[row, :length].mean(axis=0)
        steps[row, :length] /= steps[row, :length].std(axis=0)
    steps[3, :, 1] = 0
    return data(steps)


def model(given, **settings):
    return Model(given, models="ridge(alpha=[1, 10])", folds="by_video(2)", test="none", **settings)


def test_workers_get_features_and_not_sequences():
    plan = model(data(), audio="pool(mean, q90), scale").plan
    assert plan.pooled.modalities["audio"].shape == (40, 10)
    assert isinstance(plan.segments.modalities["audio"], Sequences)
    assert plan.pooled is plan.pooled
    assert len(pickle.dumps(plan.pooled)) < len(pickle.dumps(plan.segments)) / 2


def test_pooling_before_the_fits_changes_no_prediction():
    plan = model(data(), audio="pool(std, last), scale").plan
    one, other = (fit_unit(work_of(plan, segments), Unit(1, 0))[0] for segments in (plan.pooled, plan.segments))
    np.testing.assert_array_equal(one.predicted, other.predicted)


def test_a_pipeline_fitted_on_what_was_pooled_predicts_sequences():
    plan = model(data(), audio="pool(mean, max), scale").plan
    fitted = trained(plan.pooled, plan.candidates[1].pipeline, np.arange(40))
    np.testing.assert_array_equal(fitted.predict(plan.segments), fitted.predict(plan.pooled))
    assert any(isinstance(step, PoolSteps) for step in fitted.get_params(deep=True).values())


def test_a_pool_with_values_to_try_is_left_to_the_fits():
    plan = model(data(), audio="pool(mean, missing=[skip, zero]), scale").plan
    assert len(plan.candidates) == 5
    assert isinstance(plan.pooled.modalities["audio"], Sequences)
    assert fit_unit(work_of(plan), Unit(len(plan.families) - 1, 0))[0].predicted is not None


def test_features_need_no_pool_and_stay_as_they_are():
    given = data(video=np.ones((40, 3)))
    assert model(given).plan.pooled.modalities["video"] is given.segments.modalities["video"]


def test_means_of_z_normalised_sequences_are_refused_with_the_line():
    cell = "data = mine\naudio = pool(std, mean), scale\nmodels = ridge"
    with pytest.raises(
        SpecError, match=r"(?s)line 2: every segment of audio was brought to mean 0.*Pool something"
    ) as e:
        _ = Model.from_cell(cell, {"mine": flat()}).plan
    assert "std, min, max, last, q05" in str(e.value)


def test_z_normalised_sequences_get_another_pool_and_that_is_said():
    plan = model(flat()).plan
    assert plan.pools["audio"].statistics == ("std", "min", "max")
    assert "audio: every segment was brought to mean 0 over its own steps" in plan.segments.notes[-1]
    assert "pool(std, min, max) stands in" in plan.segments.notes[-1]


def test_whoever_writes_another_pool_is_not_told_twice():
    assert model(flat(), audio="pool(std)").plan.segments.notes == ()
    assert model(data()).plan.segments.notes == ()
    assert model(data()).plan.pools["audio"].statistics == ("mean",)
