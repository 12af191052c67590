"""Trees in a loaded pipeline, looked through before anything predicts with them.

scikit-learn follows the numbers of children and columns in a fitted tree without asking whether they
are there; a file made up by somebody could end the process, or read what is none of its business.
That is why skops does not trust trees. Here they are trusted in those places where each number can
be checked: forests, single trees and histogram boosting.

References
----------
https://github.com/skops-dev/skops/pull/535
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble._forest import BaseForest
from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
from sklearn.tree import BaseDecisionTree
from sklearn.tree._tree import TREE_LEAF, Tree

TYPES = ("sklearn.tree._tree.Tree", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor")


def check_trees(pipeline: object) -> None:
    """Refuse trees that lead out of themselves, in circles, or to columns that are not there.

    Raises
    ------
    ValueError
        If there is one.
    """
    checked: set[int] = set()
    parts = list(_parts(pipeline, set()))
    for part in parts:
        fitted = getattr(part, "estimators_", ()) if isinstance(part, BaseForest) else ()
        if any(tree.n_features_in_ != part.n_features_in_ for tree in fitted):
            message = "a forest's trees look at different numbers of columns"
            raise ValueError(message)
        for tree, columns in _trees_of(part):
            _check(tree, columns)
            checked.add(id(tree))
    if any(isinstance(part, Tree | TreePredictor) and id(part) not in checked for part in parts):
        message = "there is a tree where none belongs"
        raise ValueError(message)


def _trees_of(part: Any) -> Iterator[tuple[Any, int]]:
    """Yield the trees of an estimator, with the number of columns that it lets pass."""
    if isinstance(part, BaseDecisionTree) and hasattr(part, "tree_"):
        yield part.tree_, int(part.n_features_in_)
    if isinstance(part, BaseHistGradientBoosting):
        for iteration in getattr(part, "_predictors", ()):
            for predictor in iteration:
                yield predictor, int(part.n_features_in_)


def _check(tree: Any, columns: int) -> None:
    if isinstance(tree, TreePredictor):
        nodes = tree.nodes
        inner = np.flatnonzero(nodes["is_leaf"] == 0)
        left, right, column = nodes["left"][inner], nodes["right"][inner], nodes["feature_idx"][inner]
        sound = len(nodes) > 0 and not nodes["is_categorical"].any()
        count = len(nodes)
    else:
        inner = np.flatnonzero(tree.children_left != TREE_LEAF)
        left, right, column = tree.children_left[inner], tree.children_right[inner], tree.feature[inner]
        sound, count = tree.node_count > 0, tree.node_count
    if not (sound and _lead_on(inner, left, count) and _lead_on(inner, right, count) and _within(column, columns)):
        message = "a tree leads to a place that is not there"
        raise ValueError(message)


def _lead_on(parents: NDArray[Any], children: NDArray[Any], count: int) -> bool:
    """Tell whether each child comes after its parent, so that no way is endless, and is there."""
    return bool(np.all((children.astype(np.int64) > parents) & (children < count)))


def _within(column: NDArray[Any], columns: int) -> bool:
    return bool(np.all((column.astype(np.int64) >= 0) & (column < columns)))


def _parts(thing: Any, seen: set[int]) -> Iterator[Any]:
    """Yield a thing and whatever it is made of."""
    if id(thing) in seen or isinstance(thing, str | bytes | int | float | type | None):
        return
    seen.add(id(thing))
    yield thing
    if isinstance(thing, Mapping):
        inside: Sequence[Any] = [*thing.keys(), *thing.values()]
    elif isinstance(thing, list | tuple | set | frozenset):
        inside = list(thing)
    elif isinstance(thing, np.ndarray):
        inside = list(thing.flat) if thing.dtype == object else ()
    else:
        inside = list(getattr(thing, "__dict__", {}).values())
    for part in inside:
        yield from _parts(part, seen)
