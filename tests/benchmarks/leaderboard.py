"""The reference leaderboard, by mosi_nb and by what a scikit-learn user runs without it.

53 candidates x 5 folds over videos, on the real MOSI features where they are (else on random ones of
the same shape): per modality impute, scale, PCA; side by side; one regressor. Each contender runs in
a process of its own:

`limit`
    every distinct preprocessing once a fold and every estimator once a fit, in one process, divided
    by the number of cores: a perfect scheduler that shares preprocessing, and nothing else.
`mosi_nb`, `nested = off`
    through `Model`, on its embedded cluster, which is started before the clock.
`loky`, `dask`, `dask-ml`
    GridSearchCV of scikit-learn under joblib's backends, and that of dask-ml where it is installed.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

REAL = Path(__file__).parents[3] / "shared" / "data" / "mosi" / "mosi_poria_features.npz"
ROOT = Path(__file__).parents[2]
KEPT = {"text": 60, "audio": 30, "video": 20}
COLUMNS = {"text": 100, "audio": 73, "video": 100}
NAMES = {"text": "text100", "audio": "audio73", "video": "video100"}
CORES = os.cpu_count() or 1
CELL = """
models    = (ridge(alpha=log(1e-2, 1e4, 13)), elastic(alpha=log(1e-3, 1, 6), l1_ratio=0.5, max_iter=1000),
            svr(C=[0.1, 1, 10, 100], gamma=["scale", 0.001, 0.01]),
            knn(n_neighbors=[1, 3, 5, 9, 15, 25, 45, 75], weights="uniform"),
            forest(n_estimators=[25, 50, 100, 200], max_features=[0.1, 0.3], min_samples_leaf=3),
            boosting(max_iter=[50, 100, 200], learning_rate=[0.05, 0.1], max_leaf_nodes=31))
