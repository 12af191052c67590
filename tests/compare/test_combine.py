from dataclasses import replace

import numpy as np
import pytest

from mosi_nb.compare import cross_fitted, fitted, gather
from mosi_nb.components.ensembles import Mean, Stack, Weighted
from mosi_nb.components.folds import by_video, holdout
from mosi_nb.components.metrics import _BUILT

MAE = {metric.name: metric for metric in _BUILT}["mae"]


@pytest.fixture
def two(results_of):
    """Return a function from folds to results of two models, and the fits of each."""

    def make(folds=None):
        results = results_of({("a", 0): 1.0, ("b", 1): 1.5}, folds=folds)
        return results, [[fit for fit in results.fits if fit.model == name] for name in ("a", "b")]

    return make


def combined(results, members, combiner):
    evidence = gather(results, members)
    return cross_fitted(evidence, combiner, MAE, name="e", candidate=0, params={}, members=members)


def test_the_mean_of_held_out_predictions(two):
    results, members = two()
    fits = combined(results, members, Mean())
    assert [str(fit.fold) for fit in fits] == ["fold 1", "fold 2", "fold 3", "fold 4"]
    for fit, a, b in zip(fits, *members, strict=True):
        assert np.allclose(fit.predicted, (a.predicted + b.predicted) / 2)
        assert fit.fit_seconds >= 2.0


@pytest.mark.parametrize("split", [by_video(4, repeats=2), by_video(2), holdout(0.5, repeats=2)])
def test_weights_never_see_the_videos_that_they_are_judged_on(two, segments, split):
    folds = split(segments, np.arange(len(segments)), 0)
    results, members = two(folds)
    before = combined(results, members, Weighted())
    for fold in folds:
        for video in np.unique(results.video_ids[fold.held_out])[:2]:
            rows = np.flatnonzero(results.video_ids == video)
            other = results.sentiment.copy()
            other[rows] = -other[rows] + 1.0
            after = combined(replace(results, sentiment=other), members, Weighted())
            for one, then in zip(before, after, strict=True):
                here = np.isin(one.fold.held_out, rows)
                assert np.array_equal(one.predicted[here], then.predicted[here])


def test_weights_of_a_repeat_are_learned_in_that_repeat_alone(two, segments):
    folds = by_video(3, repeats=2)(segments, np.arange(len(segments)), 0)
    results, members = two(folds)
    firsts = [[fit for fit in fits if fit.fold.repeat == 1] for fits in members]
    both, alone = combined(results, members, Weighted()), combined(results, firsts, Weighted())
    for one, other in zip(both[:3], alone, strict=True):
        assert np.array_equal(one.predicted, other.predicted)


def test_what_predicts_later_learns_from_all(two):
    results, members = two()
    evidence = gather(results, members)
    whole = fitted(Weighted(), evidence, MAE)
    matrix = np.vstack([one.predicted for one in evidence])
    sentiment = np.concatenate([one.sentiment for one in evidence])
    assert np.allclose(whole.weights_, Weighted().fit(matrix, sentiment).weights_)


def test_members_of_other_folds_are_refused(two):
    results, (a, b) = two()
    with pytest.raises(ValueError, match="not judged on the same folds"):
        gather(results, [a, b[:-1]])


class Broken(Mean):
    def predict(self, P):  # noqa: N803
        return P  # a matrix


def test_a_combiner_that_fails_is_a_failed_fit_with_its_reason(two):
    results, members = two()
    fits = combined(results, members, Broken())
    assert [fit.status for fit in fits] == ["failed"] * 4
    assert fits[0].reason.endswith("where one number a segment is wanted")


def test_one_held_out_video_has_no_others_to_learn_from(two, segments):
    videos = np.unique(segments.video_ids)
    fold = by_video(len(videos))(segments, np.arange(len(segments)), 0)[:1]
    results, members = two(fold)
    (fit,) = combined(results, members, Stack())
    assert fit.reason == "ValueError: fold 1 holds out one video only: there is no other to learn from"
    (fit,) = combined(results, members, Mean())
    assert fit.status == "done"
