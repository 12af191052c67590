"""Checks of what a leaderboard seems to say: that a model, or a modality, is better than another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from mosi_nb.compare.evidence import Evidence
from mosi_nb.compare.failures import all_failed
from mosi_nb.compare.gaps import Gap, gap_in
from mosi_nb.compare.leaderboard import Row
from mosi_nb.compare.published import best_published
from mosi_nb.compare.standing import LEVEL, corrected
from mosi_nb.data.checks import NotJudgedError
from mosi_nb.spec import MODALITIES

NAMED = 3
"""Models that are named, the rest counted."""

CONVENTIONS = (
    ("acc2_nonneg", "acc2_nonzero", "acc2_positive", "acc2_nonzero_mag"),
    ("f1_nonneg", "f1_nonzero", "f1_nonzero_mag"),
    ("acc3", "acc3_sign"),
    ("mae", "mae_nonzero_mag"),
    ("corr", "corr_nonzero_mag"),
)
"""Metrics that differ in what becomes of neutral segments, or of predictions of exactly 0, alone."""


def adds_nothing(evidence: Evidence) -> str | None:
    """Tell which modalities the best model that was trained without them is no worse without."""
    by_name = {row.model: row for row in (*evidence.subsets, *evidence.ranked)}
    without = {row.model: _without(row.model, by_name) for row in evidence.asked}
    judged = [row for row in evidence.asked if without[row.model]]
    if not judged:
        raise NotJudgedError("no model stands there with all modalities and with fewer: fusion = both, or ablate")
    evidence.refuse_few_videos()
    whole = {row.model: _whole(row, without[row.model], by_name) for row in judged}
    best, told = whole[judged[0].model], []
    for left_out, part in without[best.model].items():
        gap = evidence.gap(best, part)
        if not _not_shown(gap):
            continue
        names = " and ".join(left_out)
        same = [
            one
            for one in judged
            if (other := without[one.model].get(left_out)) and not evidence.gap(whole[one.model], other).shown
        ]
        scores = f"{evidence.metric.name} {evidence.score(part):.3f} without, {evidence.score(best):.3f} with"
        told.append(f"{names}: {best.model} gains {gap} by {_it(left_out)} ({scores}){_so_many(same, judged)}")
    return f"{'; '.join(told)}." if told else None


def _it(left_out: Sequence[str]) -> str:
    return "it" if len(left_out) == 1 else "them"


def _so_many(same: Sequence[Row], judged: Sequence[Row]) -> str:
    return f"; as little is shown in {len(same)} of {len(judged)} models" if len(judged) > 1 else ""


def _without(model: str, by_name: Mapping[str, Row]) -> dict[tuple[str, ...], Row]:
    """Return the rows of a model with fewer modalities, by those that are left out: as few as there are rows for."""
    there = {}
    for chosen in (chosen for size in (1, 2) for chosen in combinations(MODALITIES, size)):
        # Late fusion of one modality is the model of that modality.
        whole = model if len(chosen) > 1 else model.removesuffix("_late")
        if (name := "_".join((whole, *chosen))) in by_name:
            there[chosen] = by_name[name]
    every = [m for m in MODALITIES if any(m in chosen for chosen in there)]
    found = {tuple(m for m in every if m not in chosen): row for chosen, row in there.items()}
    fewest = min((len(left_out) for left_out in found if left_out), default=0)
    return {left_out: row for left_out, row in found.items() if len(left_out) == fewest > 0}


def _whole(row: Row, without: Mapping[tuple[str, ...], Row], by_name: Mapping[str, Row]) -> Row:
    """Return a model's candidate that was fitted on fewer modalities: an ablation may have taken a smaller one."""
    every = [m for m in MODALITIES if any(m in left_out for left_out in without)]
    found = by_name.get("_".join((row.model, *every)), row)
    if found.fits[0].predicted is row.fits[0].predicted:  # the row itself, which is tested as the leaderboard does
        return row
    return replace(found, model=row.model)


def no_better_than_baseline(evidence: Evidence) -> str | None:
    """Tell whether the best model is not shown to be better than a baseline, and which are not than a constant."""
    baselines = [row for row in evidence.ranked if row.model in evidence.results.baselines]
    if not baselines or not evidence.asked:
        raise NotJudgedError(f"no baseline and model with a score in {evidence.metric.name} stand side by side")
    evidence.refuse_few_videos()
    best, first, told = evidence.asked[0], evidence.ranked[0], []
    which = "the best model"
    if first is not best:
        told.append(f"{first.model}, a baseline, is first")
        which = "the best model that is no baseline"
    for baseline in baselines:
        gap = evidence.gap(best, baseline)
        if _not_shown(gap):
            told.append(f"{best.model}, {which}, gains {gap} {evidence.metric.name} over {baseline.model}")
    constant = next((row for row in baselines if _is_constant(row)), None)
    others = [row for row in evidence.asked[1:] if constant and not _is_part(row.model, evidence)]
    idle = [row.model for row in others if constant and _not_shown(evidence.gap(row, constant))]
    if idle and constant:
        told.append(f"not shown to be better than {constant.model}: {listed(idle)}")
    return f"{'; '.join(told)}." if told else None