"""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def data() -> tuple[dict[str, Any], Any, Any]:
    """Return features by modality, sentiment and segment ids."""
    if REAL.is_file():
        with np.load(REAL, allow_pickle=False) as file:
            features = {name: file[key].astype(np.float64) for name, key in NAMES.items()}
            return features, file["label"].astype(np.float64), np.array([str(one) for one in file["segment_id"]])
    rng = np.random.default_rng(0)
    sentiment = rng.uniform(-3, 3, 2199)
    features = {name: rng.normal(size=(2199, n)) + 0.2 * sentiment[:, None] for name, n in COLUMNS.items()}
    return features, sentiment, np.array([f"v{n % 93:02d}_{n // 93}" for n in range(2199)])


def grids() -> dict[str, tuple[Any, dict[str, list[Any]]]]:
    """Return the estimators and their grids, as scikit-learn takes them."""
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
    from sklearn.linear_model import ElasticNet, Ridge
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.svm import SVR

    forest = RandomForestRegressor(random_state=0, min_samples_leaf=3)
    boosting = HistGradientBoostingRegressor(random_state=0, early_stopping=False)
    return {
        "ridge": (Ridge(), {"alpha": list(np.logspace(-2, 4, 13))}),
        "elastic": (ElasticNet(l1_ratio=0.5), {"alpha": list(np.logspace(-3, 0, 6))}),
        "svr": (SVR(), {"C": [0.1, 1, 10, 100], "gamma": ["scale", 0.001, 0.01]}),
        "knn": (KNeighborsRegressor(), {"n_neighbors": [1, 3, 5, 9, 15, 25, 45, 75]}),
        "forest": (forest, {"n_estimators": [25, 50, 100, 200], "max_features": [0.1, 0.3]}),
        "boosting": (boosting, {"max_iter": [50, 100, 200], "learning_rate": [0.05, 0.1]}),
    }


def preprocessing() -> Any:
    """Return impute, scale and PCA for each modality."""
    from sklearn.compose import ColumnTransformer
    from sklearn.decomposition import PCA
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    edges = np.cumsum([0, *COLUMNS.values()])
    steps = [
        (
            name,
            Pipeline([("impute", SimpleImputer()), ("scale", StandardScaler()), ("pca", PCA(kept, random_state=0))]),
            slice(int(edges[n]), int(edges[n + 1])),
        )
        for n, (name, kept) in enumerate(KEPT.items())
    ]
    return ColumnTransformer(steps)


def _folds() -> tuple[Any, Any, list[Any]]:
    from sklearn.model_selection import GroupKFold

    features, sentiment, ids = data()
    rows = np.hstack(list(features.values()))
    videos = np.array([one.rsplit("_", 1)[0] for one in ids])
    return rows, sentiment, list(GroupKFold(5).split(rows, sentiment, videos))


def limit() -> dict[str, Any]:
    """Measure what a perfect scheduler would need."""
    from sklearn.base import clone
    from sklearn.model_selection import ParameterGrid

    rows, sentiment, folds = _folds()
    errors: dict[tuple[str, str], list[float]] = {}
    began = time.perf_counter()
    for train, held_out in folds:
        features = preprocessing()
        inside, outside = features.fit_transform(rows[train]), features.transform(rows[held_out])
        for name, (estimator, grid) in grids().items():
            for params in ParameterGrid(grid):
                predicted = clone(estimator).set_params(**params).fit(inside, sentiment[train]).predict(outside)
                errors.setdefault((name, str(params)), []).append(float(np.abs(predicted - sentiment[held_out]).mean()))
    seconds = (time.perf_counter() - began) / CORES
    return {"seconds": seconds, "best": _best({key: float(np.mean(held)) for key, held in errors.items()})}


def _best(errors: dict[tuple[str, str], float]) -> dict[str, float]:
    return {name: min(error for (other, _), error in errors.items() if other == name) for name, _ in errors}


def mosi_nb(nested: str = "on") -> dict[str, Any]:
    """Measure `Model.fit` on a cluster that is there."""
    import psutil

    from mosi_nb import DataIterator, Model
    from mosi_nb.run import embedded

    features, sentiment, ids = data()
    held = DataIterator.from_arrays(features, sentiment=sentiment, segment_ids=list(ids))
    chains = "\n".join(f"{name} = impute, scale, pca({kept})" for name, kept in KEPT.items())
    rest = f"folds = by_video(5)\ntest = none\nbaselines = none\nmetrics = mae\nnested = {nested}\njobs = {CORES}"
    model = Model.from_cell(f"data = held\n{chains}{CELL}{rest}", {"held": held})
    embedded(CORES).run(lambda: None)
    first: list[float] = []
    before, began = psutil.net_io_counters(pernic=True)["lo"].bytes_recv, time.perf_counter()

    def listen(trained: Model, state: Any) -> None:
        if not first and state.fits and trained.leaderboard(intervals=False).frame()["status"].eq("done").any():
            first.append(time.perf_counter() - began)

    model.fit(listen=listen, again=True)
    seconds = time.perf_counter() - began
    moved = psutil.net_io_counters(pernic=True)["lo"].bytes_recv - before
    fits = model.results.fits
    handed_out = {(fit.worker, fit.started): fit.ended - fit.started for fit in fits}
    span = max(fit.ended for fit in fits) - min(fit.started for fit in fits)
    size = sum(one.nbytes for one in features.values()) + sentiment.nbytes
    errors = {name: float(one.scores["mae"]) for name, one in model.models.items()}
    return {
        "seconds": seconds,
        "best": errors,
        "first row": first[0],
        "busy": sum(handed_out.values()) / (CORES * span),
        "moved": moved / (size * CORES),
    }


def _search(search: Callable[..., Any], **options: Any) -> dict[str, Any]:
    from sklearn.pipeline import Pipeline

    rows, sentiment, folds = _folds()
    best: dict[str, float] = {}
    began = time.perf_counter()
    for name, (estimator, grid) in grids().items():
        fitted = search(
            Pipeline([("features", preprocessing()), ("model", estimator)]),
            {f"model__{key}": values for key, values in grid.items()},
            cv=folds,
            refit=False,
            scoring="neg_mean_absolute_error",
            **options,
        ).fit(rows, sentiment)
        best[name] = -float(np.max(fitted.cv_results_["mean_test_score"]))
    return {"seconds": time.perf_counter() - began, "best": best}


def loky() -> dict[str, Any]:
    """Measure scikit-learn's grid search on all cores."""
    from sklearn.model_selection import GridSearchCV

    return _search(GridSearchCV, n_jobs=CORES)


