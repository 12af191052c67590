import numpy as np
import pytest

from mosi_nb.results import Fit, Fold
from mosi_nb.run import Finished, State
from mosi_nb.run.events import Sent, Started, Tick, key_of, name_of


@pytest.fixture
def folds():
    return [Fold(1, number, np.arange(2), np.arange(2, 4)) for number in (1, 2, 3)]


def ended(candidate, fold, predicted=(0.0, 0.0)):
    return Finished((Fit(candidate.model, candidate.number, {}, fold, predicted and np.array(predicted)),))


def test_what_runs_is_the_oldest_of_what_was_sent(plan_of, folds):
    candidate, state = plan_of("ridge").candidates[0], State(3)
    for event in [Started(2), *(Sent(key_of(candidate, fold), name_of([candidate], fold)) for fold in folds)]:
        state.take(event)
    assert state.running == ("ridge, fold 1", "ridge, fold 2")
    state.take(ended(candidate, folds[0]))
    assert state.running == ("ridge, fold 2", "ridge, fold 3")


def test_the_rest_is_expected_to_take_as_long_as_what_is_done(plan_of, folds):
    state = State(3)
    assert state.remaining is None
    state.take(ended(plan_of("ridge").candidates[0], folds[0]))
    state.began -= 10
    assert state.remaining == pytest.approx(20, abs=0.5)


def test_failed_fits_are_counted_and_a_tick_changes_nothing(plan_of, folds):
    state = State(3)
    state.take(ended(plan_of("ridge").candidates[0], folds[0], predicted=None))
    state.take(Tick(2))
    assert (state.failed, len(state.fits), state.workers) == (1, 1, 2)


def test_a_fit_is_named_by_model_parameters_and_fold(plan_of, folds):
    candidates = plan_of("svr(C=[1, 10])").candidates
    assert name_of(candidates[1:], folds[1]) == "svr C=10, fold 2"
    assert name_of(candidates, folds[1]) == "svr, 2 candidates at once, fold 2"
