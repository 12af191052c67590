"""Ensembles, late fusion and tuned thresholds, from the cell and afterwards."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.model_selection import GroupKFold

from mosi_nb import Model, NotTrainedError, SpecError
from mosi_nb.components.ensembles import Combined

CELL = """
models     = ridge(alpha=[1, 10]), svr, logistic(classes=7)
fusion     = both
ensemble   = mean, weighted, stack(ridge(alpha=10)), greedy(10), median(members=[svr, text_only])
thresholds = acc7
metrics    = mae, corr, acc7
folds      = by_video(3)
jobs       = 2
"""


@pytest.fixture(scope="module")
def both(data, _workers):
    """Return an experiment with early and late fusion, and every ensemble."""
    return Model.from_cell(f"data = data\n{CELL}", {"data": data}).fit()


def test_fusion_early_and_late_stand_side_by_side(both):
    board = both.leaderboard().frame()
    assert {"ridge", "ridge_text", "ridge_audio", "ridge_video", "ridge_late", "svr_late", "ridge_acc7"} <= set(
        board.index
    )
    assert board["status"].eq("done").all()
    assert board["mae_low"].notna().all()
    assert board.loc["mean", "params"] == "of=ridge, svr, logistic"
    assert both.models["ridge_audio"].modalities == ("audio",)


def test_late_fusion_and_ensembles_fit_nothing(both, monkeypatch):
    trained = {(c.model, f.repeat, f.number) for c, f in both.plan.fits}
    assert not any(model.endswith("_late") or model in ("mean", "stack") for model, _, _ in trained)
    monkeypatch.setattr("mosi_nb.run.fit.fit_unit", None)
    monkeypatch.setattr("mosi_nb.run.fit.trained", None)
    made = both.ensemble("weighted", members=["svr_text", "svr_audio", "svr_video"], name="again")
    late = both.models["svr_late"]
    assert made.scores == late.scores
    both.remove("again")


def test_the_scores_are_those_of_the_held_out_predictions(both):
    predictions = both.results.predictions().pivot_table(
        index=["fold", "segment_id"], columns="model", values="predicted"
    )
    best = both.models
    by_hand = np.mean([best[name].predictions["predicted"].to_numpy() for name in ("ridge", "svr", "logistic")], axis=0)
    assert np.allclose(best["mean"].predictions["predicted"], by_hand)
    assert predictions["mean"].notna().all()


def test_an_ensemble_can_be_taken_apart(both):
    stack = both.models["stack"]
    assert stack.weights.index.tolist() == ["ridge", "svr", "logistic"]
    assert stack.members.columns.tolist() == ["weight", "mae", "corr", "acc7"]
    assert stack.members.loc["svr", "mae"] == both.models["svr"].scores["mae"]
    assert both.models["median"].weights.isna().all()
    assert (both.models["weighted"].weights >= 0).all()


@pytest.mark.parametrize("name", ["stack", "median", "ridge_late", "ridge_acc7"])
def test_an_ensemble_predicts_saves_and_loads_like_any_model(both, data, tmp_path, name):
    model = both.models[name]
    predicted = model.predict(data.test)
    assert isinstance(model.pipeline, Combined)
    assert np.allclose(model.predict(data.test, batch_size=7), predicted)
    both.save(name, tmp_path / "one.mosi")
    loaded = Model.load(tmp_path / "one.mosi").models[name]
    assert np.array_equal(loaded.predict(data.test), predicted)
    assert loaded.members.equals(model.members)
    assert loaded.scores == model.scores


def test_tuned_thresholds_are_learned_from_other_videos(both):
    """As by hand: thresholds of two folds moved the third."""
    ridge, tuned = both.models["ridge"].results, both.models["ridge_acc7"].results
    combiner = both.plan.combinations[-3].combiner
    others = [fit for fit in ridge.fits if fit.fold.number != 1]
    rows = np.concatenate([fit.fold.held_out for fit in others])
    predicted = np.concatenate([fit.predicted for fit in others])[:, None]
    combiner.fit(predicted, ridge.sentiment[rows], metric=ridge.metrics["acc7"])
    assert np.array_equal(combiner.predict(ridge.fits[0].predicted[:, None]), tuned.fits[0].predicted)


def test_the_cell_of_an_ensemble_survives_and_its_plan_is_shown(both):
    again = Model.from_cell(both.cell, {"data": both.plan.segments})
    assert [one.name for one in again.plan.combinations] == [one.name for one in both.plan.combinations]
    told = repr(both.plan_view())
    assert "stack" in told
    assert "ridge, svr, logistic" in told


def test_rows_are_added_and_removed_afterwards(both):
    assert both.ensemble("greedy", members=["svr", "dummy"], name="mine").weights.index.tolist() == ["svr", "dummy"]
    assert both.tune("svr", "f1_nonzero").name == "svr_f1_nonzero"
    assert "mine" in both.leaderboard().frame().index
    with pytest.raises(SpecError, match="'mine' is on the leaderboard already"):
        both.ensemble("mean", name="mine")
    both.remove("mine").remove("svr_f1_nonzero")
    assert "mine" not in both.models
    with pytest.raises(SpecError, match="unknown row that was added: 'mime'"):
        both.remove("mime")


class Half(BaseEstimator):
    """Half of the mean: an ensemble of the notebook."""

    def __init__(self, share=0.5):
        self.share = share

    def fit(self, P, y):  # noqa: N803
        return self

    def predict(self, P):  # noqa: N803
        return self.share * P.mean(axis=1)


def test_an_estimator_of_the_notebook_may_combine_and_its_parameters_are_set(data, both):
    plan = Model.from_cell(
        "data = data\nmodels = ridge, svr\nensemble = half(share=0.25, members=[ridge, dummy]), Half, half",
        {"data": data, "half": Half(0.1), "Half": Half},
    ).plan
    assert [(one.members, one.combiner.share) for one in plan.combinations] == [
        (("ridge", "dummy"), 0.25),
        (("ridge", "svr"), 0.5),
        (("ridge", "svr"), 0.1),
    ]
    assert both.ensemble(Half(0.2), members=["ridge", "svr"], name="own").weights.isna().all()
    both.remove("own")
    for wrong, told in {
        "half(shore=1)": "unknown parameter of 'half': 'shore'. Did you mean 'share'",
        "half(share=[1, 2])": "here nothing is searched",
        "thing": "'thing' is of type int and cannot fit and predict",
        "mean(members=ridge)": r"wants a list of models, found ridge",
    }.items():
        cell = f"data = data\nmodels = ridge, svr\nensemble = {wrong}"
        with pytest.raises(SpecError, match=told):
            _ = Model.from_cell(cell, {"data": data, "half": Half(), "thing": 3}).plan


@pytest.mark.parametrize("name", ["", "a\nb", 3])
def test_names_are_texts_of_one_line(both, name):
    with pytest.raises(SpecError, match="a name in the leaderboard is a text of one line"):
        both._refuse_taken(name)


def test_rows_that_cannot_be_members_are_told_why(both):
    with pytest.raises(
        SpecError, match=r"'stack' is computed from others itself.*\nName its members: ridge, svr, logistic"
    ):
        both.ensemble("mean", members=["stack", "ridge"], name="x")
    with pytest.raises(SpecError, match="combines models, and there is only one: ridge"):
        both.ensemble("mean", members="ridge", name="x")
    with pytest.raises(SpecError, match="'ridge_text' was trained by the experiment"):
        both.remove("ridge_text")


def test_what_is_computed_from_a_model_that_saw_the_segments_saw_them_too(quick):
    model = quick("ridge(alpha=[1, 10]), svr").fit()
    model.add("knows", model.models["svr"])
    model.tune("knows", "acc7")
    model.ensemble("mean", members=["ridge", "knows"], name="cheat")
    status = model.leaderboard().frame()["status"]
    assert status[["knows", "knows_acc7", "cheat"]].tolist() == ["saw them"] * 3
    assert model.best().name in ("ridge", "svr")


def test_an_ensemble_of_one_and_unknown_names_are_refused(both):
    with pytest.raises(SpecError, match=r"'mean' combines models, and there is only one: svr"):
        both.ensemble("mean", members=["svr"])
    with pytest.raises(SpecError, match=r"unknown member of 'mean': 'svm'. Did you mean 'svr'"):
        both.ensemble("mean", members=["ridge", "svm"])
    with pytest.raises(SpecError, match="unknown metric that has thresholds: 'mae'"):
        both.tune("ridge", "mae")
    with pytest.raises(SpecError, match="unknown trained model: 'ridg'"):
        both.tune("ridg", "acc7")


def test_one_fold_only_shares_its_videos_out(data, cluster):
    model = Model(data, models="ridge, svr", ensemble="weighted", folds="holdout(0.4)", jobs=2).fit()
    (fit,) = model.models["weighted"].results.fits
    matrix = np.column_stack([model.models[name].results.fits[0].predicted for name in ("ridge", "svr")])
    combiner, rows = model.plan.combinations[0].combiner, fit.fold.held_out
    videos = model.results.video_ids[rows]
    parts = GroupKFold(min(5, len(np.unique(videos)))).split(matrix, groups=videos)
    train, held_out = next(iter(parts))
    by_hand = combiner.fit(matrix[train], model.results.sentiment[rows][train]).predict(matrix[held_out])
    assert np.allclose(fit.predicted[held_out], by_hand)


class Fails:
    def fit(self, x, y):
        if x.shape[0] > 130:
            message = "no"
            raise ValueError(message)

    def predict(self, x):
        return np.zeros(x.shape[0])


def test_a_member_that_failed_is_named_in_the_row(data, cluster):
    model = Model(data, models=["ridge", Fails()], ensemble="mean", folds="by_video(3)", jobs=2).fit(on_error="keep")
    row = model.leaderboard().frame().loc["mean"]
    assert row["status"] == "failed"
    assert "its member fails has not all its fits" in row["reason"]


def test_what_was_added_stays_as_long_as_segments_and_folds_do(quick):
    model = quick("ridge(alpha=[1, 10]), svr").fit()
    model.ensemble("mean", name="pair")
    assert "pair" in model.fit(nested=False).models
    model.fit(folds="by_video(4)")
    assert "pair" not in model.models
    assert "No longer there, since data or folds are others now: pair." in model._ran.notes


def test_nothing_is_combined_before_there_is_a_result(quick):
    with pytest.raises(NotTrainedError):
        quick("ridge, svr").ensemble("mean")
