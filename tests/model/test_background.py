"""Training in a thread: what may be asked meanwhile, what is refused, how it ends."""

import contextvars
import threading

import pytest

from mosi_nb import FitError, Model, NotTrainedError, RunningError, SpecError
from mosi_nb.storage import History

ASKED = contextvars.ContextVar("asked")


class Gate:
    """A listener that holds the run at its first fit until it is opened."""

    def __init__(self):
        self.there, self.opened, self.saw = threading.Event(), threading.Event(), None

    def __call__(self, model, state):
        self.saw = ASKED.get(None)
        if state.fits:
            self.there.set()
            assert self.opened.wait(60)


@pytest.fixture
def held(quick):
    """Return a model that is being trained, held after its first fit, and what opens it."""
    gate = Gate()
    ASKED.set("by the test")
    model = quick(["ridge(alpha=[1, 10])", "svr"], nested=False).start(listen=gate)
    assert gate.there.wait(60)
    yield model, gate
    gate.opened.set()
    model.wait(60)


def test_what_has_ended_so_far_may_be_asked_for_while_it_runs(held):
    model, gate = held
    assert model.running
    assert gate.saw == "by the test"
    assert 0 < len(model.results.fits) < 9
    assert model.progress().total == 9
    assert "fits have ended; the run goes on." in repr(model.leaderboard())
    assert model.wait(0.01).running
    gate.opened.set()
    assert model.wait() is model
    assert (model.running, len(model.results.fits)) == (False, 9)
    assert "the run goes on" not in repr(model.leaderboard())


def test_what_would_disturb_a_run_is_refused_with_what_to_do(held):
    model, _ = held
    for ask in (model.fit, model.start, model.ablate, model.importance, lambda: model.extend("classification")):
        with pytest.raises(RunningError, match=r"is being trained at this moment.\nWait for its end with wait\(\)"):
            ask()


def test_a_run_that_is_asked_to_stop_keeps_what_is_finished(held):
    model, gate = held
    model.stop()
    gate.opened.set()
    model.wait()
    assert 0 < len(model.results.fits) < 9
    assert "It was asked to stop." in repr(model.leaderboard())


def test_another_model_may_be_trained_at_the_same_time_on_the_same_workers(held, quick):
    model, gate = held
    other = quick("knn", jobs=1).fit()
    assert len(other.results.fits) == 3
    assert any(note.startswith("It ran on the 2 workers of another run") for note in other._run.notes)
    gate.opened.set()
    assert len(model.wait().results.fits) == 9


def test_what_needs_no_training_is_refused_at_once(quick):
    model = quick("ridge")
    with pytest.raises(SpecError, match="unknown model: 'rigde'"):
        model.start(models="rigde")
    assert not model.running
    with pytest.raises(NotTrainedError, match=r"nothing was started that could be waited for.\nCall start\(\)"):
        model.wait()


def test_the_error_of_a_run_is_raised_whenever_it_is_waited_for(quick):
    class Fails:
        def fit(self, X, y):  # noqa: N803 -- scikit-learn's name
            raise ArithmeticError("no")

        def predict(self, X):  # noqa: N803 -- as above
            return X

    last = []
    model = quick([("fails", Fails())]).start(last=last.append)
    for _ in range(2):
        with pytest.raises(FitError, match="ArithmeticError: no"):
            model.wait()
    assert [type(error) for error in last] == [FitError]
    assert not model.running


def test_a_listener_that_waits_for_its_own_run_is_refused(quick):
    model = quick("ridge").start(listen=lambda model, state: model.wait())
    with pytest.raises(RunningError, match="the run's own listener cannot wait"):
        model.wait()


def test_a_stop_that_comes_before_the_first_fit_is_not_lost(quick):
    model = quick("ridge(alpha=[1, 2, 3])").start()
    model.stop()
    assert model.wait().progress().done < 9
    assert "It was asked to stop." in repr(model.leaderboard())


def test_a_run_stands_in_the_history_under_its_name(data, cluster, history):
    text = "data = data\nmodels = ridge\nmodalities = text\nbaselines = none\nfolds = by_video(3)\njobs = 2"
    Model.from_cell(text, {"data": data}, name="mine").fit()
    Model.from_cell(text, {"data": data}).fit()
    with History(history) as held:
        assert held.runs()["name"].tolist()[1] == "mine"
        assert held.runs()["name"].isna().tolist() == [True, False]
