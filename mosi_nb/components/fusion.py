"""How modalities are combined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sklearn.pipeline import FeatureUnion, Pipeline

from mosi_nb.components.ensembles import Combiner, Greedy, Mean, Median, Stack, Weighted
from mosi_nb.registry import component

Fusion: TypeAlias = Callable[[Mapping[str, Pipeline]], FeatureUnion]
Combine: TypeAlias = Literal["weighted", "mean", "median", "greedy", "stack"]

_COMBINERS: Mapping[str, type[Combiner]] = {
    "weighted": Weighted,
    "mean": Mean,
    "median": Median,
    "greedy": Greedy,
    "stack": Stack,
}


@dataclass(frozen=True)
class Late:
    """A model for each modality, and what combines their predictions.

    Attributes
    ----------
    combiner
        Unfitted.
    early
        Whether the models of all modalities side by side are trained too.
    """

    combiner: Combiner
    early: bool


@component("fusion", "early")
def early() -> Fusion:
    """Features of all modalities side by side, one model on them.

    Returns
    -------
    function
        From the encoders by modality to one transformer.

    Examples
    --------
    >>> from sklearn.preprocessing import StandardScaler
    >>> early()({"audio": Pipeline([("scale", StandardScaler())])}).transformer_list[0][0]
    'audio'
    """
    return lambda encoders: FeatureUnion(list(encoders.items()))


@component("fusion", "late")
def late(combine: Combine = "weighted") -> Late:
    """A model for each modality, whose held-out predictions are combined.

    Parameters
    ----------
    combine
        The ensemble that combines them; its weights are learned from videos other than those it is judged on.

    Returns
    -------
    Late
        `ridge` becomes `ridge_text`, `ridge_audio`, ..., and `ridge_late` without a further fit.
    """
    return Late(_COMBINERS[combine](), early=False)


@component("fusion", "both")
def both(combine: Combine = "weighted") -> Late:
    """Early and late fusion, side by side on the leaderboard.

    Parameters
    ----------
    combine
        As of `late`.

    Returns
    -------
    Late
        As of `late`, beside `ridge` on all modalities.
    """
    return Late(_COMBINERS[combine](), early=True)
