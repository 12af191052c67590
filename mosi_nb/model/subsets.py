"""The models of an experiment on subsets of its modalities: what is fitted for that, and what is there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mosi_nb.compare import Row, cross_fitted, gather, rows
from mosi_nb.compare.modalities import Subset
from mosi_nb.compare.simplest import smallest_as_good
from mosi_nb.compare.tested import in_order
from mosi_nb.components.ensembles import Weighted
from mosi_nb.model.brought_row import BroughtRow
from mosi_nb.model.further_runs import every_run
from mosi_nb.model.ran import STOPPED, UNFITTED, Ran
from mosi_nb.plan import Candidate, Plan
from mosi_nb.plan.ablation import (
    Asked,
    Late,
    ablation_plan,
    fused_models,
    late_fusions,
    proper_subsets,
    subset_name,
)
from mosi_nb.results import Fit, Results, describe

if TYPE_CHECKING:
    from mosi_nb.model.gathered import Gathered

Modalities = tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """What an ablation of a run fits.

    Attributes
    ----------
    run
        With the models on all modalities.
    chosen
        By model, the candidates whose parameters are fitted on each subset.
    taken
        By model, the fits on all modalities of the candidate that stands for it.
    whole
        By model, its row on all modalities.
    there
        Fits of a subset that the run has already, by model and modalities.
    """

    run: Ran
    chosen: Mapping[str, Sequence[Candidate]]
    taken: Mapping[str, tuple[Fit, ...]]
    whole: Mapping[str, Row]
    there: Mapping[tuple[str, Modalities], tuple[Fit, ...]] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """The fits that are missing."""
        return ablation_plan(self.run.plan, self.chosen, self.there)

    @property
    def modalities(self) -> Modalities:
        """Those of the experiment."""
        return tuple(use.name for use in self.run.plan.spec.modalities or ())


def wanted(run: Ran, how: Asked) -> Wanted:
    """Return what an ablation of a run fits.

    Parameters
    ----------
    run
        Finished.
    how
        Whether all candidates are fitted on each subset, or which one alone.
    """
    plan = run.plan
    whole = {row.model: row for row in rows(run.results, run.folds) if row.complete}
    fused = [name for name in fused_models(plan) if name in whole]
    held = plan.models()
    taken = {name: _taken(run, whole[name], how) for name in fused}
    chosen = {name: held[name] if how.search else [plan.candidates[taken[name][0].candidate]] for name in fused}
    there = {
        (name, subset): fits
        for name in fused
        for subset in proper_subsets(held[name][0].modalities)
        if (fits := _there(run, name, subset, chosen[name], whole))
    }
    return Wanted(run, chosen, taken, whole, there)


def _taken(run: Ran, row: Row, how: Asked) -> tuple[Fit, ...]:
    """Return the fits of the candidate that stands for a model: of a forest's best ones, the smallest."""
    size = run.plan.growth.parts[row.model].tags.get("size") if run.plan.growth else None
    if how.search or how.candidate == "best" or size is None:
        return row.fits
    held: dict[int, list[Fit]] = {}
    for fit in run.results.fits:
        if fit.model == row.model:
            held.setdefault(fit.candidate, []).append(fit)
    best, *several = in_order([row.fits, *held.values()], run.folds)
    return tuple(smallest_as_good(run.results, best, several, size))


def _there(
    run: Ran, model: str, subset: Modalities, chosen: Sequence[Candidate], whole: Mapping[str, Row]
) -> tuple[Fit, ...]:
    """Return the fits of a model on a subset that late fusion has made already; nothing if none has."""
    plan = run.plan
    parts = plan.growth.parts if plan.growth else {}
    alike = [n for n, part in parts.items() if part.use is parts[model].use and part.tags.get("modalities") == subset]
    for name in alike:
        if len(chosen) > 1:  # searched anew, as it was there
            return whole[name].fits if name in whole else ()
        for candidate in plan.models()[name]:
            if candidate.params == {key: chosen[0].params.get(key) for key in candidate.params}:
                fits = tuple(fit for fit in run.results.fits if fit.candidate == candidate.number)
                return fits if len(fits) == run.folds and all(fit.predicted is not None for fit in fits) else ()
    return ()


def subsets_of(what: Wanted, fitted: Ran | None) -> list[Subset]:
    """Return all subsets of all models of a run, early and late.

    Parameters
    ----------
    what
        As `wanted` returns it.
    fitted
        The run that made what was missing; None where nothing was.
    """
    made = {row.model: row for row in rows(fitted.results, fitted.folds)} if fitted else {}
    lacking = STOPPED if fitted and fitted.stopped else UNFITTED
    early = [one for model in what.chosen for one in _early(what, model, made, lacking)]
    found = list(early)
    known = {one.name: one for one in late_fusions(what.run.plan)}
    for model in dict.fromkeys((*what.chosen, *known)):
        found += _late(what, model, known.get(model), [one for one in early if one.model == model])
    return found


