"""Candidates: one pipeline with one set of parameters each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from mosi_nb.components.estimators import Nothing
from mosi_nb.components.fusion import Fusion
from mosi_nb.components.search import Search, SpaceError
from mosi_nb.components.spaces import Space
from mosi_nb.data.segments import Segments
from mosi_nb.errors import SpecError
from mosi_nb.plan.parts import Part
from mosi_nb.plan.pipelines import encoder, named, pipeline, refuse_bad_values, seeded


@dataclass(frozen=True)
class Candidate:
    """One pipeline with one set of parameters.

    Attributes
    ----------
    number
        Position in the plan, from 0.
    model
        Name of its model in the leaderboard.
    params
        The parameters that tell it from the model's other candidates.
    pipeline
        Unfitted, from segments to predicted sentiment.
    modalities
        Those that it looks at.
    """

    number: int
    model: str
    params: Mapping[str, Any]
    pipeline: Pipeline
    modalities: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """What all candidates of an experiment are made from.

    Attributes
    ----------
    segments
        The data.
    chains
        Encoders by modality.
    fusion, search
        As built from their components.
    seed
        Of every random choice.
    """

    segments: Segments
    chains: Mapping[str, Sequence[Part]]
    fusion: Fusion
    search: Search
    seed: int


def candidates_of(recipe: Recipe, name: str, model: Part, first: int) -> list[Candidate]:
    """Return the candidates of one model, in the order of the search.

    Parameters
    ----------
    recipe
        What all models share.
    name
        The model's name in the leaderboard.
    model
        The model.
    first
        Number of the first candidate.

    Raises
    ------
    SpecError
        If a value is refused by the component or by scikit-learn.
    """
    modalities = _modalities_of(recipe, model)
    spaces = dict(model.spaces)
    for modality in modalities:
        for step, part in named(recipe.chains[modality]):
            spaces |= {f"{modality}.{step}.{param}": space for param, space in part.spaces.items()}
    combinations = _searched(recipe, spaces, model)
    built = [_pipeline(recipe, model, modalities, chosen) for chosen in combinations]
    return [
        Candidate(first + n, name, _in_order(chosen, spaces), whole, modalities)
        for n, (chosen, whole) in enumerate(zip(combinations, built, strict=True))
    ]


def _searched(recipe: Recipe, spaces: Mapping[str, Space], model: Part) -> list[dict[str, Any]]:
    """Return the combinations to try; a space that does not suit the search is told with its place."""
    try:
        return recipe.search(spaces, recipe.seed)
    except SpaceError as error:
        part, param = model, error.param
        if param not in model.spaces:
            modality, step, param = error.param.split(".", 2)
            part = dict(named(recipe.chains[modality]))[step]
        sentence, _, advice = str(error).partition("\n")
        raise SpecError.at(part.places[param], part.key, sentence, advice=advice) from None


def _modalities_of(recipe: Recipe, model: Part) -> tuple[str, ...]:
    wanted = () if model.tags.get("blind") else model.tags.get("modalities", tuple(recipe.chains))
    missing = [m for m in wanted if m not in recipe.chains]
    if missing:
        sentence = f"'{model.name}' looks at {missing[0]}, which this experiment leaves out."
        raise SpecError.at(model.use.place, model.key, sentence, advice=f"Add {missing[0]} to modalities.")
    return tuple(wanted)


def _pipeline(recipe: Recipe, model: Part, modalities: Sequence[str], chosen: Mapping[str, Any]) -> Pipeline:
    estimator = model.make({key: value for key, value in chosen.items() if key in model.spaces})
    refuse_bad_values(estimator, model)
    if not modalities:
        return seeded(Pipeline([("features", Nothing()), ("model", estimator)]), recipe.seed)
    dense = not get_tags(estimator).input_tags.sparse
    encoders = {m: encoder(m, recipe.segments.modalities[m], recipe.chains[m], chosen, dense=dense) for m in modalities}
    return pipeline(encoders, recipe.fusion, estimator, recipe.seed)


def _in_order(chosen: Mapping[str, Any], spaces: Mapping[str, Space]) -> dict[str, Any]:
    """Return parameters in the order in which they were written; a grid sorts them by name."""
    return {name: _plain(chosen[name]) for name in spaces}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
