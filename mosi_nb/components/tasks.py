"""How models of another task stand on the sentiment scale: one leaderboard for all.

A classifier sees the class of each sentiment and predicts the expected value of the class centres.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.utils import Tags, get_tags

from mosi_nb.results import Vector

CLASSES = (2, 3, 5, 7)


def class_of(sentiment: Vector, classes: int) -> NDArray[np.int_]:
    """Return the class of each sentiment.

    Parameters
    ----------
    sentiment
        In points, shape (n_segments,).
    classes
        7, 5 or 3: clipped to +-3, +-2 or +-1 and rounded, half to even, as in MMSA. 2: negative (0)
        and non-negative (1).

    Examples
    --------
    >>> class_of(np.array([-2.6, 0.0, 0.4, 1.5]), 7).tolist()
    [-3, 0, 0, 2]
    >>> class_of(np.array([-0.2, 0.0, 0.4]), 2).tolist()
    [0, 1, 1]
    """
    if classes == CLASSES[0]:
        return (sentiment >= 0).astype(int)
    limit = classes // 2
    return np.round(np.clip(sentiment, -limit, limit)).astype(int)


class SentimentClassifier(RegressorMixin, BaseEstimator):
    """A classifier on the sentiment scale.

    Parameters
    ----------
    classifier
        An unfitted scikit-learn classifier.
    classes
        2, 3, 5 or 7; see `class_of`.

    Attributes
    ----------
    classifier_
        The fitted classifier.
    centres_
        Mean training sentiment of each class, in points, in the order of `classifier_.classes_`.
    """

    def __init__(self, classifier: Any = None, classes: int = 7) -> None:
        self.classifier = classifier
        self.classes = classes

    def fit(self, X: Any, y: Vector) -> Self:  # noqa: N803 -- scikit-learn's signature
        """Fit the classifier to the classes of `y`, sentiment in points."""
        found = class_of(np.asarray(y, dtype=np.float64), self.classes)
        # Where all training segments are of one class there is nothing to tell apart, and most
        # classifiers refuse; the answer is that class' centre.
        classifier = clone(self.classifier) if len(np.unique(found)) > 1 else DummyClassifier()
        self.classifier_ = classifier.fit(X, found)
        self.centres_ = np.array([np.mean(y[found == c]) for c in self.classifier_.classes_])
        return self

    def __sklearn_tags__(self) -> Tags:
        """Say that it takes whatever its classifier takes."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = get_tags(self.classifier).input_tags.sparse
        return tags

    def predict(self, X: Any) -> Vector:  # noqa: N803 -- as above
        """Return sentiment in points: the expected class centre.

        A classifier without probabilities gives the centre of the class that it predicts.
        """
        if hasattr(self.classifier_, "predict_proba"):
            expected: Vector = self.classifier_.predict_proba(X) @ self.centres_
            return expected
        position = np.searchsorted(self.classifier_.classes_, self.classifier_.predict(X))
        return np.asarray(self.centres_[position])