def _early(what: Wanted, model: str, made: Mapping[str, Row], lacking: str) -> list[Subset]:
    found = [Subset(model, "early", what.chosen[model][0].modalities, what.taken[model])]
    for subset in proper_subsets(what.chosen[model][0].modalities):
        row = made.get(subset_name(model, subset))
        fits = what.there.get((model, subset)) or (row.fits if row and row.complete else ())
        failed = row.failed[0].reason if row and row.failed else lacking
        found.append(Subset(model, "early", subset, fits, "" if fits else failed))
    return found


def _late(what: Wanted, model: str, late: Late | None, early: Sequence[Subset]) -> list[Subset]:
    """Return what late fusion makes of the models of one modality: the experiment's own, or those of the ablation."""
    alone = {one.modalities[0]: one.fits for one in early if len(one.modalities) == 1 and one.fits}
    combiner: Any = Weighted()
    if late is not None:
        combiner = late.combiner
        alone = {m: what.whole[name].fits for m, name in late.members.items() if name in what.whole}
    seen = set(late.members) if late else {modality for one in early for modality in one.modalities}
    every = tuple(modality for modality in what.modalities if modality in seen)
    stopped = {m for one in early if one.reason == STOPPED for m in one.modalities if len(one.modalities) == 1}
    return [
        Subset(model, "late", subset, (), STOPPED)
        if stopped.intersection(subset) - set(alone)
        else _combined(what.run.results, model, subset, alone, combiner)
        for subset in (every, *proper_subsets(every))
    ]


def _combined(
    results: Results, model: str, subset: Modalities, alone: Mapping[str, tuple[Fit, ...]], combiner: Any
) -> Subset:
    """Return the combination of a subset; of a single modality too, so that a change is never that of a line alone."""
    missing = [m for m in subset if m not in alone]
    if missing:
        return Subset(model, "late", subset, (), f"there is no model on {missing[0]} alone")
    members = [alone[m] for m in subset]
    told = {"name": subset_name(f"{model}_late", subset), "candidate": 0, "params": {"of": ", ".join(subset)}}
    try:
        metric = next(iter(results.metrics.values()))
        fits = cross_fitted(gather(results, members), combiner, metric, members=members, **told)  # type: ignore[arg-type]
    except ValueError as error:
        return Subset(model, "late", subset, (), str(error))
    failed = [fit.reason for fit in fits if fit.predicted is None]
    return Subset(model, "late", subset, () if failed else tuple(fits), failed[0] if failed else "")


def how_made(several: Sequence[Wanted], subsets: Sequence[Subset], how: Asked) -> list[str]:
    """Say what the numbers are, and what they are not."""
    told: list[str] = []
    if how.search:
        told = ["Each subset was searched anew among all candidates."]
    elif any(one.fusion == "early" for one in subsets):
        told = ["Parameters are those that were best on all modalities: nothing was searched on a subset."]
        told += [sentence for what in several for sentence in _which(what)]
    if any(one.fusion == "late" for one in subsets):
        told.append("Late: models of one modality, combined with weights from other videos; of a single one, a line.")
    return told


def _which(what: Wanted) -> list[str]:
    """Say which candidates were taken, and where that is not the best one."""
    params = {model: describe(fits[0].params) for model, fits in what.taken.items() if fits[0].params}
    told = [f"Taken: {', '.join(f'{model} ({written})' for model, written in params.items())}."] if params else []
    metric = next(iter(what.run.results.metrics))
    for model, fits in what.taken.items():
        best = what.whole[model].fits[0].params
        if fits[0].params != best:
            here, there = (
                describe({k: one[k] for k in one if fits[0].params[k] != best[k]}) for one in (fits[0].params, best)
            )
            within = f"is within one standard error of the best, {there}, in {metric}, and is fitted in its place"
            told.append(f"{model}: {here} {within}.")
    return told


def left_out(gathered: Gathered, subsets: Sequence[Subset]) -> list[str]:
    """Name the models that were asked for and are not there, with the reason."""
    shown = {one.model for one in subsets}
    reasons = {name: "made elsewhere" for name, one in gathered.added.items() if isinstance(one, BroughtRow)}
    for run in every_run(gathered):
        members = {name for late in late_fusions(run.plan) for name in late.members.values()}
        complete = {row.model for row in rows(run.results, run.folds) if row.complete}
        parts = run.plan.growth.parts if run.plan.growth else {}
        for name, held in run.plan.models().items():
            if name in shown or name in members or parts[name].key != "models":
                continue
            seen = held[0].modalities
            looks = f"looks at {seen[0]} only" if seen else "looks at no modality"
            reasons[name] = "has not all its fits" if name not in complete else looks
    told = [f"{name} ({reason})" for name, reason in reasons.items()]
    return [f"Left out: {', '.join(told)}."] if told else []
