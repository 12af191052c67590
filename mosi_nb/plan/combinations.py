"""What is combined of the predictions of models: late fusion, ensembles, tuned thresholds. Nothing is fitted here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mosi_nb.components import bind, build, lookup
from mosi_nb.components.build import Namespace
from mosi_nb.components.fusion import Late
from mosi_nb.components.thresholds import BOUNDARIES, Thresholds
from mosi_nb.errors import Place, SpecError
from mosi_nb.plan.parts import Part, part_of
from mosi_nb.plan.pipelines import seeded
from mosi_nb.registry import Component
from mosi_nb.spec import Spec, Use, Value, written

FEWEST = 2
"""Members of an ensemble."""


@dataclass(frozen=True)
class Combination:
    """A row of the leaderboard that is computed from the predictions of others.

    Attributes
    ----------
    name
        In the leaderboard.
    members
        Names of the models that it combines.
    combiner
        Unfitted; see `components/ensembles.py`.
    metric
        Name of the metric that it is tuned for; empty for the one that ranks.
    """

    name: str
    members: tuple[str, ...]
    combiner: Any
    metric: str = ""


def by_modality(
    models: Sequence[tuple[str, Part]], late: Late | None, modalities: Sequence[str], place: Place | None
) -> tuple[list[tuple[str, Part]], list[Combination]]:
    """Return the models of each modality that late fusion asks for, and what combines them.

    Parameters
    ----------
    models
        As they were written, with their names.
    late
        None for early fusion, which leaves the models as they are.
    modalities
        Those of the experiment.
    place
        Of the key `fusion` in the cell.

    Raises
    ------
    SpecError
        If there is one modality only.
    """
    if late is None:
        return list(models), []
    if len(modalities) < FEWEST:
        sentence = f"late fusion combines modalities, and there is only one: {modalities[0]}."
        raise SpecError.at(place, "fusion", sentence, advice="Write fusion = early, or add modalities.")
    found: list[tuple[str, Part]] = []
    combinations = []
    for name, part in models:
        if not is_fused(part):
            found.append((name, part))
            continue
        apart = [(f"{name}_{m}", replace(part, tags={**part.tags, "modalities": (m,)})) for m in modalities]
        found += [(name, part), *apart] if late.early else apart
        combinations.append(Combination(f"{name}_late", tuple(one for one, _ in apart), late.combiner))
    return found, combinations


def is_fused(part: Part) -> bool:
    """Tell whether a model looks at whatever modalities there are, and is no baseline."""
    tags = part.tags
    return part.key == "models" and not (tags.get("baseline") or tags.get("blind") or tags.get("modalities"))


def ensembles_of(spec: Spec, models: Sequence[tuple[str, Part]], namespace: Namespace) -> list[Combination]:
    """Return the ensembles that the key `ensemble` asks for.

    Parameters
    ----------
    spec
        What was asked for.
    models
        All models of the plan, with their names.
    namespace
        The notebook's variables.

    Raises
    ------
    SpecError
        For an unknown ensemble or member, and for an ensemble of one.
    """
    uses = [use for use in spec.ensemble or () if use != Use("none")]
    combiners = [combiner_of(use, namespace, spec.seed or 0) for use in uses]
    usual, known = usual_members(models), [name for name, _ in models]
    return [
        Combination(use.name, members_of(use, usual, known), combiner)
        for use, combiner in zip(uses, combiners, strict=True)
    ]


def usual_members(models: Sequence[tuple[str, Part]]) -> list[str]:
    """Return who is combined where nobody says it: no baselines, and of early and late fusion the early models."""
    asked = [(name, part) for name, part in models if part.key == "models" and not part.tags.get("baseline")]
    whole = [name for name, part in asked if not _is_apart(name, part)]
    return whole if len(whole) >= FEWEST or len(whole) == len(asked) else [name for name, _ in asked]


def _is_apart(name: str, part: Part) -> bool:
    """Tell whether a model is late fusion's, of one modality."""
    seen = part.tags.get("modalities", ())
    return len(seen) == 1 and name.endswith(f"_{seen[0]}")


