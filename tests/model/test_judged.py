import pytest

from mosi_nb import Model, sample
from mosi_nb.errors import NotTrainedError


def of(model):
    return model.rules().frame().set_index("number")


def test_an_experiment_is_judged_from_what_is_there(model):
    found = of(model)
    assert found.loc[1, "status"] == "warn"  # three folds are too few to show a gain
    assert "ridge, the best model, gains " in found.loc[1, "reason"]
    assert found.loc[2, "reason"] == "mae, corr: chosen before the first fit."
    assert found.loc[4, "reason"].startswith("text_only, ridge, logistic: linear")
    assert "+ 0 left out; each model predicted all" in found.loc[6, "reason"]
    assert found.loc[18, "reason"].startswith("folds = by_video(3)")
    assert "text = tfidf; audio = impute, scale(block=True)" in found.loc[20, "reason"]
    assert found.loc[37, "status"] == "not judged"


def test_an_opened_test_is_compared_with_the_folds_and_an_ensemble_is_judged(quick):
    fitted = quick("ridge, svr", metrics="mae, corr", test="holdout(0.2)").fit()
    fitted.models["ridge"].evaluate(test=True)
    fitted.ensemble("stack", name="stack").evaluate(test=True)
    found = of(fitted)
    assert found.loc[37, "reason"].count(" on the test") == 2
    assert found.loc[40, "reason"].startswith("1 of them, on predictions alone")


def test_predictions_of_others_are_told_apart(quick):
    fitted = quick("ridge").fit()
    given = fitted.models["ridge"].predictions[["segment_id", "predicted"]]
    fitted.add_predictions("theirs", given)
    found = of(fitted)
    assert found.loc[32, "reason"].startswith("theirs is predictions alone")
    assert found.loc[5, "status"] == "warn"


def test_a_loaded_model_is_judged_as_far_as_a_file_tells(model, tmp_path):
    loaded = Model.load(model.save("ridge", tmp_path / "ridge.mosi"))
    found = of(loaded)
    assert found.loc[30, "status"] == "not judged"
    assert found.loc[14, "status"] == "pass"
    assert (found.loc[[1, 5, 16], "status"] == "not judged").all()
    assert found.loc[16, "reason"] == "A file does not tell whether a history was kept."


def test_without_a_run_there_is_nothing_to_judge():
    with pytest.raises(NotTrainedError):
        Model(sample(videos=8), models="ridge").rules()
