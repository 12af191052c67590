import numpy as np
import pytest

from mosi_nb.components.predictions import checked_predictions

REFUSED = {
    "a NaN": (
        [1.0, np.nan, np.inf],
        r"predict returned 2 values that are NaN or infinite, of 3. Has it diverged\? Scale what it sees",
    ),
    "too few": (
        [1.0, 2.0],
        r"predict returned an array of shape \(2,\) for 3 segments. One number for each is wanted, in their order",
    ),
    "columns": (
        np.ones((3, 2)),
        r"shape \(3, 2\) for 3 segments: 2 numbers each, and one is wanted, .* A classifier says so: derive it from",
    ),
    "words": (
        ["good", "bad", "good"],
        "predict returned text, such as good; sentiment is a number in points. A classif",
    ),
    "objects": (np.array(["good", "bad", "good"], dtype=object), "predict returned text, such as good"),
    "lists": ([[1.0], [1.0, 2.0], []], "predict returned lists of different lengths"),
    "complex": (np.full(3, 1j), "predict returned complex128 values"),
    "nothing": (None, r"predict returned None. Does it end with a return\?"),
    "one": (2.0, r"predict returned an array of shape \(\) for 3 segments"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_sentiment_is_refused_with_what_to_do(name):
    predicted, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        checked_predictions(predicted, 3)


@pytest.mark.parametrize("predicted", [[1, 2], np.array([[1.0], [2.0]]), np.array([1, 2], dtype=object)])
def test_numbers_of_any_kind_are_taken(predicted):
    assert checked_predictions(predicted, 2).tolist() == [1.0, 2.0]
