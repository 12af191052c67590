"""How models of another task stand on the sentiment scale: one leaderboard for all.

A classifier sees the class of each sentiment and predicts the expected value of the class centres.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.utils import Tags, get_tags
from sklearn.utils.metaestimators import available_if

from mosi_nb.components.fitting import Videos, fit_model, takes_videos
from mosi_nb.results import Vector, reason_of

if TYPE_CHECKING:
    from mosi_nb.components.checkpoints import Checkpoint

CLASSES = (2, 3, 5, 7)
Classes: TypeAlias = Literal[2, 3, 5, 7]
Calibration: TypeAlias = Literal["none", "sigmoid", "isotonic"]

FOLDS = 5
"""Most folds over videos by which probabilities are calibrated."""
SIDES = ("negative", "non-negative")
"""What the two classes of `classes=2` are called."""


class UncalibratedError(ValueError):
    """Probabilities cannot be calibrated: whose segments these are is not known, or there are too few videos."""


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


def missing_classes(found: NDArray[np.int_], classes: int) -> str:
    """Name the classes of a scale that no segment is of; empty if there is none.

    Examples
    --------
    >>> missing_classes(np.array([-1, 0]), 3), missing_classes(np.array([0]), 7)
    ('class 1', 'classes -3, -2, -1, 1, 2, 3')
    """
    scale = range(2) if classes == CLASSES[0] else range(-(classes // 2), classes // 2 + 1)
    missing = [SIDES[one] if classes == CLASSES[0] else str(one) for one in scale if one not in found]
    return f"class{'es' if len(missing) > 1 else ''} {', '.join(missing)}" if missing else ""


def _fitted_has_probabilities(model: SentimentClassifier) -> bool:
    return hasattr(model.classifier_, "predict_proba")


class SentimentClassifier(RegressorMixin, BaseEstimator):
    """A classifier on the sentiment scale.

    Parameters
    ----------
    classifier
        An unfitted scikit-learn classifier.
    classes
        2, 3, 5 or 7; see `class_of`.
    calibrate
        How its probabilities are calibrated on videos that it has not seen: `sigmoid`, `isotonic`, or `none`.

    Attributes
    ----------
    classifier_
        The fitted classifier.
    classes_
        The classes of the training segments, in ascending order: as `class_of` numbers them.
    centres_
        Mean training sentiment of each class, in points, in the order of `classes_`.
    """

    calibrate: str = "none"  # of models that were saved before there was such a parameter

    def __init__(self, classifier: Any = None, classes: int = 7, calibrate: Calibration = "none") -> None:
        self.classifier = classifier
        self.classes = classes
        self.calibrate = calibrate

    @property
    def wrapped(self) -> Any:
        """The classifier: whether it takes a checkpoint is asked of it."""
        return self.classifier if self.calibrate == "none" else None

    def fit(
        self,
        X: Any,  # noqa: N803 -- scikit-learn's signature
        y: Vector,
        videos: Videos | None = None,
        checkpoint: Checkpoint | None = None,
    ) -> Self:
        """Fit the classifier to the classes of `y`, sentiment in points.

        Raises
        ------
        ValueError
            If probabilities are to be calibrated and there are no two videos to do it by, the classifier fails
            on training segments that hold none of a class, or takes no features below 0.
        """
        found = class_of(np.asarray(y, dtype=np.float64), self.classes)
        missing = missing_classes(found, self.classes)
        if missing:
            told = f"no training segment of {missing} in this fold: {'they are' if ',' in missing else 'it is'}"
            warnings.warn(f"{told} never predicted", stacklevel=2)
        try:
            self.classifier_ = self._fitted(X, found, videos, checkpoint)
        except Exception as error:
            if "Negative values in data" in str(error):
                raise _below_zero(self.classifier) from None
            if not missing or isinstance(error, UncalibratedError):
                raise
            name, why = type(self.classifier).__name__, reason_of(error)
            message = (
                f"{name} failed, perhaps because no training segment is of {missing}: {why}\n"
                "Fewer classes, or folds that are alike in sentiment, have some of each: by_video(5, stratify=True)."
            )
            raise ValueError(message) from error
        self.classes_ = np.asarray(getattr(self.classifier_, "classes_", np.unique(found)))
        self.centres_ = np.array([np.mean(y[found == c]) for c in self.classes_])
        return self

    def _fitted(
        self,
        X: Any,  # noqa: N803 -- as above
        found: NDArray[np.int_],
        videos: Videos | None,
        checkpoint: Checkpoint | None,
    ) -> Any:
        # Where all training segments are of one class there is nothing to tell apart, and most
        # classifiers refuse; the answer is that class' centre.
        if len(np.unique(found)) < 2:  # noqa: PLR2004 -- as above
            return DummyClassifier().fit(X, found)
        if self.calibrate == "none":
            classifier = clone(self.classifier)
            return fit_model(classifier, X, found, videos, checkpoint) or classifier
        splits = splits_by_video(found, videos)
        from sklearn.calibration import CalibratedClassifierCV  # noqa: PLC0415 -- only for those who ask

        calibrated = CalibratedClassifierCV(clone(self.classifier), method=self.calibrate, cv=splits)
        calibrated.fit(X, found, **({"videos": videos} if takes_videos(self.classifier) else {}))
        calibrated.cv = None  # the rows of each split, which nobody needs any more
        return calibrated

    def __sklearn_tags__(self) -> Tags:
        """Say that it takes whatever its classifier takes."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = get_tags(self.classifier).input_tags.sparse
        return tags

    @available_if(_fitted_has_probabilities)  # type: ignore[untyped-decorator]  # scikit-learn's, without types
    def predict_proba(self, X: Any) -> Vector:  # noqa: N803 -- as above
        """Return the probability of each class, shape (n_segments, n_classes), in the order of `classes_`."""
        found = np.asarray(self.classifier_.predict_proba(X), dtype=np.float64)
        if found.ndim != 2 or found.shape[1] != len(self.centres_):  # noqa: PLR2004 -- rows, classes
            name = type(self.classifier).__name__
            message = f"predict_proba of {name} returned shape {found.shape} for {len(self.centres_)} classes."
            raise ValueError(message)
        return found

    def predict(self, X: Any) -> Vector:  # noqa: N803 -- as above
        """Return sentiment in points: the expected class centre.

        A classifier without probabilities gives the centre of the class that it predicts.
        """
        if hasattr(self, "predict_proba"):
            expected: Vector = self.predict_proba(X) @ self.centres_
            return expected
        classes = getattr(self, "classes_", None)
        if classes is None:  # saved before it was kept
            classes = self.classifier_.classes_
        return np.asarray(self.centres_[np.searchsorted(classes, self.classifier_.predict(X))])


