"""Who asks for the videos gets them: alone, in a pipeline, on the sentiment scale, and from the notebook."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.linear_model import Ridge

from mosi_nb import Model
from mosi_nb.components.estimators import AnyModel
from mosi_nb.components.fitting import fit_model, takes_videos
from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.run.fit import Unit, fit_unit, trained
from mosi_nb.run.memo import memo_of
from mosi_nb.run.work import work_of


class CountsVideos(RegressorMixin, BaseEstimator):
    """Predicts how many videos it was trained on."""

    def fit(self, x, y, videos=None):
        self.videos_ = len(np.unique(videos))
        return self

    def predict(self, x):
        return np.full(x.shape[0], float(self.videos_))


class Chooses(ClassifierMixin, BaseEstimator):
    def fit(self, x, y, videos):
        self.classes_, self.videos_ = np.unique(y), len(np.unique(videos))
        return self

    def predict(self, x):
        return np.repeat(self.classes_[:1], x.shape[0])


class Bare:
    fit, predict = CountsVideos.fit, CountsVideos.predict


def test_only_those_who_ask_get_videos():
    x, y, videos = np.zeros((4, 1)), np.array([-1.0, 1, -1, 1]), np.array(["a", "a", "b", "c"])
    assert not takes_videos(Ridge())
    assert fit_model(Ridge(), x, y, videos).coef_.shape == (1,)
    assert fit_model(CountsVideos(), x, y, videos).videos_ == 3
    assert fit_model(AnyModel(Bare()), x, y, videos).model_.videos_ == 3
    assert fit_model(SentimentClassifier(Chooses(), 2), x, y, videos).classifier_.videos_ == 3


@pytest.mark.parametrize("model", [CountsVideos(), Bare()])
def test_fits_and_whole_pipelines_tell_the_videos(model, segments):
    plan = Model(segments, models=model, folds="by_video(2)", test="none", baselines="none").plan
    work = work_of(plan)
    memo_of(work).take_from(plan)
    (one,) = fit_unit(work, Unit(0, 0))
    assert set(one.predicted) == {len(np.unique(segments.video_ids[plan.folds[0].train]))}
    whole = trained(segments, plan.candidates[0].pipeline, np.arange(len(segments)))
    assert whole.predict(segments)[0] == 8


class Strict(Chooses):
    """A classifier that counts on all seven classes."""

    def fit(self, x, y):
        if len(set(y)) < 7:
            message = "unknown label"
            raise KeyError(message)
        return super().fit(x, y, None)


@pytest.mark.parametrize("model", ["majority", Strict()])
def test_a_class_that_a_fold_lacks_is_named(model, segments):
    few = segments.take(np.flatnonzero(segments.sentiment < 2.4))
    plan = Model(few, models=model, folds="by_video(2)", test="none", baselines="none").plan
    work = work_of(plan)
    memo_of(work).take_from(plan)
    (one,) = fit_unit(work, Unit(0, 0))
    if model == "majority":
        assert one.warnings == ("UserWarning: no training segment of class 3 in this fold: it is never predicted",)
    else:
        assert one.reason.startswith(
            "ValueError: Strict failed, perhaps because no training segment is of class 3: Key"
        )
        assert "by_video(5, stratify=True)" in one.reason
        assert "unknown label" in one.traceback
