"""Probes, in this process."""

import numpy as np
import pytest

from mosi_nb import Model, sample
from mosi_nb.components.probes import AS_IT_IS, Variant, missing_value, varied
from mosi_nb.data.segments import Sequences
from mosi_nb.results import Fold
from mosi_nb.run.fit import Unit, trained
from mosi_nb.run.probe import ProbeWork, probe_unit, probed_plan
from mosi_nb.run.work import work_of

VARIANTS = (AS_IT_IS, *(Variant("missing", m) for m in ("text", "audio")), Variant("noisy", "audio", 0.0, noise=1.0))


@pytest.fixture(scope="module")
def plan():
    data = sample(videos=8)
    return Model(data, models="ridge, svr, text_only", folds="by_video(2)", baselines="none", test="none").plan


def probed(plan, variants, models=("ridge",)):
    few = probed_plan(plan, [plan.models()[name][0] for name in models])
    missing = {m: missing_value(held) for m, held in plan.pooled.modalities.items()}
    work = ProbeWork(**vars(work_of(few)), variants=variants, missing=missing)
    return [probe_unit(work, Unit(number, 0))[0].predicted for number in range(len(models))]


def test_a_missing_modality_is_what_the_fitted_pipeline_makes_of_it(plan):
    plain, no_text, no_audio, no_noise = probed(plan, VARIANTS)[0]
    fold, candidate = plan.folds[0], plan.models()["ridge"][0]
    pipeline = trained(plan.pooled, candidate.pipeline, fold.train)
    held_out = plan.pooled.take(fold.held_out)
    assert np.abs(pipeline.predict(held_out) - plain).max() < 1e-9
    assert np.array_equal(plain, no_noise)
    for modality, found in (("text", no_text), ("audio", no_audio)):
        kind = held_out.modalities[modality]
        gone = np.full_like(kind, "" if modality == "text" else np.nan)
        held_out.modalities[modality] = gone
        assert np.abs(pipeline.predict(held_out) - found).max() < 1e-9
        held_out.modalities[modality] = kind


def test_a_permuted_modality_that_a_model_ignores_changes_nothing(plan):
    variants = (AS_IT_IS, Variant("permuted", "audio"), Variant("permuted", "text"))
    ridge, text_only = probed(plan, variants, ("ridge", "text_only"))
    assert np.array_equal(text_only[0], text_only[1])
    assert not np.allclose(text_only[0], text_only[2])
    assert not np.allclose(ridge[0], ridge[1])


def test_the_same_segments_are_permuted_for_every_model(plan):
    (ridge, again) = probed(plan, (AS_IT_IS, Variant("permuted", "audio", repeat=1)), ("ridge", "ridge"))
    assert np.array_equal(ridge, again)


def test_noise_is_in_units_of_the_columns_and_the_same_for_every_share():
    rng = np.random.default_rng(0)
    train = rng.normal(size=(4000, 2)) * [1.0, 50.0]
    block, fold = np.zeros((2001, 2)), Fold(1, 1, np.arange(0), np.arange(2000))
    half, whole = (varied(block, train, Variant("noisy", "audio", s, noise=2.0), fold, 0) for s in (0.5, 1.0))
    assert np.allclose(whole.std(axis=0), [2.0, 100.0], rtol=0.1)
    moved = half.any(axis=1)
    assert moved.sum() == 1000
    assert np.array_equal(half[moved], whole[moved])


def test_a_missing_sequence_is_one_step_of_which_nothing_is_known():
    missing = missing_value(Sequences(np.zeros((3, 4, 5)), np.array([4, 2, 1])))
    assert missing.values.shape == (1, 1, 5)
    assert np.isnan(missing.values).all()
