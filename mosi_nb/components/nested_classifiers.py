"""Classifiers on the sentiment scale of which the largest fit holds the smaller ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.dummy import DummyClassifier

from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.results import Vector


def classifier_sizes(
    estimators: Sequence[SentimentClassifier],
    data: tuple[Any, Any, Any],
    param: str,
    stages: Callable[[Any, Any], Iterator[Vector]],
) -> Sequence[Vector] | None:
    """Return predictions of classifiers of several sizes, from the probabilities of the largest one.

    Parameters
    ----------
    estimators
        They differ in the size of their classifier only.
    data
        Training features, their sentiment, and held-out features.
    param
        The parameter of the classifier that is its size.
    stages
        From the fitted classifier and held-out features to probabilities for the sizes 1, 2, ...

    Returns
    -------
    sequence of arrays
        None where probabilities are to be calibrated: that needs to know the videos.
    """
    if estimators[0].calibrate != "none":
        return None
    train, sentiment, held_out = data
    sizes = [getattr(one.classifier, param) for one in estimators]
    largest = clone(estimators[0]).set_params(**{f"classifier__{param}": max(sizes)}).fit(train, sentiment)
    if isinstance(largest.classifier_, DummyClassifier):  # of one class only
        return [largest.predict(held_out) for _ in sizes]
    found = {}
    for size, probabilities in enumerate(stages(largest.classifier_, held_out), start=1):
        if size in sizes:
            found[size] = probabilities @ largest.centres_
    return [found[size].copy() for size in sizes]


def of_trees(fitted: Any, held_out: Any) -> Iterator[Vector]:
    """Yield the probabilities of the first tree of a forest, of the first two, ..."""
    total = np.zeros((held_out.shape[0], len(fitted.classes_)))
    for size, tree in enumerate(fitted.estimators_, start=1):
        total += tree.predict_proba(held_out)
        yield total / size


def of_passes(fitted: Any, held_out: Any) -> Iterator[Vector]:
    """Yield the probabilities of boosted trees after each pass."""
    yield from fitted.staged_predict_proba(held_out)
