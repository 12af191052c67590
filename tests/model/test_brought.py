"""Rows of a leaderboard that were made elsewhere."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline

from mosi_nb import DataError, FitError, Model, NotTrainedError, SpecError, sample


@pytest.fixture(scope="module")
def trained(data, _workers):
    given = {"modalities": "text, audio", "baselines": "none", "jobs": 2}
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
    assert board.loc["theirs", ["mae", "mae_low", "rank"]].tolist() == board.loc["ridge", ["mae", "mae_low", "rank"]].tolist()
    assert "theirs is somebody else's predictions (theirs.csv)" in repr(mine.leaderboard())


def test_one_prediction_holds_for_each_repeat(mine):
    folds = mine.add_predictions("theirs", by_id(mine)).folds
    assert folds.groupby("repeat")["mae"].mean().nunique() == 2  # over other folds
    assert mine.models["theirs"].predictions.groupby("segment_id")["predicted"].nunique().max() == 1


def test_brought_predictions_predict_the_segments_that_they_are_of(mine, data):
    theirs = mine.add_predictions("theirs", by_id(mine) | locked(mine))
    np.testing.assert_array_equal(theirs.predict(data.segments), [(by_id(mine) | locked(mine))[i] for i in data.segments.segment_ids])
    frame = mine.models["ridge"].evaluate(test=True).frame()
    assert theirs.evaluate(test=True).frame().equals(frame)
    with pytest.raises(NotTrainedError, match=r"made elsewhere \(the mapping\), and 1 of 1 segments are not among them: 0"):
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


def test_an_ensemble_of_brought_predictions_has_scores_and_says_who_cannot_predict(mine, data, tmp_path):
    mine.add_predictions("theirs", by_id(mine))
    both = mine.ensemble("mean", ["theirs", "svr"], "both")
    assert np.isfinite(both.scores["mae"])
    for refused in (lambda: both.predict(data), lambda: mine.save("both", tmp_path / "both.mosi")):
        with pytest.raises(NotTrainedError, match="both cannot predict, since its member theirs cannot: .* no model here"):
            refused()
    with pytest.raises(NotTrainedError, match="cannot"):
        both.evaluate(test=True)
    assert "was opened" not in repr(mine)


def test_brought_predictions_cannot_be_saved(mine, tmp_path):
    mine.add_predictions("theirs", by_id(mine))
    with pytest.raises(NotTrainedError, match="there is no model here to predict with or to save.\nHand over the fitted"):
        mine.save("theirs", tmp_path / "theirs.mosi")


def test_a_scale_that_is_told_is_brought_onto_the_data_s(mine):
    squeezed = {one: (value + 3) / 6 for one, value in by_id(mine).items()}
    with pytest.raises(DataError, match=r"scale=\(0, 1\)"):
        mine.add_predictions("theirs", squeezed)
    mapped = mine.add_predictions("theirs", squeezed, scale=(0, 1))
    assert mapped.predict(mine.plan.segments.take(mine.plan.folds[0].held_out[:5])) == pytest.approx(
        list(by_id(mine).values())[:5]
    )


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


def fitted_on(data, modalities, *steps, names=True):
    union = data.union(modalities).replace([np.inf, -np.inf], np.nan)
    return make_pipeline(*steps).fit(union if names else union.to_numpy(), data.segments.sentiment)


def test_fitted_models_of_all_kinds_get_what_they_were_fitted_on(mine, data):
    audio = fitted_on(data, ["audio"], SimpleImputer(), Ridge())
    expected = audio.predict(data.union(["audio"]).replace([np.inf, -np.inf], np.nan))
    plain = type("Plain", (), {"predict": lambda _, x: np.nan_to_num(x).sum(axis=1) * 0 + 0.5})()
    given = {
        "names": fitted_on(sample(videos=3), ["audio"], SimpleImputer(), Ridge()),
        "numbers": fitted_on(data, ["audio"], SimpleImputer(), Ridge(), names=False),
        "words": make_pipeline(TfidfVectorizer(), Ridge()).fit(data.segments.modalities["text"], data.segments.sentiment),
        "segments": mine.models["ridge"].pipeline,
        "plain": plain,
    }
    clean = {"numbers": 0, "names": 0} | given  # in order, and the last word is theirs
    for name, one in clean.items():
        if name in ("names", "numbers"):
            one = make_pipeline(Finite(), *[step for _, step in one.steps]) if name == "numbers" else one
    assert mine.add("plain", plain).scores["mae"] == pytest.approx(
        np.abs(mine.plan.segments.sentiment[mine.plan.locked.train] - 0.5).mean(), abs=0.1
    )
    assert len(expected)
    for name in ("words", "segments"):
        model = mine.add(name, given[name])
        segments = data.segments.take(np.arange(5))
        seen = segments if name == "segments" else segments.modalities["text"]
        np.testing.assert_allclose(model.predict(segments), given[name].predict(seen))
        assert np.isfinite(model.evaluate(test=True).frame()["value"]).all()
    assert "words was fitted by somebody else: whether it saw the held-out segments is not known." in repr(mine)
