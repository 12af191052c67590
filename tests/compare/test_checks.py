import numpy as np
import pytest

from mosi_nb.compare import Evidence, check_run
from mosi_nb.compare.checks import REPORTS
from mosi_nb.data.checks import AFTER
from mosi_nb.results import Fit, Fold, Metric, Results

MAE = Metric("mae", lambda true, predicted: float(np.abs(true - predicted).mean()), larger_is_better=False)


def evidence(predict, tried=({},), openings=0):
    """Make a run of two folds over 60 videos; `predict(sentiment, video, params, rng)` gives the predictions."""
    rng = np.random.default_rng(0)
    videos = np.repeat(np.arange(60), 20)
    sentiment = np.clip(rng.normal(0, 1.3, len(videos)), -3, 3)
    halves = [np.flatnonzero(videos % 2 == half) for half in (0, 1)]
    folds = [Fold(1, n + 1, halves[1 - n], halves[n]) for n in (0, 1)]
    fits = tuple(
        Fit("mine", number, params, fold, predict(sentiment[fold.held_out], videos[fold.held_out], params, rng))
        for number, params in enumerate(tried)
        for fold in folds
    )
    ids = np.array([f"v_{n}" for n in range(len(videos))])
    return Evidence(Results(fits, ids, videos.astype(str), sentiment, {"mae": MAE}), 2, openings)


def honest(sentiment, videos, params, rng):
    return sentiment + rng.normal(0, 2, len(sentiment)) + abs(params.get("alpha", 0) - params.get("best", 0))


def fired(found):
    return {finding.check.code: finding.report for finding in found if finding.status == "fired"}


def test_every_check_of_a_run_has_its_function():
    assert set(REPORTS) == set(AFTER)


def test_an_honest_run_passes():
    assert fired(check_run(evidence(honest, openings=1))) == {}


def test_a_test_that_was_opened_again_is_told():
    assert fired(check_run(evidence(honest, openings=3)))["MOSI010"].startswith("It was opened 3 times")


def test_features_that_know_some_of_the_videos_are_told_with_the_model():
    def leaking(sentiment, videos, params, rng):
        return np.sign(sentiment) + rng.normal(0, np.where(videos < 30, 0.1, 2))

    assert "unevenly than unseen ones are: mine (r within a video" in fired(check_run(evidence(leaking)))["MOSI014"]


def test_models_that_predict_classes_only_are_not_judged():
    def two_values(sentiment, videos, params, rng):
        return np.where(sentiment + rng.normal(0, np.where(videos < 30, 0.1, 4)) > 0, 1.2, -1.1)

    assert "MOSI014" not in fired(check_run(evidence(two_values)))


@pytest.mark.parametrize(
    ("best", "told"), [(0, "mine: alpha=0 of 0 to 4."), (2, None), (4, "mine: alpha=4 of 0 to 4.")]
)
def test_a_best_value_at_the_edge_is_told(best, told):
    run = evidence(honest, [{"alpha": alpha, "best": best} for alpha in (0, 2, 4)])
    assert fired(check_run(run)).get("MOSI015") == told


@pytest.mark.parametrize("values", [(1, 2), ("a", "b", "c"), (True, False, None)])
def test_two_values_and_words_have_no_edge(values):
    assert "MOSI015" not in fired(check_run(evidence(lambda y, *_: y, [{"kernel": value} for value in values])))


def test_silenced_checks_and_unfinished_runs_tell_nothing():
    assert fired(check_run(evidence(honest, openings=3), {"MOSI010"})) == {}
    unfinished = evidence(honest)
    assert fired(check_run(Evidence(unfinished.results, 3))) == {}


def test_a_leak_is_not_said_to_be_absent_where_there_is_too_little_to_judge():
    ids = np.array(["a_1", "a_2", "b_1", "b_2"])
    fold = Fold(1, 1, np.arange(4), np.arange(4))
    fit = Fit("ridge", 0, {}, fold, np.linspace(-1, 1, 4))
    results = Results((fit,), ids, np.array(["a", "a", "b", "b"]), np.array([1.0, 0.0, -1.0, 2.0]), {"mae": MAE})
    found = {finding.check.code: finding for finding in check_run(Evidence(results, 1))}["MOSI014"]
    assert found.status == "not judged"
    assert "15 are needed" in found.unjudged
