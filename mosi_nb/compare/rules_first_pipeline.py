"""Rules 1 to 17: before the first model, and of the first pipeline."""

from __future__ import annotations

from mosi_nb.compare.claims import listed
from mosi_nb.compare.rule_facts import Facts
from mosi_nb.compare.undefined import undefined
from mosi_nb.compare.verdicts import Verdict, idle, passed, unknown, warned
from mosi_nb.results import counted

SHARE = 0.05
"""Share of segments without values in a modality, from which on it is more than a slip."""

NO_BETTER = "Keep the baseline until a model is better than it: change the features, or the models."
"""What to do where baselines ran and are as good."""


def baselines(facts: Facts) -> Verdict:
    """Rule 1: a baseline stands on the leaderboard."""
    evidence = facts.evidence
    there = [row for row in evidence.ranked if row.model in evidence.results.baselines]
    if facts.loaded:
        return unknown("A file holds one model; whether baselines ran beside it is not known.")
    if not evidence.results.fits:
        return unknown("Nothing was fitted yet.")
    if not evidence.results.baselines:
        return warned("No baseline is on the leaderboard.")
    if not there or not evidence.asked:
        return unknown(f"No {'model' if there else 'baseline'} has a score in {evidence.metric.name}.")
    scores = ", ".join(f"{row.model} ({evidence.metric.name} {evidence.score(row):.3f})" for row in there)
    told = f"{scores} beside {counted(len(evidence.asked), 'model')}"
    report = facts.report("MOSI007")
    return warned(f"{told}; {report}", NO_BETTER) if report else passed(f"{told}.")


def metrics_first(facts: Facts) -> Verdict:
    """Rule 2: metrics were there before the first fit."""
    names = listed(list(facts.evidence.results.metrics), 6)
    how = "chosen before the first fit" if facts.metrics_written else "the usual ones, since none were written"
    return passed(f"{names}: {how}.")


def over_heuristic(facts: Facts) -> Verdict:
    """Rule 3: a model is better than the heuristic beside it."""
    evidence = facts.evidence
    heuristics = [row for row in evidence.ranked if row.model in facts.models and facts.models[row.model].heuristic]
    models = [row for row in evidence.asked if row not in heuristics]
    if not heuristics or not models:
        return idle("No heuristic is on the leaderboard; lexicon(words=...) would be one.")
    gap = evidence.gap(models[0], heuristics[0])
    told = f"{models[0].model} gains {gap} {evidence.metric.name} over {heuristics[0].model}."
    return passed(told) if gap.shown else warned(told)


def simple(facts: Facts) -> Verdict:
    """Rule 4: a simple model was trained."""
    linear = _linear(facts)
    if linear:
        return passed(f"{listed(linear)}: linear, with all fits.")
    return _unfinished(facts) or warned("No linear model has all its fits.")


def tried(facts: Facts) -> Verdict:
    """Rule 5: what was trained was tried on a few rows; of what was brought nothing is known."""
    brought = [*facts.of("fitted elsewhere"), *facts.of("predictions")]
    trained = facts.of("trained")
    if brought:
        return warned(f"{listed(brought)} was made elsewhere: nothing here has tested how.")
    if not trained:
        why = "A file does not tell whether its model was tried on a few segments." if facts.loaded else ""
        return unknown(why or "Nothing was trained here.")
    told = "was tried on a few segments before the run, pipeline and all"
    return passed(f"{trained[0] if len(trained) == 1 else f'Each of {len(trained)} models'} {told}.")


def rows_kept(facts: Facts) -> Verdict:
    """Rule 6: as many rows come out as went in."""
    evidence = facts.evidence
    results = evidence.results
    counts = [(f.model, len(f.predicted), len(f.fold.held_out)) for f in results.fits if f.predicted is not None]
    wrong = [f"{model} predicted {there:,} of {asked:,} segments" for model, there, asked in counts if there != asked]
    if wrong:
        return warned(f"{wrong[0]}.")
    if not evidence.complete:
        return unknown("No model has all its fits yet.")
    fits = evidence.complete[0].fits
    held_out = sum(len(fit.fold.held_out) for fit in fits if fit.fold.repeat == 1)
    if not facts.segments:
        return passed(f"Each model predicted all of {held_out:,} held-out segments.")
    left = facts.segments - facts.usable - facts.locked
    told = f"{facts.segments:,} segments = {facts.usable:,} in use + {facts.locked:,} locked + {left:,} left out"
    return passed(f"{told}; each model predicted all of the {held_out:,} that are held out in a repeat.")


def heuristic_as_feature(facts: Facts) -> Verdict:
    """Rule 7: what a heuristic knows is known to a model."""
    heuristics = [name for name, one in facts.models.items() if one.heuristic]
    if not heuristics:
        return idle("No heuristic is on the leaderboard.")
    return unknown(f"Whether the columns hold what {heuristics[0]} knows cannot be seen.")


