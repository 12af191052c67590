"""A row of the leaderboard probed: fitted once more in each fold, to predict segments that were changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mosi_nb.components.probes import AS_IT_IS, Variant
from mosi_nb.components.transformers import Transcripts
from mosi_nb.errors import NotTrainedError, SpecError
from mosi_nb.model.parts import Made, Part
from mosi_nb.results import Fit, Results
from mosi_nb.run import State
from mosi_nb.run.probe import probe, probed_plan, whole

SAME = 1e-6
"""How far the predictions of a fit that is made again may be from the first ones, in points."""


@dataclass(frozen=True)
class Probed:
    """Predictions of a row by variant.

    Attributes
    ----------
    predicted
        Fits in the order of the folds, by variant.
    apart
        How far the predictions without any change are from those of the run, at most, in points.
    """

    predicted: dict[Variant, tuple[Fit, ...]]
    apart: float

    @property
    def note(self) -> str:
        """Say that a model does not come out the same when it is fitted again; empty if it does."""
        if self.apart <= SAME:
            return ""
        return (
            f"Fitted again, the model predicts up to {self.apart:.2g} points away from the leaderboard's predictions."
        )


def probed(made: Made, results: Results, variants: Sequence[Variant], listen: Callable[[State], bool]) -> Probed:
    """Probe the parts of a row, and combine what they predict.

    Parameters
    ----------
    made
        The row, taken apart.
    results
        Whose segments its fits speak of.
    variants
        What is done to the held-out segments.
    listen
        Called with how far it is; False ends it.

    Raises
    ------
    SpecError
        If a part's features cannot be told apart by modality.
    NotTrainedError
        If it was ended.
    FitError, ClusterError
        As `probe`.
    """
    refuse_whole(made.parts)
    held: dict[str, list[Fit]] = {}
    for run, parts in made.by_run():
        plan = probed_plan(run.plan, [part.candidate for part in parts])
        with run.workers([candidate.pipeline for candidate in plan.candidates]) as prepared:
            fits = probe(plan, prepared.client, variants, listen)
        if len(fits) < len(plan.fits):
            message = f"it was asked to stop after {len(fits)} of {len(plan.fits)} fits, and nothing is shown of them."
            raise NotTrainedError(message)
        for number, part in enumerate(parts):
            held[part.name] = [fit for fit in fits if fit.candidate == number]
    predicted = {
        variant: made.together(
            results, {name: [_in_variant(fit, place) for fit in fits] for name, fits in held.items()}
        )
        for place, variant in enumerate(variants)
    }
    return Probed(predicted, max(_apart(part, held[part.name], variants) for part in made.parts))


def refuse_whole(parts: Sequence[Part]) -> None:
    """Raise for a model whose fusion is fitted as a whole.

    Raises
    ------
    SpecError
        With its name.
    """
    for part in parts:
        if whole(part.candidate, part.run.plan):
            sees = "looks at no modality" if not part.candidate.modalities else "has a fusion that is fitted as a whole"
            sentence = f"'{part.name}' {sees}: its features cannot be told apart by modality."
            raise SpecError.at(None, "name", sentence, advice="Choose a model with fusion = early, or late.")


def without_numbers(parts: Sequence[Part]) -> set[str]:
    """Return the modalities that a part reads as raw text: no noise can be added to it."""
    return {
        part.run.plan.blocks[number].modality
        for part in parts
        for number, _ in part.candidate.blocks
        if isinstance(part.run.plan.blocks[number].transformer, Transcripts)
    }


def _in_variant(fit: Fit, place: int) -> Fit:
    return replace(fit, predicted=np.asarray(fit.predicted)[place])


def _apart(part: Part, fits: Sequence[Fit], variants: Sequence[Variant]) -> float:
    place = list(variants).index(AS_IT_IS)
    return max(
        float(np.abs(np.asarray(fit.predicted)[place] - np.asarray(first.predicted)).max())
        for fit, first in zip(fits, part.fits, strict=True)
    )
