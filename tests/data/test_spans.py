import pickle

import h5py
import numpy as np
import pytest

from mosi_nb.data.spans import sequences_of, steps_within
from mosi_nb.errors import DataError

STEPS = {"a": np.arange(20.0).reshape(10, 2), "b": np.arange(100.0, 112).reshape(6, 2)}
VIDEOS, SPANS = ["b", "a", "a", "b", "a"], np.array([[0, 4], [8, 10], [0, 3], [3, 6], [5, 5]])


@pytest.fixture(params=[None, "gzip"])
def ragged(request, tmp_path):
    with h5py.File(tmp_path / "covarep.csd", "w") as file:
        for video, steps in STEPS.items():
            file.create_dataset(f"COVAREP/data/{video}/features", data=steps, compression=request.param)
    return sequences_of(tmp_path / "covarep.csd", "COVAREP/data", VIDEOS, SPANS, STEPS["a"])


def expected(row):
    return STEPS[VIDEOS[row]][slice(*SPANS[row])]


def test_segments_are_spans_of_their_videos(ragged):
    assert ragged.lengths.tolist() == [4, 2, 3, 3, 0]
    assert ragged.values.shape == (5, 4, 2)
    for rows, block in ragged.blocks():
        for row, steps in zip(rows.tolist(), block, strict=True):
            np.testing.assert_array_equal(steps, expected(row))


def test_spans_can_be_taken_read_and_pickled(ragged):
    taken = pickle.loads(pickle.dumps(ragged.take(np.array([3, 0, 0]))))
    for found, row in zip(taken.read(np.array([0, 2])), (3, 0), strict=True):
        np.testing.assert_array_equal(found, expected(row))


def test_as_an_array_they_are_padded_at_the_end(ragged):
    padded = np.asarray(ragged.values)
    np.testing.assert_array_equal(padded[1, :2], STEPS["a"][8:])
    assert not padded[1, 2:].any()


def test_they_are_read_video_by_video(ragged):
    assert [rows.tolist() for rows, _ in ragged.blocks()] == [[2, 4, 1, 0, 3]]


def test_a_file_that_has_lost_a_video_is_told(ragged):
    with h5py.File(ragged.values.path, "a") as file:
        del file["COVAREP/data/a"]
    with pytest.raises(DataError, match=r"covarep.csd: the file was changed"):
        list(ragged.blocks())


def test_a_step_belongs_to_each_segment_that_it_overlaps():
    steps = np.column_stack([np.arange(5), np.arange(1, 6)])
    assert steps_within(steps, np.array([0.5, 2, 7]), np.array([1.5, 2, 9])).tolist() == [[0, 2], [2, 2], [5, 5]]


def test_steps_out_of_order_are_taken_from_the_first_to_the_last_that_overlaps():
    assert steps_within(np.array([[1, 2], [0, 1], [2, 3]]), np.array([0]), np.array([1.0])).tolist() == [[0, 2]]
