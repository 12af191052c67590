"""Ablation: the models of a plan on fewer modalities. Nothing is fitted here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from mosi_nb.errors import SpecError
from mosi_nb.plan.candidates import Candidate, made, spaces_of
from mosi_nb.plan.combinations import FEWEST, Combination, is_fused
from mosi_nb.plan.growing import Growth
from mosi_nb.plan.parts import Part
from mosi_nb.spec import Spec, Use, written

if TYPE_CHECKING:
    from mosi_nb.plan.plan import Plan

WORDS = ("modalities", "none")
CANDIDATES = ("small", "best")


@dataclass(frozen=True)
class Asked:
    """What `ablate` asks for.

    Attributes
    ----------
    search
        Whether each subset is searched anew.
    candidate
        Which one stands for a model where it is not: `small`, the smallest of those that are about as good as the
        best and differ from it in their size alone; or `best`.
    """

    search: bool = False
    candidate: str = "small"


@dataclass(frozen=True)
class Late:
    """Models of one modality each, and what combines their predictions.

    Attributes
    ----------
    name
        Of the model that was written.
    members
        Name of the model by modality.
    combiner
        Unfitted.
    """

    name: str
    members: Mapping[str, str]
    combiner: Any


def asked_for(spec: Spec) -> Asked | None:
    """Return what the key `ablate` asks for; None for nothing.

    Raises
    ------
    SpecError
        For an unknown word or parameter.

    Examples
    --------
    >>> asked_for(Spec(ablate=(Use("modalities", parameters={"search": Use("on")}, called=True),)))
    Asked(search=True, candidate='small')
    """
    asked: Asked | None = None
    for use in spec.ablate or ():
        if use.name not in WORDS:
            raise SpecError.unknown(use.place, "ablate", "thing to leave out", use.name, WORDS)
        known = ("search", "candidate") if use.name == "modalities" else ()
        for name in use.parameters:
            if name not in known:
                raise SpecError.unknown(use.places.get(name), "ablate", f"parameter of '{use.name}'", name, known)
        if use.arguments:
            sentence = f"'{use.name}' takes its values by name."
            raise SpecError.at(use.place, "ablate", sentence, advice="For example: modalities(search=on).")
        if use.name == "modalities":
            asked = Asked(_switched_on(use), _candidate(use))
    return asked


def _switched_on(use: Use) -> bool:
    value = use.parameters.get("search", "off")
    word = value.name if isinstance(value, Use) else value
    known = {"on": True, "off": False, True: True, False: False}
    if not isinstance(word, str | bool) or word not in known:
        sentence = f"'search' of '{use.name}' wants on or off, found {written(value)}."
        raise SpecError.at(use.places.get("search", use.place), "ablate", sentence)
    return known[word]


def _candidate(use: Use) -> str:
    value = use.parameters.get("candidate", CANDIDATES[0])
    word = value.name if isinstance(value, Use) else value
    if word not in CANDIDATES:
        place = use.places.get("candidate", use.place)
        raise SpecError.unknown(place, "ablate", "candidate that stands for a model", written(value), CANDIDATES)
    return str(word)


def refuse_no_ablation(spec: Spec, models: Sequence[Part], modalities: Sequence[str]) -> None:
    """Refuse to leave modalities out where that leaves nothing to compare.

    Raises
    ------
    SpecError
        For an unknown word, for a single modality, and where no model looks at several.
    """
    if asked_for(spec) is None:
        return
    place = spec.ablate[0].place if spec.ablate else None
    if len(modalities) < FEWEST:
        sentence = f"ablate = modalities leaves modalities out in turn, and there is only one: {modalities[0]}."
        raise SpecError.at(place, "ablate", sentence, advice="Leave the line out, or add modalities.")
    if not any(is_fused(part) for part in models):
        sentence = "no model looks at several modalities: there is nothing to leave out."
        raise SpecError.at(place, "ablate", sentence, advice="Add one, such as ridge, or leave the line out.")


def fused_models(plan: Plan) -> list[str]:
    """Return the names of the models that look at all modalities there are, baselines left out."""
    if plan.growth is None:
        return []
    held = plan.models()
    return [
        name
        for name, part in plan.growth.parts.items()
        if is_fused(part) and name in held and len(held[name][0].modalities) >= FEWEST
    ]


def late_fusions(plan: Plan) -> list[Late]:
    """Return the models of one modality each that late fusion combines."""
    if plan.growth is None:
        return []
    found = [_late(plan, one, plan.growth) for one in plan.combinations]
    return [one for one in found if one is not None]


def _late(plan: Plan, one: Combination, growth: Growth) -> Late | None:
    parts = [growth.parts.get(member) for member in one.members]
    seen = {
        part.tags["modalities"][0]: member
        for part, member in zip(parts, one.members, strict=True)
        if part is not None and len(part.tags.get("modalities", ())) == 1
    }
    alike = len({id(part.use) for part in parts if part is not None}) == 1
    is_late = len(one.members) >= FEWEST and len(seen) == len(one.members) == len(plan.spec.modalities or ())
    return Late(one.name.removesuffix("_late"), seen, one.combiner) if is_late and alike else None


def proper_subsets(modalities: Sequence[str]) -> list[tuple[str, ...]]:
    """Return all subsets but the empty one and the whole, the smallest first.

    Examples
    --------
    >>> proper_subsets(["text", "audio"])
    [('text',), ('audio',)]
    """
    return [one for size in range(1, len(modalities)) for one in combinations(modalities, size)]


def ablation_plan(
    plan: Plan, chosen: Mapping[str, Sequence[Candidate]], there: Collection[tuple[str, tuple[str, ...]]] = ()
) -> Plan:
    """Return the plan that fits models on fewer modalities, over the same folds.

    Blocks are those of the plan: each is fitted once a fold, whatever subset it is part of.

    Parameters
    ----------
    plan
        Of the models on all modalities.
    chosen
        By model, the candidates whose parameters are fitted on each subset; parameters of encoders
        that a subset leaves out go with them.
    there
        Models and subsets that need no fit.

    Returns
    -------
    Plan
        Its models are named as late fusion names them: `ridge_text_audio`.
    """
    if plan.growth is None:
        message = "a plan without a recipe has nothing to make candidates from"
        raise ValueError(message)
    recipe = replace(plan.growth.recipe, blocks=plan.growth.recipe.blocks.copy())
    candidates: list[Candidate] = []
    for model, held in chosen.items():
        part = plan.growth.parts[model]
        for subset in proper_subsets(held[0].modalities):
            if (model, subset) in there:
                continue
            fewer = replace(part, tags={**part.tags, "modalities": subset})
            spaces = spaces_of(recipe, fewer)
            distinct: list[dict[str, Any]] = []
            for candidate in held:
                params = {name: candidate.params[name] for name in spaces}
                distinct += [params] if params not in distinct else []
            candidates += made(recipe, subset_name(model, subset), fewer, distinct, len(candidates))
    return replace(
        plan,
        candidates=tuple(candidates),
        blocks=tuple(recipe.blocks.made),
        combinations=(),
        baselines=(),
        growth=None,
    )


def subset_name(model: str, modalities: Sequence[str]) -> str:
    """Return the name of a model on a subset.

    Examples
    --------
    >>> subset_name("ridge", ("text", "audio"))
    'ridge_text_audio'
    """
    return "_".join((model, *modalities))
