"""Rows of a leaderboard that were made elsewhere."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from mosi_nb import DataError, FitError, Model, NotTrainedError, SpecError, sample


@pytest.fixture(scope="module")
def trained(data, _workers):
    given = {"modalities": "text, video", "baselines": "none", "jobs": 2}
    return Model(data, models="ridge, svr", metrics=["mae", "corr"], folds="by_video(3, repeats=2)", **given).fit()


@pytest.fixture
def mine(trained):
    """Return a trained model, and take away what a test adds to it."""
    yield trained
    for name in [*trained._ran.combined, *trained._ran.added]:
        trained.remove(name)


def by_id(model, name="ridge", repeat=1):
    predictions = model.models[name].predictions
    chosen = predictions[predictions["repeat"] == repeat]
    return dict(zip(chosen["segment_id"], chosen["predicted"], strict=True))


def locked(model, name="ridge"):
    test = model.plan.segments.take(model.plan.locked.test)
    return dict(zip(test.segment_ids.tolist(), model.models[name].predict(test).tolist(), strict=True))


def test_brought_predictions_have_the_scores_of_the_model_that_made_them(mine, tmp_path):
    file = tmp_path / "theirs.csv"
    mine.models["ridge"].predictions.to_csv(file, index=False)
    theirs, ridge = mine.add_predictions("theirs", file), mine.models["ridge"]
    assert theirs.scores == mine.models["theirs"].scores == ridge.scores
    np.testing.assert_array_equal(theirs.predictions["predicted"], ridge.predictions["predicted"])
    assert len(theirs.folds) == 6
    board = mine.leaderboard().frame()
    assert (
        board.loc["theirs", ["mae", "mae_low", "rank"]].tolist()
        == board.loc["ridge", ["mae", "mae_low", "rank"]].tolist()
    )
    assert "theirs is somebody else's predictions (theirs.csv)" in repr(mine.leaderboard())


def test_one_prediction_holds_for_each_repeat(mine):
    folds = mine.add_predictions("theirs", by_id(mine)).folds
    assert folds.groupby("repeat")["mae"].mean().nunique() == 2  # over other folds
    assert mine.models["theirs"].predictions.groupby("segment_id")["predicted"].nunique().max() == 1


def test_brought_predictions_predict_the_segments_that_they_are_of(mine, data):
    theirs = mine.add_predictions("theirs", by_id(mine) | locked(mine))
    np.testing.assert_array_equal(
        theirs.predict(data.segments), [(by_id(mine) | locked(mine))[i] for i in data.segments.segment_ids]
    )
    frame = mine.models["ridge"].evaluate(test=True).frame()
    assert theirs.evaluate(test=True).frame().equals(frame)
    with pytest.raises(
        NotTrainedError, match=r"made elsewhere \(the mapping\), and 1 of 1 segments are not among them: 0"
    ):
        theirs.predict({"text": ["a film"]})


def test_predictions_of_the_locked_test_alone_are_shown_without_a_rank(mine):
    only = mine.add_predictions("only", locked(mine))
    row = mine.leaderboard().frame().loc["only"]
    assert (row["status"], row[["mae", "rank"]].isna().all()) == ("test only", True)
    assert "only has predictions of the locked test alone" in repr(mine)
    assert mine.best().name != "only"
    assert repr(only) == repr(mine.models["only"]) == "only: test only"
    assert mine.models["only"].evaluate(test=True).frame()["value"].notna().all()
    assert "The locked test was opened once." in repr(mine)


def test_a_test_that_is_not_in_the_file_is_not_opened(mine):
    theirs = mine.add_predictions("theirs", by_id(mine))
    with pytest.raises(NotTrainedError, match=r"of the \d+ locked segments are not among them"):
        theirs.evaluate(test=True)
    assert "was opened" not in repr(mine)


def test_an_ensemble_of_brought_predictions_predicts_what_they_are_of_and_is_not_saved(mine, data, tmp_path):
    mine.add_predictions("theirs", by_id(mine))
    both = mine.ensemble("mean", ["theirs", "svr"], "both")
    held_out = data.segments.take(mine.plan.locked.train[:5])
    expected = (mine.models["theirs"].predict(held_out) + mine.models["svr"].predict(held_out)) / 2
    np.testing.assert_allclose(both.predict(held_out), expected)
    with pytest.raises(NotTrainedError, match=r"^theirs: .* 1 of 1 segments are not among them: 0\.\nHand over"):
        both.predict({"text": ["a film"], "video": [[0.0] * 35]})
    with pytest.raises(NotTrainedError, match=r"both has no pipeline, since its member theirs has none: .* to save"):
        mine.save("both", tmp_path / "both.mosi")
    with pytest.raises(NotTrainedError, match=r"of the \d+ locked segments are not among them"):
        both.evaluate(test=True)
    assert "was opened" not in repr(mine)


def test_an_ensemble_of_brought_predictions_opens_the_test_if_they_are_of_it(mine):
    mine.add_predictions("theirs", by_id(mine) | locked(mine))
    both = mine.ensemble("mean", ["theirs", "svr"], "both").evaluate(test=True).frame()
    assert both.equals(mine.ensemble("mean", ["ridge", "svr"], "ours").evaluate(test=True).frame())


def test_brought_predictions_cannot_be_saved(mine, tmp_path):
    mine.add_predictions("theirs", by_id(mine))
    with pytest.raises(
        NotTrainedError, match=r"there is no model here to predict with or to save.\nHand over the fitted"
    ):
        mine.save("theirs", tmp_path / "theirs.mosi")


def test_a_scale_that_is_told_is_brought_onto_the_data_s(mine):
    squeezed = {one: (value + 3) / 6 for one, value in by_id(mine).items()}
    with pytest.raises(DataError, match=r"scale=\(0, 1\)"):
        mine.add_predictions("theirs", squeezed)
    mapped = mine.add_predictions("theirs", squeezed, scale=(0, 1))
    assert mapped.predict(mine.plan.segments.take(mine.plan.folds[0].held_out[:5])) == pytest.approx(
        list(by_id(mine).values())[:5]
    )
    with pytest.raises(
        DataError, match=r"scale=\(0, 1\), but the predictions go from -.* of \d+ are off it\.\nSay the"
    ):
        mine.add_predictions("points", by_id(mine), scale=(0, 1))


def test_a_name_that_is_taken_is_refused(mine):
    mine.add_predictions("only", locked(mine))
    for name in ("ridge", "only"):
        with pytest.raises(SpecError, match=f"'{name}' is on the leaderboard already"):
            mine.add_predictions(name, by_id(mine))
        with pytest.raises(SpecError, match=f"'{name}' is on the leaderboard already"):
            mine.add(name, Ridge())


def test_brought_predictions_stay_where_the_folds_are_the_same(quick):
    model = quick("ridge").fit()
    model.add_predictions("theirs", by_id(model))
    model.fit(models="svr", metrics=["rmse", "mae"])
    assert list(model.models["theirs"].scores) == ["rmse", "mae"]
    assert "theirs" in model.leaderboard().frame().index


class Plain:
    """Knows nothing of scikit-learn."""

    def predict(self, x):
        return x[:, 0].astype(float) * 0 + 0.5


def handed(data):
    """Return fitted models by what they read, and what they read of some segments."""
    y, texts = data.segments.sentiment, data.segments.modalities["text"]
    video, both = data.union(["video"]), data.union(["text", "video"])
    named = make_column_transformer((TfidfVectorizer(), "text"), remainder="passthrough")
    return {
        "frame": (make_pipeline(named, Ridge()).fit(both, y), both),
        "columns": (Ridge().fit(video.iloc[:, [4, 2]], y), video.iloc[:, [4, 2]]),
        "numbers": (Ridge().fit(video.to_numpy(), y), video.to_numpy()),
        "words": (make_pipeline(TfidfVectorizer(), Ridge()).fit(texts, y), texts),
        "plain": (Plain(), video.to_numpy()),
    }


def test_fitted_models_get_what_they_were_fitted_on(mine, data):
    for name, (fitted, seen) in handed(data).items():
        model, expected = mine.add(name, fitted), fitted.predict(seen)
        np.testing.assert_allclose(model.predict(data), expected, err_msg=name)
        rows = mine.plan.folds[0].held_out
        np.testing.assert_allclose(model.results.fits[0].predicted, expected[rows], err_msg=name)
    assert "words was fitted by somebody else: whether it saw the held-out segments is not known." in repr(mine)


def test_a_pipeline_over_segments_gets_segments(mine, data):
    pipeline = mine.models["ridge"].pipeline
    model = mine.add("segments", pipeline)
    np.testing.assert_array_equal(model.predict(data), pipeline.predict(data.segments))
    assert model.modalities == ("text", "video")


def test_a_fitted_model_opens_the_test_and_is_a_member_and_saved(mine, data, tmp_path):
    model = mine.add("words", handed(data)["words"][0])
    assert np.isfinite(model.evaluate(test=True).frame()["value"]).all()
    both = mine.ensemble("mean", ["words", "svr"], "both")
    np.testing.assert_allclose(both.predict(data), (model.predict(data) + mine.models["svr"].predict(data)) / 2)
    for name in ("words", "both"):
        loaded = Model.load(mine.save(name, tmp_path / "one.mosi"))
        np.testing.assert_allclose(loaded.predict(data), mine.models[name].predict(data))


def test_a_model_that_is_known_to_have_seen_the_segments_has_no_rank(mine, tmp_path):
    saved = Model.load(mine.save("ridge", tmp_path / "ridge.mosi"))
    earlier = mine.add("earlier", saved)
    assert earlier.scores["mae"] < mine.models["ridge"].scores["mae"]
    row = mine.leaderboard().frame().loc["earlier"]
    assert (row["status"], row[["rank"]].isna().all()) == ("saw them", True)
    held_out = len(mine.plan.locked.train)
    assert f"earlier was trained on {held_out} of the segments that the folds hold out" in repr(mine)
    assert mine.best().name != "earlier"


def test_a_model_of_other_segments_has_a_rank(mine):
    other = sample(videos=4, seed=9).segments
    ids = np.array([f"other_{n}" for n in range(len(other))])
    elsewhere = Model(replace(other, segment_ids=ids, video_ids=other.video_ids), models="ridge", modalities="text",
                      baselines="none", folds="by_video(2)", test="none", jobs=2).fit()  # fmt: skip
    mine.add("elsewhere", elsewhere.models["ridge"])
    assert mine.leaderboard().frame().loc["elsewhere", "status"] == "done"


class Refuses(Plain):
    def predict(self, x):
        raise ArithmeticError("no luck")


class Short(Plain):
    def predict(self, x):
        return np.zeros(3)


REFUSED = {
    "unfitted": (Ridge(), SpecError, r"x \(Ridge\) is not fitted.\nPut it into models="),
    "unfitted pipeline": (make_pipeline(TfidfVectorizer(), Ridge()), SpecError, r"x \(Pipeline\) is not fitted"),
    "a class": (
        Ridge,
        SpecError,
        "Ridge is a class, and no fitted model.\nTo have it trained here, put it into models=",
    ),
    "a path": ("x.mosi", SpecError, r"'x.mosi' is no fitted model.\nOf a saved model: add\('x', Model.load"),
    "a number": (3, SpecError, "a int has no predict"),
    "other columns": (
        Ridge().fit([[0.0], [1.0]], [0, 1]),
        SpecError,
        r"was fitted on 1 column, and data.union\(\) has 36: te",
    ),
    "other names": (
        Ridge().fit(sample(videos=3).union(["audio"]).fillna(0).clip(-9, 9), sample(videos=3).segments.sentiment),
        SpecError,
        r"the column audio_0 and 73 more, and data.union\(\) has none of that name: text, video_0, ",
    ),
    "a failure": (
        Refuses(),
        FitError,
        r"(?s)x, predicting \d+ held-out segments: ArithmeticError: no luck.*in predict",
    ),
    "too few": (Short(), FitError, r"predict returned an array of shape \(3,\) for \d+ segments"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_fitted_model_of_these_data_is_refused_with_what_to_do(mine, name):
    fitted, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        mine.add("x", fitted)
    assert list(mine.models) == ["ridge", "svr"]


def sides(data, words=("good", "bad")):
    y = np.where(data.segments.sentiment > 0, *words)
    return make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(data.segments.modalities["text"], y)


@pytest.mark.parametrize(
    ("words", "shown", "example"),
    [((1, 0), "0, 1", "0: -1.5, 1: 1.5"), (("good", "bad"), "bad, good", "'bad': -1.5, 'good': 1.5")],
)
def test_a_classifier_of_classes_that_are_no_points_is_refused_with_what_to_say(mine, data, words, shown, example):
    message = f"x: it predicts the classes {shown}, and no points.\nSay what each class is in points"
    with pytest.raises(SpecError, match=f"{message}.* points={{{example}}}"):
        mine.add("x", sides(data, words))
    for points, told in (({"good": 1.0}, "is of good"), ({1: "a", 0: 0, "good": 1, "bad": 0}, "is of 1, 0, good")):
        with pytest.raises(SpecError, match=told):
            mine.add("x", sides(data, words), points=points)
    with pytest.raises(SpecError, match="no classifier that tells its classes_"):
        mine.add("x", handed(data)["words"][0], points={0: 1.0})
    with pytest.raises(SpecError, match="x predicts points already"):
        mine.add("x", mine.models["ridge"], points={0: 1.0})


def test_a_classifier_is_put_on_the_scale_by_the_points_of_its_classes(mine, data, tmp_path):
    classifier = sides(data)
    model = mine.add("sides", classifier, points={"good": 1.25, "bad": -1.0})
    expected = classifier.predict_proba(data.segments.modalities["text"]) @ [-1.0, 1.25]
    np.testing.assert_allclose(model.predict(data), expected)
    loaded = Model.load(mine.save("sides", tmp_path / "sides.mosi"))
    np.testing.assert_allclose(loaded.predict(data), expected)


def test_classes_that_are_points_are_taken_as_such(mine, data):
    rounded = np.round(data.segments.sentiment)
    classifier = make_pipeline(TfidfVectorizer(), LinearSVC()).fit(data.segments.modalities["text"], rounded)
    assert set(mine.add("seven", classifier).predict(data)) <= set(rounded)
    found = mine.add("moved", classifier, points={one: one / 2 for one in np.unique(rounded)}).predict(data)
    np.testing.assert_allclose(found, classifier.predict(data.segments.modalities["text"]) / 2)


def test_a_loaded_model_is_joined_by_predictions_and_by_no_model(mine, data, tmp_path):
    loaded = Model.load(mine.save("ridge", tmp_path / "ridge.mosi"))
    theirs = loaded.add_predictions("theirs", mine.models["svr"].predictions)
    assert theirs.scores == mine.models["svr"].scores
    with pytest.raises(NotTrainedError, match="does not bring the segments"):
        loaded.add("x", handed(data)["words"][0])
    with pytest.raises(NotTrainedError, match="theirs was added to a saved model"):
        loaded.save("theirs", tmp_path / "theirs.mosi")
    with pytest.raises(NotTrainedError, match="cannot be exported"):
        loaded.export(tmp_path / "out")


def test_nothing_is_added_before_there_is_something_to_stand_beside(data):
    model = Model(data, models="ridge")
    for refused in (lambda: model.add("x", Ridge()), lambda: model.add_predictions("x", {})):
        with pytest.raises(NotTrainedError, match="nothing was trained yet"):
            refused()
