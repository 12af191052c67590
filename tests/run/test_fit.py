import subprocess
import sys

import pytest

from mosi_nb import FitError
from mosi_nb.run.fit import Unit, fit_unit
from mosi_nb.run.work import work_of
from tests.run.estimators import Column, Exits, Imaginary, NaNs, Probe, Raises, RaisesLate, TooFew, Warns, Words

FAILURES = {
    Raises: "ArithmeticError: the loss is gone",
    RaisesLate: "KeyError: 'no such word'",
    Exits: "SystemExit: 3",
    NaNs: "ValueError: predict returned 1 values that are NaN or infinite",
    TooFew: "ValueError: predict returned an array of shape",
    Imaginary: "ValueError: predict returned complex128 values; sentiment is a number in points.",
    Words: "ValueError: predict returned text, such as good; sentiment is a number in points.",
}


@pytest.fixture
def fit_of(plan_of):
    def make(estimator):
        return fit_unit(work_of(plan_of(estimator)), Unit(0, 0))[0]

    return make


@pytest.mark.parametrize("estimator", FAILURES, ids=lambda e: e.__name__)
def test_a_failure_is_a_value(fit_of, estimator):
    failed = fit_of(estimator())
    assert failed.predicted is None
    assert failed.reason.startswith(FAILURES[estimator])


def test_a_traceback_ends_in_the_estimators_own_frames(fit_of):
    traceback = fit_of(Raises()).traceback
    assert "run/fit.py" not in traceback
    assert traceback.index("in fit") < traceback.index("in inner") < traceback.index("ArithmeticError")


def test_what_is_wrong_with_predictions_is_told_without_our_own_frames(fit_of):
    failed = fit_of(TooFew())
    assert failed.traceback == ""  # the reason says it all
    assert str(FitError.of("x", failed.reason, failed.traceback)).count("predict returned an array") == 1


def test_warnings_are_kept_once_each(fit_of):
    assert fit_of(Warns()).warnings == ("RuntimeWarning: not converged",)


def test_an_estimator_runs_alone_on_its_core(fit_of):
    assert fit_of(Probe()).warnings == ("UserWarning: jobs 1, threads 1",)


def test_a_column_of_predictions_is_taken(fit_of, plan_of):
    assert fit_of(Column()).predicted.shape == plan_of("ridge").folds[0].held_out.shape


def test_the_workers_module_loads_nothing_of_the_notebook():
    unwanted = "('IPython', 'ipywidgets', 'altair', 'skops', 'itables')"
    code = f"import sys, mosi_nb.run.fit; print([m for m in {unwanted} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
