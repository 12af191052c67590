"""Candidates: one pipeline with one set of parameters each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from mosi_nb.components.nested import Nested
from mosi_nb.components.search import Search, SpaceError, Tpe
from mosi_nb.components.spaces import Space, Spaces
from mosi_nb.data.segments import columns_of, is_text
from mosi_nb.errors import SpecError
from mosi_nb.plan.blocks import Blocks, Features, typed
from mosi_nb.plan.parts import Part
from mosi_nb.plan.pipelines import named, refuse_bad_values, seeded


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
    blocks
        What its model sees: the last block of each chain, and its weight.
    nested
        How it is evaluated together with its family, where that can be done.
    family
        Candidates with the same family differ in nested parameters only.
    """

    number: int
    model: str
    params: Mapping[str, Any]
    pipeline: Pipeline
    modalities: tuple[str, ...]
    blocks: tuple[tuple[int, float], ...] = ()
    nested: Nested | None = None
    family: Hashable = None

    @property
    def estimator(self) -> Any:
        """The model itself, unfitted: what the features are handed to."""
        return self.pipeline.steps[-1][1]


@dataclass(frozen=True)
class Recipe:
    """What all candidates of an experiment are made from.

    Attributes
    ----------
    blocks
        The steps of the encoders.
    search
        As built from its component.
    nested
        Whether one fit may evaluate a whole grid.
    """

    blocks: Blocks
    search: Search
    nested: bool = True

    @property
    def chains(self) -> Mapping[str, Sequence[Part]]:
        """Encoders by modality."""
        return self.blocks.chains

    @property
    def seed(self) -> int:
        """Of every random choice."""
        return self.blocks.seed


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
    found = _searched(recipe, spaces_of(recipe, model), model)
    if isinstance(recipe.search, Tpe):
        _refuse_what_may_be_asked(recipe, name, model, found[0])
    return made(recipe, name, model, found, first)


def spaces_of(recipe: Recipe, model: Part) -> Spaces:
    """Return the values to try for a model: for its own parameters, and for those of the encoders."""
    spaces = dict(model.spaces)
    for modality in () if model.tags.get("raw") else _modalities_of(recipe, model):
        for step, part in named(recipe.chains[modality]):
            spaces |= {f"{modality}.{step}.{param}": space for param, space in part.spaces.items()}
    return spaces


def made(recipe: Recipe, name: str, model: Part, chosen: Sequence[Mapping[str, Any]], first: int) -> list[Candidate]:
    """Return the candidates of one model for given combinations of values.

    Parameters
    ----------
    recipe, name, model, first
        As for `candidates_of`.
    chosen
        A value for each parameter that is searched.
    """
    modalities, spaces = _modalities_of(recipe, model), spaces_of(recipe, model)
    return [
        _candidate(recipe, name, model, modalities, (first + number, one, _in_order(one, spaces)))
        for number, one in enumerate(chosen)
    ]


def _refuse_what_may_be_asked(recipe: Recipe, name: str, model: Part, first: Mapping[str, Any]) -> None:
    """Make a candidate of each value that may be asked for later, so that it is refused before the run."""
    aside = replace(recipe, blocks=recipe.blocks.copy())
    listed = [(key, value) for key, space in spaces_of(recipe, model).items() for value in space.values]
    made(aside, name, model, [{**first, key: value} for key, value in listed], 0)


def _candidate(
    recipe: Recipe,
    name: str,
    model: Part,
    modalities: tuple[str, ...],
    one: tuple[int, Mapping[str, Any], dict[str, Any]],
) -> Candidate:
    number, chosen, params = one
    estimator = model.make({key: value for key, value in chosen.items() if key in model.spaces})
    refuse_bad_values(estimator, model)
    features = _features(recipe, model, modalities, chosen, dense=not get_tags(estimator).input_tags.sparse)
    nested: Nested | None = model.tags.get("nested") if recipe.nested else None
    return Candidate(
        number,
        name,
        params,
        Pipeline([("features", features.transformer), ("model", seeded(estimator, recipe.seed))]),
        modalities,
        features.blocks,
        nested,
        (name, features.blocks, typed(chosen, without=nested.params)) if nested else number,
    )


def _features(
    recipe: Recipe, model: Part, modalities: tuple[str, ...], chosen: Mapping[str, Any], *, dense: bool
) -> Features:
    """Return what a model sees: encoded features, or with the tag `raw` the transcripts as they are."""
    if not model.tags.get("raw"):
        return recipe.blocks.features(modalities, chosen, dense=dense)
    (modality,) = modalities
    held = recipe.blocks.segments.modalities[modality]
    if not is_text(held):
        found = f"{modality} holds {columns_of(held)} columns of numbers"
        sentence = f"'{model.name}' reads the words of each segment, but {found}."
        raise SpecError.at(model.use.place, model.key, sentence, advice="Leave it out, or choose data with raw text.")
    return recipe.blocks.transcripts(modality)


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


def _in_order(chosen: Mapping[str, Any], spaces: Mapping[str, Space]) -> dict[str, Any]:
    """Return parameters in the order in which they were written; a grid sorts them by name."""
    return {name: _plain(chosen[name]) for name in spaces}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