def _below_zero(classifier: Any) -> ValueError:
    message = (
        f"{type(classifier).__name__} takes what is nowhere below 0, and some features here are.\n"
        "It is for counts or tf-idf of text alone: modalities = text, and text = tfidf with no scale or pca behind it."
    )
    return ValueError(message)


def splits_by_video(found: NDArray[np.int_], videos: Videos | None) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Return the rows to train on, and those of other videos to calibrate by.

    Parameters
    ----------
    found
        Class of each training row.
    videos
        Video id of each training row.

    Raises
    ------
    UncalibratedError
        If videos are not known, or too few to leave some out and still tell classes apart.
    """
    if videos is None:
        message = (
            "calibrated probabilities need the video of each training segment: fit(X, y, videos=...).\n"
            "Model does that; a row taken at random would be of a video that was trained on."
        )
        raise UncalibratedError(message)
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415 -- as above

    number = min(FOLDS, len(np.unique(videos)))
    splits = list(GroupKFold(number).split(found, found, videos)) if number > 1 else []
    every = len(np.unique(found))
    # scikit-learn mistakes two classes of more for the two that there are.
    kept = [(train, rest) for train, rest in splits if len(np.unique(found[train])) in {every, *range(3, every)}]
    if not kept:
        message = (
            f"there are too few videos ({number}) to leave some out and calibrate probabilities by them.\n"
            'Leave calibrate out: calibrate="none".'
        )
        raise UncalibratedError(message)
    return kept


def for_task(kinds: tuple[type[Any], type[Any]], classes: Classes | None, calibrate: Calibration, **params: Any) -> Any:
    """Return an estimator of a method that knows both tasks.

    Parameters
    ----------
    kinds
        The class that regresses and the one that classifies; both take `params`.
    classes
        None for the regressor, else the number of classes.
    calibrate
        As for `SentimentClassifier`.
    **params
        Parameters of the estimator.

    Raises
    ------
    ValueError
        If a regressor is to be calibrated.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
    >>> for_task((KNeighborsRegressor, KNeighborsClassifier), 3, "none", n_neighbors=9)
    SentimentClassifier(classes=3, classifier=KNeighborsClassifier(n_neighbors=9))
    """
    if classes is not None:
        return SentimentClassifier(kinds[1](**params), classes, calibrate)
    refuse_without_classes(calibrate)
    return kinds[0](**params)


def refuse_without_classes(calibrate: Calibration) -> None:
    """Refuse to calibrate a regressor: it has no probabilities.

    Raises
    ------
    ValueError
        If that was asked for.
    """
    if calibrate != "none":
        message = (
            f"calibrate={calibrate} is for classifiers: a regressor has no probabilities.\n"
            "Say how many classes: classes=7."
        )
        raise ValueError(message)
