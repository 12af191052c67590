"""Made-up results, and one of every display."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from mosi_nb.compare.coefficients import Explained
from mosi_nb.compare.rules import Ruling
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
from mosi_nb.displays.coefficients import Coefficients
from mosi_nb.displays.model_list import ModelList
from mosi_nb.displays.model_page import ModelPage, Page
from mosi_nb.displays.rules import Rules
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


def made_rules(name="svr"):
    """Make a scorecard of one rule of each status."""
    statuses = ("warn", "pass", "does not apply", "not judged")
    return Rules([Ruling(n, name, status, f"{name}: why", name) for n, status in enumerate(statuses, 1)])


def made_coefficients(name="svr"):
    """Make coefficients of two columns of text and one of audio."""
    columns = {"modality": ["text", "text", "audio"], "column": [name, "bad", "audio_0"], "value": [0.3, -0.4, 0.1]}
    frame = pd.DataFrame(columns).assign(spread=[0.1, 0.2, np.nan], contribution=[0.03, -0.08, np.nan])
    return Coefficients(name, Explained("coefficients", f"{name} moves.", frame, {"text": 0.4}))


def made_page(name="svr"):
    """Make the page of a model: an ensemble and a pipeline at once, which there is not."""
    scores = {"mae": [1.0, np.nan], "corr": [0.5, 0.4], name: [1.0, 2.0]}
    values = {"value": [1.0, 0.45, 1.5], "low": [0.9, np.nan, 1], "high": [1.1, np.nan, 2]}
    metrics = pd.DataFrame({"metric": ["mae", "corr", name], **values})
    page = Page(
        name=name,
        line=f"{name} (C=1): mae 1.0",
        facts=[(name, name)],
        metrics=metrics.assign(definition=name),
        larger_is_better=DIRECTIONS,
        folds=pd.DataFrame({"fold": ["fold 1", name], **scores, "fit_seconds": 0.1, "predict_seconds": 0.01}),
        tried=pd.DataFrame({"params": [name, ""], **scores, "folds": [2, 1], "chosen": [True, False]}),
        members=pd.DataFrame({"member": [name], "weight": [np.nan], "mae": [1.0]}),
        warnings={name: 2},
        pipeline=Pipeline([("scale", StandardScaler()), ("model", Ridge(alpha=name))]),
        coefficients=made_coefficients(name),
        notes=[name],
    )
    return ModelPage(page)


def made_list(name="svr"):
    """Make a list of two models."""
    words = {"model": [name, "knn"], "params": [name, ""], "modalities": ["text", ""]}
    return ModelList(pd.DataFrame({**words, "mae": [1.0, np.nan]}), {"mae": False})


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
        made_rules(name),
        made_coefficients(name),
        made_coefficients(name).chart(),
        made_page(name),
        made_page(name).chart(),
        made_list(name),
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
