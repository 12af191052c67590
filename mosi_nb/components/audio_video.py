"""Encoders of features: of audio and video, and of text where it comes as numbers."""

from __future__ import annotations

from typing import Literal

from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest, f_regression

from mosi_nb.components.nested import Nested
from mosi_nb.components.nested_encoders import pca_components, selected_columns
from mosi_nb.components.transformers import FiniteImputer, PoolSteps, Scaler
from mosi_nb.data.pooling import Missing
from mosi_nb.registry import component

Statistic = Literal["mean", "std", "min", "max", "last", "q05", "q10", "q25", "q50", "q75", "q90", "q95"]


@component("encoder", "pool", reads="features", reduces=False)
def pool(*statistics: Statistic, missing: Missing = "skip") -> PoolSteps:
    """One row of features from a segment's steps (words, frames); features pass as they are.

    Parameters
    ----------
    *statistics
        Some of `mean`, `std`, `min`, `max`, `last` and the quantiles `q05`, `q10`, `q25`, `q50`,
        `q75`, `q90`, `q95`, over the steps that are no padding; `mean` if none is named. Each adds
        as many columns as the modality has.
    missing
        What becomes of NaN and infinite values: `skip` leaves them out, and what has no value at all
        is imputed afterwards; `zero` takes them for 0, as most published code does.

    Examples
    --------
    >>> pool("mean", "q90").statistics
    ('mean', 'q90')
    """
    return PoolSteps(statistics or ("mean",), missing)


@component("encoder", "impute", reads="features", reduces=False)
def impute(strategy: Literal["mean", "median", "most_frequent", "zero"] = "mean") -> FiniteImputer:
    """Fill NaN and infinite values column by column; done to features even if it is not asked for.

    Parameters
    ----------
    strategy
        What of the training rows to fill in: `mean`, `median`, `most_frequent`, or `zero`, as most
        published code does.

    Examples
    --------
    >>> import numpy as np
    >>> impute("zero").fit_transform(np.array([[1.0, np.nan], [-np.inf, 2.0]])).tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """
    if strategy == "zero":
        return FiniteImputer(strategy="constant", fill_value=0.0, keep_empty_features=True)
    return FiniteImputer(strategy=strategy, keep_empty_features=True)


@component("encoder", "scale", reads="features", reduces=False)
def scale(block: bool = False, center: bool = True) -> Scaler:
    """Each column with mean 0 and standard deviation 1 over the training rows.

    Parameters
    ----------
    block
        Divide by the root of the number of columns as well: the modality as a whole then weighs as
        much as the text of a segment under `tfidf`, which has length 1. Without it 74 columns of
        audio drown the words. The default chain of audio and video does it.
    center
        Whether to subtract the mean; not possible for sparse features such as those of `tfidf`.

    Examples
    --------
    >>> scale().fit_transform([[1.0], [3.0]]).tolist()
    [[-1.0], [1.0]]
    """
    return Scaler(block=block, with_mean=center)


@component("encoder", "pca", reads="features", reduces=True, nested=Nested(("n",), pca_components))
def pca(n: int = 20, whiten: bool = False) -> PCA:
    """The first principal components of the columns.

    Parameters
    ----------
    n
        Number of components, at least 1 and at most the number of columns.
    whiten
        Whether each component is brought to variance 1.

    Examples
    --------
    >>> pca(2).n_components
    2
    """
    return PCA(n_components=n, whiten=whiten)


@component("encoder", "select", reads="features", reduces=True, nested=Nested(("n",), selected_columns))
def select(n: int = 50) -> SelectKBest:
    """The columns that correlate most with sentiment in the training rows.

    Parameters
    ----------
    n
        Number of columns, at least 1 and at most the number that there is.

    Examples
    --------
    >>> select(10).k
    10
    """
    return SelectKBest(f_regression, k=n)
