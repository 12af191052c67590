import sys
import threading

import pytest

from mosi_nb import FitError, SpecError
from mosi_nb.run import ready, try_out
from mosi_nb.run.trial import TRAIN_ROWS, _few_rows
from tests.run.estimators import FailsLate, Mean, NaNs, Raises, RaisesLate, TooFew, Words

READY = sys.modules["mosi_nb.run.ready"]  # the package's name for the function hides the module


class Unsendable(Mean):
    def __reduce__(self):
        raise TypeError("cannot pickle 'lock' object")


def no_number(sentiment, predicted):
    return "good"


def broken(sentiment, predicted):
    return 1 / 0


def test_every_model_is_tried_on_a_few_rows(plan_of):
    plan = plan_of([FailsLate(), "ridge"])
    assert len(_few_rows(plan).train) == TRAIN_ROWS
    try_out(plan)


def test_there_are_rows_enough_for_every_pca(plan_of, segments):
    plan = plan_of("ridge", modalities="audio", text=None, audio="scale, pca(70)", folds="by_video(2)")
    assert len(_few_rows(plan).train) > 70
    try_out(plan)


def test_a_failing_model_is_named_with_its_own_traceback(plan_of):
    with pytest.raises(FitError, match=r"raises, tried on \d+ segments: ArithmeticError: the loss is gone") as caught:
        try_out(plan_of(["ridge", Raises()]))
    assert "in inner" in str(caught.value)


def test_failures_may_be_kept_for_the_run(plan_of):
    plan = plan_of([Raises(), "ridge"])
    with pytest.raises(FitError):
        try_out(plan)
    assert set(try_out(plan, keep_failures=True)) == {"raises", "ridge"}


def each(sentiment, predicted):
    return abs(sentiment - predicted)


def never(sentiment, predicted):
    return float("nan")


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (no_number, "returned str, not a number"),
        (each, "returned ndarray of shape"),
        (broken, "ZeroDivisionError: division by zero\nIt gets two arrays of numbers"),
        (never, "is not a finite number, not even for good predictions"),
    ],
)
def test_a_failing_metric_is_named(plan_of, metric, words):
    with pytest.raises(SpecError, match=f"metrics: the metric '{metric.__name__}' .*{words}"):
        try_out(plan_of("ridge", metrics=["mae", metric]))


def test_a_model_that_fails_only_when_it_predicts_is_named_before_the_run(plan_of):
    with pytest.raises(FitError, match=r"raiseslate, tried on \d+ segments: KeyError: 'no such word'") as caught:
        try_out(plan_of(RaisesLate()))
    assert "in predict" in str(caught.value)


@pytest.mark.parametrize("model", [NaNs, TooFew, Words])
def test_predictions_that_are_no_sentiment_are_told_before_the_run(plan_of, model):
    with pytest.raises(FitError, match=rf"{model.__name__.lower()}, tried on \d+ .* predict returned"):
        try_out(plan_of(model()))


def test_a_model_that_cannot_be_sent_is_refused(plan_of):
    with pytest.raises(FitError, match=r"unsendable: it cannot be sent to a worker: .*cannot pickle 'lock'"):
        try_out(plan_of(Unsendable()), keep_failures=True)


class Locked(Mean):
    def __init__(self, lock=None):
        self.lock = lock or threading.Lock()


def test_the_attribute_that_cannot_be_sent_is_named(plan_of):
    message = r"locked: it cannot be sent to a worker: its attribute 'lock' \(of type lock\): TypeError"
    with pytest.raises(FitError, match=message):
        try_out(plan_of([("locked", Locked)]))


def test_a_refusal_does_not_wait_for_the_workers(plan_of, monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(READY, "prepare", lambda *_: released.wait(30))
    with pytest.raises(FitError):
        ready(plan_of(Raises()))
    assert not released.is_set()
    released.set()


def test_workers_that_do_not_start_are_told(plan_of, monkeypatch):
    def fails(*_):
        raise OSError("no port is free")

    monkeypatch.setattr(READY, "prepare", fails)
    with pytest.raises(OSError, match="no port is free"):
        ready(plan_of("ridge"))


def test_what_a_model_takes_is_guessed(plan_of):
    guesses = try_out(plan_of(["ridge", "forest"]))
    assert 0 < guesses["ridge"] < guesses["forest"]


def test_only_models_that_are_to_be_fitted_are_tried(plan_of):
    assert set(try_out(plan_of([Raises(), "ridge"]), models=["ridge"])) == {"ridge"}
