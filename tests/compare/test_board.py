"""The leaderboard's further columns and rows: letters, gains, optimism, candidates, other results beside."""

from dataclasses import replace

import numpy as np
import pytest

from mosi_nb.compare import board, leaderboard
from mosi_nb.compare.beside import Other, apart, joined, published_scores, set_apart, why_apart
from mosi_nb.compare.optimism import Optimism
from mosi_nb.compare.paired import two_models
from mosi_nb.compare.standing import picked_note
from mosi_nb.components.folds import by_video, holdout
from mosi_nb.results import Dropped, Metric

MAE = Metric("mae", max, larger_is_better=False)


@pytest.fixture
def three(results_of):
    noise = {("mean", 0): 2.0, ("good", 1): 0.3, ("good", 2): 0.5, ("same", 3): 0.31}
    return replace(results_of(noise), baselines=("mean",), fingerprint="here")


def test_models_that_differ_have_other_letters_and_a_gain(three):
    found = board(three, 4)
    assert found.frame["letters"].to_dict() == {"good": "a", "same": "a", "mean": "b"}
    assert found.frame.loc["good", "gain"] == pytest.approx(
        found.frame.loc["mean", "mae"] - found.frame.loc["good", "mae"]
    )
    assert (found.frame["gain_low"].drop("mean") > 0).all()
    assert np.isnan(found.frame.loc["mean", "gain"])
    assert "corrected resampled t-test over 4 folds, Holm's correction for 3 pairs" in found.notes[0]
    assert "3 degrees of freedom" in found.notes[0]


def test_what_picking_the_best_adds_is_said(three):
    found = board(three, 4)
    assert np.isfinite(found.frame.loc["good", "optimism"])
    assert np.isnan(found.frame.loc["same", "optimism"])
    assert found.notes[1].startswith(
        "good is the best of 4 candidates, which flatters it: without the luck of the pick"
    )


def test_a_pick_that_did_not_flatter_is_told_so():
    lucky = picked_note("svr", 4, MAE, Optimism(0.7, 0.8, 100, larger_is_better=False))
    assert lucky.startswith("svr is the best of 4 candidates, which flatters it: ")
    told = picked_note("svr", 4, MAE, Optimism(0.7, 0.69, 100, larger_is_better=False))
    assert told.startswith("Picking svr among 4 candidates did not flatter it here: its mae of 0.700 is about 0.690 ")


def test_candidates_are_counted_once_and_with_a_score_only(three):
    twice = joined(three, [Other("again", three, 4, {})])
    assert "good is the best of 4 candidates" in board(twice, 4).notes[1]
    nowhere = [replace(fit, candidate=9, predicted=fit.predicted * np.nan) for fit in three.fits[:4]]
    assert "good is the best of 4 candidates" in board(replace(three, fits=(*three.fits, *nowhere)), 4).notes[1]


def test_what_tells_models_of_one_component_apart_is_shown(three):
    found = board(replace(three, fixed={"good": {"calibrate": "sigmoid"}}), 4, intervals=False, candidates=True).frame
    assert found.loc[["good", "same"], "params"].tolist() == ["calibrate=sigmoid, a=1", "a=3"]
    assert found.index[1] == "good (calibrate=sigmoid, a=2)"


def test_without_intervals_nothing_is_tested(three):
    found = board(three, 4, intervals=False)
    assert found.notes == ()
    assert set(found.frame["letters"]) == {""}
    assert found.frame[["gain", "optimism", "mae_low"]].isna().all(axis=None)


def test_a_gain_is_above_0_where_larger_is_better_too(results_of):
    results = replace(results_of({("mean", 0): 2.0, ("good", 1): 0.3}, ("corr", "mae")), baselines=("mean",))
    assert leaderboard(results, 4).loc["good", "gain"] > 0


def test_candidates_stand_beneath_their_model(three):
    dropped = Dropped("good", 9, {"a": 9}, 1, 1, "good", {}, 0.1, 0.01)
    one = replace(three.fits[0], model="good", candidate=9, params={"a": 9})
    frame = board(replace(three, fits=(*three.fits, one), dropped=(dropped,)), 4, candidates=True).frame
    assert list(frame.index) == ["good", "good (a=2)", "good (a=9)", "same", "mean"]
    assert frame["candidate_of"].tolist() == ["", "good", "good", "", ""]
    assert frame.loc["good (a=9)", "status"] == "dropped"
    assert np.isfinite(frame.loc["good (a=2)", "mae_low"])
    assert frame["rank"].isna().tolist() == [False, True, True, False, False]


