"""Made-up results, and one of every display."""

import numpy as np
import pandas as pd
import pytest

from mosi_nb.data.checks import BEFORE, Finding
from mosi_nb.displays import (
    Checks,
    ClusterView,
    Evaluation,
    Leaderboard,
    PlanView,
    ProgressState,
    ProgressView,
    SearchView,
)
from mosi_nb.results import Fit, Fold, Metric, Results

HOSTILE = "<script>alert('x')</script>\n| \x1b[31m<img src=http://evil.example/x.png>"
DIRECTIONS = {"mae": False, "corr": True}


def board(models, metrics=("mae", "corr"), failed=()):
    """Make the frame of a leaderboard, the best first."""
    frame = pd.DataFrame(index=pd.Index(models, name="model"))
    for place, metric in enumerate(metrics):
        frame[metric] = [1.2061 + 0.01 * row + place for row in range(len(models))]
        frame[f"{metric}_low"] = frame[metric] - 0.05
        frame[f"{metric}_high"] = frame[metric] + 0.05
    frame["rank"] = [str(row + 1) for row in range(len(models))]
    frame["baseline"] = [name == "mean" for name in models]
    frame["params"] = "C=1"
    frame["candidates"] = 3
    frame["fits"] = 15
    frame["fit_seconds"] = 0.1234
    frame["predict_seconds"] = 0.01
    frame["status"] = ["failed" if name in failed else "done" for name in models]
    frame["reason"] = ["ValueError: <b>NaN</b>" if name in failed else "" for name in models]
    frame.loc[list(failed), [f"{metric}{end}" for metric in metrics for end in ("", "_low", "_high")]] = np.nan
    return frame


def made_results(models):
    """Make results of three folds; the other candidate of each model is worse."""
    rng = np.random.default_rng(0)
    sentiment = rng.uniform(-3, 3, 30)
    folds = [Fold(1, n + 1, np.arange(0), np.arange(10 * n, 10 * n + 10)) for n in range(3)]
    fits = tuple(
        Fit(name, candidate, {"C": candidate}, fold, sentiment[fold.held_out] + candidate)
        for name in models
        for candidate in (1, 2)
        for fold in folds
    )
    mae = Metric("mae", lambda true, predicted: float(np.abs(true - predicted).mean()), larger_is_better=False)
    ids = np.array([f"v_{n}" for n in range(30)])
    return Results(fits, ids, ids, sentiment, {"mae": mae}, ("mean",), len(fits))


def made_plan(name="ridge"):
    """Make the summary of a plan."""
    return {
        "models": [{"model": name, "candidates": 13, "fits": 26, "params": name, "pipeline": name}],
        "modalities": [{"modality": "text", "rows": 1513, "columns": 1, "encoder": name, "missing": 0}],
        "folds": [
            {
                "repeat": 1,
                "fold": n,
                "train_segments": 800,
                "held_out_segments": 713,
                "held_out_videos": [name, f"v{n}"],
            }
            for n in (1, 2)
        ],
        "test": f"686 segments are locked away {name}",
        "settings": {"search": "grid", "seed": name},
        "candidates": 13,
        "fits": 26,
        "notes": [name],
    }


def made_evaluation(name="mae"):
    """Make an evaluation of two metrics, one without an interval."""
    rows = [[name, 1.03125, 0.94, 1.13, name], ["acc7", 0.334, np.nan, np.nan, "Share of right classes."]]
    frame = pd.DataFrame(rows, columns=["metric", "value", "low", "high", "what it is"])
    return Evaluation(frame, f"{name} on the test", [name])


def made_checks(name="ridge"):
    """Make checks of which one fired, one passed and one was silenced."""
    findings = [
        Finding(BEFORE["MOSI011"], f"{name}: cv=5"),
        Finding(BEFORE["MOSI012"]),
        Finding(BEFORE["MOSI004"], silenced=True),
    ]
    return Checks(findings, name)


def made_cluster(name="tcp://a:1"):
    """Make a cluster of one worker that has another version of one package."""
    worker = {"worker": name, "threads": 1, "memory": 2.5e8, "limit": 0, "cpu": 99.6, "tasks": 1234}
    versions = [
        {"package": name, "here": name, "scheduler": name, "workers": name, "verdict": name},
        {"package": "joblib", "here": "1", "scheduler": "1", "workers": "1", "verdict": "same"},
    ]
    told = {"headline": name, "dashboard": name, "workers": [worker], "versions": versions, "notes": [name]}
    return ClusterView(told)


def made_search(name="ridge"):
    """Make the search of two candidates, one of which was dropped."""
    rows = [
        [name, name, 1.03, 5, "kept", True, "", np.nan, np.nan],
        [name, "C=9", 1.31, 1, "dropped after 1 fold", False, name, 0.28, 0.001],
    ]
    columns = ["model", "params", "mae", "folds", "status", "best", "against", "difference", "p"]
    return SearchView(pd.DataFrame(rows, columns=columns), "mae", larger_is_better=False, notes=[name])


def one_of_each(name):
    """Return one of every display, with this name wherever a user's words are shown."""
    models = [name, "ridge", "mean", "lost"]
    frame = board(models, failed=["lost"])
    frame["params"] = frame["reason"] = name
    leaderboard = Leaderboard(frame, made_results(models), DIRECTIONS, [name])
    state = ProgressState(130, 23, 1, (name,), 12.0, 40.0, 2, frame, name, DIRECTIONS)
    return [
        leaderboard,
        leaderboard.chart(),
        PlanView(made_plan(name)),
        ProgressView(state),
        made_evaluation(name),
        made_checks(name),
        made_cluster(name),
        made_search(name),
    ]


@pytest.fixture
def displays():
    return one_of_each("svr")


@pytest.fixture
def hostile_displays():
    return one_of_each(HOSTILE)


@pytest.fixture
def make_board():
    return board


@pytest.fixture
def make_results():
    return made_results


@pytest.fixture
def directions():
    return DIRECTIONS


@pytest.fixture
def made():
    return made_cluster


@pytest.fixture
def plan():
    return made_plan()
