"""A fitted model that somebody hands over, made to predict from segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self, TypeAlias

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, is_classifier
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
from sklearn.pipeline import Pipeline

from mosi_nb.components.ensembles import Combined
from mosi_nb.components.predictions import checked_predictions
from mosi_nb.components.transformers import TakeModality
from mosi_nb.data import union_of
from mosi_nb.data.segments import Segments
from mosi_nb.results import Vector

FEW_CLASSES = 2
"""Classes that are no scale: they tell its sides apart."""
SHOWN = 7
"""Classes that a message names."""

Reads: TypeAlias = Literal["segments", "frame", "numbers", "array", "texts"]


class HandedOver(RegressorMixin, BaseEstimator):
    """A fitted model behind the features that it wants.

    Parameters
    ----------
    fitted
        Anything with `predict`. It is never fitted again.
    modalities
        Those whose union it gets.
    reads
        What its `predict` takes: `segments`; the union of the modalities as a `frame` with the columns
        that it was fitted with, as an `array`, or its `numbers` alone; or the `texts`, raw.
    points
        Of a classifier: sentiment in points of each class, in the order of its `classes_`. It then predicts their
        expected value, or where it has no probabilities the points of the class that it chooses.
    """

    points: Sequence[float] | None = None  # of models that were saved before there was such a parameter

    def __init__(
        self,
        fitted: Any = None,
        modalities: Sequence[str] = (),
        reads: Reads = "array",
        points: Sequence[float] | None = None,
    ) -> None:
        self.fitted = fitted
        self.modalities = modalities
        self.reads = reads
        self.points = points

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002, N803 -- scikit-learn's signature
        """Refuse: it was fitted by somebody else.

        Raises
        ------
        ValueError
            Always.
        """
        message = "it was handed over fitted, and is not fitted again. Put an unfitted one into models=."
        raise ValueError(message)

    def predict(self, X: Segments) -> Vector:  # noqa: N803 -- as above
        """Return sentiment in points, shape (n_segments,).

        Raises
        ------
        ValueError
            If it predicts no finite number for each segment.
        """
        seen = self._seen(X)
        if self.points is None:
            return checked_predictions(self.fitted.predict(seen), len(X))
        points = np.asarray(self.points, dtype=np.float64)
        if hasattr(self.fitted, "predict_proba"):
            return checked_predictions(np.asarray(self.fitted.predict_proba(seen)) @ points, len(X))
        known = dict(zip(np.asarray(self.fitted.classes_).tolist(), points.tolist(), strict=True))
        return checked_predictions([known[one] for one in np.asarray(self.fitted.predict(seen)).tolist()], len(X))

    def __sklearn_is_fitted__(self) -> bool:
        """Say that it is fitted."""
        return True

    def _seen(self, segments: Segments) -> Any:
        if self.reads == "segments":
            return segments
        if self.reads == "texts":
            return segments.modalities["text"]
        frame = union_of(segments, list(self.modalities))
        if self.reads == "frame":
            return frame[list(self.fitted.feature_names_in_)]
        return (frame.drop(columns="text") if self.reads == "numbers" else frame).to_numpy()


def modalities_taken(fitted: Any) -> tuple[str, ...] | None:
    """Return which modalities a pipeline over segments takes; None if it is none.

    Parameters
    ----------
    fitted
        Any object; a pipeline over segments has a step `TakeModality`, or is a saved model's.
    """
    if isinstance(fitted, Combined):
        members = [modalities_taken(member) or () for _, member in fitted.members]
        return tuple(dict.fromkeys(one for held in members for one in held))
    parts = [fitted, *(fitted.get_params(deep=True).values() if hasattr(fitted, "get_params") else ())]
    taken = [one.modality for one in parts if isinstance(one, TakeModality)]
    taken += [modality for one in parts if isinstance(one, HandedOver) for modality in one.modalities]
    return tuple(dict.fromkeys(taken)) or None


def points_of(fitted: Any, points: Mapping[Any, float] | None, scale: tuple[float, float]) -> list[float] | None:
    """Return what each class of a classifier is in points; None for what predicts points already.

    Parameters
    ----------
    fitted
        Anything with `predict`.
    points
        Sentiment in points by class; None where nobody gave any.
    scale
        Lowest and highest sentiment.

    Raises
    ------
    ValueError
        If a classifier predicts classes that are no points, and these were not given; or they do not fit.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> sides = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    >>> points_of(sides, {0: -1.2, 1: 1.3}, (-3, 3))
    [-1.2, 1.3]
    """
    classifies = hasattr(fitted, "__sklearn_tags__") and is_classifier(fitted)
    found = getattr(fitted, "classes_", None) if classifies else None
    classes = None if found is None else np.asarray(found).tolist()
    if classes is None or any(isinstance(one, list) for one in classes):
        if points is not None:
            message = "it is no classifier that tells its classes_, and points= are what each class is in points."
            raise ValueError(message)
        return None
    shown = ", ".join(map(str, classes[:SHOWN])) + (", ..." if len(classes) > SHOWN else "")
    if points is None:
        if _are_points(classes, scale):
            return None
        message = f"it predicts the classes {shown}, and no points.\n{_example(classes, scale)}"
        raise ValueError(message)
    if set(points) != set(classes):
        message = f"points= is of {', '.join(map(str, points)) or 'nothing'}, and its classes are {shown}."
        raise ValueError(f"{message}\n{_example(classes, scale)}")
    given: list[Any] = [points[one] for one in classes]
    if not all(isinstance(one, int | float | np.number) and np.isfinite(one) for one in given):
        message = f"points= wants a number in points for each class, found {given}."
        raise ValueError(message)
    return [float(one) for one in given]


def _are_points(classes: Sequence[Any], scale: tuple[float, float]) -> bool:
    """Tell whether classes are points: more than two numbers within the scale, on both sides of its middle."""
    if len(classes) <= FEW_CLASSES or not all(isinstance(one, int | float) for one in classes):
        return False
    (low, high), middle = scale, sum(scale) / 2
    return bool(low <= min(classes) < middle < max(classes) <= high)


def _example(classes: Sequence[Any], scale: tuple[float, float]) -> str:
    step = (scale[1] - scale[0]) / (2 * len(classes))
    made = {one: round(scale[0] + step * (2 * number + 1), 1) for number, one in enumerate(classes[:SHOWN])}
    return (
        "Say what each class is in points, such as the mean sentiment of its training segments: "
        f"points={str(made)[:-1]}{', ...' * (len(classes) > SHOWN)}}}."
    )


def handed_over(fitted: Any, segments: Segments, points: Sequence[float] | None = None) -> Pipeline:
    """Return a fitted model as a pipeline that predicts from segments.

    Parameters
    ----------
    fitted
        Anything with `predict`.
    segments
        The data, with the modalities that it may look at.
    points
        Of a classifier, from `points_of`.

    Raises
    ------
    ValueError
        If it was fitted on columns, or modalities, that the data do not have.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from mosi_nb.data import sample
    >>> audio = sample(videos=3).segments.only(["audio"])
    >>> handed_over(Ridge().fit(np.zeros((2, 74)), [0, 1]), audio)["model"].reads
    'array'
    """
    behind = _behind(fitted, segments)
    behind.points = points
    return Pipeline([("model", behind)])


def _behind(fitted: Any, segments: Segments) -> HandedOver:
    held = tuple(segments.modalities)
    taken = modalities_taken(fitted)
    if taken is not None:
        missing = [name for name in taken if name not in held]
        if missing:
            message = f"it looks at {missing[0]}, and these data have {', '.join(held)}."
            raise ValueError(message)
        return HandedOver(fitted, taken, "segments")
    if _reads_text(fitted) and "text" in held:
        return HandedOver(fitted, ("text",), "texts")
    columns = list(union_of(segments.take(np.arange(1))).columns)
    return HandedOver(fitted, held, _reads(fitted, columns))


def _reads(fitted: Any, columns: Sequence[str]) -> Reads:
    names = getattr(fitted, "feature_names_in_", None)
    if names is not None:
        missing = [str(name) for name in names if name not in columns]
        if missing:
            wrong = f"it was fitted with the column {missing[0]}" + (
                f" and {len(missing) - 1} more" * (len(missing) > 1)
            )
            message = f"{wrong}, and data.union() has none of that name: {_shown(columns)}."
            raise ValueError(message)
        return "frame"
    number = getattr(fitted, "n_features_in_", None)
    if "text" in columns and number in (None, len(columns) - 1):
        return "numbers" if number is not None or len(columns) > 1 else "array"
    if number not in (None, len(columns)):
        was = f"it was fitted on {number} column{'s' * (number != 1)}"
        message = f"{was}, and data.union() has {len(columns)}: {_shown(columns)}."
        raise ValueError(message)
    return "array"


def _reads_text(fitted: Any) -> bool:
    first = fitted.steps[0][1] if isinstance(fitted, Pipeline) else fitted
    return isinstance(first, CountVectorizer | HashingVectorizer)


def _shown(columns: Sequence[str]) -> str:
    most = 6
    return ", ".join(columns[:most]) + (", ..." if len(columns) > most else "")
