"""Checks of what a leaderboard seems to say, on predictions that are made up."""

from dataclasses import replace

import numpy as np
import pytest

from mosi_nb.compare import Evidence, board, check_run
from mosi_nb.compare.leaderboard import rows
from mosi_nb.compare.published import PUBLISHED, best_published
from mosi_nb.components.metrics import _BUILT
from mosi_nb.results import Fit, Fold, Metric, Results

METRICS = {metric.name: metric for metric in _BUILT}
OWN = Metric("own", lambda true, predicted: float(np.median(np.abs(true - predicted))), larger_is_better=False)


def run(noise, metrics=("mae",), baselines=("dummy",), videos=40, seed=0, **more):
    """Make a run of five folds; each model is the truth with noise, and None stands for its mean."""
    rng = np.random.default_rng(seed)
    ids = np.repeat(np.arange(videos), 12).astype(str)
    sentiment = np.round(np.clip(rng.normal(0, 1.4, len(ids)), -3, 3) * 5) / 5
    shared = rng.normal(size=len(ids))
    parts = [(np.flatnonzero(ids.astype(int) % 5 != n), np.flatnonzero(ids.astype(int) % 5 == n)) for n in range(5)]
    folds = [Fold(1, n + 1, *part) for n, part in enumerate(parts)]
    fits = []
    for number, (name, spread) in enumerate(noise.items()):
        for fold in folds:
            held = fold.held_out
            mixed = 0.9 * shared[held] + 0.44 * rng.normal(size=len(held))
            told = np.zeros(len(held)) if spread is None else sentiment[held] + (spread or 0) * mixed
            fits.append(Fit(name, number, {}, fold, told))
    chosen = {name: METRICS.get(name, OWN) for name in metrics}
    results = Results(tuple(fits), ids + np.char.mod("_%d", np.arange(len(ids))), ids, sentiment, chosen, baselines)
    return Evidence(results, 5, **more)


def found(evidence):
    return {finding.check.code: finding for finding in check_run(evidence)}


def test_a_modality_that_adds_nothing_is_told_and_one_that_adds_is_not():
    all_three = {"svr": 1.0, "svr_text_audio": 1.0, "svr_text_video": 1.6, "svr_audio_video": 2.0}
    report = found(run(all_three))["MOSI006"].report
    assert report.startswith("video: svr gains ")
    assert "(95 % -" in report
    assert "audio" not in report
    assert found(run({"svr": 1.0, "svr_text": 1.6, "svr_audio": 2.0}))["MOSI006"].status == "passed"


def test_the_candidate_that_an_ablation_took_is_compared_with_its_own_subsets():
    parts = {"svr_text_audio": 1.5, "svr_text_video": 2.0, "svr_audio_video": 2.5, "svr_text_audio_video": 1.5}
    made = run({"svr": 1.0, **parts}).results
    subsets = [row for row in rows(made, 5) if row.model in parts]
    results = replace(made, fits=tuple(fit for fit in made.fits if fit.model == "svr"))
    report = found(Evidence(results, 5, subsets=subsets))["MOSI006"].report
    assert report.startswith("video: svr gains ")  # beside the best svr, that of two modalities is far worse


def test_late_fusion_alone_tells_of_modalities_together():
    late = {"svr_late": 1.5, "svr_text": 1.5, "svr_audio": 2.5, "svr_video": 2.5, "knn": 1.0}
    assert found(run(late))["MOSI006"].report.startswith("audio and video: svr_late gains ")


def test_modalities_are_not_judged_where_no_model_was_trained_without_one():
    assert found(run({"svr": 1.0, "knn": 1.2}))["MOSI006"].unjudged.startswith("no model stands there with all")


def test_a_best_model_that_is_no_better_than_a_baseline_is_told():
    report = found(run({"svr": 1.0, "text_only": 1.0, "dummy": None}, baselines=("text_only", "dummy")))["MOSI007"]
    assert report.check.severity == "warning"
    assert report.report.startswith("svr, the best model, gains ")
    assert report.report.endswith("mae over text_only.")


def test_models_no_better_than_a_constant_are_named_but_not_parts_of_late_fusion():
    noise = {"svr": 0.8, "knn": 3.0, "svr_audio": 3.0, "svr_late": 0.9, "dummy": None}
    assert found(run(noise))["MOSI007"].report == "not shown to be better than dummy: knn."
    assert found(run({"svr": 0.8, "svr_audio": 3.0, "dummy": None}))["MOSI007"].status == "passed"


def test_a_check_tells_the_gain_and_the_interval_of_the_leaderboard():
    evidence = run({"svr": 1.0, "text_only": 1.02, "dummy": None}, baselines=("text_only", "dummy"))
    row = board(evidence.results, 5).frame.loc["svr"]
    gap = evidence.gap(evidence.asked[0], evidence.ranked[1])
    assert evidence.ranked[1].model == "text_only"
    assert (gap.value, gap.low, gap.high) == pytest.approx(tuple(row[["gain", "gain_low", "gain_high"]]))
    assert str(gap) in found(evidence)["MOSI007"].report