def combiner_of(use: Use, namespace: Namespace, seed: int) -> Any:
    """Build the ensemble that a use means: a component, or an estimator of the notebook.

    Raises
    ------
    SpecError
        If nobody knows it, or a value is refused.
    """
    _named_members(use)  # refused here, in words of its own
    found = lookup(use, "ensemble", "ensemble", namespace)
    if not isinstance(found, Component):
        # An estimator of the notebook needs to know nothing of its members.
        own = {name: value for name, value in use.parameters.items() if name != "members"}
        return seeded(_one_of(part_of(replace(use, parameters=own), "ensemble", "ensemble", namespace)), seed)
    given: dict[str, Any] = bind(found, use, "ensemble")
    for name in found.tags.get("models", ()):
        if isinstance(given.get(name), Use):
            given[name] = _model_of(given[name], namespace)
    if isinstance(given.get("members"), list):
        given["members"] = [member.name if isinstance(member, Use) else member for member in given["members"]]
    return seeded(build(found, use, "ensemble", given), seed)


def _named_members(use: Use) -> list[Value]:
    """Return the members that are written for an ensemble; none where nothing is.

    Raises
    ------
    SpecError
        If they are no list.
    """
    members = use.parameters.get("members") or []
    if not isinstance(members, list):
        sentence = f"'members' of '{use.name}' wants a list of models, found {written(members)}."
        place = use.places.get("members", use.place)
        raise SpecError.at(place, "ensemble", sentence, advice="For example: members=[ridge, svr].")
    return members


def _one_of(part: Part) -> Any:
    """Make what stands on predictions; nothing is searched there."""
    if part.spaces:
        sentence = f"'{next(iter(part.spaces))}' of '{part.name}' has several values to try; here nothing is searched."
        raise SpecError.at(part.use.place, part.key, sentence, advice="Give it one value.")
    return part.make({})


def _model_of(use: Use, namespace: Namespace) -> Any:
    part = part_of(use, "ensemble", "model", namespace)
    if part.tags.get("modalities") or part.tags.get("blind") or part.tags.get("raw"):
        sentence = f"'{part.name}' cannot stand on predictions: it looks at certain modalities, or at none."
        raise SpecError.at(use.place, "ensemble", sentence, advice="For example: stack(ridge).")
    return _one_of(part)


def members_of(use: Use, usual: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the models that an ensemble combines.

    Parameters
    ----------
    use
        Whose parameter `members` may name them, as a list.
    usual
        Who is combined where nobody is named.
    known
        Every name that may be written.

    Raises
    ------
    SpecError
        For an unknown name, one that is there twice, and fewer than two.
    """
    place = use.places.get("members", use.place)
    members = [member.name if isinstance(member, Use) else str(member) for member in _named_members(use)]
    for number, name in enumerate(members):
        if name not in known:
            raise SpecError.unknown(place, "ensemble", f"member of '{use.name}'", name, known)
        if name in members[:number]:
            raise SpecError.at(place, "ensemble", f"'{name}' is a member of '{use.name}' twice.")
    members = members or list(usual)
    if len(members) < FEWEST:
        there = f"there is only one: {members[0]}" if members else "there is none"
        sentence = f"'{use.name}' combines models, and {there}."
        advice = "Add models, name baselines too (members=[...]), or leave the ensemble out."
        raise SpecError.at(place, "ensemble", sentence, advice=advice)
    return tuple(members)


def tuned(spec: Spec, models: Sequence[tuple[str, Part]]) -> list[Combination]:
    """Return what the key `thresholds` asks for: each model once more, tuned for each metric that is named.

    Raises
    ------
    SpecError
        For a metric that knows no classes.
    """
    return [
        thresholds_of(use, name)
        for use in spec.thresholds or ()
        if use != Use("none")
        for name in usual_members(models)
    ]


def thresholds_of(use: Use, model: str) -> Combination:
    """Return a model's predictions, with thresholds tuned for a metric.

    Raises
    ------
    SpecError
        For a metric that knows no classes.
    """
    if use.name not in BOUNDARIES:
        raise SpecError.unknown(use.place, "thresholds", "metric that has thresholds", use.name, BOUNDARIES)
    return Combination(f"{model}_{use.name}", (model,), Thresholds(BOUNDARIES[use.name]), use.name)
