import pytest

from mosi_nb.plan.growing import grown, most

CELL = """
models = ridge(alpha=log(1, 100)), knn(n_neighbors=[1, 5])
audio = scale, pca([5, 10, 20])
baselines = none
search = tpe(5, batch=2)
"""


def test_a_grown_plan_appends_and_leaves_the_other_as_it_was(make_plan_of):
    plan = make_plan_of(CELL)
    before = plan.candidates, plan.blocks
    asked = {"ridge": [{"alpha": 7.0, "audio.pca.n": 20}], "knn": [{"n_neighbors": 5, "audio.pca.n": 5}]}
    larger = grown(plan, asked)
    assert (plan.candidates, plan.blocks) == before
    assert larger.candidates[:4] == plan.candidates
    assert larger.blocks[: len(plan.blocks)] == plan.blocks
    assert [(one.number, one.model, dict(one.params)) for one in larger.candidates[4:]] == [
        (4, "ridge", {"alpha": 7.0, "audio.pca.n": 20}),
        (5, "knn", {"n_neighbors": 5, "audio.pca.n": 5}),
    ]
    assert larger.candidates[4].pipeline.get_params()["features__audio__pca__n_components"] == 20
    assert larger.fingerprint == plan.fingerprint
    assert len(grown(larger, {"knn": [{"n_neighbors": 1, "audio.pca.n": 5}]}).candidates) == 7


def test_how_many_candidates_there_may_be_is_known(make_plan_of):
    assert most(make_plan_of(CELL)) == {"ridge": 5, "knn": 5}
    assert most(make_plan_of(CELL.replace("tpe(5", "tpe(50"))) == {"ridge": 50, "knn": 6}
    assert most(make_plan_of("models = knn(n_neighbors=[1, 5, 9])\nbaselines = none")) == {"knn": 3}


@pytest.mark.parametrize("search", ["halving(4)", "random(4)", "tpe(4)"])
def test_ranges_lists_and_words_are_searched_together_with_those_of_encoders(search, make_plan_of):
    text = "svr(C=log(1, 100), epsilon=uniform(0, 0.5), kernel=choice(rbf, linear), gamma=[scale, 0.1])"
    plan = make_plan_of(f"models = {text}\naudio = scale, pca(integers(5, 20, 5))\nbaselines = none\nsearch = {search}")
    assert len(plan.candidates) == 4
    assert list(plan.candidates[0].params) == ["C", "epsilon", "kernel", "gamma", "audio.pca.n"]


def test_models_of_one_component_are_told_apart_by_what_is_fixed(make_plan_of):
    cell = "models = svc(calibrate=sigmoid), svc(C=[1, 2]), ridge(2), ridge(3.5), knn(n_neighbors=3)\nbaselines = none"
    assert make_plan_of(cell).fixed == {
        "svc": {"calibrate": "sigmoid"},
        "svc_2": {},
        "ridge": {"alpha": "2"},
        "ridge_2": {"alpha": "3.5"},
    }
    assert make_plan_of("models = ridge(2)\nfusion = late\nbaselines = none").fixed == {}
