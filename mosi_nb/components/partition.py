"""Groups shared out among folds, by their sizes or so that folds are alike in sentiment."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

from mosi_nb.components.speakers import Groups
from mosi_nb.data.segments import Rows
from mosi_nb.results import Vector

BINS = 5
"""Bins of sentiment, of about equal size, in which stratified folds are alike."""

SHUFFLES = 50
"""Shuffles of the videos of which the one most alike in sentiment is taken, in further repeats."""


def parted(groups: Groups, k: int, repeat: int, seed: int, sentiment: Vector | None) -> list[tuple[Rows, Rows]]:
    """Return train and held-out positions of each fold.

    Parameters
    ----------
    groups
        What must not be split, shape (n_rows,).
    k, repeat, seed
        Number of folds; which repeat, from 1; what shuffles start from.
    sentiment
        Of the rows, for folds that are alike in it; None for folds that look at groups only.
    """
    if sentiment is not None:
        return _balanced(groups, k, repeat, seed, sentiment)
    splitter = GroupKFold(k) if repeat == 1 else GroupKFold(k, shuffle=True, random_state=seed + repeat - 1)
    return list(splitter.split(groups, groups=groups))


def _balanced(groups: Groups, k: int, repeat: int, seed: int, sentiment: Vector) -> list[tuple[Rows, Rows]]:
    """Return folds alike in sentiment: scikit-learn's, or the most even of some shuffles.

    The shuffling of `StratifiedGroupKFold` decides between equals only: its repeats would all be
    the same folds.
    """
    borders = np.unique(np.quantile(sentiment, np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = np.digitize(sentiment, borders)
    if repeat == 1 and k <= np.bincount(bins).max():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a bin with fewer segments than folds: no matter
            parted = list(StratifiedGroupKFold(k).split(groups, bins, groups))
        if all(len(held_out) for _, held_out in parted):
            return parted
    rng = np.random.RandomState([seed, repeat])
    shuffles = [
        list(GroupKFold(k, shuffle=True, random_state=rng).split(groups, groups=groups)) for _ in range(SHUFFLES)
    ]
    return min(shuffles, key=lambda parted: _unevenness(bins, parted))


def _unevenness(bins: Rows, parted: list[tuple[Rows, Rows]]) -> float:
    """Return how much the counts of a bin differ between folds, summed over the bins."""
    counts = np.array([np.bincount(bins[held_out], minlength=BINS) for _, held_out in parted])
    return float(counts.std(axis=0).sum())
