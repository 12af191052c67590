"""Results of other experiments beside those of one: joined where they can be compared, else set apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mosi_nb.compare.board import board
from mosi_nb.compare.published import PUBLISHED
from mosi_nb.registry import find
from mosi_nb.results import Fit, Fold, Metric, Results

STRIDE = 1_000_000_000
"""Candidates of each experiment beside are numbered from a multiple of this."""

AS_PUBLISHED = "As published, most on the standard test fold with one seed: not ranked, not tested"


@dataclass(frozen=True)
class Other:
    """Another experiment.

    Attributes
    ----------
    name
        Under which it stands beside.
    results
        What came out of it.
    folds
        Number of fits of each of its candidates.
    unranked
        Status by name, of models that its folds cannot judge.
    """

    name: str
    results: Results
    folds: int
    unranked: Mapping[str, str]


def why_apart(results: Results, other: Results) -> str:
    """Say why two results cannot be compared; empty if they can.

    Parameters
    ----------
    results, other
        Each with its fits.

    Examples
    --------
    >>> ids, videos, truth = np.array(["a_1", "b_1"]), np.array(["a", "b"]), np.array([1.0, 2.0])
    >>> one = Results((), ids, videos, truth, {}, fingerprint="1")
    >>> why_apart(one, replace(one, sentiment=truth + 1, fingerprint="2"))
    'another target: the sentiment of 2 of 2 segments differs'
    """
    if results.fingerprint == other.fingerprint:
        return ""
    here, there = (dict(zip(one.segment_ids.tolist(), one.sentiment.tolist(), strict=True)) for one in (results, other))
    both = here.keys() & there.keys()
    if len(both) < max(len(here), len(there)):
        return f"other data: {len(both):,} of its {len(there):,} segments are among these {len(here):,}"
    differ = sum(abs(here[one] - there[one]) > 1e-4 for one in both)  # noqa: PLR2004 -- float32 in some files
    if differ:
        return f"another target: the sentiment of {differ:,} of {len(both):,} segments differs"
    number, others = len(_held_out(results)), len(_held_out(other))
    return f"other folds: {others} there, {number} here" if number != others else "other folds: other videos held out"


def _held_out(results: Results) -> set[tuple[int, int]]:
    return {(fit.fold.repeat, fit.fold.number) for fit in results.fits}


def joined(results: Results, others: Sequence[Other]) -> Results:
    """Return results with the fits of other experiments of the same data, folds and target.

    Parameters
    ----------
    results
        Of the first.
    others
        Those that can be compared; a name that is taken gets that of its experiment behind it. Baselines that are
        here already are left out.
    """
    fits, taken = list(results.fits), set(results.models)
    baselines = list(results.baselines)
    for number, other in enumerate(others, start=1):
        new = [name for name in other.results.models if name not in other.results.baselines or name not in baselines]
        names = {name: f"{name} ({other.name})" if name in taken else name for name in new}
        place = _places(results, other.results)
        fits += [
            _moved(fit, names[fit.model], STRIDE * number, place) for fit in other.results.fits if fit.model in names
        ]
        taken |= set(names.values())
        baselines += [names[name] for name in other.results.baselines if name in names]
    # scores are known by candidate and fold, and these candidates are others with every call
    return replace(results, fits=tuple(fits), baselines=tuple(baselines), known=dict(results.known))


def _places(results: Results, other: Results) -> np.ndarray:
    """Return where each row of the other data is in these: rows may stand in another order."""
    order = np.argsort(results.segment_ids)
    return order[np.searchsorted(results.segment_ids, other.segment_ids, sorter=order)]


def _moved(fit: Fit, name: str, start: int, place: np.ndarray) -> Fit:
    fold = Fold(fit.fold.repeat, fit.fold.number, place[fit.fold.train], place[fit.fold.held_out])
    return replace(fit, model=name, candidate=start + fit.candidate, fold=fold)


def apart(results: Results, others: Sequence[Other], *, intervals: bool = True) -> dict[str, pd.DataFrame]:
    """Return the leaderboards of experiments that cannot be compared, under the reason.

    Parameters
    ----------
    results
        Of the first, whose metrics are computed.
    others
        Those that differ in data, folds or target.
    intervals
        As for `board`.
    """
    found = {}
    for other in others:
        held = replace(other.results, metrics=results.metrics, known={})
        frame = board(held, other.folds, intervals=intervals, unranked=other.unranked).frame
        found[f"{other.name}, which cannot be compared: {why_apart(results, other.results)}"] = frame
    return found


def published_scores(metrics: Mapping[str, Metric]) -> pd.DataFrame:
    """Return published scores, the best in the first of these metrics first.

    Parameters
    ----------
    metrics
        By name; only those count that are the package's own, under the names of `published.py`.

    Returns
    -------
    DataFrame
        Indexed by `model`, a column for each metric, `status` and the source as `reason`. Empty if there is none.
    """
    own = [name for name, metric in metrics.items() if (known := find("metric", name)) and known.build() is metric]
    rows = [
        {"model": row.name, **{name: row.metrics[name] for name in own if name in row.metrics}, "reason": row.source}
        for row in PUBLISHED
    ]
    frame = pd.DataFrame(rows).set_index("model").assign(status="as published")
    frame = frame.dropna(how="all", subset=[name for name in own if name in frame])
    first = next(iter(metrics))
    if first not in frame:
        return frame
    return frame.sort_values(first, ascending=not metrics[first].larger_is_better, kind="stable", na_position="last")


def set_apart(frame: pd.DataFrame, blocks: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a leaderboard's frame with rows that are no part of it below, told by the column `apart`.

    Parameters
    ----------
    frame
        The leaderboard's.
    blocks
        Further rows, by what is said of them; they have neither rank nor letters.
    """
    kept = {name: block for name, block in blocks.items() if len(block)}
    if not kept:
        return frame
    none = {"letters": "", "baseline": False, "params": "", "candidates": 1, "fits": 0, "candidate_of": ""}
    parts = [frame.assign(apart="")]
    for name, block in kept.items():
        rows = block.reindex(columns=frame.columns).assign(apart=name, letters="")
        filled = {column: value for column, value in none.items() if column in rows}
        rows = rows.astype(dict.fromkeys(filled, object)).fillna(filled).infer_objects()
        parts.append(rows.assign(rank=pd.array([None] * len(rows), dtype="Int64"), status=rows["status"].fillna("")))
    every = pd.concat([part.astype(object) for part in parts])
    return every.astype({column: frame[column].dtype for column in frame.columns})
