"""The few transformers that scikit-learn does not have: they read `Segments` and sequences."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import TruncatedSVD
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler

from mosi_nb.data.pooling import Missing, pooled
from mosi_nb.data.segments import Modality, Segments, Sequences

Steps = NDArray[np.floating]


class TakeModality(TransformerMixin, BaseEstimator):
    """Hand one modality of the segments to the next step.

    Parameters
    ----------
    modality
        `text`, `audio` or `video`.
    """

    def __init__(self, modality: str = "text") -> None:
        self.modality = modality

    def fit(self, X: Segments, y: object = None) -> Self:  # noqa: ARG002, N803 -- scikit-learn's signature
        """Learn nothing."""
        return self

    def transform(self, X: Segments) -> Modality:  # noqa: N803 -- scikit-learn's signature
        """Return the modality of the segments."""
        return X.modalities[self.modality]

    def __sklearn_is_fitted__(self) -> bool:
        """Say that there is nothing to fit."""
        return True


class Transcripts(TransformerMixin, BaseEstimator):
    """Hand raw texts on as one column, for a model that reads them itself."""

    def fit(self, X: Modality, y: object = None) -> Self:  # noqa: ARG002, N803 -- as above
        """Learn nothing."""
        return self

    def transform(self, X: Any) -> Any:  # noqa: N803 -- as above
        """Return the texts, shape (n_segments, 1)."""
        return np.asarray(X, dtype=object).reshape(-1, 1)

    def __sklearn_is_fitted__(self) -> bool:
        """Say that there is nothing to fit."""
        return True


class FiniteImputer(SimpleImputer):
    """Fill missing values, NaN and infinite ones alike, column by column.

    The parameters are those of scikit-learn's `SimpleImputer`. A column without any value in the
    training rows is filled with zeros and kept.
    """

    def fit(self, X: Steps, y: object = None) -> Self:  # noqa: N803 -- as above
        """Learn what each column is filled with."""
        super().fit(_nan_for_infinite(X), y)
        return self

    def transform(self, X: Steps) -> Steps:  # noqa: N803 -- as above
        """Return the features with every value finite."""
        filled: Steps = super().transform(_nan_for_infinite(X))
        return filled


def _nan_for_infinite(features: Steps) -> Steps:
    if scipy.sparse.issparse(features):  # counts of words, which are finite
        return features
    finite = np.asarray(features, dtype=np.float64)
    return np.where(np.isinf(finite), np.nan, finite)


class Scaler(StandardScaler):
    """Bring each column to mean 0 and standard deviation 1, and if asked for the block to length 1.

    Parameters
    ----------
    block
        Divide by the root of the number of columns as well, so that a segment's features have the
        length 1 on average, however many there are.
    with_mean
        Whether to subtract the mean.
    """

    def __init__(self, *, block: bool = False, with_mean: bool = True) -> None:
        super().__init__(with_mean=with_mean)
        self.block = block

    def transform(self, X: Any, copy: bool | None = None) -> Any:  # noqa: N803 -- scikit-learn's signature
        """Return the scaled features."""
        scaled = super().transform(X, copy=copy)
        return scaled / np.sqrt(scaled.shape[1]) if self.block else scaled


class PoolSteps(TransformerMixin, BaseEstimator):
    """Turn sequences into one row of features a segment; leave features as they are.

    Padding is left out, wherever it stands. A column without any value is NaN, for the imputer that
    follows.

    Parameters
    ----------
    statistics
        Some of `mean`, `std`, `min`, `max`, `last` and the quantiles `q05`, `q10`, `q25`, `q50`,
        `q75`, `q90`, `q95`; their columns stand side by side.
    missing
        Values that are NaN or infinite: left out (`skip`), or taken for 0 (`zero`).
    """

    def __init__(self, statistics: tuple[str, ...] = ("mean",), missing: Missing = "skip") -> None:
        self.statistics = statistics
        self.missing = missing

    def fit(self, X: Modality, y: object = None) -> Self:  # noqa: ARG002, N803 -- as above
        """Learn nothing."""
        return self

    def transform(self, X: Any) -> Any:  # noqa: N803 -- as above
        """Return features of shape (n_segments, n_columns x number of statistics)."""
        if isinstance(X, Sequences):
            return pooled(X, self.statistics, self.missing)
        return np.asarray(X, dtype=np.float64) if isinstance(X, np.ndarray) else X

    def __sklearn_is_fitted__(self) -> bool:
        """Say that there is nothing to fit."""
        return True


class Dense(TransformerMixin, BaseEstimator):
    """Make sparse features dense, and few enough for models that look at every column.

    Parameters
    ----------
    columns
        Sparse features with more columns than this are reduced to so many by a truncated SVD
        (latent semantic analysis). Dense features pass as they are.
    random_state
        Seed of the SVD.
    """

    def __init__(self, columns: int = 100, random_state: int | None = None) -> None:
        self.columns = columns
        self.random_state = random_state

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002, N803 -- as above
        """Fit the SVD where one is needed."""
        self.svd_ = None
        if scipy.sparse.issparse(X) and min(X.shape) > self.columns:
            self.svd_ = TruncatedSVD(self.columns, random_state=self.random_state).fit(X)
        return self

    def transform(self, X: Any) -> Steps:  # noqa: N803 -- as above
        """Return dense features of shape (n_segments, at most `columns` where they were sparse)."""
        if self.svd_ is not None:
            reduced: Steps = self.svd_.transform(X)
            return reduced
        return np.asarray(X.toarray() if scipy.sparse.issparse(X) else X)
