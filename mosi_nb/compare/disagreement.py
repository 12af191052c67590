"""How differently models err: what an ensemble of two could gain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from mosi_nb.compare.judged import Judged
from mosi_nb.results import Vector

COLUMNS = ("model", "other", "correlation", "differing", "mae", "mae_other", "mean", "oracle")


def disagreement(models: Sequence[Judged]) -> pd.DataFrame:
    """Return one row a pair of models, those whose errors are least alike first.

    Parameters
    ----------
    models
        With all their fits. Predictions are the mean over repeats; segments that one of the models lacks are
        left out.

    Returns
    -------
    DataFrame
        `model, other`; `correlation` of their errors (NaN where those of one are constant); `differing`, the share
        of segments that one of them predicts as negative and the other does not; `mae` and `mae_other` of each;
        `mean`, the mae of the mean of their predictions; `oracle`, the mae if whoever is nearer to the sentiment
        were known, which nobody can reach.
    """
    if len(models) < 2:  # noqa: PLR2004 -- a pair
        return pd.DataFrame(columns=list(COLUMNS))
    errors = _errors(models)
    differing = _differing(models)
    correlation = _correlations(errors)
    one, other = np.triu_indices(len(models), 1)
    apart = np.abs(errors)
    mae = apart.mean(axis=1)
    mean, oracle = np.empty(len(one)), np.empty(len(one))
    start = 0
    for n in range(len(models) - 1):  # by rows: all pairs at once would be a hundred megabytes for many models
        end = start + len(models) - 1 - n
        mean[start:end] = np.abs(errors[n] + errors[n + 1 :]).mean(axis=1) / 2
        oracle[start:end] = np.minimum(apart[n], apart[n + 1 :]).mean(axis=1)
        start = end
    names = np.array([model.name for model in models], dtype=object)
    pairs = (correlation[one, other], differing[one, other], mae[one], mae[other], mean, oracle)
    columns = (names[one], names[other], *pairs)
    frame = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    return frame.sort_values("correlation", kind="stable", na_position="last").reset_index(drop=True)


def square(pairs: pd.DataFrame, models: Sequence[str], column: str) -> pd.DataFrame:
    """Return a column of `disagreement` as a symmetric matrix, one row and one column a model.

    Parameters
    ----------
    pairs
        From `disagreement`.
    models
        In the order that is wanted.
    column
        `correlation`, `differing`, `mean` or `oracle`; on the diagonal stand 1, 0 and the model's own mae.
    """
    place = {name: n for n, name in enumerate(models)}
    matrix = np.full((len(models), len(models)), {"correlation": 1.0, "differing": 0.0}.get(column, np.nan))
    one, other = (pairs[side].map(place).to_numpy() for side in ("model", "other"))
    known = ~(pd.isna(one) | pd.isna(other))
    rows, columns = one[known].astype(int), other[known].astype(int)
    matrix[rows, columns] = matrix[columns, rows] = pairs.loc[known, column].to_numpy()
    if column in {"mean", "oracle"}:
        matrix[rows, rows], matrix[columns, columns] = pairs.loc[known, "mae"], pairs.loc[known, "mae_other"]
    names = pd.Index(list(models), name="model")
    return pd.DataFrame(matrix, index=names, columns=list(models))


def alike(pairs: pd.DataFrame, models: Sequence[str]) -> list[str]:
    """Return the models in an order in which those whose errors are alike stand together."""
    if len(models) < 3:  # noqa: PLR2004 -- two are in order
        return list(models)
    distance = 1 - square(pairs, models, "correlation").fillna(0.0).to_numpy()
    np.fill_diagonal(distance, 0.0)
    condensed = np.maximum(squareform(distance, checks=False), 0.0)
    tree = hierarchy.linkage(condensed, "average", optimal_ordering=len(models) <= 100)  # noqa: PLR2004 -- seconds
    return [models[n] for n in hierarchy.leaves_list(tree)]


def _errors(models: Sequence[Judged]) -> NDArray[np.float64]:
    """Return errors of all models on the segments that all of them predicted, shape (n_models, n_segments)."""
    errors = np.stack([model.averaged for model in models]) - models[0].results.sentiment
    known: NDArray[np.float64] = errors[:, np.isfinite(errors).all(axis=0)]
    return known


def _differing(models: Sequence[Judged]) -> NDArray[np.float64]:
    """Return the share of segments on which one of two models says negative and the other does not."""
    predicted = np.stack([model.averaged for model in models])
    predicted = predicted[:, np.isfinite(predicted).all(axis=0)]
    negative = (predicted < np.mean(models[0].segments.scale)).astype(np.float64)
    count = negative.sum(axis=1)
    both = negative @ negative.T
    with np.errstate(invalid="ignore"):
        return np.asarray((count[:, None] + count - 2 * both) / predicted.shape[1])


def _correlations(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation: NDArray[np.float64] = np.atleast_2d(np.corrcoef(errors))
    constant: Vector = errors.std(axis=1) < 1e-9  # noqa: PLR2004 -- points
    correlation[constant, :] = correlation[:, constant] = np.nan
    return correlation
