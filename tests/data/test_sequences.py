import numpy as np
import pytest

from mosi_nb.data import Sequences
from mosi_nb.data.arrays import as_modality
from mosi_nb.errors import DataError


def steps(*rows):
    return np.array(rows, dtype=float)[:, :, None]


def test_padding_is_what_lies_beyond_the_first_and_the_last_step_that_is_not_zero():
    held = as_modality(steps([0, 0, 1, 0, 2], [1, 2, 0, 0, 0], [0, 3, 0, 4, 0], [0] * 5), "audio", "a")
    assert held.starts.tolist() == [2, 0, 1, 0]
    assert held.lengths.tolist() == [3, 2, 3, 0]


def test_lengths_that_are_given_are_believed():
    held = as_modality(steps([0, 1, 0], [1, 1, 1]), "audio", "a", [3, 1])
    assert (held.starts, held.lengths.tolist()) == (None, [3, 1])


def test_a_step_that_is_missing_is_a_step():
    assert as_modality(steps([0, np.nan, 0]), "audio", "a").lengths.tolist() == [1]


def test_sequences_pass_as_they_are():
    held = Sequences(steps([0, 1]), np.array([1]), np.array([1]))
    assert as_modality(held, "audio", "a") is held
    assert held.take(np.array([0])) is held


@pytest.mark.parametrize(("lengths", "starts"), [([1], None), ([1, 4], None), ([2, 2], [0, 2]), ([-1, 1], None)])
def test_lengths_beyond_the_steps_are_refused(lengths, starts):
    with pytest.raises(DataError, match=r"lengths and starts do not fit 2 segments of up to 3 steps"):
        Sequences(np.ones((2, 3, 1)), np.array(lengths), None if starts is None else np.array(starts))


def test_gaps_are_counted_once_and_only_within_the_steps():
    values = steps([np.nan, -np.inf, 1, np.nan], [0, 0, np.inf, 0], [1, 2, 3, 4])
    held = Sequences(values, np.array([3, 2, 4]))
    assert held.gaps.tolist() == [[1, 1, 0], [0, 0, 1], [0, 0, 0]]
    taken = held.take(np.array([1, 0]))
    assert vars(taken)["gaps"].tolist() == [[0, 0, 1], [1, 1, 0]]


def test_arrays_in_memory_are_handed_out_as_views():
    held = Sequences(np.ones((2, 3, 1)), np.array([2, 3]))
    assert all(np.shares_memory(block[0], held.values) for _, block in held.blocks())
