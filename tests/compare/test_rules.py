"""Rules on facts that are made up: each side of each rule."""

from dataclasses import replace

import numpy as np
import pytest

from mosi_nb.compare.evidence import Evidence
from mosi_nb.compare.rule_facts import Facts, ModalityFacts, ModelFacts
from mosi_nb.compare.rules import RULES, scorecard
from mosi_nb.data.checks import AFTER, BEFORE, Finding
from mosi_nb.results import Fit, Fold, Results

SEEN = "1 2 3 4 5 6 7 9 10 11 12 13 14 16 17 18 20 21 22 24 25 26 27 29 30 31 32 33 36 37 39 40 41"
AUDIO = ModalityFacts(raw=False, columns=74, incomplete=0, chain="pca(20)")
CHECKS = {code: Finding(check) for code, check in {**BEFORE, **AFTER}.items()}


def fired(code, report):
    return CHECKS | {code: Finding(CHECKS[code].check, report)}


@pytest.fixture
def evidence(results_of):
    """Return three models and a baseline; `ridge` is the best."""
    results = results_of({("dummy", 0): 2.5, ("ridge", 1): 0.5, ("svr", 2): 1.5, ("knn", 3): 1.5})
    return Evidence(replace(results, baselines=("dummy",), fingerprint="0123456789"), 4)


@pytest.fixture
def facts(evidence):
    return Facts(
        evidence,
        CHECKS,
        {"ridge": ModelFacts(linear=True), "svr": ModelFacts(), "knn": ModelFacts()},
        {"text": ModalityFacts(raw=True, columns=1, incomplete=0, chain="tfidf")},
        segments=200,
        usable=150,
        locked=50,
        videos=10,
        metrics_written=True,
        folds="by_video(4)",
        kept=16,
    )


def judged(facts, number):
    ruling = {one.number: one for one in scorecard(facts)}[number]
    return ruling.status, ruling.reason


def test_the_rules_that_a_tool_can_see_are_all_there_once():
    assert [rule.number for rule in RULES] == [int(number) for number in SEEN.split()]
    assert len({rule.title for rule in RULES}) == len(RULES)


def test_a_sound_experiment_keeps_the_rules_and_nothing_is_judged_that_cannot_be_seen(facts):
    found = {one.number: one.status for one in scorecard(facts)}
    assert [number for number, status in found.items() if status == "warn"] == []
    assert [number for number, status in found.items() if status == "does not apply"] == [3, 7, 40]
    assert {11, 27, 29, 37} <= {number for number, status in found.items() if status == "not judged"}


def test_every_reason_is_a_sentence_and_only_a_warning_brings_advice(facts):
    for one in scorecard(facts):
        assert one.reason.endswith((".", ".)")), one
        assert bool(one.advice) == (one.status == "warn")


def test_rows_are_accounted_for(facts):
    told = "200 segments = 150 in use + 50 locked + 0 left out"
    assert judged(facts, 6)[1].startswith(told)
    assert judged(replace(facts, segments=230), 30) == (
        "warn",
        "30 of 230 segments are neither trained on nor judged.",
    )


@pytest.mark.parametrize(
    ("number", "code"),
    [(1, "MOSI007"), (17, "MOSI014"), (18, "MOSI001"), (21, "MOSI012"), (22, "MOSI006"), (36, "MOSI003")],
)
def test_what_a_check_found_is_a_rule_that_is_not_kept(facts, number, code):
    status, reason = judged(replace(facts, findings=fired(code, "it was found.")), number)
    assert status == "warn"
    assert "it was found." in reason


def test_a_check_that_could_not_be_judged_is_no_rule_that_is_kept(facts):
    silenced = CHECKS | {"MOSI003": Finding(CHECKS["MOSI003"].check, silenced=True)}
    assert judged(replace(facts, findings=silenced), 36) == (
        "not judged",
        "MOSI003 could not be judged: it was silenced.",
    )


