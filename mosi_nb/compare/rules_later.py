"""Rules 18 to 41: of features, of errors, of what becomes of a model in use, and of the end of growth."""

from __future__ import annotations

import numpy as np

from mosi_nb.compare.claims import listed
from mosi_nb.compare.evidence import Evidence
from mosi_nb.compare.intervals import interval
from mosi_nb.compare.leaderboard import Row
from mosi_nb.compare.rule_facts import Facts
from mosi_nb.compare.verdicts import Verdict, idle, passed, unknown, warned
from mosi_nb.results import Vector, counted

CHEAPER = 3
"""Times that a model must be quicker for its speed to count."""

MOMENT = 0.05
"""Seconds of a fit below which nobody waits."""

WORSE = 1.5
"""Times the mean error that a slice may be off."""

FEW = 20
"""Segments of a slice below which it is passed over."""

STRONG = 2.0
"""Points from which on sentiment is strong."""

LOCK = "Lock whole videos away: test = holdout(0.2), or test = standard where the data bring a test fold."
"""What to do where folds are sound and nothing is locked."""

CHOOSE_NOTHING = "Compare with what was published, and choose no model by these scores."
"""What to do where the test fold is what is judged."""

TWO = 2


def other_contexts(facts: Facts) -> Verdict:
    """Rule 18: what is held out is another context."""
    if facts.report("MOSI001"):
        return warned(facts.report("MOSI001"))
    if not facts.folds:
        return unknown("The folds of a saved model are not known.")
    if "MOSI001" not in facts.findings:
        return unknown(facts.unjudged("MOSI001"))
    return passed(f"folds = {facts.folds}: no video is on both sides, of {facts.videos:,}.")


def understandable(facts: Facts) -> Verdict:
    """Rule 20: columns keep their names."""
    if not facts.modalities:
        return unknown("The data are not there.")
    chains = "; ".join(f"{name} = {one.chain}" for name, one in facts.modalities.items())
    mixed = [name for name, one in facts.modalities.items() if one.mixed]
    if len(mixed) == len(facts.modalities):
        return warned(f"Columns of all modalities are mixed, none has a name any more: {chains}.")
    return passed(f"Modalities stand side by side under their names: {chains}.")


def weights(facts: Facts) -> Verdict:
    """Rule 21: there are not far more columns than videos."""
    if not facts.modalities:
        return unknown("The data are not there.")
    if facts.report("MOSI012"):
        return warned(facts.report("MOSI012"))
    columns = ", ".join(f"{name} {one.columns:,}" for name, one in facts.modalities.items() if not one.raw)
    told = f"{columns} columns" if columns else "Words are counted as columns"
    return passed(f"{told} for {counted(facts.videos, 'video')}; words are penalised, not counted here.")


def unused(facts: Facts) -> Verdict:
    """Rule 22: each modality adds something."""
    return _by_check(facts, "MOSI006", "Each modality adds something to the best model that was trained without it.")


def plateau(facts: Facts) -> Verdict:
    """Rule 41: the models at the top are not all level, or a modality adds something."""
    level, nothing = facts.report("MOSI008"), facts.report("MOSI006")
    if level and nothing:
        return warned(f"{level} And {nothing}")
    if facts.unjudged("MOSI008"):
        return unknown(f"Whether the best are level is not known: {facts.unjudged('MOSI008')}.")
    if not level:
        return passed("The best model is distinguishable from the next: no plateau is seen.")
    return passed(f"{level} But no modality is known to add nothing.")


def delta(facts: Facts) -> Verdict:
    """Rule 24: how the best two differ."""
    evidence = facts.evidence
    if len(evidence.ranked) < TWO:
        return idle("There are no two models with a score.")
    first, second = evidence.ranked[:TWO]
    a, b = _predicted(evidence, first), _predicted(evidence, second)
    both = np.isfinite(a) & np.isfinite(b)
    if not both.any():
        return unknown(f"{first.model} and {second.model} were not judged on the same segments.")
    side = float(np.mean((a[both] > 0) != (b[both] > 0)))
    apart = float(np.mean(np.abs(a[both] - b[both])))
    told = f"{first.model} and {second.model} are {apart:.2f} points apart, and of other signs on {side:.0%}"
    return passed(f"{told}; {evidence.metric.name} differs by {evidence.gap(first, second)}.")


