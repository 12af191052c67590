import numpy as np
import pytest

from mosi_nb.errors import DataError
from mosi_nb.results import Fit, Fold, Metric, Results, describe

FOLD = Fold(1, 2, np.array([0]), np.array([1, 2]))


@pytest.fixture
def results():
    fits = (
        Fit("ridge", 0, {"alpha": 1.0}, FOLD, np.array([1.0, 2.0]), warnings=("W: x",)),
        Fit("svr", 1, {}, FOLD, None, reason="ValueError: no"),
    )
    error = Metric("mae", lambda y, p: np.abs(y - p).mean(), larger_is_better=False)
    ids = np.array(["a_1", "b_1", "b_2"])
    return Results(fits, ids, np.array(["a", "b", "b"]), np.array([0.0, 1.0, 1.0]), {"mae": error})


def test_frame_has_a_row_a_fit_with_its_scores(results):
    frame = results.frame()
    assert frame["status"].tolist() == ["done", "failed"]
    assert frame["mae"].tolist()[0] == 0.5
    assert np.isnan(frame["mae"][1])
    assert frame["reason"].tolist() == ["", "ValueError: no"]


def test_predictions_have_a_row_a_held_out_segment(results):
    frame = results.predictions()
    assert list(frame["segment_id"]) == ["b_1", "b_2"]
    assert list(frame["predicted"]) == [1.0, 2.0]
    assert set(frame["fold"]) == {2}


def test_frames_without_fits_keep_their_columns(results):
    empty = Results((), results.segment_ids, results.video_ids, results.sentiment, results.metrics)
    assert list(empty.predictions().columns) == list(results.predictions().columns)
    assert list(empty.frame().columns) == list(results.frame().columns)


def test_a_metric_that_fails_is_not_defined():
    assert np.isnan(Metric("m", lambda y, p: 1 / 0, larger_is_better=True)(np.zeros(1), np.zeros(1)))


def test_a_metric_that_refuses_its_input_says_so():
    def refuse(y, p):
        raise DataError.of("m", "wrong shape.")

    with pytest.raises(DataError, match="wrong shape"):
        Metric("m", refuse, larger_is_better=True)(np.zeros(1), np.zeros(2))


def test_folds_are_named_as_people_do():
    assert str(FOLD) == "fold 2"
    assert str(Fold(2, 1, np.array([0]), np.array([1]))) == "repeat 2, fold 1"


def test_parameters_are_written_short():
    assert describe({"alpha": 0.123456, "kernel": "rbf"}) == "alpha=0.1235, kernel=rbf"
