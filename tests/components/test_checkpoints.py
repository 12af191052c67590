import numpy as np
import pytest

from mosi_nb.components import checkpoints
from mosi_nb.components.checkpoints import Checkpoint
from mosi_nb.components.estimators import AnyModel
from mosi_nb.components.fitting import fit_from, takes_checkpoint
from mosi_nb.components.held_out_videos import held_out
from mosi_nb.components.tasks import SentimentClassifier


class Counts:
    """Adds one in each of ten steps, from where it left; `bad` is a state that it cannot read."""

    def fit(self, X, y, checkpoint=None):  # noqa: N803 -- scikit-learn's name
        if checkpoint and checkpoint.state == b"bad":
            raise ValueError("that is no state of mine")
        self.began = self.value = int(checkpoint.state) if checkpoint and checkpoint.state else 0
        for _ in range(self.value, 10):
            self.value += 1
            if checkpoint:
                checkpoint.keep(lambda: b"%d" % self.value)

    def predict(self, X):  # noqa: N803 -- as above
        return [self.value] * len(X)


def test_a_state_is_made_only_when_it_is_time():
    kept = []
    Counts().fit([], [], Checkpoint(0.0, kept.append))
    assert kept == [b"%d" % number for number in range(1, 11)]
    later = []
    Counts().fit([], [], Checkpoint(60.0, later.append))
    assert later == []


def test_a_state_that_is_too_large_is_told_and_not_kept(monkeypatch):
    monkeypatch.setattr(checkpoints, "LARGEST", 3)
    kept = []
    checkpoint = Checkpoint(0.0, kept.append)
    with pytest.warns(UserWarning, match="it is not kept, and a fit that is broken off begins anew"):
        checkpoint.keep(lambda: b"long")
    checkpoint.keep(lambda: b"no")
    assert kept == []


def test_an_object_of_ones_own_goes_on_from_its_state():
    fitted = fit_from(lambda: AnyModel(Counts()), [[0.0]], [0.0], None, Checkpoint(0.0, print, state=b"7"))
    assert (fitted.model_.began, fitted.predict([[0.0]])) == (7, [10])


def test_a_fit_that_cannot_use_its_state_begins_anew_and_says_so():
    with pytest.warns(UserWarning, match="begun anew, .* ValueError: that is no state of mine"):
        fitted = fit_from(lambda: AnyModel(Counts()), [[0.0]], [0.0], None, Checkpoint(60.0, print, state=b"bad"))
    assert fitted.model_.began == 0


def test_only_who_asks_for_a_checkpoint_gets_one():
    class Plain:
        def fit(self, X, y):  # noqa: N803 -- as above
            self.fitted = True

    assert takes_checkpoint(AnyModel(Counts()))
    assert takes_checkpoint(SentimentClassifier(Counts()))
    assert not takes_checkpoint(AnyModel(Plain()))
    fitted = fit_from(lambda: AnyModel(Plain()), [[0.0]], [0.0], None, Checkpoint(0.0, print))
    assert fitted.model_.fitted


def test_whole_videos_are_held_out():
    videos = np.repeat(["a", "b", "c", "d", "e"], [9, 1, 5, 3, 2])
    mask = held_out(videos, 0.4, seed=0)
    assert len(set(videos[mask])) == 2
    assert not set(videos[mask]) & set(videos[~mask])
    assert held_out(videos, 0.0, seed=0) is None
    assert held_out(videos[:9], 0.4, seed=0) is None
    with pytest.raises(ValueError, match="nobody knows their videos"):
        held_out(None, 0.4, seed=0)