def on_dask(search: str) -> dict[str, Any]:
    """Measure a grid search on a dask cluster as it stands."""
    import joblib
    from distributed import Client, LocalCluster
    from sklearn.model_selection import GridSearchCV

    options = {"n_workers": CORES, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
    with LocalCluster(**options) as cluster, Client(cluster):
        if search == "dask-ml":
            from dask_ml.model_selection import GridSearchCV as Shared

            return _search(Shared)
        with joblib.parallel_config("dask"):
            return _search(GridSearchCV, n_jobs=-1)


CONTENDERS: dict[str, Callable[[], dict[str, Any]]] = {
    "limit": limit,
    "mosi_nb": mosi_nb,
    "nested = off": lambda: mosi_nb("off"),
    "loky": loky,
    "dask": lambda: on_dask("dask"),
    "dask-ml": lambda: on_dask("dask-ml"),
}
RATIOS = {"mosi_nb": 0.65, "nested = off": 1.10}
FIRST_ROW, BUSY, MOVED, TOLERANCE = 1.5, 0.95, 1.2, 1e-6


def measured(name: str) -> dict[str, Any]:
    """Run a contender in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.leaderboard", name]
    environment = {**os.environ, **ONE_THREAD, "MOSI_NB_HISTORY": "none"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def report(rounds: int = 3, peers: tuple[str, ...] = ("loky", "dask", "dask-ml")) -> int:
    """Print a row a contender; return the number of limits that are not kept."""
    ours: dict[str, list[dict[str, Any]]] = {"limit": [], **{name: [] for name in RATIOS}}
    for _ in range(rounds):  # one after the other: a machine's moods then strike all of them
        for name, held in ours.items():
            held.append(measured(name))
    seconds = {name: statistics.median(one["seconds"] for one in held) for name, held in ours.items()}
    print(f"{'reference leaderboard':24}{'seconds':>9}{'x limit':>9}{'at most':>9}   best MAE as the limit's")
    beyond = 0
    for name, held in ours.items():
        ratio = statistics.median(a["seconds"] / b["seconds"] for a, b in zip(held, ours["limit"], strict=True))
        equal = all(abs(held[0]["best"][m] - e) < TOLERANCE for m, e in ours["limit"][0]["best"].items())
        most = RATIOS.get(name, 1.0)
        beyond += ratio > most or not equal
        print(f"{name:24}{seconds[name]:9.1f}{ratio:9.2f}{most:9.2f}   {'yes' if equal else 'NO'}", flush=True)
    one = {key: statistics.median(run[key] for run in ours["mosi_nb"]) for key in ("first row", "busy", "moved")}
    beyond += one["first row"] > FIRST_ROW or one["busy"] < BUSY or one["moved"] > MOVED
    print(f"first row after {one['first row']:.2f} s (at most {FIRST_ROW}); workers busy {one['busy']:.3f} of the time")
    print(f"(at least {BUSY}); bytes moved {one['moved']:.2f} x data x workers (at most {MOVED})", flush=True)
    for name in peers:
        if name == "dask-ml" and importlib.util.find_spec("dask_ml") is None:
            print(f"{name:24}   not installed", flush=True)
            continue
        run = measured(name)
        print(f"{name:24}{run['seconds']:9.1f}{run['seconds'] / seconds['limit']:9.2f}", flush=True)
    return beyond


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    if len(sys.argv) > 1:
        print(json.dumps(CONTENDERS[sys.argv[1]]()))
    else:
        sys.exit(report())
