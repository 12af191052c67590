"""Which modality helps: scores of models on subsets of modalities, and what each modality changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mosi_nb.compare.changes import NAN, Change, Paired
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


class Scored:
    """Subsets of several models with their scores in the same draws, and what each modality changes.

    Parameters
    ----------
    results
        Whose segments the fits speak of.
    subsets
        Of several models.
    metric
        What is measured.
    """

    def __init__(self, results: Results, subsets: Sequence[Subset], metric: Metric) -> None:
        self.metric = metric
        self.there: dict[Which, Subset] = {(one.model, one.fusion, one.modalities): one for one in subsets}
        self.paired = Paired(results, metric, [one.fits for one in self.there.values()])
        largest = sorted(subsets, key=lambda one: -len(one.modalities))
        self.modalities = list(dict.fromkeys(m for one in largest for m in one.modalities))
        self._known: dict[tuple[Which, str], Change] = {}

    def change(self, which: Which, modality: str) -> Change:
        """Return what a modality changes beside the others of a subset; NaN where it is not one of several."""
        key = which, modality
        if key not in self._known:
            before = self._without(which, modality)
            held = [before.fits] if before else []
            self._known[key] = self.paired.change([self.there[which].fits], held)
        return self._known[key]

    def frame(self) -> pd.DataFrame:
        """Return one row a subset, the best models first, the largest subset first.

        Returns
        -------
        DataFrame
            `model, fusion, modalities, size, score, low, high` (95 % interval), for each modality what it
            changes beside the others of the row (`text, text_low, text_high`, NaN where it is not one of
            them), `params`, `status` and `reason`. A change is score with it minus score without it.
        """
        ends = [f"{modality}{end}" for modality in self.modalities for end in ("", "_low", "_high")]
        columns = ["model", "fusion", "modalities", "size", "score", "low", "high", *ends, "params", "status", "reason"]
        records = [self._record(which, one) for which, one in self.there.items()]
        return _best_first(pd.DataFrame(records, columns=columns), self.metric)

    def changes(self) -> pd.DataFrame:
        """Return one row a model, modality and set of others that it is added to.

        Returns
        -------
        DataFrame
            `model, fusion, modality, beside, change, low, high, without, with, verdict`. A change is score with it
            minus score without it; what it is to remove the modality is the same with the other sign.
            `verdict` is `better`, `worse` or `not shown`.
        """
        records = []
        for which, one in self.there.items():
            for modality in one.modalities if len(one.modalities) > 1 else ():
                before, change = self._without(which, modality), self.change(which, modality)
                scores = self.paired.score(before.fits) if before else NAN, self.paired.score(one.fits)
                others = joined([m for m in one.modalities if m != modality])
                ends = (change.value, change.low, change.high, *scores, change.verdict)
                records.append((one.model, one.fusion, modality, others, *ends))
        columns = ["model", "fusion", "modality", "beside", "change", "low", "high", "without", "with", "verdict"]
        return pd.DataFrame(records, columns=columns)

    def _without(self, which: Which, modality: str) -> Subset | None:
        model, fusion, modalities = which
        if modality not in modalities:
            return None
        return self.there.get((model, fusion, tuple(m for m in modalities if m != modality)))

    def _record(self, which: Which, one: Subset) -> dict[str, object]:
        low, high = self.paired.interval(one.fits)
        record: dict[str, object] = {"model": one.model, "fusion": one.fusion, "modalities": joined(one.modalities)}
        record |= {"size": len(one.modalities), "score": self.paired.score(one.fits), "low": low, "high": high}
        for modality in self.modalities:
            change = self.change(which, modality)
            record |= {modality: change.value, f"{modality}_low": change.low, f"{modality}_high": change.high}
        params = describe(one.fits[0].params) if one.fits else ""
        status = "done" if one.fits else "stopped" if one.reason == "stopped" else "failed"
        return record | {"params": params, "status": status, "reason": one.reason}


def sentences(frame: pd.DataFrame, changes: pd.DataFrame, metric: Metric) -> list[str]:
    """Say of each modality what it adds to the others, in the best model and in how many.

    Parameters
    ----------
    frame, changes
        Of `Scored`.
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
        "not shown": "shows no change",
        "": "has no interval",
    }[change.verdict]
    where = f"{metric.name} {change} beside {one['beside']} ({best['model']}, {best['fusion']})"
    judged = beside[beside["verdict"] != ""]
    others = ""
    if len(judged) > 1:
        helped, harmed = (int((judged["verdict"] == word).sum()) for word in ("better", "worse"))
        others = f" Of all {_counted(judged)}, it helps {helped} of {len(judged)} and harms {harmed} of {len(judged)}."
    return f"{modality} {told}: {where}.{others}"


def _counted(judged: pd.DataFrame) -> str:
    """Say what is counted: models, and the kinds of fusion that are there."""
    fusions = list(dict.fromkeys(judged["fusion"]))
    if len(fusions) > 1:
        return "models, early and late"
    return f"models ({fusions[0]})"


def joined(modalities: Sequence[str]) -> str:
    """Write a subset.

    Examples
    --------
    >>> joined(("text", "audio"))
    'text + audio'
    """
    return " + ".join(modalities)


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
