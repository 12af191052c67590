"""Predictions that were made elsewhere, laid beside the segments that they are of."""

import re

import numpy as np
import pytest

from mosi_nb import DataError
from mosi_nb.data.coverage import covered, other_scale, refuse_off_scale, refuse_other_scale
from mosi_nb.data.predictions import read_predictions
from mosi_nb.results import Fold

IDS = np.array(["a_1", "a_2", "b_1", "b_2", "c_1", "c_2", "d_1"])
A, B, TEST = np.array([0, 1]), np.array([2, 3]), np.array([4, 5])
FOLDS = [Fold(1, 1, B, A), Fold(1, 2, A, B)]
HELD_OUT = {"a_1": 0.1, "a_2": 0.2, "b_1": 0.3, "b_2": 0.4}
LOCKED = {"c_1": 1.0, "c_2": 2.0}
RNG = np.random.default_rng(0)
SENTIMENT = np.clip(RNG.normal(0.2, 1.6, 500), -3, 3)
MODEL = 0.2 + RNG.normal(0, 0.9, 300)


def of(given):
    return covered(read_predictions(given), IDS, FOLDS, TEST)


def test_every_held_out_segment_gives_scores():
    found = of(HELD_OUT)
    assert [one.tolist() for one in found.held_out] == [[0.1, 0.2], [0.3, 0.4]]
    assert (found.test, found.notes) == (False, ())
    assert of(HELD_OUT | LOCKED).test


def test_the_locked_test_alone_gives_none():
    found = of(LOCKED | {"a_1": 0.0})
    assert (found.held_out, found.test) == (None, True)
    assert found.notes == ("predictions of 1 other segments were passed over: a_1",)


def test_what_nobody_asked_for_is_told():
    found = of(HELD_OUT | {"d_1": 0.0, "c_1": 0.0})
    assert found.notes == (
        "predictions of 1 other segments were passed over: d_1",
        "only 1 of 2 locked segments are there, so the test cannot judge it",
    )


def test_the_same_prediction_holds_for_each_repeat():
    repeated = [*FOLDS, Fold(2, 1, B, A), Fold(2, 2, A, B)]
    found = covered(read_predictions(HELD_OUT), IDS, repeated, TEST)
    assert [one.tolist() for one in found.held_out] == [[0.1, 0.2], [0.3, 0.4]] * 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (HELD_OUT | {"c_3": 1.0, "x": 1.0}, r"2 of 6 ids are no segments of the data: c_3, x. Did you mean 'c_2'\?\n"),
        ({"a_1": 1.0, "c_1": 1.0}, "3 of the 4 segments that folds hold out have no prediction: a_2, b_1, b_2.\n"),
        ({"a_1": 1.0, "c_1": 1.0}, "Or give those of the locked test alone: 1 of its 2 segments are there."),
    ],
)  # fmt: skip
def test_unknown_and_missing_ids_are_named(given, message):
    with pytest.raises(DataError, match=message):
        of(given)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((MODEL + 3) / 6, r"go from .* all within 0 \.\.\. 1"),
        (MODEL + 3, r"with the mean 3.*, where that of the sentiment is 0.* sentiment goes from -3|most of them off"),
        ((MODEL + 3) * 4 / 6 + 1, r"go from 1.* to "),
        ((MODEL + 3) * 100 / 6, "most of them off the scale"),
        (np.sign(MODEL), "are only the whole numbers -1, 1: classes"),
        ((MODEL > 0) * 1.0, "are only the whole numbers 0, 1: classes"),
        (np.round(np.clip(MODEL, -1, 1)) + 1, "are only the whole numbers 0, 1, 2: classes"),
        (np.full(300, 7.0), "most of them off the scale"),
    ],
)  # fmt: skip
def test_another_scale_is_told(values, words):
    assert re.search(words, other_scale(values, (-3, 3), SENTIMENT))


@pytest.mark.parametrize(
    "values",
    [MODEL, MODEL * 2, MODEL * 0.1 + 0.2, np.full(300, 0.2), np.full(300, 1.0), np.round(MODEL), MODEL * 3 - 0.4],
)
def test_a_poor_or_eager_model_is_on_the_scale(values):
    assert other_scale(values, (-3, 3), SENTIMENT) == ""


def test_the_scale_that_was_found_is_named_with_what_to_say():
    given = read_predictions(dict(zip(map(str, range(300)), (np.clip(MODEL, -3, 3) + 3), strict=True)))
    with pytest.raises(
        DataError, match=r"scale 0 \.\.\. 6, say scale=\(0, 6\), .* points all the same, say scale=\(-3, 3\)"
    ):
        refuse_other_scale(given, (-3.0, 3.0), SENTIMENT)


def test_whole_numbers_that_fit_several_scales_are_left_to_the_user():
    given = read_predictions(dict(zip(map(str, range(5)), [1, 2, 3, 5, 5], strict=True)))
    with pytest.raises(
        DataError, match=r"as classes 0 \.\.\. 5 or 0 \.\.\. 6 or 1 \.\.\. 5 or 1 \.\.\. 7, say\. Say its"
    ) as refused:
        refuse_other_scale(given, (-3.0, 3.0), SENTIMENT)
    assert "say scale=(1, 5)" not in str(refused.value)


def test_a_scale_that_nobody_knows_is_asked_for():
    given = read_predictions({"a": 150.5, "b": 300.0})
    with pytest.raises(
        DataError, match=r"\nSay the lowest and highest value of the scale that they are on: scale=\(lowest"
    ):
        refuse_other_scale(given, (-3.0, 3.0), SENTIMENT)


def test_a_few_predictions_may_lie_beyond_their_scale():
    values = dict(zip(map(str, range(20)), [*np.linspace(0, 1, 19), 1.2], strict=True))
    refuse_off_scale(read_predictions(values), (0, 1), (-3, 3))
    for far in ({**values, "20": 1.6}, {**values, "20": -0.1, "21": 1.1}):
        with pytest.raises(DataError, match="are off it"):
            refuse_off_scale(read_predictions(far), (0, 1), (-3, 3))
    refuse_off_scale(read_predictions({"a": 70.0, "b": 3.0}), (-3, 3), (-3, 3))  # points, somebody says
