import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from mosi_nb.components.tasks import SentimentClassifier, class_of


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
    model = clone(SentimentClassifier(LogisticRegression(), classes=7)).fit(x, y)
    assert model.centres_.tolist() == [-3, 1, 3]
    assert np.abs(model.predict(x)).max() <= 3


def test_training_segments_of_one_class_give_its_centre():
    x, y = np.zeros((4, 1)), np.array([1.0, 1.2, 0.8, 1.0])
    fitted = SentimentClassifier(LogisticRegression(), classes=2).fit(x, y)
    assert fitted.predict(x[:2]).tolist() == [1.0, 1.0]
