"""Models of trees, which regress or classify by the same method."""

from __future__ import annotations

from typing import Any, Literal

from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)

from mosi_nb.components.nested import Nested
from mosi_nb.components.nested_models import boosting_passes, forest_sizes
from mosi_nb.components.tasks import Calibration, Classes, for_task
from mosi_nb.registry import component

FOREST = Nested(("n_estimators",), forest_sizes)
BOOSTING = Nested(("max_iter",), boosting_passes)


@component("model", "forest", task="both", simplicity=5, size="n_estimators", nested=FOREST)
def forest(
    n_estimators: int = 100,
    max_features: float | Literal["sqrt", "log2"] = 0.1,
    min_samples_leaf: int = 3,
    max_depth: int | None = None,
    classes: Classes | None = None,
    calibrate: Calibration = "none",
) -> Any:
    """Random forest.

    Parameters
    ----------
    n_estimators
        Number of trees.
    max_features
        Columns that a split may choose from: a share between 0 and 1, `sqrt` or `log2` of them.
    min_samples_leaf
        Least number of segments in a leaf.
    max_depth
        Most splits in a row; None for no limit.
    classes
        None to regress; 2, 3, 5 or 7 for a classifier.
    calibrate
        Of a classifier: `sigmoid` or `isotonic` calibrates its probabilities on videos that were left out.
    """
    return for_task(
        (RandomForestRegressor, RandomForestClassifier),
        classes,
        calibrate,
        n_estimators=n_estimators,
        max_features=max_features,
        min_samples_leaf=min_samples_leaf,
        max_depth=max_depth,
    )


@component("model", "extra_trees", task="both", simplicity=5, size="n_estimators", nested=FOREST)
def extra_trees(
    n_estimators: int = 100,
    max_features: float | Literal["sqrt", "log2"] = 0.1,
    min_samples_leaf: int = 3,
    max_depth: int | None = None,
    classes: Classes | None = None,
    calibrate: Calibration = "none",
) -> Any:
    """Forest of trees that all see every segment and split at random values.

    Parameters
    ----------
    n_estimators
        Number of trees.
    max_features
        Columns that a split may choose from: a share between 0 and 1, `sqrt` or `log2` of them.
    min_samples_leaf
        Least number of segments in a leaf.
    max_depth
        Most splits in a row; None for no limit.
    classes
        None to regress; 2, 3, 5 or 7 for a classifier.
    calibrate
        Of a classifier: `sigmoid` or `isotonic` calibrates its probabilities on videos that were left out.
    """
    return for_task(
        (ExtraTreesRegressor, ExtraTreesClassifier),
        classes,
        calibrate,
        n_estimators=n_estimators,
        max_features=max_features,
        min_samples_leaf=min_samples_leaf,
        max_depth=max_depth,
    )


@component("model", "boosting", task="both", simplicity=5, size="max_iter", nested=BOOSTING)
def boosting(
    max_iter: int = 100,
    learning_rate: float = 0.05,
    max_leaf_nodes: int = 15,
    min_samples_leaf: int = 20,
    l2_regularization: float = 0.0,
    classes: Classes | None = None,
    calibrate: Calibration = "none",
) -> Any:
    """Gradient-boosted trees on histograms; many sparse columns are first reduced to 100.

    Parameters
    ----------
    max_iter
        Number of trees; for more than two classes so many for each.
    learning_rate
        How much each tree counts, > 0.
    max_leaf_nodes
        Most leaves of a tree.
    min_samples_leaf
        Least number of segments in a leaf.
    l2_regularization
        Penalty on the values in the leaves, >= 0.
    classes
        None to regress; 2, 3, 5 or 7 for a classifier.
    calibrate
        Of a classifier: `sigmoid` or `isotonic` calibrates its probabilities on videos that were left out.
    """
    return for_task(
        (HistGradientBoostingRegressor, HistGradientBoostingClassifier),
        classes,
        calibrate,
        max_iter=max_iter,
        learning_rate=learning_rate,
        max_leaf_nodes=max_leaf_nodes,
        min_samples_leaf=min_samples_leaf,
        l2_regularization=l2_regularization,
        early_stopping=False,
    )