def test_draws_in_which_a_metric_is_undefined_are_counted_and_said(results_of, segments):
    one = holdout(0.9)(segments, np.arange(len(segments)), 0)

    def picky(y, p):
        return float("nan") if len(np.unique(p)) < 0.6 * len(p) else 1.0

    results = results_of({("m", 0): 1.0}, extra=[Metric("picky", picky, larger_is_better=True)], folds=one)
    found = board(results, 1)
    assert any(note.startswith("picky is undefined in") and "of 200 draws of m" in note for note in found.notes)


def test_one_model_and_one_fold_and_no_model_raise_nothing(results_of, segments):
    assert board(results_of({("m", 0): 1.0}), 4).notes == ()
    one = results_of({("a", 0): 1.0, ("b", 1): 3.0}, folds=holdout(0.3)(segments, np.arange(len(segments)), 0))
    assert "paired bootstrap over" in board(one, 1).notes[0]
    assert board(results_of({}), 4).frame.empty
    assert board(results_of({("m", 0): None}), 4).frame.loc["m", "status"] == "failed"


def test_a_metric_computed_anew_ranks_without_bbc_cv(results_of):
    results = results_of({("a", 0): 1.0, ("b", 1): 2.0}, ())
    own = Metric("own", lambda y, p: float(np.abs(y - p).mean()), larger_is_better=False)
    found = board(replace(results, metrics={"own": own}), 4)
    assert "is not computed for own: too slow" in found.notes[1]


def test_results_beside_are_joined_or_set_apart_with_the_reason(three, results_of, segments):
    same = Other("run 2", three, 4, {})
    both = joined(three, [same])
    assert set(both.models) == {"mean", "good", "same", "good (run 2)", "same (run 2)"}
    frame = leaderboard(both, 4)
    assert frame.loc["good (run 2)", "mae"] == frame.loc["good", "mae"]
    folds = by_video(2)(segments, np.arange(len(segments)), 0)
    other = replace(results_of({("good", 0): 1.0}, folds=folds), fingerprint="there")
    blocks = apart(three, [Other("old", other, 2, {})])
    assert list(blocks) == ["old, which cannot be compared: other folds: 2 there, 4 here"]
    shown = set_apart(leaderboard(three, 4), blocks)
    assert shown["apart"].map(bool).tolist() == [False, False, False, True]
    assert shown["rank"].isna().tolist() == [False, False, False, True]


def test_the_reason_names_data_and_target(three):
    part = replace(three, segment_ids=np.char.add(three.segment_ids, "x"), fingerprint="there")
    assert why_apart(three, part).startswith("other data: 0 of its")
    assert why_apart(three, replace(three, sentiment=-three.sentiment, fingerprint="x")).startswith("another target")
    assert why_apart(three, three) == ""


def test_rows_in_another_order_are_joined_by_their_ids(three):
    order = np.random.default_rng(0).permutation(len(three.segment_ids))
    back = np.argsort(order)
    fits = tuple(
        replace(f, fold=replace(f.fold, train=back[f.fold.train], held_out=back[f.fold.held_out])) for f in three.fits
    )
    mixed = replace(
        three, fits=fits, segment_ids=three.segment_ids[order], video_ids=three.video_ids[order],
        sentiment=three.sentiment[order], known={},
    )  # fmt: skip
    frame = leaderboard(joined(three, [Other("mixed", mixed, 4, {})]), 4)
    assert frame.loc["good (mixed)", "mae"] == pytest.approx(frame.loc["good", "mae"])


def test_published_scores_are_those_of_metrics_of_the_same_name_and_definition(three):
    frame = published_scores(three.metrics)
    assert frame.index[0] == "DMMF"
    assert frame.loc["MulT", "mae"] == 0.871
    assert frame.loc["MulT", "reason"].startswith("scoreboard of CMU-MultimodalSDK")
    mine = {"mae": Metric("mae", lambda y, p: 1.0, larger_is_better=False)}
    assert published_scores(mine).empty


def test_two_models_beside_each_other(three):
    by_name = {m: [f for f in three.fits if f.model == m and f.candidate != 2] for m in three.models}
    two = two_models(three, by_name["good"], by_name["mean"], three.metrics["mae"])
    video = two.by_video["video"][0]
    rows = three.video_ids == video
    whole = {m: np.concatenate([f.predicted[rows[f.fold.held_out]] for f in by_name[m]]) for m in ("good", "mean")}
    errors = [np.abs(whole[m] - three.sentiment[rows]).mean() for m in ("good", "mean")]
    assert two.by_video["difference"][0] == pytest.approx(errors[0] - errors[1])
    assert two.by_video["n"].sum() == len(three.sentiment)
    assert two.sentence.startswith("good has mae")
    assert "good is better. Difference -" in two.sentence
    level = two_models(three, by_name["good"], by_name["same"], three.metrics["corr"]).sentence
    assert "they cannot be told apart, which does not make them equal" in level
