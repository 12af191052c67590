import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.naive_bayes import MultinomialNB
from sklearn.svm import LinearSVC

from mosi_nb.components.tasks import SentimentClassifier, class_of, splits_by_video


@pytest.mark.parametrize("classes", [3, 5, 7])
def test_classes_are_rounded_as_mmsa_rounds(classes):
    sentiment = np.arange(-30, 31) / 10
    limit = classes // 2
    expected = np.round(np.clip(sentiment, -limit, limit))
    assert np.array_equal(class_of(sentiment, classes), expected)
    assert len(set(class_of(sentiment, classes))) == classes


def test_halves_are_rounded_to_even():
    assert class_of(np.array([-2.5, -0.5, 0.5, 1.5, 2.5]), 7).tolist() == [-2, 0, 0, 2, 2]


def test_a_classifier_predicts_the_expected_centre():
    x, y = np.array([[-1.0], [-2.0], [1.0], [2.0]]), np.array([-1.0, -2.0, 1.0, 3.0])
    model = SentimentClassifier(LogisticRegression(), classes=2).fit(x, y)
    assert model.centres_.tolist() == [-1.5, 2.0]
    expected = model.classifier_.predict_proba(x) @ [-1.5, 2.0]
    assert np.array_equal(model.predict(x), expected)


def test_a_classifier_without_probabilities_predicts_the_centre_of_its_class():
    x, y = np.array([[-1.0], [-2.0], [1.0], [2.0]]), np.array([-1.0, -2.0, 1.0, 3.0])
    model = SentimentClassifier(LinearSVC(), classes=2).fit(x, y)
    assert model.predict(x).tolist() == [-1.5, -1.5, 2.0, 2.0]


def test_classes_that_a_fold_does_not_hold_are_left_out():
    x, y = np.arange(6.0)[:, None], np.array([-3.0, -3, 1, 1, 3, 3])
    message = "no training segment of classes -2, -1, 0, 2 in this fold: they are never predicted"
    with pytest.warns(UserWarning, match=message):
        model = clone(SentimentClassifier(LogisticRegression(), classes=7)).fit(x, y)
    assert model.classes_.tolist() == [-3, 1, 3]
    assert model.centres_.tolist() == [-3, 1, 3]
    assert np.abs(model.predict(x)).max() <= 3


def test_training_segments_of_one_class_give_its_centre():
    x, y = np.zeros((4, 1)), np.array([1.0, 1.2, 0.8, 1.0])
    with pytest.warns(UserWarning, match="no training segment of class negative in this fold: it is never"):
        fitted = SentimentClassifier(LogisticRegression(), classes=2).fit(x, y)
    assert fitted.predict(x[:2]).tolist() == [1.0, 1.0]


def test_probabilities_are_those_of_its_classifier():
    x, y = np.array([[-1.0], [-2.0], [1.0], [2.0]]), np.array([-1.0, -2.0, 1.0, 3.0])
    model = SentimentClassifier(LogisticRegression(), classes=2).fit(x, y)
    assert model.classes_.tolist() == [0, 1]
    assert np.array_equal(model.predict_proba(x), model.classifier_.predict_proba(x))
    assert not hasattr(SentimentClassifier(LinearSVC(), classes=2).fit(x, y), "predict_proba")


class Strict(ClassifierMixin, BaseEstimator):
    """A classifier that counts on all seven classes."""

    def __init__(self, *, late=False):
        self.late = late

    def fit(self, x, y):
        if len(set(y)) < 7 and not self.late:
            raise IndexError("class 6 of 6")
        return self

    def predict_proba(self, x):
        return np.full((len(x), 7), 1 / 7)


@pytest.mark.filterwarnings("ignore:no training segment")
def test_a_classifier_that_cannot_do_without_a_class_is_told_so():
    x, y = np.arange(6.0)[:, None], np.array([-3.0, -3, 1, 1, 3, 3])
    with pytest.raises(
        ValueError, match=r"Strict failed, perhaps because no training segment is of classes -2.*IndexEr"
    ):
        SentimentClassifier(Strict()).fit(x, y)
    with pytest.raises(ValueError, match=r"predict_proba of Strict returned shape \(6, 7\) for 3 classes"):
        SentimentClassifier(Strict(late=True)).fit(x, y).predict(x)


def videos_of(rows=80):
    generator = np.random.default_rng(0)
    videos = np.repeat([f"v{number}" for number in range(8)], rows // 8)
    x = generator.normal(size=(rows, 3))
    return x, np.clip(2 * x[:, 0] + generator.normal(size=rows), -3, 3), videos


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_probabilities_are_calibrated_by_videos_that_were_left_out(method):
    x, y, videos = videos_of()
    model = SentimentClassifier(LinearSVC(random_state=0), 3, method).fit(x, y, videos)
    found = class_of(y, 3)
    splits = list(GroupKFold(5).split(x, found, videos))
    expected = CalibratedClassifierCV(LinearSVC(random_state=0), method=method, cv=splits).fit(x, found)
    np.testing.assert_array_equal(model.predict_proba(x), expected.predict_proba(x))
    np.testing.assert_array_equal(model.predict(x), expected.predict_proba(x) @ model.centres_)


def test_no_video_is_both_trained_on_and_calibrated_by():
    _, y, videos = videos_of()
    for train, rest in splits_by_video(class_of(y, 7), videos):
        assert not set(videos[train]) & set(videos[rest])


@pytest.mark.filterwarnings("ignore:no training segment")
def test_calibration_without_videos_is_refused():
    x, y, _ = videos_of()
    model = SentimentClassifier(LinearSVC(), 7, "sigmoid")
    y = np.clip(y, -2, 2)
    with pytest.raises(ValueError, match=r"^calibrated probabilities need the video of each training segment"):
        model.fit(x, y)
    with pytest.raises(ValueError, match=r"too few videos \(1\) to leave some out"):
        model.fit(x, y, np.full(len(y), "v0"))


def test_counts_that_are_negative_are_told_with_what_to_do():
    message = (
        r"MultinomialNB takes what is nowhere below 0.*\nIt is for counts or tf-idf of text alone: modalities = text"
    )
    with pytest.raises(ValueError, match=message):
        SentimentClassifier(MultinomialNB(), 2).fit(np.array([[-1.0], [1.0]]), np.array([-1.0, 1.0]))
