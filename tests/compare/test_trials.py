"""A search as points: candidates in their order, the best, and the edge."""

import dataclasses
import math

import pytest

from mosi_nb.compare.trials import trials
from mosi_nb.components.spaces import Space, log
from mosi_nb.results import Dropped


@pytest.fixture
def noisy(results_of):
    """Return results of a model with four candidates, the last the best, and one of another model."""
    return results_of({("svr", n): 2.0 - n / 4 for n in range(1, 5)} | {("mean", 9): 1.0})


def test_candidates_stand_in_the_order_of_the_search_with_their_parameters(noisy):
    frame = trials(noisy, 4).frame
    assert frame["trial"].tolist() == [1, 2, 3, 4]
    assert frame["param_a"].tolist() == [1, 2, 3, 4]
    assert set(frame["model"]) == {"svr"}  # the other has one candidate: nothing was searched
    assert frame["best"].tolist() == [False, False, False, True]


def test_the_best_so_far_never_gets_worse_and_passes_over_what_was_dropped(noisy):
    dropped = Dropped("svr", 4, {"a": 4}, 2, 1, "svr", {"a": 1}, 0.1, 0.01)
    kept = tuple(fit for fit in noisy.fits if fit.candidate != 4 or fit.fold.number <= 2)
    found = trials(dataclasses.replace(noisy, fits=kept, dropped=(dropped,)), 4)
    assert found.frame["status"].tolist() == ["done", "done", "done", "dropped"]
    best = found.best_so_far()
    assert best["trial"].tolist() == [1, 2, 3]
    assert best["best"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("space", "edge"),
    [(None, {"a": "high"}), (Space((1, 2, 3, 4, 5)), {}), (log(0.01, 4.0), {"a": "high"})],
)
def test_an_edge_is_that_of_what_could_be_tried(noisy, space, edge):
    found = trials(noisy, 4, {"svr": {"a": space}} if space else None)
    assert found.frame["edge"].tolist() == [{}, {}, {}, edge]


def test_a_failed_candidate_and_an_undefined_score_are_no_best(results_of):
    frame = trials(results_of({("svr", 1): None, ("svr", 2): None}), 4).frame
    assert frame["status"].tolist() == ["failed", "failed"]
    assert not frame["best"].any()
    assert frame["score"].map(math.isnan).all()


def test_nothing_searched_is_no_error(results_of):
    assert trials(results_of({}), 4).frame.empty
    assert trials(results_of({("mean", 0): 1.0}), 4).best_so_far().empty
