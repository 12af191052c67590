"""The one way in which a model is fitted: with the video of each row, and a checkpoint, if it asks for them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import has_fit_parameter

from mosi_nb.results import reason_of

if TYPE_CHECKING:
    from mosi_nb.components.checkpoints import Checkpoint

Videos = NDArray[np.str_]


def takes_videos(estimator: Any) -> bool:
    """Tell whether the `fit` of an estimator has a parameter `videos`.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> takes_videos(Ridge())
    False
    """
    return _takes(estimator, "videos")


def takes_checkpoint(estimator: Any) -> bool:
    """Tell whether the `fit` of an estimator, or of what it wraps, has a parameter `checkpoint`."""
    wrapped = getattr(estimator, "wrapped", None)
    return _takes(estimator, "checkpoint") and (wrapped is None or takes_checkpoint(wrapped))


def _takes(estimator: Any, name: str) -> bool:
    try:
        return bool(has_fit_parameter(estimator, name))
    except (TypeError, ValueError):  # a `fit` written in C tells no signature
        return False


def fit_model(
    estimator: Any,
    X: Any,  # noqa: N803 -- scikit-learn's name
    y: Any,
    videos: Videos | None = None,
    checkpoint: Checkpoint | None = None,
) -> Any:
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
    checkpoint
        Where to go on from, and where states go. None where none are made.

    Examples
    --------
    >>> class Counts:
    ...     def fit(self, X, y, videos=None):
    ...         self.videos = len(set(videos))
    ...         return self
    >>> fit_model(Counts(), [[0.0], [1.0]], [0.0, 1.0], np.array(["a", "b"])).videos
    2
    """
    given: dict[str, Any] = {"videos": videos} if takes_videos(estimator) else {}
    if checkpoint is not None and takes_checkpoint(estimator):
        given["checkpoint"] = checkpoint
    return estimator.fit(X, y, **given)


def fit_from(make: Callable[[], Any], X: Any, y: Any, videos: Videos, checkpoint: Checkpoint | None) -> Any:  # noqa: N803 -- as above
    """Return a fitted estimator, gone on from a checkpoint's state; begun anew where that cannot be used.

    Parameters
    ----------
    make
        Returns the unfitted estimator.
    X, y, videos, checkpoint
        As for `fit_model`.
    """
    estimator = make()
    try:
        fit_model(estimator, X, y, videos, checkpoint)
    except Exception as error:
        if checkpoint is None or checkpoint.state is None:
            raise
        warnings.warn(f"begun anew, since it could not go on from its state: {reason_of(error)}", stacklevel=2)
        checkpoint.state, estimator = None, make()
        fit_model(estimator, X, y, videos, checkpoint)
    return estimator