def utilitarian(facts: Facts) -> Verdict:
    """Rule 25: no model that is level with the best is far cheaper."""
    evidence = facts.evidence
    if len(evidence.asked) < TWO:
        return idle("There are no two models with a score.")
    best, *others = evidence.asked
    cost = _seconds(best)
    if not np.isfinite(cost):
        return unknown(f"How long {best.model} took is not known.")
    cheap = [row for row in others if _seconds(row) * CHEAPER < cost > MOMENT]
    level = [row for row in cheap if (gap := evidence.gap(best, row)).low <= 0 or not np.isfinite(gap.low)]
    if not level:
        return passed(
            f"{best.model} takes {cost:.2f} s a fold; none that is level with it is {CHEAPER} times as quick."
        )
    quick = min(level, key=_seconds)
    told = f"{best.model} takes {cost:.2f} s a fold, {quick.model} {_seconds(quick):.2f} s"
    return warned(f"{told}, and they differ by {evidence.gap(best, quick)} in {evidence.metric.name}.")


def patterns(facts: Facts) -> Verdict:
    """Rule 26: no kind of segment is far worse than the others."""
    evidence = facts.evidence
    if not evidence.asked:
        return unknown("No model has all its fits yet.")
    best, truth = evidence.asked[0], evidence.results.sentiment
    off = np.abs(_predicted(evidence, best) - truth)
    judged = np.isfinite(off)
    kinds = {
        "negative": truth < 0, "neutral": truth == 0, "positive": truth > 0, "strong": np.abs(truth) >= STRONG,
    }  # fmt: skip
    errors = {kind: float(off[rows & judged].mean()) for kind, rows in kinds.items() if (rows & judged).sum() >= FEW}
    if not errors:
        return unknown(f"No kind of segment is there {FEW} times.")
    overall, (worst, error) = float(off[judged].mean()), max(errors.items(), key=lambda item: item[1])
    times = f"{error / overall:.1f} times as much" if overall else "more"
    told = f"{best.model} is off by {overall:.2f} points, on {worst} segments by {error:.2f}, {times}."
    return warned(told) if error > WORSE * overall else passed(told)


def undesirable(facts: Facts) -> Verdict:
    """Rule 27: nobody has said what is undesirable."""
    del facts
    return unknown("What is undesirable is not written in an experiment; a slice or a metric of your own measures it.")


def served(facts: Facts) -> Verdict:
    """Rule 29: what is served later is not seen here."""
    del facts
    return unknown("What a model is asked in use is not seen here, and not kept.")


def dropped(facts: Facts) -> Verdict:
    """Rule 30: no segment was left out."""
    if not facts.segments:
        return unknown("The data are not there.")
    left = facts.segments - facts.usable - facts.locked
    if left:
        return warned(f"{left:,} of {facts.segments:,} segments are neither trained on nor judged.")
    return passed(f"All of {facts.segments:,} segments are in use or locked, each with the same weight.")


def joined(facts: Facts) -> Verdict:
    """Rule 31: what was trained on is known again."""
    fingerprint = facts.evidence.results.fingerprint
    if not fingerprint:
        return unknown("These results have no fingerprint.")
    return passed(
        f"Segments, sentiment and folds have the fingerprint {fingerprint[:8]}: with others, results stay apart."
    )


def same_code(facts: Facts) -> Verdict:
    """Rule 32: one pipeline trains and predicts."""
    given = facts.of("predictions")
    if given:
        return warned(f"{listed(given)} is predictions alone: what made them is not here.")
    if not facts.models:
        return unknown("No model has all its fits yet.")
    told = "One pipeline, encoders and all, trains, predicts and is saved"
    return passed(f"{told}, for each of {len(facts.models)} models." if len(facts.models) > 1 else f"{told}.")


