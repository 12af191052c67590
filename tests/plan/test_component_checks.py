import random
import threading
from typing import Any, Literal

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler

from mosi_nb import SpecError, check_component, component
from mosi_nb.plan.component_checks import CHECKS
from mosi_nb.results import Fold, Metric


class Mean(RegressorMixin, BaseEstimator):
    def fit(self, x, y):
        self.mean_ = float(np.mean(y))
        return self

    def predict(self, x):
        return np.full(x.shape[0], self.mean_)


class Fails(Mean):
    def fit(self, x, y):
        raise ArithmeticError("the loss is gone")


class Leaves(Mean):
    def fit(self, x, y):
        raise SystemExit(3)


class Words(Mean):
    def predict(self, x):
        return ["good"] * x.shape[0]


class Draws(Mean):
    def predict(self, x):
        return np.random.normal(size=x.shape[0])  # noqa: NPY002 -- that is the point


class Seeds(Mean):
    def fit(self, x, y):
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002 -- as above
        return super().fit(x, y)


class Writes(Mean):
    def fit(self, x, y):
        y -= y.mean()
        return super().fit(x, y)


class Looks(Mean):
    def predict(self, x):
        return np.full(x.shape[0], float(x.mean()) + x.shape[0])


class Explodes(Mean):
    def predict(self, x):
        return super().predict(x) + 1e6


class Stores(Mean):
    def __init__(self, width=3):
        self.width = width + 1


class Locks(Mean):
    def __init__(self):
        self.net = {"lock": threading.Lock()}


class LocksInFit(Mean):
    def fit(self, x, y):
        self.lock_ = threading.Lock()
        return super().fit(x, y)


class Halves(TransformerMixin, BaseEstimator):
    def fit(self, x, y=None):
        return self

    def transform(self, x):
        return x[::2]


class Numbers(Halves):
    def transform(self, x):
        return np.arange(len(x))[:, None]


class Empties(Halves):
    def transform(self, x):
        return x * np.nan


def fired(kind, build, **tags):
    component(kind, "mine", **tags)(build)
    return {finding.check.code: finding.report for finding in check_component(kind, "mine").fired}


def model(make):
    def build():
        """A model."""
        return make()

    return fired("model", build)


MODELS = {
    Fails: ("COMP09", "ArithmeticError: the loss is gone (test_component_checks.py, line "),
    Leaves: ("COMP09", "SystemExit: 3"),
    Words: ("COMP09", "ValueError: predict returned text, such as good; sentiment is a number in points."),
    Draws: ("COMP10", "Tried twice under the same seed, it gave something else."),
    Seeds: ("COMP12", "It sets the state of random and numpy.random, from which others draw too."),
    Writes: ("COMP11", "It changed what was handed to it: y."),
    Looks: ("COMP14", "It predicts otherwise for half of the segments."),
    Explodes: ("COMP20", "It predicts up to 1e+06 points, on a scale that ends at 3."),
    Stores: ("COMP07", "RuntimeError: Cannot clone object Stores(width=4)"),
    Locks: ("COMP08", "Its attribute 'net' (of type lock): TypeError: cannot pickle '_thread.lock' object."),
    LocksInFit: ("COMP08", "Fitted, its attribute 'lock_' (of type lock)"),
    LogisticRegression: ("COMP06", "It returns the classifier LogisticRegression by itself; SentimentClassifier puts"),
    StandardScaler: ("COMP06", "It returns a StandardScaler, which has no predict."),
}


@pytest.mark.parametrize("made", MODELS, ids=lambda made: made.__name__)
def test_what_is_wrong_with_a_model_is_told(made):
    code, report = MODELS[made]
    assert model(made)[code].startswith(report)


def test_a_model_that_keeps_what_is_promised_passes():
    assert model(Mean) == {}


def test_a_model_that_splits_rows_at_random_is_told():
    assert model(lambda: MLPRegressor(hidden_layer_sizes=(2,), early_stopping=True, max_iter=2)) == {
        "COMP13": "early_stopping=True."
    }


ENCODERS = {
    Halves: ("COMP14", "Of 98 segments it made 49 rows."),
    Numbers: ("COMP14", "In another order, the segments get other features."),
    Empties: ("COMP09", "ValueError: it made NaN or infinite features of finite ones"),
    Ridge: ("COMP06", "It returns a Ridge, which has no transform, fit_transform."),
}


@pytest.mark.parametrize("made", [*ENCODERS], ids=lambda made: made.__name__)
def test_what_is_wrong_with_an_encoder_is_told(made):
    def build():
        """An encoder."""
        return made()

    code, report = ENCODERS[made]
    assert fired("encoder", build, reads="features")[code].startswith(report)


def test_an_encoder_says_what_it_reads():
    def build():
        """An encoder."""
        return StandardScaler()

    assert fired("encoder", build) == {
        "COMP06": 'Its tag reads is missing: reads="text" for raw strings, reads="features" for numbers.'
    }


def says_little(a, b: int = 1.5, c: Any = 2, d: tuple = (1, [2]), e: object = frozenset({1})):
    return Ridge()


def test_what_a_component_says_of_itself_is_tested():
    component("model", "mine")(says_little)
    shown = check_component(says_little, a=1)
    told = {finding.check.code: finding.report for finding in shown.fired}
    assert told["COMP02"] == "It has no docstring."
    assert told["COMP03"] == "b = 1.5 is no int."
    assert told["COMP04"] == "Whatever is written for a, c, d, e is taken: it has no type that is checked."
    assert told["COMP05"].startswith("mine(b=1.5) cannot be read: models: 'b' of model 'mine' wants a whole number")


