"""What is done to a modality of held-out segments, to see how much a fitted model relies on it.

A probe works on encoded features, block by block: whole rows of a block change places, are replaced by what
the encoders make of a missing value, or get noise. What the model was fitted on stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from mosi_nb.components.transformers import PoolSteps
from mosi_nb.data.segments import Modality, Rows, Sequences, columns_of, is_text
from mosi_nb.results import Fold
from mosi_nb.spec import MODALITIES

Kind: TypeAlias = Literal["as it is", "permuted", "missing", "noisy"]


@dataclass(frozen=True)
class Variant:
    """One way in which held-out segments are changed.

    Attributes
    ----------
    kind
        `as it is`; `permuted`, rows of the modality change places; `missing` or `noisy`.
    modality
        Which one; empty for `as it is`.
    share
        Of the held-out segments, from 0 to 1.
    repeat
        Random choices of another repeat are others.
    noise
        Standard deviation of the noise, in standard deviations of each encoded column.
    """

    kind: Kind = "as it is"
    modality: str = ""
    share: float = 1.0
    repeat: int = 0
    noise: float = 0.0


AS_IT_IS = Variant()


def permutations(modalities: Sequence[str], repeats: int) -> tuple[Variant, ...]:
    """Return the variants of a permutation importance, what is as it is first.

    Examples
    --------
    >>> len(permutations(["text", "audio"], repeats=10))
    21
    """
    return (AS_IT_IS, *(Variant("permuted", m, 1.0, repeat) for m in modalities for repeat in range(repeats)))


def disturbances(modalities: Sequence[str], shares: Sequence[float], noise: float, repeats: int) -> tuple[Variant, ...]:
    """Return the variants of robustness curves, what is as it is first.

    Examples
    --------
    >>> [one.kind for one in disturbances(["audio"], [0.5, 1.0], noise=1.0, repeats=1)]
    ['as it is', 'missing', 'missing', 'noisy', 'noisy']
    """
    found = [AS_IT_IS]
    for modality in modalities:
        for share in shares:
            # where all are missing there is nothing to choose
            once = range(1 if share == 1 else repeats)
            found += [Variant("missing", modality, share, repeat) for repeat in once]
        found += [Variant("noisy", modality, share, repeat, noise) for share in shares for repeat in range(repeats)]
    return tuple(found)


def missing_value(modality: Modality, pool: PoolSteps | None = None) -> Modality:
    """Return one segment whose modality is missing: an empty text, or numbers of which none is known.

    Parameters
    ----------
    modality
        As it reaches the encoders.
    pool
        By which it was pooled before.

    Examples
    --------
    >>> missing_value(np.array(["a", "b"], dtype=object)), missing_value(np.zeros((9, 2)))
    (array([''], dtype=object), array([[nan, nan]]))
    """
    if is_text(modality):
        return np.array([""], dtype=object)
    width = columns_of(modality)
    if isinstance(modality, Sequences):
        return Sequences(np.full((1, 1, width), np.nan), np.array([1]))
    if pool is not None:
        steps = width // len(pool.statistics)
        return np.asarray(pool.transform(Sequences(np.full((1, 1, steps), np.nan), np.array([1]))))
    return np.full((1, width), np.nan)


def with_missing(held_out: Modality, missing: Modality) -> Modality:
    """Return held-out segments with the missing one behind them."""
    if not isinstance(held_out, Sequences) or not isinstance(missing, Sequences):
        one = np.asarray(missing).astype(held_out.dtype)  # type: ignore[union-attr]  # an array, as `missing` is
        return np.concatenate([held_out, one])
    values = np.asarray(held_out.values)
    last = np.full((1, *values.shape[1:]), np.nan, dtype=np.result_type(values.dtype, np.float32))
    starts = None if held_out.starts is None else np.append(held_out.starts, 0)
    return Sequences(np.concatenate([values, last]), np.append(held_out.lengths, 1), starts)


def varied(block: Any, train: Any, variant: Variant, fold: Fold, seed: int) -> Any:
    """Return the features of the held-out segments, changed.

    Parameters
    ----------
    block
        Encoded, shape (n_held_out + 1, n_columns); the last row is the missing segment.
    train
        The same block of the training segments, which tells how far a column spreads.
    variant
        What is done.
    fold
        Whose random choices these are.
    seed
        Of all of them.

    Raises
    ------
    ValueError
        If noise is to be added to what are no numbers.
    """
    block = block if scipy.sparse.issparse(block) else np.asarray(block)
    rows = np.arange(block.shape[0] - 1)
    if variant.kind == "permuted":
        return block[_random(seed, fold, variant, variant.modality).permutation(rows)]
    if variant.kind == "missing":
        taken = rows.copy()
        taken[chosen(len(rows), variant, fold, seed)] = len(rows)
        return block[taken]
    if variant.kind == "noisy" and variant.share > 0:
        return _noisy(block[rows], train, variant, fold, seed)
    return block[rows]


def chosen(segments: int, variant: Variant, fold: Fold, seed: int) -> Rows:
    """Return which held-out segments of a fold are changed: a smaller share is part of a larger one.

    The choice is the same for all modalities, kinds and models.

    Examples
    --------
    >>> fold = Fold(1, 1, np.arange(0), np.arange(8))
    >>> few, more = (set(chosen(8, Variant("missing", "audio", s), fold, 0).tolist()) for s in (0.25, 0.5))
    >>> len(few), len(more), few < more
    (2, 4, True)
    """
    order = _random(seed, fold, variant, "").permutation(segments)
    return np.asarray(order[: round(variant.share * segments)])


def _noisy(block: Any, train: Any, variant: Variant, fold: Fold, seed: int) -> Any:
    if block.dtype.kind not in "fiub":
        message = f"noise cannot be added to {variant.modality}: the model reads it as it is, and it holds no numbers"
        raise ValueError(message)
    dense = np.asarray(block.toarray() if scipy.sparse.issparse(block) else block, dtype=np.float64).copy()
    # All rows are drawn, so that a segment has the same noise whatever the share.
    noise = _random(seed, fold, variant, variant.modality).normal(size=dense.shape)
    rows = chosen(len(dense), variant, fold, seed)
    dense[rows] += variant.noise * spread(train) * noise[rows]
    return scipy.sparse.csr_matrix(dense) if scipy.sparse.issparse(block) else dense


def spread(features: Any) -> NDArray[np.float64]:
    """Return the standard deviation of each column, dense or sparse.

    Examples
    --------
    >>> spread(scipy.sparse.csr_matrix([[0.0, 1.0], [2.0, 1.0]])).tolist()
    [1.0, 0.0]
    """
    if not scipy.sparse.issparse(features):
        return np.asarray(np.std(features, axis=0), dtype=np.float64)
    mean = np.asarray(features.mean(axis=0)).ravel()
    squares = np.asarray(features.multiply(features).mean(axis=0)).ravel()
    return np.asarray(np.sqrt(np.maximum(squares - mean**2, 0.0)))


def _random(seed: int, fold: Fold, variant: Variant, modality: str) -> np.random.Generator:
    which = MODALITIES.index(modality) + 1 if modality else 0
    return np.random.default_rng([abs(seed), fold.repeat, fold.number, variant.repeat, which])
