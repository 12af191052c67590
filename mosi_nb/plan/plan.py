"""The plan: what will be fitted, on which rows. Nothing is fitted here."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from mosi_nb.components import build, lookup
from mosi_nb.components.build import Namespace, located
from mosi_nb.components.fusion import Late, early
from mosi_nb.components.locked import Locked
from mosi_nb.components.spaces import Spaces
from mosi_nb.components.transformers import PoolSteps
from mosi_nb.data import fingerprint_of
from mosi_nb.data.segments import Segments
from mosi_nb.errors import Place, SpecError
from mosi_nb.plan.ablation import refuse_no_ablation
from mosi_nb.plan.blocks import Block, Blocks
from mosi_nb.plan.candidates import Candidate, Recipe, candidates_of
from mosi_nb.plan.checks import refuse_errors
from mosi_nb.plan.combinations import Combination, by_modality, ensembles_of, tuned
from mosi_nb.plan.defaults import completed, metrics_of, modalities_of
from mosi_nb.plan.growing import Growth, told_apart
from mosi_nb.plan.not_yet import refuse_not_yet
from mosi_nb.plan.parts import Part, part_of
from mosi_nb.plan.pipelines import check_chain, unique
from mosi_nb.plan.pooling import fixed_pools, pooled_once, pooling_notes
from mosi_nb.plan.variables import with_variables
from mosi_nb.registry import Component
from mosi_nb.results import Fold, Metric
from mosi_nb.spec import OFF, Spec, Use, seconds_of


@dataclass(frozen=True)
class Plan:
    """A list of fits, and what they are for.

    Attributes
    ----------
    spec
        The experiment with every default filled in.
    segments
        All rows of the data.
    candidates
        In the order of the models; baselines come first.
    folds
        Over the rows that are not locked.
    locked
        The rows that are kept for one last evaluation.
    metrics
        By name; the first ranks.
    baselines
        Names of the models that are there to compare with.
    pools
        By modality, the pool with which every candidate begins.
    blocks
        The distinct steps of the encoder chains, by number.
    combinations
        Rows of the leaderboard that are computed from the predictions of others.
    growth
        What further candidates are made from, where the search asks for some.
    """

    spec: Spec
    segments: Segments
    candidates: tuple[Candidate, ...]
    folds: tuple[Fold, ...]
    locked: Locked
    metrics: Mapping[str, Metric]
    baselines: tuple[str, ...]
    pools: Mapping[str, PoolSteps] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    combinations: tuple[Combination, ...] = ()
    growth: Growth | None = None

    @cached_property
    def families(self) -> tuple[tuple[Candidate, ...], ...]:
        """Candidates that one fit evaluates together, in the order of their first ones."""
        families: dict[Hashable, list[Candidate]] = {}
        for candidate in self.candidates:
            families.setdefault(candidate.family, []).append(candidate)
        return tuple(tuple(family) for family in families.values())

    @cached_property
    def fits(self) -> list[tuple[Candidate, Fold]]:
        """Every fit: by repeat, then by fold, then by candidate, so that all models fill up alike."""
        return [(candidate, fold) for fold in self.folds for candidate in self.candidates]

    @property
    def fit_limit(self) -> float | None:
        """Most seconds for one fit; None where there is no limit."""
        return seconds_of(self.spec.fit_limit) if self.spec.fit_limit else None

    @cached_property
    def pooled(self) -> Segments:
        """The segments as they go to the workers: sequences pooled once, so that no fit does it again."""
        return replace(pooled_once(self.segments, self.pools), beside={})  # for people, not for workers

    @cached_property
    def fingerprint(self) -> str:
        """A hash of segments, sentiment and folds: runs with the same one can be compared."""
        digest = hashlib.sha256(fingerprint_of(replace(self.segments, modalities={})).encode())
        for fold in self.folds:
            for rows in (fold.train, fold.held_out):
                digest.update("\n".join(sorted(self.segments.segment_ids[rows])).encode() + b"\0")
        return digest.hexdigest()

    @property
    def spaces(self) -> dict[str, Spaces]:
        """The values to try of each model, by parameter."""
        return {model: self.growth.spaces(model) for model in self.models()} if self.growth else {}

    @cached_property
    def fixed(self) -> dict[str, dict[str, str]]:
        """What was written for models of one component that stand there more than once, by name."""
        return told_apart(self.growth.parts) if self.growth else {}

    def models(self) -> dict[str, list[Candidate]]:
        """Return the candidates by model."""
        by_name: dict[str, list[Candidate]] = {}
        for candidate in self.candidates:
            by_name.setdefault(candidate.model, []).append(candidate)
        return by_name


def make_plan(
    spec: Spec,
    segments: Segments,
    namespace: Namespace,
    *,
    like: Plan | None = None,
    taken: Sequence[str] = (),
    suffix: str = "",
) -> Plan:
    """Look every name up, check every value and lay out the fits.

    Parameters
    ----------
    spec
        What was asked for.
    segments
        The data that it names.
    namespace
        The notebook's variables.
    like
        A plan over the same segments whose folds and locked rows are taken.
    taken, suffix
        Names that no model may have, and what is added to one that is the same.

    Raises
    ------
    SpecError
        For whatever cannot be meant, with its line.
    """
    refuse_not_yet(spec)
    seed = spec.seed or 0
    modalities = modalities_of(spec, segments)
    metrics = metrics_of(spec, namespace, segments.scale)
    notes = pooling_notes(segments.only(modalities), {m: getattr(spec, m) for m in modalities})
    spec = completed(spec, segments, modalities, tuple(metrics))
    segments = replace(segments.only(modalities), notes=(*segments.notes, *notes))
    chains = {m: _chain(spec, m, segments, namespace) for m in modalities}
    fusion = _built(spec, "fusion", {})
    late = fusion if isinstance(fusion, Late) else None
    named = _models(spec, namespace, taken, suffix)
    refuse_no_ablation(spec, [part for _, part in named], modalities)
    models, combinations = by_modality(named, late, modalities, _place(spec, "fusion"))
    combinations += [*ensembles_of(spec, models, namespace), *tuned(spec, models)]
    blocks = Blocks(segments, chains, early() if late else fusion, seed)
    recipe = Recipe(blocks, _built(spec, "search", {}), nested=spec.nested != OFF)
    candidates = _candidates(recipe, models)
    baselines = [name for name, part in models if part.key == "baselines" or part.tags.get("baseline")]
    locked, folds = (like.locked, like.folds) if like else _held_out(spec, segments, namespace)
    plan = Plan(
        spec,
        segments,
        tuple(candidates),
        folds,
        locked,
        metrics,
        tuple(baselines),
        fixed_pools(segments, chains),
        tuple(blocks.made),
        _with_own_names(combinations, [name for name, _ in models]),
        Growth(recipe, dict(models)),
    )
    refuse_errors(plan)
    return plan


def _candidates(recipe: Recipe, models: Sequence[tuple[str, Part]]) -> list[Candidate]:
    """Return the candidates of all models, numbered through."""
    candidates: list[Candidate] = []
    for name, part in models:
        with located(part.use.place, part.key):
            candidates += candidates_of(recipe, name, part, len(candidates))
    return candidates


def _held_out(spec: Spec, segments: Segments, namespace: Namespace) -> tuple[Locked, tuple[Fold, ...]]:
    """Return the rows that are locked away, and the folds over the others."""
    seed = spec.seed or 0
    with located(_place(spec, "test"), "test"):
        locked: Locked = _built(spec, "test", namespace)(segments, seed)
    with located(_place(spec, "folds"), "folds"):
        folds = _built(spec, "folds", namespace)(segments, locked.train, seed)
    return locked, tuple(folds)


def _with_own_names(combinations: Sequence[Combination], models: Sequence[str]) -> tuple[Combination, ...]:
    names = unique([*models, *(one.name for one in combinations)])[len(models) :]
    return tuple(replace(one, name=name) for one, name in zip(combinations, names, strict=True))


def _place(spec: Spec, key: str) -> Place | None:
    place: Place | None = getattr(spec, key).place
    return place or spec.places.get(key)


def _chain(spec: Spec, modality: str, segments: Segments, namespace: Namespace) -> list[Part]:
    uses: tuple[Use, ...] = getattr(spec, modality)
    parts = [part_of(use, modality, "encoder", namespace) for use in uses]
    check_chain(modality, segments.modalities[modality], parts)
    return parts


def _built(spec: Spec, key: str, namespace: Namespace) -> Any:
    """Build the component of a key that takes exactly one."""
    use: Use = getattr(spec, key)
    component = lookup(use, key, key, {})
    if not isinstance(component, Component):  # pragma: no cover -- nothing else is found in an empty namespace
        raise SpecError.at(use.place, key, f"'{use.name}' is no component.")
    return build(component, use, key, with_variables(component, use, key, namespace))


def _models(spec: Spec, namespace: Namespace, taken: Sequence[str], suffix: str) -> list[tuple[str, Part]]:
    """Return baselines and models with names of their own, in that order."""
    listed = [("baselines", use) for use in spec.baselines or () if use != Use("none")]
    listed += [("models", use) for use in spec.models or ()]
    parts = [part_of(use, key, "model", namespace) for key, use in listed]
    names = [f"{part.name}_{suffix}" if part.name in taken else part.name for part in parts]
    return list(zip(unique([*taken, *names])[len(taken) :], parts, strict=True))


def held_out_videos(plan: Plan, fold: Fold) -> list[str]:
    """Return the ids of a fold's held-out videos, sorted."""
    return [str(video) for video in np.unique(plan.segments.video_ids[fold.held_out])]