def _not_shown(gap: Gap) -> bool:
    """Tell whether a test could be made, and shows no gain."""
    return bool(np.isfinite(gap.low)) and not gap.shown


def _is_constant(row: Row) -> bool:
    return all(np.ptp(np.asarray(fit.predicted)) == 0 for fit in row.fits)


def _is_part(model: str, evidence: Evidence) -> bool:
    """Tell whether a model was given fewer modalities on purpose, to compare with."""
    names = {row.model for row in evidence.complete}
    for size in (1, 2):
        for chosen in combinations(MODALITIES, size):
            whole = model.removesuffix(f"_{'_'.join(chosen)}")
            if whole != model and (whole in names or f"{whole}_late" in names):
                return True
    return False


def level_with_the_next(evidence: Evidence) -> str | None:
    """Tell whether the best model and the next one cannot be told apart."""
    if len(evidence.ranked) < 2:  # noqa: PLR2004 -- a best needs another
        one = "there is one model with a score" if evidence.ranked else "no model has a score"
        raise NotJudgedError(all_failed(evidence.results).removesuffix(".") or one)
    evidence.refuse_few_videos()
    best, *others = evidence.ranked
    p = np.nan_to_num(corrected(evidence.pairs.p)[0], nan=0.0)  # where no test can be made, nothing is told
    level = [row.model for row, one in zip(others, p[1:], strict=True) if one > LEVEL]
    if p[1] <= LEVEL:
        return None
    scores = f"{best.model} ({evidence.score(best):.3f}) and {others[0].model} ({evidence.score(others[0]):.3f})"
    gap = gap_in(evidence.pairs, evidence.metric, 0, 1)
    more = f"; level with it, too: {listed(level[1:])}" if level[1:] else ""
    return f"{scores} differ by {gap} in {evidence.metric.name}{more}."


def better_than_published(evidence: Evidence) -> str | None:
    """Tell which scores are better than any that was published for MOSI under the metric's name."""
    if not _on_the_scale(evidence):
        raise NotJudgedError("sentiment is not on the scale -3 ... +3")
    told = []
    for name, metric in evidence.results.metrics.items():
        found, ranked = best_published(name, larger_is_better=metric.larger_is_better), evidence.ranked_by(metric)
        if found is None or not ranked:
            continue
        value, known = evidence.score(ranked[0], metric), found.metrics[name]
        if (value - known) * (1 if metric.larger_is_better else -1) > 0:
            told.append(f"{ranked[0].model}: {name} {value:.3f}, and the best published is {known:.3f} ({found.name})")
    return f"{'; '.join(told)}." if told else None


def _on_the_scale(evidence: Evidence) -> bool:
    low, high = float(evidence.results.sentiment.min()), float(evidence.results.sentiment.max())
    return -3 <= low < -1 and 1 < high <= 3  # noqa: PLR2004 -- the scale, and both its sides


def disagree_about_neutral(evidence: Evidence) -> str | None:
    """Tell which metrics name different best models for no other reason than what they do with neutral segments."""
    metrics, told = evidence.results.metrics, []
    for family in CONVENTIONS:
        bests = {
            name: ranked[0] for name in family if name in metrics and (ranked := evidence.ranked_by(metrics[name]))
        }
        if len({row.model for row in bests.values()}) > 1:
            named = [f"{name} {row.model} ({evidence.score(row, metrics[name]):.3f})" for name, row in bests.items()]
            told.append(", ".join(named))
    if not told:
        return None
    held_out = np.concatenate([fit.fold.held_out for fit in evidence.complete[0].fits])
    neutral = float(np.mean(evidence.results.sentiment[held_out] == 0))
    return f"The best is, by {'; by '.join(told)}; {neutral:.1%} of the segments are at 0."


def listed(models: Sequence[str], most: int = NAMED) -> str:
    """Name a few models, and count the rest.

    Examples
    --------
    >>> listed(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = f" and {len(models) - most:,} more" if len(models) > most else ""
    return ", ".join(models[:most]) + more
