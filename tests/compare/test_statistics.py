"""Intervals, tests, letters and BBC-CV against values made by hand or by a slow way, and the simulation in small."""

import itertools

import numpy as np
import pytest
from scipy.stats import t as student

from mosi_nb.compare.draws import Resampled, counts, laid_out
from mosi_nb.compare.holm import holm
from mosi_nb.compare.intervals import DRAWS, drawn, ends, intervals, standard_errors
from mosi_nb.compare.letters import letters
from mosi_nb.compare.optimism import bagged
from mosi_nb.compare.pairs import by_folds, by_videos, compared, ratio_of
from mosi_nb.compare.standing import corrected, standing
from mosi_nb.components.folds import by_video, holdout
from mosi_nb.components.metrics import _BUILT
from mosi_nb.results import Metric
from tests.benchmarks.statistics import simulate

METRICS = {metric.name: metric for metric in _BUILT}


def apart(n, *pairs):
    rejected = np.zeros((n, n), dtype=bool)
    for one, other in pairs:
        rejected[one, other] = rejected[other, one] = True
    return rejected


def of(results, model):
    return [fit for fit in results.fits if fit.model == model]


@pytest.fixture
def several(results_of):
    return results_of({(f"m{n}", n): 1 + 0.1 * n for n in range(5)}, ("mae", "corr"))


def test_nadeau_and_bengio_by_hand():
    d = np.array([0.10, 0.30, -0.05, 0.20, 0.15])
    error = np.sqrt((1 / 5 + 1 / 4) * d.var(ddof=1))
    value, low, high, p, freedom = by_folds(np.stack([1 + d, np.ones(5)]), 1 / 4).of(0, 1)
    assert value == pytest.approx(0.14)
    assert p == pytest.approx(2 * student.sf(0.14 / error, 4))
    assert (low, high) == pytest.approx((0.14 - 2.776445 * error, 0.14 + 2.776445 * error), abs=1e-6)
    assert freedom == 4


def test_repeats_add_degrees_of_freedom_but_no_more_videos(segments, results_of):
    folds = by_video(4, repeats=3)(segments, np.arange(len(segments)), 0)
    results = results_of({("a", 0): 1.0, ("b", 1): 1.2}, folds=folds)
    assert ratio_of(results, folds) == pytest.approx(1 / 3)
    layout = laid_out(results, folds)
    both = [of(results, "a"), of(results, "b")]
    pairs = compared(results, both, METRICS["mae"], drawn(results, layout, both, METRICS["mae"]))
    assert pairs.how == "folds"
    assert pairs.freedom[0, 1] == 11


def test_a_fold_counts_where_both_models_have_a_score():
    scores = np.array([[1.0, 1.2, np.nan, 1.4], [0.8, np.nan, 1.0, 0.9], [np.nan] * 4])
    pairs = by_folds(scores, 1 / 3)
    assert pairs.value[0, 1] == pytest.approx(0.35)
    assert pairs.freedom[0, 1] == 1
    assert np.isnan(pairs.p[0, 2])


def test_models_that_predict_the_same_have_p_1():
    pairs = by_folds(np.ones((2, 5)) * [1, 2, 3, 4, 5], 1 / 4)
    assert pairs.p[0, 1] == 1


def test_one_fold_is_tested_by_a_paired_bootstrap_over_videos(segments, results_of):
    folds = holdout(0.5)(segments, np.arange(len(segments)), 0)
    results = results_of({("a", 0): 0.5, ("b", 1): 2.5, ("c", 2): 2.6}, folds=folds)
    members, layout = [of(results, name) for name in "abc"], laid_out(results, folds)
    scores = drawn(results, layout, members, METRICS["mae"])
    pairs = compared(results, members, METRICS["mae"], scores)
    assert pairs.how == "videos"
    assert pairs.freedom[0, 1] == len(layout.videos) - 1
    assert pairs.p[0, 1] < 0.05 < pairs.p[1, 2]
    difference = Resampled(*(held[:1] - held[1:2] for held in (scores.score, scores.drawn, scores.without)))
    reach = student.ppf(0.975, len(layout.videos) - 1) * standard_errors(difference)[0]
    assert pairs.high[0, 1] - pairs.value[0, 1] == pytest.approx(reach)


def test_one_video_has_no_test_and_no_interval():
    one = Resampled(np.array([1.0, 2.0]), np.ones((2, 50)), np.full((2, 1), np.nan))
    assert np.isnan(by_videos(one).p).all()
    assert np.isnan(intervals(one)).all()


def test_holm_on_a_vector_known_from_r():
    p = np.array([0.01, 0.02, 0.03, 0.04, 0.05])  # p.adjust(p, "holm")
    assert holm(p) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert holm(np.array([0.6, np.nan, 0.7])) == pytest.approx([1, np.nan, 1], nan_ok=True)


def test_each_pair_counts_once_for_holm():
    p = corrected(np.array([[1, 0.01, 0.04], [0.01, 1, 0.03], [0.04, 0.03, 1]]))
    assert p[0, 1] == p[1, 0] == pytest.approx(0.03)
    assert p[1, 2] == p[0, 2] == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("rejected", "expected"),
    [
        (apart(3), ["a", "a", "a"]),
        (apart(3, (0, 1), (0, 2), (1, 2)), ["a", "b", "c"]),
        (apart(3, (0, 2)), ["a", "ab", "b"]),
        (apart(4, (0, 2), (0, 3), (1, 3)), ["a", "ab", "bc", "c"]),
        (apart(4, (0, 1), (2, 3)), ["ab", "cd", "ac", "bd"]),  # a ring: no order explains it
        (apart(0), []),
    ],
)
def test_letters_of_known_patterns(rejected, expected):
    assert letters(rejected) == expected


