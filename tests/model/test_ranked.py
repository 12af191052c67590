"""The best model, those level with it, the simplest, two beside each other."""

import pytest
from sklearn.metrics import mean_absolute_error

from mosi_nb import Model, SpecError, sample
from mosi_nb.compare.simplest import Choice, simplicity_of, within_one_error
from mosi_nb.components.scorers import function_metric
from mosi_nb.model.ranked import assumed_note
from mosi_nb.results import Metric

MAE = Metric("mae", max, larger_is_better=False)


@pytest.fixture(scope="module")
def model(_workers):
    return Model(sample(videos=14), models="ridge(alpha=[1, 10]), knn", folds="by_video(3)", metrics="mae, corr").fit()


def test_the_best_names_those_that_share_its_letter(model):
    frame, best = model.leaderboard().frame(), model.best()
    sharing = [name for name in frame.index if set(frame.loc[name, "letters"]) & set(frame.loc[best.name, "letters"])]
    assert best.level == model.level() == tuple(sharing)
    assert model.level("corr")[0] == model.best("corr").name
    assert model.models[best.name].level == ()


def test_the_simplest_is_within_one_error_of_the_best(model):
    frame = model.leaderboard().frame()
    assert frame.loc[model.simplest().name, "mae"] <= frame.loc[model.best().name, "mae_high"]
    with pytest.raises(SpecError, match="unknown metric of this run"):
        model.simplest("acc9")


def test_simplicity_is_declared_else_measured():
    choices = [Choice("mine", 1.0, 0.1, simplicity_of({}), 5), Choice("yours", 1.05, 0.1, simplicity_of({}), 1)]
    assert within_one_error(choices, MAE) == "yours"
    assert within_one_error([*choices, Choice("svr", 1.09, 0.1, simplicity_of({"simplicity": 4}), 9)], MAE) == "svr"
    assert simplicity_of({"simplicity": 2}) < simplicity_of({}, members=2) < simplicity_of({}, members=3)


def test_two_models_are_compared(model):
    shown = model.compare("ridge", "dummy")
    assert len(shown.frame()) == shown.frame()["video"].nunique()
    assert 0 <= shown.p <= 1
    assert "ridge" in shown.sentence
    with pytest.raises(SpecError, match="unknown model with all its fits: 'rigde'"):
        model.compare("rigde", "dummy")
    with pytest.raises(SpecError, match="compared with itself"):
        model.compare("ridge", "ridge")


def test_published_rows_and_results_beside_are_shown_apart(model):
    other = Model(sample(videos=14), models="ridge", folds="by_video(2)", metrics="mae").fit()
    shown = model.leaderboard(published=True, candidates=True, beside={"earlier": other})
    frame = shown.frame()
    assert frame.loc[frame["apart"] != "", "rank"].isna().all()
    assert set(frame.loc[frame["status"] == "as published", "letters"]) == {""}
    text = repr(shown)
    assert "earlier, which cannot be compared: other folds: 2 there, 3 here." in text
    assert "As published, most on the standard test fold with one seed: not ranked, not tested." in text
    assert "↳ alpha=" in text
    assert "opacity" in shown._html()
    for wrong in (["svr"], "svr", 3):
        with pytest.raises(SpecError, match="beside 1 is no Model"):
            model.leaderboard(beside=wrong)


def test_one_model_may_stand_beside_without_a_list(model):
    one, several = (model.leaderboard(beside=beside, intervals=False).frame() for beside in (model, [model]))
    assert list(one.index) == list(several.index)
    assert "ridge (beside 1)" in one.index


def test_an_assumed_direction_is_said():
    def off(sentiment, predicted):
        return float(abs(sentiment - predicted).mean())

    told = "That larger is better in off is assumed, since the function does not say. If smaller is, set off.larger"
    assert assumed_note(function_metric("off", off))[0].startswith(told)
    off.larger_is_better = False
    assert assumed_note(function_metric("off", off)) == assumed_note(function_metric("mae", mean_absolute_error)) == []


def test_what_is_probed_is_no_baseline_unless_named(model):
    assert model._asked() in {"ridge", "knn"}
