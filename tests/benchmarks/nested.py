"""Grids fitted together and one by one, on the first fold of CMU-MOSI: `python -m tests.benchmarks.nested`."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GroupKFold, ParameterGrid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import mosi_nb.components  # noqa: F401 -- it registers them
from mosi_nb.components.nested import Nested
from mosi_nb.plan.pipelines import seeded
from mosi_nb.registry import find

FEATURES = Path(__file__).parents[3] / "shared" / "data" / "mosi" / "mosi_poria_features.npz"
COMPONENTS = {"text100": 60, "audio73": 30, "video100": 20}
ENCODED = "audio73"
REPEATS = 3
GRIDS: dict[str, dict[str, list[Any]]] = {
    "ridge": {"alpha": np.logspace(-2, 4, 13).tolist()},
    "kernel_ridge": {"gamma": ["scale", 0.001], "alpha": np.logspace(-2, 2, 5).tolist()},
    "kernel_ridge (13)": {"alpha": np.logspace(-2, 4, 13).tolist()},
    "elastic": {"alpha": np.logspace(-3, 0, 6).tolist()},
    "svr": {"C": [0.1, 1.0, 10.0, 100.0], "gamma": ["scale", 0.001, 0.01]},
    "knn": {"n_neighbors": [1, 3, 5, 9, 15, 25, 45, 75], "weights": ["uniform"]},
    "forest": {"max_features": [0.1, 0.3], "n_estimators": [25, 50, 100, 200]},
    "extra_trees": {"max_features": [0.1, 0.3], "n_estimators": [25, 50, 100, 200]},
    "boosting": {
        "learning_rate": [0.05, 0.1],
        "max_leaf_nodes": [31],
        "max_iter": [50, 100, 200],
    },
    "pca": {"n": [5, 10, 20, 40, 60]},
    "select": {"n": [5, 10, 20, 40, 60]},
}


def folds() -> Iterator[tuple[Any, ...]]:
    """Yield features and sentiment of training and held-out rows, and the scaled audio of both."""
    file = np.load(FEATURES, allow_pickle=False)
    blocks = {name: file[name].astype(float) for name in COMPONENTS}
    sentiment = file["label"].astype(float)
    video = [segment.rsplit("_", 1)[0] for segment in file["segment_id"]]
    for train, test in GroupKFold(5).split(sentiment, groups=video):
        inside, outside, raw = [], [], np.empty(0)
        for name, components in COMPONENTS.items():
            chain = make_pipeline(SimpleImputer(), StandardScaler(), PCA(components, random_state=0))
            inside.append(chain.fit_transform(blocks[name][train]))
            outside.append(chain.transform(blocks[name][test]))
            if name == ENCODED:
                raw = chain[:-1].transform(blocks[name])
        yield (
            np.hstack(inside),
            sentiment[train],
            np.hstack(outside),
            sentiment[test],
            raw[train],
            raw[test],
        )


def groups_of(name: str) -> tuple[Nested, list[list[Any]]]:
    """Return how a component is nested, and its candidates as the engine would group them."""
    component = find("encoder" if name in ("pca", "select") else "model", name.partition(" ")[0])
    if component is None:
        sys.exit(f"no component {name}")
    nested: Nested = component.tags["nested"]
    chosen = list(ParameterGrid(GRIDS[name]))

    def other(values: dict[str, Any]) -> str:
        return str([(key, value) for key, value in values.items() if key not in nested.params])

    grouped = groupby(sorted(chosen, key=other), key=other)
    return nested, [[seeded(component.build(**values), 0) for values in group] for _, group in grouped]


def separately(estimators: list[Any], X: Any, y: Any, held_out: Any) -> list[Any]:  # noqa: N803 -- scikit-learn's name
    """Return what a fit each gives."""
    results = []
    for estimator in estimators:
        fitted = clone(estimator)
        if hasattr(fitted, "predict"):
            results.append(fitted.fit(X, y).predict(held_out))
        else:
            results.append((fitted.fit_transform(X, y), fitted.transform(held_out)))
    return results


def timed(
    function: Callable[..., Any], groups: list[list[Any]], *features: Any, repeats: int
) -> tuple[float, list[Any]]:
    """Return the fewest seconds that it took, and what came out."""
    fewest, found = float("inf"), []
    for _ in range(repeats):
        began = time.perf_counter()
        found = [one for group in groups for one in function(group, *features)]
        fewest = min(fewest, time.perf_counter() - began)
    return fewest, found


def arrays(found: list[Any]) -> Iterator[Any]:
    """Yield all arrays of a result."""
    for one in found:
        yield from one if isinstance(one, tuple) else (one,)


def best(errors: list[list[float]]) -> float:
    """Return the least mean error over folds."""
    return float(np.mean(errors, axis=0).min())


def main() -> None:
    """Print the table: times on the first fold, the best MAE over all."""
    if not FEATURES.exists():
        sys.exit(f"{FEATURES} is not there.")
    warnings.simplefilter("ignore")
    every = list(folds())
    head = "component", "grid", "separate", "together", "ratio", "largest", "best MAE"
    print("{:18} {:>4} {:>9} {:>9} {:>6} {:>8} {:>9} differs".format(*head))
    for name in GRIDS:
        nested, groups = groups_of(name)
        encodes = name in ("pca", "select")
        errors: tuple[list[list[float]], list[list[float]]] = ([], [])
        seconds, largest = [], 0.0
        for number, (inside, y, held_out, truth, raw, raw_held_out) in enumerate(every[:1] if encodes else every):
            features = (raw, y, raw_held_out) if encodes else (inside, y, held_out)
            repeats = 1 if number else REPEATS
            done = [timed(way, groups, *features, repeats=repeats) for way in (separately, nested.together)]
            if number == 0:
                seconds = [spent for spent, _ in done]
            theirs, ours = (list(arrays(found)) for _, found in done)
            largest = max([largest, *(float(abs(a - b).max()) for a, b in zip(theirs, ours, strict=True))])
            if not encodes:
                for kept, found in zip(errors, (theirs, ours), strict=True):
                    kept.append([float(abs(truth - predicted).mean()) for predicted in found])
        told = "" if encodes else f"{best(errors[1]):9.6f} {abs(best(errors[0]) - best(errors[1])):.0e}"
        size = sum(len(group) for group in groups)
        alone, joint = seconds
        print(f"{name:18} {size:4} {alone:9.3f} {joint:9.3f} {alone / joint:6.1f} {largest:8.0e} {told}", flush=True)


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