@pytest.mark.parametrize("seed", range(12))
def test_models_share_a_letter_exactly_where_no_test_rejects(seed):
    rng = np.random.default_rng(seed)
    rejected = np.triu(rng.random((9, 9)) < rng.uniform(0.05, 0.6), 1)
    rejected |= rejected.T
    told = letters(rejected)
    for one, other in itertools.combinations(range(9), 2):
        assert bool(set(told[one]) & set(told[other])) != rejected[one, other]
    assert "a" in told[0]


def test_piephos_third_example_needs_no_letter_that_can_be_left_out():
    rejected = apart(8, (0, 6), (0, 7), (1, 3), (1, 4), (2, 4))
    told = letters(rejected)
    assert len(set("".join(told))) == 5
    for model, letter in ((m, x) for m in range(8) for x in told[m]):
        fewer = [x.replace(letter, "") if m == model else x for m, x in enumerate(told)]
        pairs = itertools.combinations(range(8), 2)
        assert any(bool(set(fewer[a]) & set(fewer[b])) == rejected[a, b] for a, b in pairs)


def test_where_letters_run_out_those_level_with_the_best_have_one():
    rng = np.random.default_rng(0)
    rejected = np.triu(rng.random((60, 60)) < 0.5, 1)
    told = letters(rejected | rejected.T)
    assert [bool(one) for one in told] == [not one for one in rejected[0]]


def test_bbc_cv_as_a_loop_gives_it(several):
    metric, folds = METRICS["mae"], list({f.fold.number: f.fold for f in several.fits}.values())
    layout, members = laid_out(several, folds), [of(several, f"m{n}") for n in range(5)]
    found = bagged(several, layout, members, metric).best()

    def scored(fits, times):
        by_fold = []
        for fit in fits:
            weight = times[np.searchsorted(layout.videos, several.video_ids[fit.fold.held_out])]
            error = np.abs(fit.predicted - several.sentiment[fit.fold.held_out])
            by_fold += [np.average(error, weights=weight)] if weight.any() else []
        return np.mean(by_fold) if by_fold else np.nan

    worth = []
    for times in counts(len(layout.videos), DRAWS, 0)[:300]:
        best = np.nanargmin([scored(fits, times) for fits in members])
        worth.append(scored(members[best], (times == 0) * 1.0))
    few = bagged(several, layout, members, metric)
    few = type(few)(few.score, few.drawn[:, :300], few.left[:, :300], few.larger_is_better).best()
    assert few.corrected == pytest.approx(np.nanmean(worth))
    assert found.naive == pytest.approx(min(scored(fits, np.ones(len(layout.videos))) for fits in members))
    assert found.gap == pytest.approx(found.corrected - found.naive)
    assert found.draws <= DRAWS


def test_a_metric_that_must_be_computed_anew_has_no_bbc_cv(several):
    slow = Metric("slow", METRICS["mae"].function, larger_is_better=False)
    folds = list({f.fold.number: f.fold for f in several.fits}.values())
    assert bagged(several, laid_out(several, folds), [of(several, "m0")], slow) is None


def test_the_draws_are_the_same_for_all_models(several):
    folds = list({f.fold.number: f.fold for f in several.fits}.values())
    layout, fits = laid_out(several, folds), of(several, "m1")
    one = drawn(several, layout, [fits], METRICS["mae"]).drawn[0]
    two = drawn(several, layout, [of(several, "m0"), fits], METRICS["mae"]).drawn[1]
    assert one == pytest.approx(two)


def test_an_interval_of_a_mean_is_near_students():
    rng = np.random.default_rng(3)
    held = rng.normal(size=40)
    times = counts(40, 2000, 0)
    without = (held.sum() - held) / 39
    scores = Resampled(np.array([held.mean()]), (times @ held / 40)[None], without[None])
    low, high = intervals(scores)[0]
    reach = student.ppf(0.975, 39) * held.std(ddof=1) / np.sqrt(40)
    assert high - low == pytest.approx(2 * reach, rel=0.06)
    assert standard_errors(scores)[0] == pytest.approx(held.std(ddof=1) / np.sqrt(40), rel=0.03)
    assert high - low > np.subtract(*ends(scores.drawn[0])[::-1])


def test_skewed_scores_have_the_longer_end_on_their_long_side():
    held = np.random.default_rng(0).exponential(size=40) ** 2
    without = (held.sum() - held) / 39
    scores = Resampled(np.array([held.mean()]), (counts(40, 2000, 0) @ held / 40)[None], without[None])
    low, high = intervals(scores)[0]
    assert high - held.mean() > 1.3 * (held.mean() - low)


def test_the_best_is_level_with_those_that_share_its_letter(several):
    folds = list({f.fold.number: f.fold for f in several.fits}.values())
    members = {f"m{n}": of(several, f"m{n}") for n in range(5)}
    scores = drawn(several, laid_out(several, folds), list(members.values()), METRICS["mae"])
    found = standing(several, members, METRICS["mae"], scores)
    sharing = [name for name in found.models if set(found.letters[name]) & set(found.letters[found.models[0]])]
    assert list(found.level) == sharing
    assert "1 degree of freedom" in found.note(2, 1, 8)
    assert "repeats give more" not in found.note(40, 10, 8)


def test_the_simulation_in_small():
    tally = simulate(40, 0.3, 40, seed=1)
    assert tally.percent("mae x1") >= 82
    assert tally.percent("segments") < tally.percent("mae x1")
    assert tally.percent("repeats") <= 18 < tally.percent("plain")
    assert abs(tally.mean("corrected")) < abs(tally.mean("naive"))
