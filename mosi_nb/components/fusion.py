"""How modalities are combined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sklearn.pipeline import FeatureUnion, Pipeline

from mosi_nb.registry import component

Fusion: TypeAlias = Callable[[Mapping[str, Pipeline]], FeatureUnion]


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
