"""What the conventions of the field make of the same predictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mosi_nb.compare.judged import Judged
from mosi_nb.compare.leaderboard import score
from mosi_nb.components.metrics import DEFINITIONS
from mosi_nb.data.segments import SCALE
from mosi_nb.registry import find
from mosi_nb.results import Fit, Metric, Results

CLIPPED = {
    "mae_clipped": "As mae, but predictions are clipped to +-3 first.",
    "rmse_clipped": "As rmse, but predictions are clipped to +-3 first.",
}
"""What nobody is known to have published, and many have asked about."""

USED_BY = {
    "mae": "MMSA, MulT, MISA, MFN, LMF, CM-BERT",
    "corr": "MMSA, MulT, MISA, MFN, LMF, CM-BERT",
    "mae_nonzero_mag": "MAG-BERT",
    "corr_nonzero_mag": "MAG-BERT",
    "acc7": "MMSA, MulT, MISA, CM-BERT",
    "acc7_unclipped_mfn": "MFN, LMF",
    "acc5": "MMSA, MulT, MISA",
    "acc3": "MMSA",
    "acc2_nonneg": "MMSA (Has0), MISA, MFN, LMF, MAG-BERT with zeros",
    "acc2_nonzero": "MMSA (Non0), MulT, MISA",
    "acc2_nonzero_mag": "MAG-BERT",
    "acc2_positive": "CM-BERT, MulT with zeros",
    "f1_nonneg": "MMSA (Has0), MISA, LMF",
    "f1_nonzero": "MMSA (Non0), MISA",
    "f1_nonzero_mult": "MulT",
    "f1_nonzero_mag": "MAG-BERT",
    "f1_positive_cmbert": "CM-BERT",
}
"""Whose published code computes which; where nobody is named, it is for comparison."""

FAMILIES: dict[str, tuple[str, ...]] = {
    "mae": ("mae", "mae_nonzero_mag", "mae_clipped"),
    "rmse": ("rmse", "rmse_clipped"),
    "corr": ("corr", "corr_nonzero_mag"),
    "acc7": ("acc7", "acc7_half_away", "acc7_unclipped_mfn"),
    "acc5": ("acc5", "acc5_half_away"),
    "acc3": ("acc3", "acc3_half_away", "acc3_sign"),
    "acc2": ("acc2_nonneg", "acc2_nonzero", "acc2_nonzero_mag", "acc2_positive"),
    "f1": ("f1_nonneg", "f1_nonzero", "f1_nonzero_mult", "f1_nonzero_mag", "f1_positive_cmbert"),
}
"""Metrics that the literature calls by one name; the first is MMSA's."""

ELSEWHERE = ("mae", "rmse", "corr")
"""What means something on another scale than -3 ... +3; there, one convention of each."""

END = 3.0
"""Of the scale."""

ROUNDING = 0.0005
"""Differences below it vanish in three decimals."""


@dataclass(frozen=True)
class Counts:
    """Segments on which conventions can differ.

    Attributes
    ----------
    segments
        Held out.
    zero
        With a sentiment of exactly 0.
    halves
        With a sentiment that lies exactly on a half, such as 1.5.
    beyond
        Predictions outside -3 ... +3, over repeats.
    """

    segments: int
    zero: int
    halves: int
    beyond: int


def conventions(judged: Judged) -> pd.DataFrame:
    """Return every convention of each metric on the predictions of one model.

    Returns
    -------
    DataFrame
        One row a convention: `metric` (as the literature calls it), `convention` (the name here), `value` (mean
        over folds, as on the leaderboard), `difference` (to the first of its metric, MMSA's), `used_by`,
        `definition`.
    """
    clipped = _clipped(judged)
    families = FAMILIES if judged.segments.scale == SCALE else {name: (name,) for name in ELSEWHERE}
    records = []
    for family, names in families.items():
        values = {name: score(*clipped[name.endswith("_clipped")], _metric(name)) for name in names}
        for name, value in values.items():
            difference = value - values[names[0]]
            definition = CLIPPED.get(name) or DEFINITIONS[name]
            records.append((family, name, value, difference, USED_BY.get(name, ""), definition))
    columns = ["metric", "convention", "value", "difference", "used_by", "definition"]
    return pd.DataFrame(records if judged.fits else [], columns=columns)


def counts(judged: Judged) -> Counts:
    """Return on how many segments conventions can differ."""
    y = judged.results.sentiment[judged.rows]
    on_half = int((np.abs(y) % 1 == 0.5).sum())  # noqa: PLR2004 -- a half
    beyond = sum(int((np.abs(np.asarray(fit.predicted)) > END).sum()) for fit in judged.fits)
    return Counts(len(y), int((y == 0).sum()), on_half, beyond)


def sentences(frame: pd.DataFrame, found: Counts) -> list[str]:
    """Return a sentence for each metric whose conventions differ by more than rounding, and one for the others.

    Parameters
    ----------
    frame
        From `conventions`.
    found
        From `counts`.
    """
    told, same = [], []
    for family, rows in frame.groupby("metric", sort=False):
        known = rows[rows["value"].notna()].sort_values("value", kind="stable")
        ends = known[["convention", "value"]].to_dict("records")
        gap = ends[-1]["value"] - ends[0]["value"] if ends else 0.0
        if gap < ROUNDING:
            same += [str(family)] if len(ends) > 1 else []
            continue
        values = f"{ends[0]['convention']} {ends[0]['value']:.3f}, {ends[-1]['convention']} {ends[-1]['value']:.3f}"
        told.append(f"{family}: {values}, {gap:.3f} apart: {_why(str(family), found)}.")
    if same:
        told.append(f"The same to three decimals, whatever the convention: {', '.join(same)}.")
    return told


def _why(family: str, found: Counts) -> str:
    """Return what makes the conventions of a metric differ."""
    zero = f"segments with a sentiment of exactly 0: {found.zero:,} of {found.segments:,}"
    halves = f"sentiments exactly on a half: {found.halves:,}"
    beyond = f"predictions outside -3 ... +3: {found.beyond:,}"
    if family in {"acc2", "f1"}:
        counted = "; F1 is weighted by true counts or by predicted ones" if family == "f1" else ""
        return f"{zero}; they are left out, non-negative or not positive{counted}"
    if family in {"acc7", "acc5"}:
        return f"{halves}; {beyond}" if family == "acc7" else halves
    if family == "acc3":
        return "acc3_sign calls neutral only what is exactly 0, the others whatever rounds to it"
    return {"mae": f"{zero}; {beyond}", "rmse": beyond}.get(family, zero)


def _metric(name: str) -> Metric:
    component = find("metric", name.removesuffix("_clipped"))
    if component is None:  # pragma: no cover -- they are all of the package
        raise LookupError(name)
    metric: Metric = component.build()
    return metric


def _clipped(judged: Judged) -> dict[bool, tuple[Results, Sequence[Fit]]]:
    """Return results and fits as they are, and with predictions clipped to the scale of MOSI."""
    fits = [replace(fit, predicted=np.clip(np.asarray(fit.predicted), -END, END)) for fit in judged.fits]
    # Scores of other predictions are not to be taken for those of the run.
    return {False: (judged.results, judged.fits), True: (replace(judged.results, known={}), fits)}
