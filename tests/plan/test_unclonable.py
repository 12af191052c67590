"""Objects of the notebook as models: those that work as they are, and those that cannot be copied."""

import threading

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler
from sklearn.svm import SVR

from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.errors import SpecError
from mosi_nb.run import quiet, trained

WORKS = {
    "poly": SVR(kernel="poly", C=0.5),
    "scaled": make_pipeline(MaxAbsScaler(), Ridge()),
    "searched": GridSearchCV(Ridge(), {"alpha": [1.0, 10.0]}, cv=2),
    "chosen": LogisticRegression(C=0.5),
    "searched_too": GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2),
    "class_of_svr": SVR,
}


@pytest.mark.parametrize("name", WORKS)
def test_any_estimator_of_the_notebook_may_stand_among_the_models(name, make_plan_of, segments):
    plan = make_plan_of(f"models = {name}\nbaselines = none", **{name: WORKS[name]})
    with quiet():
        fitted = trained(segments, plan.candidates[0].pipeline, np.arange(len(segments)))
    assert np.isfinite(fitted.predict(segments)).all()
    assert isinstance(fitted.steps[-1][1], SentimentClassifier) == (name in ("chosen", "searched_too"))
    assert fitted.steps[-1][1] is not WORKS[name]


class Mean(RegressorMixin, BaseEstimator):
    def __init__(self, alpha=1.0, net=None):
        self.alpha = float(alpha) + 1
        self.net = net

    def fit(self, x, y):
        return self

    def predict(self, x):
        return np.zeros(len(x))


class Forgets(Mean):
    def __init__(self, alpha=1.0):
        self.kept = alpha


class Inside(Mean):
    def __init__(self, net=None):
        self.net = net


class Fails(Mean):
    def __init__(self):
        message = "no such device"
        raise OSError(message)


class Holds:
    def __init__(self):
        self.cache = {"lock": threading.Lock()}

    def fit(self, x, y): ...

    def predict(self, x): ...


UNCLONABLE = {
    "my_net": (Mean(), "'my_net' cannot be cloned: its parameter 'alpha' is changed by __init__"),
    "Mean": (Mean, "'Mean' cannot be cloned: its parameter 'alpha' is changed by __init__.*"),
    "Forgets": (Forgets, "'Forgets' cannot be cloned: its parameter 'alpha' is not kept by __init__"),
    "forgets": (Forgets(), "'forgets' cannot be cloned: its parameter 'alpha' is not kept by __init__"),
    "locked": (Inside(threading.Lock()), "'locked' cannot be copied: its attribute 'net' .of type lock.: TypeError: "),
    "nested": (Inside(Inside(Mean())), "its parameter 'net__net__alpha' is changed by __init__"),
    "Fails": (Fails, "'Fails' could not be made: OSError: no such device"),
    "holds": (Holds(), "'holds' cannot be copied: its attribute 'cache.*(of type lock).*"),
}


@pytest.mark.parametrize("name", UNCLONABLE)
def test_what_cannot_be_cloned_is_refused_with_what_is_to_blame(name, make_plan_of):
    thing, words = UNCLONABLE[name]
    with pytest.raises(SpecError, match=words) as caught:
        make_plan_of(f"models = {name}", **{name: thing})
    if "cloned" in words:
        assert "Let __init__ keep what it is given, self.alpha = alpha" in str(caught.value)
