import numpy as np
import pytest

from mosi_nb.compare.race import race, standings
from mosi_nb.components.scorers import metric_of
from mosi_nb.results import Fit, Fold, Metric, Results
from mosi_nb.spec import Use

ABSOLUTE = metric_of(Use("mae"), {})
OPPOSITE = Metric("score", lambda true, predicted: -float(np.abs(true - predicted).mean()), larger_is_better=True)


def run_of(worse, *, folds=2, videos=40, models=None, metric=ABSOLUTE, seed=0, like=0.3):
    """Make a run of one fit a candidate and fold; `worse` is how much larger the errors of each are."""
    rng = np.random.default_rng(seed)
    video = np.repeat(np.arange(videos), rng.integers(9, 39, videos))
    sentiment = rng.normal(0, 1.3, len(video))
    common = rng.normal(0, 1, len(video))
    held_out = [np.flatnonzero(video % folds == n) for n in range(folds)]
    fits = []
    for number, more in enumerate(worse):
        of_video = rng.normal(0, 0.2, videos)[video]
        error = np.abs(common + like * rng.normal(0, 1, len(video))) + of_video + 1 + more
        for n, rows in enumerate(held_out):
            model = models[number] if models else "svr"
            fold = Fold(1, n + 1, np.arange(0), rows)
            fits.append(Fit(model, number, {"C": number}, fold, sentiment[rows] + error[rows]))
    ids = np.arange(len(video)).astype(str)
    return Results(tuple(fits), ids, video.astype(str), sentiment, {metric.name: metric})


def folds_of(results):
    return list({fit.fold.number: fit.fold for fit in results.fits}.values())


def raced(results, level=0.05, **how):
    numbers = sorted({fit.candidate for fit in results.fits})
    return race(results, folds_of(results), numbers, numbers, level, **how)


@pytest.mark.parametrize("metric", [ABSOLUTE, OPPOSITE])
def test_a_clearly_worse_candidate_is_dropped_and_an_equal_one_is_not(metric):
    (dropped,) = raced(run_of([0, 0, 0.4], metric=metric))
    assert (dropped.candidate, dropped.params, dropped.folds) == (2, {"C": 2}, 2)
    assert dropped.against in (0, 1)
    assert dropped.difference == pytest.approx(0.4, abs=0.15)
    assert dropped.p < 0.02


def test_the_same_predictions_twice_are_never_dropped():
    results = run_of([0])
    twins = tuple(Fit("svr", 1, {"C": 1}, fit.fold, fit.predicted) for fit in results.fits)
    assert raced(Results((*results.fits, *twins), *vars_of(results)), level=0.99) == []


def vars_of(results):
    return results.segment_ids, results.video_ids, results.sentiment, results.metrics


def test_the_best_of_each_model_stays_whatever_the_others_do():
    results = run_of([0, 0.5, 1.0], models=["svr", "ridge", "ridge"])
    assert [one.candidate for one in raced(results, against="all")] == [2]
    assert [(one.candidate, one.against) for one in raced(results)] == [(2, 1)]


def test_few_videos_decide_nothing_and_a_failed_or_undefined_candidate_takes_no_part():
    assert raced(run_of([0, 5], videos=4)) == []
    results = run_of([0, 5, 0])
    lost = tuple(
        Fit(fit.model, fit.candidate, fit.params, fit.fold, None if fit.candidate == 1 else fit.predicted)
        for fit in results.fits
    )
    assert raced(Results(lost, *vars_of(results)), level=0.01) == []
    undefined = Metric("nan", lambda true, predicted: float("nan"), larger_is_better=False)
    assert raced(run_of([0, 5], metric=undefined)) == []


def test_only_the_judged_are_dropped():
    results = run_of([0, 0.5, 0.5])
    assert [one.candidate for one in race(results, folds_of(results), [1], [0, 1, 2], 0.05)] == [1]


@pytest.mark.parametrize(("candidates", "videos"), [(2, 19), (12, 19), (12, 60)])
def test_without_a_difference_a_candidate_is_dropped_about_as_often_as_the_level_says(candidates, videos):
    runs = [run_of([0.0] * candidates, folds=1, videos=videos, seed=seed) for seed in range(40)]
    dropped = sum(len(raced(one, level=0.2)) for one in runs) / (40 * candidates)
    # The best one is never dropped: of two, neither that would have been kept by chance.
    assert 0.1 < dropped < 0.3


def test_candidates_that_are_not_equally_far_stand_by_the_folds_that_they_have_in_common():
    results = run_of([0, 0.3, 0.6], folds=4)
    short = tuple(fit for fit in results.fits if fit.candidate == 0 or fit.fold.number <= 2)
    found = standings(Results(short, *vars_of(results)), folds_of(results), [0, 1, 2])
    assert [folds for _, folds in found.values()] == [4, 2, 2]
    assert found[0][0] == 0
    assert found[1][0] == pytest.approx(0.3, abs=0.15)
    assert found[2][0] > found[1][0]