def test_a_baseline_that_is_first_is_told():
    told = found(run({"svr": 1.5, "lexicon": 1.0}, baselines=("lexicon",)))["MOSI007"].report
    assert told.startswith("lexicon, a baseline, is first; svr, the best model that is no baseline, gains -0.")


def test_equal_models_stand_in_one_order_everywhere():
    evidence = run({"svr": 1.0, "knn": 1.0})
    svr, knn = evidence.results.fits[:5], evidence.results.fits[5:]
    for one, other in zip(svr, knn, strict=True):
        other.predicted[:] = one.predicted
    order = list(board(evidence.results, 5).frame.index)
    assert order == [row.model for row in evidence.ranked] == ["knn", "svr"]


@pytest.mark.parametrize("metric", ["mae", "own"])
def test_a_clear_lead_passes_and_a_narrow_one_is_told_whatever_the_metric(metric):
    assert found(run({"svr": 0.5, "knn": 2.0, "ridge": 2.0}, [metric]))["MOSI008"].status == "passed"
    told = found(run({"svr": 1.0, "knn": 1.0, "ridge": 1.0}, [metric]))["MOSI008"].report
    assert " differ by " in told
    assert "level with it, too: " in told


def test_few_videos_are_not_judged():
    few = found(run({"svr": 1.0, "dummy": None}, videos=8))
    for code in ("MOSI007", "MOSI008"):
        assert few[code].unjudged == "8 held-out videos, 10 are needed"


def test_scores_better_than_anything_published_are_told_on_the_same_scale_only():
    told = found(run({"svr": 0.2}, ["mae", "corr", "rmse"]))["MOSI009"].report
    assert told.startswith("svr: mae 0.")
    assert "and the best published is 0.671 (DMMF)" in told
    assert "rmse" not in told
    assert found(run({"svr": 1.5}, ["mae", "corr"]))["MOSI009"].status == "passed"
    narrow = run({"svr": 0.2})
    narrow.results.sentiment[:] /= 10
    assert found(narrow)["MOSI009"].unjudged == "sentiment is not on the scale -3 ... +3"


def test_published_scores_are_shares_and_points():
    assert len({row.name for row in PUBLISHED}) == len(PUBLISHED) > 30
    values = [(name, value) for row in PUBLISHED for name, value in row.metrics.items()]
    assert all(0 < value < (1.2 if name == "mae" else 1) for name, value in values)
    assert best_published("acc7", larger_is_better=True).metrics["acc7"] == 0.4828
    assert best_published("rmse", larger_is_better=False) is None


def test_metrics_that_name_another_best_for_neutral_segments_alone_are_told():
    evidence = run({"svr": 0.4, "knn": 0.4}, ["acc2_nonneg", "acc2_nonzero"])
    sentiment = evidence.results.sentiment
    for fit in evidence.results.fits:  # svr is right where sentiment is 0, knn a little better elsewhere
        rows = fit.fold.held_out
        wrong = np.arange(len(rows)) % (8 if fit.model == "svr" else 9) == 0
        side = np.where(sentiment[rows] >= 0, 1.0, -1.0) * np.where(wrong & (sentiment[rows] != 0), -1, 1)
        fit.predicted[:] = np.where((sentiment[rows] == 0) & (fit.model == "knn"), -1.0, side)
    told = found(evidence)["MOSI013"].report
    assert told.startswith("The best is, by acc2_nonneg svr (")
    assert "acc2_nonzero knn (" in told
    assert "of the segments are at 0." in told
    assert found(run({"svr": 0.4, "knn": 0.9}, ["acc2_nonneg", "acc2_nonzero"]))["MOSI013"].status == "passed"


def test_a_model_that_saw_what_is_held_out_is_set_aside():
    evidence = run({"svr": 1.0, "cheat": 0.0, "knn": 2.5}, aside=("cheat",))
    assert [row.model for row in evidence.ranked] == ["svr", "knn"]
    assert found(evidence)["MOSI009"].status == "passed"


def test_undefined_scores_and_empty_results_tell_nothing():
    constant = found(run({"svr": None, "dummy": None}, ["corr"]))
    assert constant["MOSI007"].status == constant["MOSI008"].status == "not judged"
    empty = run({"svr": 1.0})
    nothing = Evidence(Results((), *[getattr(empty.results, n) for n in ("segment_ids", "video_ids", "sentiment")],
                               empty.results.metrics), 5)  # fmt: skip
    assert not [finding for finding in check_run(nothing) if finding.status == "fired"]
