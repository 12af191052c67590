"""Baselines: models that are there to compare with."""

from __future__ import annotations

from typing import Any, Literal

from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import Ridge

from mosi_nb.components.lexicon import Lexicon, word_weights
from mosi_nb.components.nested import Nested
from mosi_nb.components.nested_models import ridge_alphas
from mosi_nb.components.tasks import Classes, SentimentClassifier
from mosi_nb.registry import component


@component("model", "dummy", task="regression", simplicity=0, twin="majority", baseline=True, blind=True)
def dummy(strategy: Literal["mean", "median"] = "mean") -> DummyRegressor:
    """The mean sentiment of the training segments, whatever the features: the least to beat.

    Parameters
    ----------
    strategy
        `mean` or `median`.
    """
    return DummyRegressor(strategy=strategy)


@component("model", "majority", task="classification", simplicity=0, twin="dummy", baseline=True, blind=True)
def majority(classes: Classes = 7) -> SentimentClassifier:
    """The class of most training segments, whatever the features; predicts its centre.

    Parameters
    ----------
    classes
        2, 3, 5 or 7 classes.
    """
    return SentimentClassifier(DummyClassifier(strategy="most_frequent"), classes)


@component(
    "model",
    "text_only",
    task="regression",
    simplicity=1,
    twin="logistic",
    baseline=True,
    modalities=("text",),
    nested=Nested(("alpha",), ridge_alphas),
)
def text_only(alpha: float = 1.0) -> Ridge:
    """Ridge regression on text alone: what the other modalities have to add to.

    Parameters
    ----------
    alpha
        Strength of the penalty, > 0.
    """
    return Ridge(alpha=alpha)


@component(
    "model",
    "lexicon",
    task="regression",
    simplicity=1,
    baseline=True,
    modalities=("text",),
    raw=True,
    variables={"words": ("words", 'weights = {"good": 1.5, "awful": -2}')},
)
def lexicon(words: str | dict[str, Any], negation: bool = True) -> Lexicon:
    """A list of words with weights: sentiment as a line of the mean weight of a segment's words.

    It reads the transcript itself, whatever the encoders of text are.

    Parameters
    ----------
    words
        A weight for each word: a variable of the notebook (a dict, a pandas Series, or a DataFrame with the
        columns `word` and `weight`), written out, or the path
        of a table with the columns `word` and `weight`. Or a dict of two lists, `positive` and `negative`.
    negation
        Whether "not", "never" and their like among the three words before turn the sign of a word.
    """
    return Lexicon(word_weights(words), negation=negation)
