"""Which modality helps: scores of models on subsets of modalities, and what each modality changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mosi_nb.compare.changes import NAN, Change, Paired, replaced
from mosi_nb.compare.intervals import interval
from mosi_nb.results import Fit, Metric, Results, describe

Which = tuple[str, str, tuple[str, ...]]
"""A model, early or late fusion, and modalities."""


@dataclass(frozen=True)
class Subset:
    """A model on a subset of modalities.

    Attributes
    ----------
    model
        As it was written.
    fusion
        `early` or `late`.
    modalities
        In the order of the experiment.
    fits
        All fits of the candidate that is shown; empty where it has not all of them.
    reason
        Why it has not.
    """

    model: str
    fusion: str
    modalities: tuple[str, ...]
    fits: tuple[Fit, ...]
    reason: str = ""


def subsets_frame(results: Results, subsets: Sequence[Subset], metric: Metric) -> pd.DataFrame:
    """Return one row a subset, the best models first, the largest subset first.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    subsets
        Of several models.
    metric
        What is measured.

    Returns
    -------
    DataFrame
        `model, fusion, modalities, size, score, low, high` (95 % interval), for each modality what it changes
        beside the others of the row (`text, text_low, text_high`, NaN where it is not one of them), `params`,
        `status` and `reason`. A change is score with it minus score without it.
    """
    paired, there = Paired(results, metric), {(s.model, s.fusion, s.modalities): s for s in subsets}
    every = _modalities(subsets)
    records = []
    for which, one in there.items():
        low, high = interval(replaced(results), one.fits, metric) if one.fits else (NAN, NAN)
        record: dict[str, object] = {"model": one.model, "fusion": one.fusion, "modalities": joined(one.modalities)}
        record |= {"size": len(one.modalities), "score": paired.score(one.fits), "low": low, "high": high}
        for modality in every:
            change = change_by(paired, there, which, modality)
            record |= {modality: change.value, f"{modality}_low": change.low, f"{modality}_high": change.high}
        params = describe(one.fits[0].params) if one.fits else ""
        records.append(record | {"params": params, "status": "done" if one.fits else "failed", "reason": one.reason})
    ends = [f"{modality}{end}" for modality in every for end in ("", "_low", "_high")]
    columns = ["model", "fusion", "modalities", "size", "score", "low", "high", *ends, "params", "status", "reason"]
    return _best_first(pd.DataFrame(records, columns=columns), metric)


def changes_frame(results: Results, subsets: Sequence[Subset], metric: Metric) -> pd.DataFrame:
    """Return one row a model, modality and set of others that it is added to.

    Returns
    -------
    DataFrame
        `model, fusion, modality, beside, change, low, high, without, with, verdict`. A change is score with it minus
        score without it; what it is to remove the modality is the same with the other sign. `verdict` is `better`,
        `worse` or `not shown`.
    """
    paired, there = Paired(results, metric), {(s.model, s.fusion, s.modalities): s for s in subsets}
    records = []
    for which, one in there.items():
        for modality in one.modalities if len(one.modalities) > 1 else ():
            others = tuple(m for m in one.modalities if m != modality)
            before = there.get((one.model, one.fusion, others))
            change = change_by(paired, there, which, modality)
            scores = paired.score(before.fits) if before else NAN, paired.score(one.fits)
            ends = (change.value, change.low, change.high, *scores, change.verdict)
            records.append((one.model, one.fusion, modality, joined(others), *ends))
    columns = ["model", "fusion", "modality", "beside", "change", "low", "high", "without", "with", "verdict"]
    return pd.DataFrame(records, columns=columns)


def change_by(paired: Paired, there: Mapping[Which, Subset], which: Which, modality: str) -> Change:
    """Return what a modality changes beside the others of a subset; NaN where it is not one of several."""
    model, fusion, modalities = which
    before = there.get((model, fusion, tuple(m for m in modalities if m != modality)))
    if modality not in modalities or before is None:
        return paired.change([], [])
    return paired.change([there[which].fits], [before.fits])


def sentences(frame: pd.DataFrame, changes: pd.DataFrame, metric: Metric) -> list[str]:
    """Say of each modality what it adds to the others, in the best model and in how many.

    Parameters
    ----------
    frame, changes
        As `subsets_frame` and `changes_frame` return them.
    metric
        What was measured.
    """
    whole = frame[(frame["size"] == frame["size"].max()) & frame["score"].notna()]
    if whole.empty:
        return []
    best = whole.iloc[0]
    every = list(dict.fromkeys(changes["modality"]))
    return [_sentence(str(modality), best, changes, metric) for modality in every]


def _sentence(modality: str, best: pd.Series, changes: pd.DataFrame, metric: Metric) -> str:
    most = int(changes["beside"].str.count(r" \+ ").max())
    beside = changes[(changes["modality"] == modality) & (changes["beside"].str.count(r" \+ ") == most)]
    here = beside[(beside["model"] == best["model"]) & (beside["fusion"] == best["fusion"])]
    if here.empty or not np.isfinite(here["change"].iloc[0]):
        return f"{modality}: what it adds cannot be said."
    one = here.iloc[0]
    change = Change(one["change"], one["low"], one["high"], metric.larger_is_better)
    told = {
        "better": "helps",
        "worse": "harms",
        "not shown": "adds nothing that shows",
        "": "has no interval",
    }[change.verdict]
    where = f"{metric.name} {change} beside {one['beside']} ({best['model']}, {best['fusion']})"
    judged = beside[beside["verdict"] != ""]
    others = ""
    if len(judged) > 1:
        counts = {word: int((judged["verdict"] == word).sum()) for word in ("better", "worse")}
        others = f" Of {len(judged)} models, it helps {counts['better']} and harms {counts['worse']}."
    return f"{modality} {told}: {where}.{others}"


def joined(modalities: Sequence[str]) -> str:
    """Write a subset.

    Examples
    --------
    >>> joined(("text", "audio"))
    'text + audio'
    """
    return " + ".join(modalities)


def _modalities(subsets: Sequence[Subset]) -> list[str]:
    largest = sorted(subsets, key=lambda one: -len(one.modalities))
    return list(dict.fromkeys(m for one in largest for m in one.modalities))


def _best_first(frame: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    """Sort models by their score on all modalities, and subsets from the whole to the single ones."""
    if frame.empty:
        return frame
    sign = -1 if metric.larger_is_better else 1
    top = frame[frame["size"] == frame["size"].max()].set_index(["model", "fusion"])["score"] * sign
    place = [top.get((m, f), np.inf) for m, f in zip(frame["model"], frame["fusion"], strict=True)]
    ordered = frame.assign(_place=place, _size=-frame["size"]).sort_values(
        ["_place", "model", "fusion", "_size"], kind="stable", na_position="last"
    )
    return ordered.drop(columns=["_place", "_size"]).reset_index(drop=True)
