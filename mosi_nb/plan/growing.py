"""Plans that grow: candidates that a search asks for once it has seen how others did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mosi_nb.components import bind
from mosi_nb.components.search import Search, Tpe
from mosi_nb.components.spaces import Spaces
from mosi_nb.plan.candidates import Candidate, Recipe, made, spaces_of
from mosi_nb.plan.parts import Part
from mosi_nb.registry import find
from mosi_nb.spec import written

if TYPE_CHECKING:
    from mosi_nb.plan.plan import Plan

LONGEST = 40
"""Letters of a value that is shown."""


@dataclass(frozen=True)
class Growth:
    """What candidates are made from.

    Attributes
    ----------
    recipe
        What all models share.
    parts
        What stands in the cell for each model, by its name in the leaderboard.
    """

    recipe: Recipe
    parts: Mapping[str, Part]

    @property
    def search(self) -> Search:
        """The search, as built from its component."""
        return self.recipe.search

    def spaces(self, model: str) -> Spaces:
        """Return the values to try for a model, by parameter."""
        return spaces_of(self.recipe, self.parts[model])


def told_apart(parts: Mapping[str, Part]) -> dict[str, dict[str, str]]:
    """Return what was written, and is not searched, for models of one component that stand there more than once.

    Parameters
    ----------
    parts
        By name in the leaderboard.
    """
    fixed = {model: _fixed(part) for model, part in parts.items()}
    by_component: dict[str, list[str]] = {}
    for model, part in parts.items():
        by_component.setdefault(part.name, []).append(model)
    alike = [models for models in by_component.values() if any(fixed[one] != fixed[models[0]] for one in models)]
    return {model: fixed[model] for models in alike for model in models}


def _fixed(part: Part) -> dict[str, str]:
    component = find("model", part.name)
    given = bind(component, part.use, part.key) if component else part.use.parameters
    fixed = {name: value for name, value in given.items() if name not in part.spaces}
    told = {name: value if isinstance(value, str) else written(value) for name, value in fixed.items()}
    return {name: text if len(text) <= LONGEST else f"{text[:LONGEST]}..." for name, text in told.items()}


def grown(plan: Plan, asked: Mapping[str, Sequence[Mapping[str, Any]]]) -> Plan:
    """Return a plan with more candidates; those that it had keep their numbers, and so do its blocks.

    Parameters
    ----------
    plan
        As it was, and stays.
    asked
        By model, combinations of values.
    """
    if plan.growth is None:
        message = "a plan without a recipe does not grow"
        raise ValueError(message)
    recipe = replace(plan.growth.recipe, blocks=plan.growth.recipe.blocks.copy())
    candidates: list[Candidate] = list(plan.candidates)
    for model, chosen in asked.items():
        candidates += made(recipe, model, plan.growth.parts[model], chosen, len(candidates))
    growth = replace(plan.growth, recipe=recipe)
    return replace(plan, candidates=tuple(candidates), blocks=tuple(recipe.blocks.made), growth=growth)


def most(plan: Plan) -> dict[str, int]:
    """Return how many candidates each model may come to have."""
    now = {model: len(held) for model, held in plan.models().items()}
    growth = plan.growth
    if growth is None or not isinstance(growth.search, Tpe):
        return now
    return {model: max(growth.search.most(growth.spaces(model)), number) for model, number in now.items()}