def test_a_default_that_no_cell_can_hold_is_told():
    def build(steps: list[int] | None = None, e: object = frozenset({1})):
        """A model.

        Parameters
        ----------
        steps
            Numbers.
        """
        return Ridge()

    told = fired("model", build)
    assert told["COMP02"] == "It does not say what e means."
    assert told["COMP05"].startswith("mine(e=frozenset({1})) cannot be read")


def test_what_cannot_be_built_or_judged_is_told_once():
    def build(alpha: "Lateral" = 1.0):  # noqa: F821 -- that is the point
        """A model."""
        return Ridge(alpha=alpha)

    component("model", "mine")(build)
    shown = check_component("model", "mine").frame().set_index("code")
    assert shown.loc["COMP03", "report"].startswith("Its annotations cannot be read: NameError: name 'Lateral'")
    assert shown.loc["COMP01", "report"].startswith("NameError: name 'Lateral' is not defined")
    assert set(shown["status"]) == {"fired", "not judged"}


def test_a_component_that_needs_something_is_handed_it(segments):
    assert "Not judged: COMP01 (it needs speakers: check_component(..., speakers=...))." in repr(
        check_component("folds", "by_speaker")
    )
    speakers = {str(video): str(video)[-1] for video in segments.video_ids}
    assert check_component("folds", "by_speaker", speakers=speakers, k=2).fired == ()


def test_a_parameter_that_a_component_does_not_have_is_unknown():
    with pytest.raises(
        SpecError, match=r"unknown parameter of model 'ridge': 'alhpa'\. Did you mean 'alpha'\?\nKnown:"
    ):
        check_component("model", "ridge", alhpa=3)


def metric(function, *, larger_is_better=True, name="mine"):
    def build():
        """A metric."""
        return Metric(name, function, larger_is_better)

    return fired("metric", build)


def test_what_is_wrong_with_a_metric_is_told():
    assert metric(lambda y, p: float(np.mean(y == p))) == {}
    assert "returned ndarray of shape" in metric(lambda y, p: y)["COMP09"]
    assert "not a finite number" in metric(lambda y, p: float("nan"))["COMP09"]
    assert metric(lambda y, p: float(np.abs(y - p).mean()))["COMP16"].startswith(
        "Larger is said to be better; it is 0 "
    )
    assert metric(lambda y, p: float(-abs(p[0] - y[0])))["COMP14"].startswith("In another order of segments it is")
    undefined = metric(lambda y, p: float(np.corrcoef(y, p)[0, 1]) if np.ptp(p) else 1 / 0)
    assert undefined == {"COMP15": "If all predictions are equal, it raises ZeroDivisionError: division by zero."}
    assert "calls itself 'other'" in metric(lambda y, p: float(np.mean(y == p)), name="other")["COMP06"]


def test_what_is_wrong_with_folds_is_told():
    def build_splitting(by: Literal["row"] = "row"):
        """Folds.

        Parameters
        ----------
        by
            What.
        """
        return lambda segments, rows, seed: [Fold(1, 1, rows[::2], rows[1::2])]

    told = fired("folds", build_splitting)
    assert told["COMP17"].startswith("fold 1 has 5 videos on both sides, the first: ")
    assert told["COMP18"] == "In repeat 1, 78 of 157 segments are held out."

    def build():
        """Folds."""
        return lambda segments, rows, seed: [(rows, rows)]

    component("folds", "other")(build)
    assert "it returned a tuple; a list of Fold is wanted" in repr(check_component(build))


def test_what_is_wrong_with_a_search_a_fusion_and_an_ensemble_is_told():
    def build():
        """A search."""
        return lambda spaces, seed: [{"alpha": 3, "kernel": "rbf"}]

    assert fired("search", build) == {"COMP19": "It tries alpha=3, which is not among 0.1, 1.0, 10.0."}

    def asking():
        """A search."""

        class Asks:
            def __call__(self, spaces, seed):
                return [{"alpha": 1.0, "kernel": "rbf"}]

            def ask(self, spaces, tried, seed):
                return [{"alpha": 10.0}] if tried else []

        return Asks()

    component("search", "other")(asking)
    assert "Of the parameters alpha, kernel it gives a value to alpha." in repr(check_component(asking))

    def fused():
        """A fusion."""
        return lambda encoders: encoders

    assert "it made a dict of the encoders, which is no transformer" in fired("fusion", fused)["COMP09"]

    def combined():
        """An ensemble."""
        return Words()

    assert "predict returned text" in fired("ensemble", combined)["COMP09"]


def test_a_component_is_found_by_its_function_or_its_name():
    with pytest.raises(SpecError, match=r"unknown kind of component: 'modle'. Did you mean 'model'\?"):
        check_component("modle", "ridge")
    with pytest.raises(SpecError, match=r"check_component: unknown model: 'rigde'. Did you mean 'ridge'\?"):
        check_component("model", "rigde")
    with pytest.raises(SpecError, match=r"'model' is not registered.\nWrite @component"):
        check_component(model)
    component("model", "mine")(says_little)
    component("model", "yours")(says_little)
    with pytest.raises(SpecError, match=r"'says_little' is registered 2 times.\nWrite check_component\("):
        check_component(says_little)


def test_codes_are_counted_without_gaps():
    assert list(CHECKS) == [f"COMP{number:02}" for number in range(1, len(CHECKS) + 1)]
