"""Where models fail: from a model that was trained, and from one of its models."""

import numpy as np
import pytest

from mosi_nb import Model
from mosi_nb.errors import SpecError

OF_ONE = ("errors", "slices", "predicted", "residuals", "confusion", "calibration", "distribution", "conventions")


def test_the_best_model_is_shown_unless_another_is_named(model):
    best = model.best().name
    assert best in repr(model.residuals())
    assert model.residuals("svr").frame().equals(model.models["svr"].residuals().frame())
    with pytest.raises(SpecError, match=r"unknown model: 'svm'\. Did you mean 'svr'"):
        model.predicted("svm")


def test_a_single_model_shows_the_same(model):
    for method in OF_ONE:
        of_one = getattr(model.models["svr"], method)()
        assert "svr" in repr(of_one)
        if method != "errors":
            assert of_one.frame().equals(getattr(model, method)(name="svr").frame())


def test_errors_hold_every_held_out_segment_with_its_transcript_and_all_models(model, data):
    frame = model.errors().frame()
    spoken = dict(zip(data.segments.segment_ids, data.segments.modalities["text"], strict=True))
    assert (frame["transcript"] == frame["segment_id"].map(spoken)).all()
    assert len(frame) == len(model.plan.locked.train)
    assert set(model.models) <= set(frame)
    first = model.errors(models=["svr", "ridge"]).frame()
    assert (first["error"].abs().diff().dropna() <= 0).all()
    np.testing.assert_allclose(first["error"], first["svr"] - first["sentiment"])
    with pytest.raises(SpecError, match="a table has at least 1 row, found worst=0"):
        model.errors(worst=0)


def test_any_metric_has_its_scores_whether_the_run_has_it_or_not(model):
    assert model.scores().frame().loc["svr", "score"] == pytest.approx(model.models["svr"].scores["mae"])
    assert model.scores("acc7").frame()["score"].between(0, 1).all()
    bias = model.scores(lambda sentiment, predicted: (predicted - sentiment).mean()).frame()
    second = model.models["svr"].predictions.query("fold == 2")
    assert bias.loc["svr", "fold 2"] == pytest.approx((second["predicted"] - second["sentiment"]).mean())


def test_baselines_are_left_out_of_disagreement_unless_named(model):
    assert set(model.disagreement().frame()["model"]) <= {"ridge", "svr", "logistic"}
    assert len(model.disagreement(["dummy", "svr"]).frame()) == 1
    with pytest.raises(SpecError, match="'ridge' is one model, and two are needed"):
        model.disagreement("ridge")


def test_slices_take_functions(model):
    frame = model.slices({"question": lambda record: "what" in record.modalities["text"]}).frame()
    own = frame[frame["kind"] == "question"]
    assert own["segments"].sum() == frame["segments"][0]


def test_a_saved_model_shows_its_errors_without_transcripts(model, tmp_path):
    loaded = Model.load(model.save("ridge", tmp_path / "ridge.mosi"))
    assert "The data bring no transcripts." in repr(loaded.errors())
    assert loaded.residuals().frame().equals(model.residuals("ridge").frame())
    assert loaded.models["ridge"].slices().frame()["kind"].isin(["all", "sentiment", "video"]).all()