@pytest.mark.parametrize(
    ("number", "change", "told"),
    [
        (4, {"models": {"svr": ModelFacts()}}, "No linear model has all its fits."),
        (5, {"models": {"theirs": ModelFacts("predictions")}}, "theirs was made elsewhere: nothing here has tested"),
        (13, {"own_metric": True}, "mae, which ranks, is a function of your own."),
        (16, {"kept": None}, "No history is kept: the next run begins from nothing."),
        (32, {"models": {"theirs": ModelFacts("predictions")}}, "theirs is predictions alone: what made them is not"),
        (33, {"locked": 0}, "Segments have no dates;"),
        (20, {"modalities": {"audio": replace(AUDIO, mixed=True)}}, "Columns of all modalities"),
        (10, {"modalities": {"audio": replace(AUDIO, incomplete=90)}}, "0 of 16 fits failed, 0 warned; audio:"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told(facts, number, change, told):
    status, reason = judged(replace(facts, **change), number)
    assert status == "warn"
    assert reason.startswith(told)


def ruled(facts, number):
    ruling = {one.number: one for one in scorecard(facts)}[number]
    return ruling.status, ruling.reason, ruling.advice


def test_advice_about_baselines_fits_the_reason(facts, evidence):
    def of(baselines, fits=evidence.results.fits):
        results = replace(evidence.results, baselines=baselines, fits=fits, known={})
        return ruled(replace(facts, evidence=Evidence(results, 4)), 1)

    off = "Let the baselines run: leave out 'baselines = none'."
    assert of(()) == ("warn", "No baseline is on the leaderboard.", off)
    alone = tuple(fit for fit in evidence.results.fits if fit.model != "dummy")
    assert of(("dummy",), alone) == ("not judged", "No baseline has a score in mae.", "")
    assert of(("dummy", "ridge", "svr", "knn"))[:2] == ("not judged", "No model has a score in mae.")
    assert ruled(replace(facts, findings=fired("MOSI007", "ridge gains nothing.")), 1)[2].startswith(
        "Keep the baseline"
    )


def test_a_linear_model_that_was_asked_for_is_not_advised(facts):
    bare = replace(facts, models={"svr": ModelFacts()}, linear_asked=("ridge",))
    for number in (4, 14):
        status, reason, advice = ruled(replace(bare, stopped=True), number)
        assert (status, advice) == ("not judged", "")
        assert reason == "ridge: linear, and asked for, but without all fits, since the run was stopped."
        assert ruled(bare, number)[:2] == ("not judged", "ridge: linear, and asked for, but without all fits yet.")
    fits = tuple(
        replace(f, predicted=None, reason="no") if f.model == "ridge" else f for f in facts.evidence.results.fits
    )
    failed = replace(bare, evidence=Evidence(replace(facts.evidence.results, fits=fits, known={}), 4))
    assert ruled(failed, 4)[2] == "Look at why they failed: failures()."


def test_where_nothing_is_locked_away_the_advice_locks_something(facts):
    assert ruled(replace(facts, locked=0), 33)[2].startswith("Lock whole videos away: test = holdout(0.2)")
    status, reason, advice = ruled(replace(facts, locked=0, folds="standard(judged=test)"), 33)
    assert status == "warn"
    assert "judges the test fold itself, as published protocols" in reason
    assert advice.startswith("Compare with what was published")


def test_one_is_written_in_the_singular(facts):
    one = replace(facts, models={"ridge": ModelFacts(linear=True)})
    assert judged(one, 5)[1] == "ridge was tried on a few segments before the run, pipeline and all."
    assert judged(one, 32)[1] == "One pipeline, encoders and all, trains, predicts and is saved."


def test_ensembles_are_simple_where_no_weight_is_below_zero(facts):
    def of(*weights):
        return replace(
            facts, models={**facts.models, "stack": ModelFacts("combined", members=("a", "b"), weights=weights)}
        )

    assert judged(of(0.4, 0.6), 40)[0] == "pass"
    assert judged(of(1.2, -0.2), 40) == (
        "warn",
        "1 of them, on predictions alone; stack weighs a member against the others, below zero.",
    )
    assert judged(of(np.nan, np.nan), 40)[1].endswith("stack has no weights to look at.")


def test_a_test_that_is_worse_than_the_folds_say_is_told_once_it_was_opened(facts):
    assert judged(facts, 37)[1] == "The locked test was not opened; scores on training segments are not kept."
    assert judged(replace(facts, tested={"ridge": {"mae": 0.41}}), 37)[0] == "pass"
    status, reason = judged(replace(facts, tested={"ridge": {"mae": 1.9}}), 37)
    assert status == "warn"
    assert reason.endswith("1.900 on the test.")


def test_a_heuristic_that_no_model_beats_is_to_be_kept(facts):
    models = {**facts.models, "ridge": ModelFacts(heuristic=True)}
    assert judged(replace(facts, models=models), 3)[0] == "warn"
    models = {**facts.models, "knn": ModelFacts(heuristic=True)}
    status, reason = judged(replace(facts, models=models), 3)
    assert status == "pass"
    assert reason.endswith("mae over knn.")


def test_a_slow_model_that_is_level_with_a_quick_one_is_told(facts, evidence):
    results, truth = evidence.results, evidence.results.sentiment
    slow = tuple(replace(f, fit_seconds=9.0 if f.model == "ridge" else 0.1) for f in results.fits)
    mirrored = {f.fold.number: 2 * truth[f.fold.held_out] - f.predicted for f in slow if f.model == "ridge"}
    level = tuple(replace(f, predicted=mirrored[f.fold.number]) if f.model == "svr" else f for f in slow)
    assert judged(replace(facts, evidence=Evidence(replace(results, fits=slow), 4)), 25)[0] == "pass"
    status, reason = judged(replace(facts, evidence=Evidence(replace(results, fits=level, known={}), 4)), 25)
    assert status == "warn"
    assert "takes 9.00 s a fold" in reason


def test_errors_that_are_of_one_kind_of_segment_are_told(facts, evidence):
    truth = evidence.results.sentiment
    fits = tuple(replace(f, predicted=np.clip(truth[f.fold.held_out], -0.8, 0.8)) for f in evidence.results.fits)
    found = replace(facts, evidence=Evidence(replace(evidence.results, fits=fits, known={}), 4))
    status, reason = judged(found, 26)
    assert status == "warn"
    assert "on strong segments by" in reason


def test_metrics_that_disagree_are_told(facts, results_of):
    one = Evidence(results_of({("ridge", 0): 0.5}, names=("mae",)), 4)
    assert judged(replace(facts, evidence=one), 39) == ("warn", "mae is the only metric.")
    assert judged(facts, 39) == ("pass", "All agree: ridge by mae, corr.")


def test_nothing_raises_where_nothing_is_there(facts):
    ids = np.array(["a_1", "b_1"])
    nothing = Results((), ids, ids, np.zeros(2), facts.evidence.results.metrics)
    assert len(scorecard(Facts(Evidence(nothing, 4)))) == len(RULES)
    fold = Fold(1, 1, np.array([0]), np.array([1]))
    for predicted in (np.zeros(1), None):
        one = replace(nothing, fits=(Fit("svr", 0, {}, fold, predicted),))
        assert len(scorecard(Facts(Evidence(one, 1), models={"svr": ModelFacts()}))) == len(RULES)
