"""Classifiers: they see the class of each sentiment, and predict the expected class centre.

Those that also regress by the same method, such as forests, stand in `trees.py` and `both_tasks.py`.
"""

from __future__ import annotations

from typing import Literal

from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC, LinearSVC

from mosi_nb.components.ordinal import OrdinalLogistic
from mosi_nb.components.tasks import Calibration, Classes, SentimentClassifier
from mosi_nb.registry import component


@component("model", "logistic", task="classification", simplicity=2, twin="ridge")
def logistic(
    classes: Classes = 7,
    C: float = 1.0,  # noqa: N803 -- scikit-learn's name
    max_iter: int = 1000,
    calibrate: Calibration = "none",
) -> SentimentClassifier:
    """Logistic regression over classes of sentiment; predicts the expected class centre.

    Parameters
    ----------
    classes
        2, 3, 5 or 7 classes.
    C
        Inverse strength of the L2 penalty, > 0.
    max_iter
        Most steps of the solver.
    calibrate
        `sigmoid` or `isotonic` calibrates its probabilities on videos that were left out.
    """
    return SentimentClassifier(LogisticRegression(C=C, max_iter=max_iter), classes, calibrate)


@component("model", "ordinal", task="classification", simplicity=2, twin="ridge")
def ordinal(
    classes: Classes = 7,
    C: float = 3.0,  # noqa: N803 -- as above
    max_iter: int = 1000,
    calibrate: Calibration = "none",
) -> SentimentClassifier:
    """Ordinal logistic regression (proportional odds): classes in their order, one slope for each column.

    Parameters
    ----------
    classes
        2, 3, 5 or 7 classes.
    C
        Inverse strength of the L2 penalty, > 0.
    max_iter
        Most steps of the solver.
    calibrate
        `sigmoid` or `isotonic` calibrates its probabilities on videos that were left out.

    References
    ----------
    P. McCullagh: Regression Models for Ordinal Data. Journal of the Royal Statistical Society, Series B,
    42(2), 109-142, 1980.
    """
    if C <= 0 or max_iter < 1:
        message = f"ordinal wants C above 0 and max_iter of at least 1, found {C} and {max_iter}."
        raise ValueError(message)
    return SentimentClassifier(OrdinalLogistic(C=C, max_iter=max_iter), classes, calibrate)


@component("model", "linear_svc", task="classification", simplicity=2, twin="linear_svr")
def linear_svc(
    classes: Classes = 2,
    C: float = 0.1,  # noqa: N803 -- as above
    max_iter: int = 5000,
    calibrate: Calibration = "none",
) -> SentimentClassifier:
    """Linear support vector classifier; predicts the centre of the class that it chooses.

    Parameters
    ----------
    classes
        2, 3, 5 or 7 classes.
    C
        Weight of the errors against smoothness, > 0.
    max_iter
        Most steps of the solver.
    calibrate
        `sigmoid` or `isotonic` gives it probabilities, calibrated on videos that were left out; it then predicts
        the expected class centre.
    """
    return SentimentClassifier(LinearSVC(C=C, max_iter=max_iter), classes, calibrate)


@component("model", "svc", task="classification", simplicity=4, twin="svr")
def svc(
    classes: Classes = 7,
    C: float = 3.0,  # noqa: N803 -- as above
    kernel: Literal["rbf", "linear", "poly", "sigmoid"] = "rbf",
    gamma: float | Literal["scale", "auto"] = "scale",
    calibrate: Calibration = "none",
) -> SentimentClassifier:
    """Support vector classifier; predicts the centre of the class that it chooses.

    Parameters
    ----------
    classes
        2, 3, 5 or 7 classes.
    C
        Weight of the errors against smoothness, > 0.
    kernel
        Shape of the function.
    gamma
        Width of the kernel, > 0, or `scale` to take it from the features.
    calibrate
        `sigmoid` or `isotonic` gives it probabilities, calibrated on videos that were left out; it then predicts
        the expected class centre.
    """
    return SentimentClassifier(SVC(C=C, kernel=kernel, gamma=gamma), classes, calibrate)


@component("model", "naive_bayes", task="classification", simplicity=2, twin="ridge")
def naive_bayes(
    classes: Classes = 7,
    kind: Literal["bernoulli", "gaussian", "multinomial"] = "bernoulli",
    alpha: float = 0.3,
    calibrate: Calibration = "none",
) -> SentimentClassifier:
    """Naive Bayes: every column tells of the class by itself.

    Parameters
    ----------
    classes
        2, 3, 5 or 7 classes.
    kind
        What is looked at: `bernoulli`, whether a word is there and whether a scaled column is above its mean;
        `gaussian`, the values, as a normal distribution for each class; `multinomial`, counts of words: for text
        alone, since no value may be negative.
    alpha
        How much is added to each count, >= 0; not for `gaussian`.
    calibrate
        `sigmoid` or `isotonic` calibrates its probabilities on videos that were left out.
    """
    from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB  # noqa: PLC0415 -- few need it

    made = {"bernoulli": BernoulliNB, "multinomial": MultinomialNB}
    classifier = made[kind](alpha=alpha) if kind in made else GaussianNB()
    return SentimentClassifier(classifier, classes, calibrate)