def before_export(facts: Facts) -> Verdict:
    """Rule 9: no check warns of what would be saved."""
    fired = [f.check for f in facts.findings.values() if f.status == "fired" and f.check.severity != "info"]
    if fired:
        return warned(f"{listed([f'{one.code} ({one.title})' for one in fired], 4)} fired.")
    passed_by = sum(f.status == "passed" for f in facts.findings.values())
    return passed(f"{passed_by} checks passed, and none that fired is a warning.")


def silent_failures(facts: Facts) -> Verdict:
    """Rule 10: no fit failed or warned, nothing is missing, every metric has a value."""
    results = facts.evidence.results
    failed = sum(fit.predicted is None for fit in results.fits)
    warnings = sum(bool(fit.warnings) for fit in results.fits)
    told = [f"{failed:,} of {len(results.fits):,} fits failed, {warnings:,} warned"]
    told += [
        f"{name}: {one.incomplete:,} of {facts.segments:,} segments are incomplete"
        for name, one in facts.modalities.items()
        if one.incomplete
    ]
    told += [sentence.rstrip(".") for sentence in undefined(results)]
    holes = any(one.incomplete > SHARE * facts.segments for one in facts.modalities.values())
    reason = f"{'; '.join(told)}."
    return warned(reason) if failed or warnings or holes or undefined(results) else passed(reason)


def documented(facts: Facts) -> Verdict:
    """Rule 11: nobody can tell."""
    del facts
    return unknown("The data bring no descriptions of their columns.")


def one_objective(facts: Facts) -> Verdict:
    """Rule 12: one metric ranks, others are shown."""
    first, *others = facts.evidence.results.metrics
    if others:
        return passed(f"{first} ranks, {len(others)} more are shown.")
    return warned(f"{first} is the only metric.")


def simple_metric(facts: Facts) -> Verdict:
    """Rule 13: the metric that ranks is a plain one."""
    metric = facts.evidence.metric
    if facts.own_metric:
        return warned(f"{metric.name}, which ranks, is a function of your own.")
    return passed(f"{metric.name} ranks: {metric.definition or 'a metric of scikit-learn.'}")


def interpretable(facts: Facts) -> Verdict:
    """Rule 14: a model that coefficients explain stands among the others."""
    linear, evidence = _linear(facts), facts.evidence
    if not linear:
        told = "None of the models that have all their fits has coefficients."
        return _unfinished(facts) or warned(told)
    best = next((row for row in evidence.ranked if row.model in linear), None)
    if best is None:
        return passed(f"{listed(linear)}: coefficients explain it.")
    place = evidence.ranked.index(best) + 1
    told = f"{best.model} is number {place} of {len(evidence.ranked)}"
    return passed(f"{told} ({evidence.metric.name} {evidence.score(best):.3f}), and coefficients explain it.")


def iterating(facts: Facts) -> Verdict:
    """Rule 16: what was tried is kept."""
    if facts.loaded:
        return unknown("A file does not tell whether a history was kept.")
    if facts.kept is None:
        return warned("No history is kept: the next run begins from nothing.")
    told = f"The history keeps what is fitted ({facts.kept:,} fits of this experiment)"
    if facts.untraced:
        return warned(f"{told}, but not {listed(list(facts.untraced))}.")
    return passed(f"{told}.")


def observed(facts: Facts) -> Verdict:
    """Rule 17: something is as it was observed."""
    leaks = facts.report("MOSI014")
    if leaks:
        return warned(f"Features were learned from these labels: {leaks}")
    raw = [name for name, one in facts.modalities.items() if one.raw]
    if raw:
        return passed(f"{listed(raw)} is read as it was said.")
    if not facts.modalities:
        return unknown("The data are not there.")
    return unknown("Columns of numbers do not tell whether a network learned them.")


def _unfinished(facts: Facts) -> Verdict | None:
    """Judge an experiment that asked for a linear model, which has not all its fits; None where none was."""
    if facts.loaded:
        return unknown("A file holds one model; which others were trained is not known.")
    if not facts.linear_asked:
        return None
    told = f"{listed(list(facts.linear_asked))}: linear, and asked for, but without all fits"
    if facts.stopped:
        return unknown(f"{told}, since the run was stopped.")
    if any(fit.model in facts.linear_asked and fit.status == "failed" for fit in facts.evidence.results.fits):
        return warned(f"{told}, since fits failed.", "Look at why they failed: failures().")
    return unknown(f"{told} yet.")


def _linear(facts: Facts) -> list[str]:
    complete = [row.model for row in facts.evidence.complete]
    return [name for name, one in facts.models.items() if one.linear and name in complete]
