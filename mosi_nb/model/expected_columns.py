"""Whether new segments have the columns, by modality, that a fitted pipeline was trained on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
from sklearn.pipeline import Pipeline

from mosi_nb.components.ensembles import Combined
from mosi_nb.components.handed_over import HandedOver
from mosi_nb.components.transformers import PoolSteps, TakeModality
from mosi_nb.data.segments import Modality, Sequences, columns_of, is_text
from mosi_nb.errors import DataError

if TYPE_CHECKING:
    from mosi_nb.data.segments import Segments

WORDS = -1
"""In place of a number of columns: raw text."""


def refuse_other_columns(name: str, pipeline: Any, segments: Segments) -> None:
    """Refuse segments in which a modality has other columns than the pipeline was fitted on.

    Parameters
    ----------
    name
        Of the model, for the message.
    pipeline
        Fitted; what does not tell its columns is passed over, and fails by itself.
    segments
        With the modalities that it looks at.

    Raises
    ------
    DataError
        With the modality, both numbers, and what to do.
    """
    for modality, steps in _chains(pipeline):
        held, wanted = segments.modalities.get(modality), _wanted(steps)
        if held is None or wanted is None:
            continue
        found = WORDS if is_text(held) else _seen(held, steps)
        if found != wanted:
            given, trained = _told(columns_of(held), found), _told(wanted // _per_column(held, steps), wanted)
            sentence = f"{modality} is {given} here, and {name} was trained on {trained}."
            advice = f"Give the features of {modality} that it was trained on, in the same order, or train it on these."
            raise DataError.of(segments.source, sentence, advice)


def _chains(pipeline: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield each modality with the fitted steps behind it, those of an ensemble's members too."""
    if isinstance(pipeline, Combined):
        for _, member in pipeline.members:
            yield from _chains(member)
        return
    parts = [pipeline, *(pipeline.get_params(deep=True).values() if hasattr(pipeline, "get_params") else ())]
    for part in parts:
        if isinstance(part, HandedOver) and isinstance(part.fitted, Combined):
            yield from _chains(part.fitted)
        if isinstance(part, Pipeline) and isinstance(part.steps[0][1], TakeModality):
            yield part.steps[0][1].modality, [step for _, step in part.steps[1:]]


def _wanted(steps: list[Any]) -> int | None:
    """Return how many columns the first step that knows it was fitted on; None if none does."""
    for step in steps:
        if isinstance(step, CountVectorizer | HashingVectorizer):
            return WORDS
        if not isinstance(step, PoolSteps):
            return getattr(step, "n_features_in_", None)
    return None


def _seen(held: Modality, steps: list[Any]) -> int:
    """Return how many columns that step sees: pooling makes several of one."""
    return columns_of(held) * _per_column(held, steps)


def _per_column(held: Modality, steps: list[Any]) -> int:
    pools = [step for step in steps[:1] if isinstance(step, PoolSteps) and isinstance(held, Sequences)]
    return len(pools[0].statistics) if pools else 1


def _told(columns: int, seen: int) -> str:
    return "raw text" if seen == WORDS else f"{columns:,} column{'s' * (columns != 1)} of numbers"