def later_data(facts: Facts) -> Verdict:
    """Rule 33: what is judged was not there when the model was trained."""
    if facts.report("MOSI001"):
        return warned(facts.report("MOSI001"))
    if not facts.segments:
        return unknown("The data are not there.")
    if not facts.locked and "judged=test" in facts.folds.replace(" ", ""):
        told = f"folds = {facts.folds} judges the test fold itself, as published protocols without another do"
        return warned(f"{told}: nothing is locked away.", CHOOSE_NOTHING)
    test = f"{facts.locked:,} segments of other videos are locked" if facts.locked else "nothing is locked away"
    told = f"Segments have no dates; videos stand in for them: each is judged by models that never saw it, and {test}."
    return passed(told) if facts.locked else warned(told, LOCK)


def position(facts: Facts) -> Verdict:
    """Rule 36: no column tells where in a video a segment stands."""
    return _by_check(facts, "MOSI003", "No column tells where in its video, or in which video, a segment stands.")


def gap_to_test(facts: Facts) -> Verdict:
    """Rule 37: the locked test agrees with the folds."""
    evidence = facts.evidence
    metric = evidence.metric
    rows = {row.model: row for row in evidence.complete}
    tested = {name: scores for name, scores in facts.tested.items() if name in rows and metric.name in scores}
    if not tested:
        why = "The locked test was not opened" if facts.locked else "Nothing is locked away"
        return unknown(f"{why}; scores on training segments are not kept.")
    told, worse = [], False
    for name, scores in tested.items():
        low, high = interval(evidence.results, rows[name].fits, metric)
        value = scores[metric.name]
        worse |= value < low if metric.larger_is_better else value > high
        folds = f"{evidence.score(rows[name]):.3f} in the folds (95 % {low:.3f} to {high:.3f})"
        told.append(f"{name}: {metric.name} {folds}, {value:.3f} on the test")
    return (warned if worse else passed)(f"{'; '.join(told)}.")


def more_metrics(facts: Facts) -> Verdict:
    """Rule 39: several metrics are shown, and agree."""
    evidence = facts.evidence
    metrics = evidence.results.metrics
    if len(metrics) < TWO:
        return warned(f"{evidence.metric.name} is the only metric.")
    bests: dict[str, list[str]] = {}
    for name, metric in metrics.items():
        for row in evidence.ranked_by(metric)[:1]:
            bests.setdefault(row.model, []).append(name)
    if not bests:
        return unknown("No model has all its fits yet.")
    told = ", ".join(f"{model} by {listed(names, 6)}" for model, names in bests.items())
    return passed(f"All agree: {told}.") if len(bests) == 1 else warned(f"They disagree about the best: {told}.")


def ensembles(facts: Facts) -> Verdict:
    """Rule 40: ensembles take predictions alone, with weights nowhere below zero."""
    found = {name: one for name, one in facts.models.items() if len(one.members) >= TWO}
    if not found:
        return idle("There is no ensemble.")
    below = [name for name, one in found.items() if any(weight < 0 for weight in one.weights)]
    nested = [name for name, one in found.items() if set(one.members) & set(found)]
    told = f"{len(found)} of them, on predictions alone"
    if below:
        return warned(f"{told}; {listed(below)} weighs a member against the others, below zero.")
    if nested:
        return warned(f"{told}; {listed(nested)} has an ensemble as a member.")
    bare = [name for name, one in found.items() if np.isnan(one.weights).any()]
    which = f"; {listed(bare)} has no weights to look at" if bare else ", with weights nowhere below zero"
    return passed(f"{told}{which}.")


def _by_check(facts: Facts, code: str, fine: str) -> Verdict:
    """Judge a rule that a check looks after."""
    if facts.report(code):
        return warned(facts.report(code))
    why = facts.unjudged(code)
    return unknown(f"{code} could not be judged: {why}.") if why else passed(fine)


def _predicted(evidence: Evidence, row: Row) -> Vector:
    """Return the predictions of the first repeat by row of the data, NaN where there is none."""
    predicted = np.full(len(evidence.results.sentiment), np.nan)
    for fit in row.fits:
        if fit.fold.repeat == 1 and fit.predicted is not None:
            predicted[fit.fold.held_out] = fit.predicted
    return predicted


def _seconds(row: Row) -> float:
    """Return what a fold costs."""
    return float(np.mean([fit.fit_seconds + fit.predict_seconds for fit in row.fits]))
