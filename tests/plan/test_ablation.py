"""Models on fewer modalities, planned: nothing is fitted."""

import pytest

from mosi_nb import SpecError
from mosi_nb.plan.ablation import ablation_plan, fused_models, late_fusions

CELL = """
models = ridge(alpha=[1, 10]), svr, text_only(alpha=3)
audio  = scale, pca([2, 3])
folds  = by_video(3)
"""


@pytest.fixture
def plan(make_plan_of):
    return make_plan_of(CELL)


def test_every_proper_subset_is_planned_with_the_parameters_of_the_whole(plan):
    assert fused_models(plan) == ["ridge", "svr"]
    (best,) = [one for one in plan.models()["ridge"] if dict(one.params) == {"alpha": 10, "audio.pca.n": 3}]
    made = ablation_plan(plan, {"ridge": [best]})
    assert {name: dict(held[0].params) for name, held in made.models().items()} == {
        "ridge_text": {"alpha": 10},
        "ridge_audio": {"alpha": 10, "audio.pca.n": 3},
        "ridge_video": {"alpha": 10},
        "ridge_text_audio": {"alpha": 10, "audio.pca.n": 3},
        "ridge_text_video": {"alpha": 10},
        "ridge_audio_video": {"alpha": 10, "audio.pca.n": 3},
    }
    assert made.folds == plan.folds
    assert made.fingerprint == plan.fingerprint


def test_subsets_share_the_blocks_of_the_whole(plan):
    made = ablation_plan(plan, {"ridge": plan.models()["ridge"][:1]})
    assert made.blocks == plan.blocks
    seen = {name: [number for number, _ in held[0].blocks] for name, held in made.models().items()}
    assert seen["ridge_text_audio"] == seen["ridge_text"] + seen["ridge_audio"]


def test_with_a_search_every_candidate_is_planned_once(plan):
    made = ablation_plan(plan, {"ridge": plan.models()["ridge"]})
    assert {name: len(held) for name, held in made.models().items() if name in ("ridge_text", "ridge_audio")} == {
        "ridge_text": 2,
        "ridge_audio": 4,
    }


def test_late_fusion_is_found_among_the_combinations(make_plan_of):
    plan = make_plan_of("models = ridge, svr\nfusion = both(combine=mean)\nensemble = mean\nfolds = by_video(3)")
    ridge, svr = late_fusions(plan)
    assert (ridge.name, svr.name) == ("ridge", "svr")
    assert ridge.members == {m: f"ridge_{m}" for m in ("text", "audio", "video")}


def test_where_no_model_looks_at_several_modalities_there_is_nothing_to_leave_out(make_plan_of):
    with pytest.raises(SpecError, match="line 2: no model looks at several modalities: there is nothing to leave out"):
        make_plan_of("models = text_only\nablate = modalities")
    assert make_plan_of("models = text_only\nablate = none").spec.ablate
