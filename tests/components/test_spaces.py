import pytest

from mosi_nb.components.search import SpaceError, grid, none, random
from mosi_nb.components.spaces import Space, choice, fixed, integers, log, uniform


def test_log_has_equal_ratios_and_uniform_equal_distances():
    assert log(0.01, 100.0, 5).values == (0.01, 0.1, 1.0, 10.0, 100.0)
    assert uniform(-1.0, 1.0, 3).values == (-1.0, 0.0, 1.0)
    assert integers(1, 6, 2).values == (1, 3, 5)


def test_fixed_holds_a_list_together():
    assert fixed([64, 32]).values == ([64, 32],)


@pytest.mark.parametrize(
    "make",
    [
        lambda: log(0.0, 1.0),
        lambda: log(1.0, 1.0),
        lambda: log(1.0, float("inf"), 3),
        lambda: log(0.1, 1.0, -1),
        lambda: log(0.1, 1.0, 10**9),
        lambda: uniform(2.0, 1.0),
        lambda: uniform(float("-inf"), 1.0),
        lambda: integers(1, 10**12),
        lambda: integers(3, 1),
        lambda: integers(1, 3, 0),
        choice,
    ],
)
def test_spaces_without_sense_are_refused(make):
    with pytest.raises(ValueError, match=r"wants|values to try|nothing to choose"):
        make()


def test_grid_tries_every_combination():
    tried = grid()({"a": Space((1, 2)), "b": Space(("x", "y", "z"))}, 0)
    assert len(tried) == 6
    assert {"a": 2, "b": "z"} in tried
    assert grid()({}, 0) == [{}]


def test_grid_wants_to_know_how_many_and_names_the_parameter():
    with pytest.raises(SpaceError, match="how many values to try for 'b'") as caught:
        grid()({"a": Space((1,)), "b": log(0.1, 1.0)}, 0)
    assert caught.value.param == "b"


def test_a_grid_that_nobody_can_want_is_refused():
    with pytest.raises(ValueError, match="1,000,000 combinations of values to try"):
        grid()({name: Space(tuple(range(100))) for name in "abc"}, 0)


def test_random_draws_by_the_seed():
    spaces = {"a": log(0.1, 10.0), "b": Space((1, 2))}
    assert random(4)(spaces, 1) == random(4)(spaces, 1)
    assert random(4)(spaces, 1) != random(4)(spaces, 2)
    assert all(0.1 <= one["a"] <= 10 and one["b"] in (1, 2) for one in random(20)(spaces, 0))


def test_random_tries_a_small_space_in_full_and_a_large_one_without_repeating():
    assert len(random(30)({"a": Space((1, 2)), "b": Space((1, 2))}, 0)) == 4
    drawn = random(5)({"a": Space(tuple(range(9)))}, 0)
    assert len({one["a"] for one in drawn}) == 5


@pytest.mark.parametrize("n", [0, 10**9])
def test_random_refuses_numbers_without_sense(n):
    with pytest.raises(ValueError, match=r"wants n from 1 to 10,000"):
        random(n)


def test_without_a_search_every_parameter_has_one_value():
    assert none()({"a": fixed(1)}, 0) == [{"a": 1}]
    with pytest.raises(SpaceError, match="there are several values to try for 'a'"):
        none()({"a": Space((1, 2))}, 0)
