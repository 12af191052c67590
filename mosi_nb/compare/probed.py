"""What a fitted model makes of segments that were changed: permutation importance, robustness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pandas as pd

from mosi_nb.compare.changes import Paired
from mosi_nb.components.probes import AS_IT_IS, Variant
from mosi_nb.results import Fit, Metric, Results
from mosi_nb.spec import MODALITIES

Predicted: TypeAlias = Mapping[Variant, Sequence[Fit]]
"""Fits of one model by variant: the same folds, other predictions."""


def importance_frame(results: Results, predicted: Predicted, metric: Metric, modalities: Sequence[str]) -> pd.DataFrame:
    """Return how much the score of a model changes when a modality is permuted, one row a modality.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    predicted
        As it is, and permuted.
    metric
        What is measured.
    modalities
        Those of the experiment; one that the model does not look at changes nothing.

    Returns
    -------
    DataFrame
        `modality, change, low, high, score, permuted, repeats, verdict`, what matters most first. The change is the
        mean score of the permuted minus the score as it is.

    References
    ----------
    Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.
    Gregorutti, B., Michel, B. and Saint-Pierre, P. (2015). Grouped variable importance with random forests and
    application to multiple functional data analysis. Computational Statistics & Data Analysis 90, 15-35.
    """
    paired, before = Paired(results, metric, list(predicted.values())), predicted[AS_IT_IS]
    records = []
    for modality in modalities:
        held = [fits for one, fits in predicted.items() if one.modality == modality]
        after = held or [before]
        change = paired.change(after, [before])
        scores = paired.score(before), paired.score(*after)
        records.append((modality, change.value, change.low, change.high, *scores, len(held), change.verdict))
    columns = ["modality", "change", "low", "high", "score", "permuted", "repeats", "verdict"]
    frame = pd.DataFrame(records, columns=columns)
    return frame.sort_values("change", ascending=metric.larger_is_better, kind="stable", ignore_index=True)


def robustness_frame(results: Results, predicted: Predicted, metric: Metric) -> pd.DataFrame:
    """Return the score of a model when a modality is missing or noisy in a share of the held-out segments.

    Parameters
    ----------
    results, metric
        As for `importance_frame`.
    predicted
        As it is, and disturbed.

    Returns
    -------
    DataFrame
        One row a kind (`missing`, `noisy`), modality and share: `kind, modality, share, score, low, high, change,
        change_low, change_high, repeats, verdict`. A change is the score minus that without any disturbance.
    """
    paired, before = Paired(results, metric, list(predicted.values())), predicted[AS_IT_IS]
    held: dict[tuple[str, str, float], list[Sequence[Fit]]] = {}
    for one, fits in predicted.items():
        if one != AS_IT_IS:
            held.setdefault((one.kind, one.modality, 0.0), [before])
            if one.share > 0:
                held.setdefault((one.kind, one.modality, one.share), []).append(fits)
    records = []
    for (kind, modality, share), after in held.items():
        change = paired.change(after, [before])
        told = (change.value, change.low, change.high, len(after), change.verdict)
        records.append((kind, modality, share, paired.score(*after), *paired.interval(*after), *told))
    columns = ["kind", "modality", "share", "score", "low", "high"]
    columns += ["change", "change_low", "change_high", "repeats", "verdict"]
    frame = pd.DataFrame(records, columns=columns)
    return frame.sort_values(["kind", "share"], kind="stable").sort_values(
        ["kind", "modality"], key=_in_order, kind="stable", ignore_index=True
    )


def _in_order(column: pd.Series) -> pd.Series:
    order = {name: number for number, name in enumerate(("missing", "noisy", *MODALITIES))}
    return column.map(order)
