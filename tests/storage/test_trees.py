"""Trees of a file that somebody made up are refused before they are followed."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from mosi_nb.storage.trees import check_trees


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 4))
    return x, x[:, 0] + rng.normal(size=120)


MODELS = [
    RandomForestRegressor(3, random_state=0),
    DecisionTreeRegressor(random_state=0),
    HistGradientBoostingRegressor(max_iter=3),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)
def test_fitted_trees_are_sound(model, rows):
    assert check_trees(make_pipeline(StandardScaler(), model).fit(*rows)) is None


def forged(tree, field, value):
    state = tree.__getstate__()
    nodes = state["nodes"].copy()
    nodes[field][0] = value
    tree.__setstate__({**state, "nodes": nodes})


@pytest.mark.parametrize(
    ("field", "value"),
    [("left_child", 10**6), ("right_child", -7), ("left_child", 0), ("feature", 4), ("feature", -1)],
)
def test_a_forged_tree_is_refused(rows, field, value):
    model = RandomForestRegressor(2, random_state=0).fit(*rows)
    forged(model.estimators_[1].tree_, field, value)
    with pytest.raises(ValueError, match="a place that is not there"):
        check_trees(make_pipeline(model))


@pytest.mark.parametrize(("field", "value"), [("left", 10**6), ("right", 0), ("feature_idx", 4), ("is_categorical", 1)])
def test_a_forged_tree_of_boosting_is_refused(rows, field, value):
    model = HistGradientBoostingRegressor(max_iter=2).fit(*rows)
    model._predictors[1][0].nodes[field][0] = value
    with pytest.raises(ValueError, match="a place that is not there"):
        check_trees(model)


def test_trees_of_a_forest_look_at_the_same_columns(rows):
    model = RandomForestRegressor(2, random_state=0).fit(*rows)
    model.estimators_[0].n_features_in_ = 2
    with pytest.raises(ValueError, match="different numbers of columns"):
        check_trees(model)


def test_a_tree_where_none_belongs_is_refused(rows):
    scaler = StandardScaler()
    scaler.extra = [DecisionTreeRegressor().fit(*rows).tree_]
    with pytest.raises(ValueError, match="where none belongs"):
        check_trees(make_pipeline(scaler))
