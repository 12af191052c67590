"""The one way in which a model is fitted: with the video of each training row, if it asks for that."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import has_fit_parameter

Videos = NDArray[np.str_]


def takes_videos(estimator: Any) -> bool:
    """Tell whether the `fit` of an estimator has a parameter `videos`.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> takes_videos(Ridge())
    False
    """
    try:
        return bool(has_fit_parameter(estimator, "videos"))
    except (TypeError, ValueError):  # a `fit` written in C tells no signature
        return False


def fit_model(estimator: Any, X: Any, y: Any, videos: Videos | None = None) -> Any:  # noqa: N803 -- scikit-learn's name
    """Fit an estimator and return what its `fit` returns.

    Parameters
    ----------
    estimator
        Anything with `fit`.
    X, y
        Training features, and what they are to tell.
    videos
        Video id of each row, shape (n_rows,): for an estimator that must not split a video, such as one that
        holds rows out to stop early or to calibrate. None where nobody knows.

    Examples
    --------
    >>> class Counts:
    ...     def fit(self, X, y, videos=None):
    ...         self.videos = len(set(videos))
    ...         return self
    >>> fit_model(Counts(), [[0.0], [1.0]], [0.0, 1.0], np.array(["a", "b"])).videos
    2
    """
    return estimator.fit(X, y, videos=videos) if takes_videos(estimator) else estimator.fit(X, y)
