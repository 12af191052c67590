"""Probes: a model is fitted once in each fold, and predicts its held-out segments in many variants.

A probe is carried out as a run is, by the same thread, workers and blocks; what comes back is one array of
predictions a fold, of shape (n_variants, n_held_out), never a score.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from mosi_nb.components.fitting import fit_from
from mosi_nb.components.predictions import checked_predictions
from mosi_nb.components.probes import AS_IT_IS, Variant, missing_value, varied, with_missing
from mosi_nb.data.segments import Modality
from mosi_nb.plan import Candidate, Plan
from mosi_nb.results import Fit, Fold, Vector
from mosi_nb.run.alone import quiet
from mosi_nb.run.events import Finished, State
from mosi_nb.run.fit import Outcome, Unit, apart, texts_of
from mosi_nb.run.memo import Encoded, Memo, beside, memo_of, weighted
from mosi_nb.run.run import run
from mosi_nb.run.trial import failure
from mosi_nb.run.work import Family, Work, work_of

if TYPE_CHECKING:
    from distributed import Client


@dataclass(eq=False)
class ProbeWork(Work):
    """What a worker needs to probe the candidates of a plan.

    Attributes
    ----------
    variants
        In which each of them predicts.
    missing
        By modality, a segment in which it is missing; those of which a variant makes use.
    seed
        Of all random choices.
    """

    variants: tuple[Variant, ...] = (AS_IT_IS,)
    missing: Mapping[str, Modality] = field(default_factory=dict)
    seed: int = 0


class ProbeMemo(Memo):
    """Blocks whose held-out rows have the missing segment behind them: encoders make of it what they do."""

    work: ProbeWork

    def _raw(self, rows: Fold, modality: str) -> Encoded:
        if modality not in self.work.missing:  # nobody asks what becomes of it: any row will do
            return super()._raw(replace(rows, held_out=np.append(rows.held_out, rows.held_out[:1])), modality)
        raw = super()._raw(rows, modality)
        return replace(raw, held_out=with_missing(raw.held_out, self.work.missing[modality]))


def probe(
    plan: Plan,
    client: Client,
    variants: Sequence[Variant],
    listen: Callable[[State], bool] = lambda _: True,
) -> list[Fit]:
    """Fit each candidate in each fold, and let it predict in each variant.

    Parameters
    ----------
    plan
        Of the candidates to probe, as `probed_plan` makes it.
    client
        The cluster.
    variants
        What is done to the held-out segments.
    listen
        Called with how far it is; False ends it.

    Returns
    -------
    list of Fit
        One a candidate and fold, `predicted` of shape (n_variants, n_held_out); fewer if it was ended.

    Raises
    ------
    FitError
        If a fit or a prediction fails: model and fold are named.
    ClusterError
        If the cluster is lost.
    """
    wanted = {variant.modality for variant in variants if variant.kind == "missing"}
    held = {name: one for name, one in plan.pooled.modalities.items() if name in wanted}
    missing = {name: missing_value(one, plan.pools.get(name)) for name, one in held.items()}
    work = ProbeWork(**vars(work_of(plan)), variants=tuple(variants), missing=missing, seed=plan.spec.seed or 0)
    state = State(len(plan.fits))
    with closing(run(plan, client, work=work, each=probe_unit)) as events:
        for event in events:
            state.take(event)
            for fit in event.fits if isinstance(event, Finished) else ():
                if fit.predicted is None:
                    raise failure(fit, plan.candidates[fit.candidate], str(fit.fold))
            if not listen(state):
                break
    return sorted(state.fits, key=lambda fit: (fit.candidate, fit.fold.repeat, fit.fold.number))


def probed_plan(plan: Plan, candidates: Sequence[Candidate]) -> Plan:
    """Return the plan of a probe: some candidates of a plan, each by itself, on its folds.

    A probe takes longer than its fit, so the limit of a fit does not hold for it.
    """
    alone = tuple(replace(one, number=n, nested=None, family=n) for n, one in enumerate(candidates))
    spec = replace(plan.spec, fit_limit=None, checkpoint=None)
    return replace(plan, spec=spec, candidates=alone, combinations=(), baselines=(), growth=None)


def whole(candidate: Candidate, plan: Plan) -> bool:
    """Tell whether a candidate's features cannot be told apart by modality: its fusion is fitted as a whole."""
    return any(not plan.blocks[number].modality for number, _ in candidate.blocks)


def probe_unit(work: Work, unit: Unit, limit: float | None = None) -> list[Outcome]:
    """Probe the candidates of a family on a fold, on a worker."""
    if work.memo is None:
        work.memo = ProbeMemo(work)
    return apart(work, work.families[unit.family].only(unit.only), unit, limit, one=_probed)


def _probed(work: Work, family: Family, unit: Unit, number: int) -> Outcome:
    with quiet() as caught:
        memo = memo_of(work)
        with memo.lock:
            parts = [(memo.block(unit.fold, n), weight, memo.blocks[n].modality) for n, weight in family.blocks]
        rows, clock = work.folds[unit.fold], time.perf_counter()
        train = beside([weighted(one.train, weight) for one, weight, _ in parts])
        make = partial(clone, memo.model(family.model)[0][number])
        estimator = fit_from(
            make, train, work.segments.sentiment[rows.train], work.segments.video_ids[rows.train], None
        )
        fit_seconds = time.perf_counter() - clock
        predict = partial(_predicted, estimator, work, parts, rows)
        plain, seen = predict(AS_IT_IS), {modality for _, _, modality in parts}
        # what is done to a modality that it does not look at changes nothing
        predicted = np.stack([predict(one) if one.modality in seen else plain for one in work.variants])  # type: ignore[attr-defined]  # of a ProbeWork
    predict_seconds = time.perf_counter() - clock - fit_seconds
    return Outcome(number, unit.fold, predicted, fit_seconds, predict_seconds, texts_of(caught))


def _predicted(
    estimator: Any, work: Any, parts: Sequence[tuple[Encoded, float, str]], rows: Fold, variant: Variant
) -> Vector:
    found = []
    for one, weight, modality in parts:
        how = variant if modality == variant.modality else AS_IT_IS
        found.append(weighted(varied(one.held_out, one.train, how, rows, work.seed), weight))
    return checked_predictions(estimator.predict(beside(found)), len(rows.held_out))
