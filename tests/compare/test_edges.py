import numpy as np
import pytest

from mosi_nb.compare.edges import best_at_edge
from mosi_nb.compare.evidence import Evidence
from mosi_nb.components.spaces import Space, integers, log, uniform
from mosi_nb.results import Fit, Fold, Metric, Results

MAE = Metric("mae", lambda true, predicted: float(np.abs(true - predicted).mean()), larger_is_better=False)
FOLD = Fold(1, 1, np.arange(0), np.arange(4))


def told(name, tried, best, space=None, dropped=0):
    """Return what is said of a run on two folds of candidates with these values; the last ones were dropped."""
    folds = FOLD, Fold(1, 2, np.arange(0), np.arange(4))
    fits = [
        Fit("svr", number, {name: value}, fold, np.full(4, float(value != best)))
        for number, value in enumerate(tried)
        for fold in (folds[:1] if number >= len(tried) - dropped else folds)
    ]
    ids = np.arange(4).astype(str)
    results = Results(tuple(fits), ids, ids, np.zeros(4), {"mae": MAE})
    return best_at_edge(Evidence(results, 2, spaces={"svr": {name: space}} if space else {}))


def test_of_a_list_its_ends_count_tried_or_not():
    assert told("C", (1, 10, 100), 100) == "svr: C=100 of 1 to 100."
    assert told("C", (1, 10, 100), 10) is None
    assert told("C", (1, 10), 10, Space((1, 10, 100))) is None
    assert told("C", (10, 1), 10, Space((1, 10, 100))) is None
    assert told("audio.pca.n", (5, 10), 5, integers(5, 50, 5)) == "svr: audio.pca.n=5 of 5 to 50."
    assert told("gamma", ("scale", 0.1), 0.1, Space(("scale", 0.1, 0.01))) is None  # two numbers have no middle


def test_candidates_that_were_dropped_were_tried():
    assert told("C", (10, 100, 1), 10, dropped=1) is None
    assert told("C", (10, 1, 100), 10, dropped=2) is None


@pytest.mark.parametrize(
    ("space", "tried", "best", "expected"),
    [
        (log(0.01, 100.0), (0.012, 1.0, 50.0), 0.012, "svr: C=0.012 of 0.01 to 100."),
        (log(0.01, 100.0), (0.5, 0.012, 1.0, 50.0), 0.5, None),
        (log(0.01, 100.0, 5), (0.5, 1.0, 5.0), 5.0, "svr: C=5 of 0.5 to 5."),
        (uniform(0.0, 1.0), (0.2, 0.5, 0.97, 0.99), 0.97, "svr: C=0.97 of 0 to 1."),
        (uniform(0.0, 1.0), (0.2, 0.5, 0.9), 0.5, None),
    ],
)
def test_of_a_range_its_outer_parts_and_the_ends_of_what_was_drawn_count(space, tried, best, expected):
    assert told("C", tried, best, space) == expected
