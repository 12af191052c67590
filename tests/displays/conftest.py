"""Made-up results, and one of every display."""

import dataclasses
import functools

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from mosi_nb.compare.coefficients import Explained
from mosi_nb.compare.confusion import convention
from mosi_nb.compare.failures import failures
from mosi_nb.compare.judged import Judged
from mosi_nb.compare.paired import two_models
from mosi_nb.compare.rules import Ruling
from mosi_nb.compare.scores import scores
from mosi_nb.compare.searched import searched
from mosi_nb.compare.slices import Slice, built_in
from mosi_nb.compare.timeline import timeline
from mosi_nb.compare.times import times
from mosi_nb.compare.trials import trials
from mosi_nb.components.scorers import metric_of
from mosi_nb.data.checks import BEFORE, Finding
from mosi_nb.data.segments import Segments
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
from mosi_nb.displays.calibration import Calibration
from mosi_nb.displays.coefficients import Coefficients
from mosi_nb.displays.comparison import Comparison
from mosi_nb.displays.component_table import ComponentTable, KindTable
from mosi_nb.displays.component_view import ComponentView
from mosi_nb.displays.confusion import Confusion
from mosi_nb.displays.conventions import Conventions
from mosi_nb.displays.disagreement import Disagreement
from mosi_nb.displays.distribution import Distribution
from mosi_nb.displays.errors import Errors
from mosi_nb.displays.failures import Failures
from mosi_nb.displays.importance import Importance
from mosi_nb.displays.learning_curve import LearningCurve
from mosi_nb.displays.modalities import Modalities
from mosi_nb.displays.model_list import ModelList
from mosi_nb.displays.model_page import ModelPage, Page
from mosi_nb.displays.predicted import Predicted
from mosi_nb.displays.residuals import Residuals
from mosi_nb.displays.robustness import Robustness
from mosi_nb.displays.rules import Rules
from mosi_nb.displays.runs import RunList
from mosi_nb.displays.scores import Scores
from mosi_nb.displays.slices import Slices
from mosi_nb.displays.timeline import Timeline
from mosi_nb.displays.times import Times
from mosi_nb.registry import Component
from mosi_nb.results import Fit, Fold, Metric, Results
from mosi_nb.spec import Use

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


def made_run(name="svr"):
    """Make every display of how a run went: three candidates of one model, a failed fit and two workers."""
    results = made_results([name, "mean"])
    fits = [
        dataclasses.replace(
            fit,
            params={"C": 10.0**fit.candidate, name: name},
            fit_seconds=0.1,
            worker=f"tcp://{name}:{fit.fold.number % 2}",
            started=100.0 + n,
            ended=101.0 + n,
            warnings=(name,) if n == 0 else (),
        )
        for n, fit in enumerate(results.fits)
    ]
    fits[-1] = dataclasses.replace(fits[-1], predicted=None, reason=name, traceback=f'File "{name}", line 1, in fit')
    results = dataclasses.replace(results, fits=tuple(fits))
    metric = results.metrics["mae"]
    search = SearchView(
        searched(results, 3), metric.name, larger_is_better=False, trials=trials(results, 3), notes=[name]
    )
    return [
        search,
        Times(times(results, 3, metric), metric),
        Timeline(timeline(results), 1),
        Failures(failures(results), len(fits)),
    ]


@functools.cache
def made_failing(name="svr"):
    """Make every display of where a model fails, of made-up predictions for 60 segments of 6 videos."""
    rng = np.random.default_rng(0)
    y = rng.integers(-15, 16, 60) / 5
    ids = np.array([f"{name} {n}" for n in range(60)])
    text = np.array([f"{name} not {n}" for n in range(60)], dtype=object)
    segments = Segments(ids, np.repeat(ids[:6], 10), y, {"text": text})
    folds = [Fold(1, n + 1, np.arange(0), np.arange(20 * n, 20 * n + 20)) for n in range(3)]
    fits = {
        model: tuple(Fit(model, n, {}, fold, y[fold.held_out] / 2 + rng.normal(size=20)) for fold in folds)
        for n, model in enumerate([name, "ridge", "knn"])
    }
    metrics = {"mae": metric_of(Use("mae"), {}), "corr": metric_of(Use("corr"), {})}
    results = Results(sum(fits.values(), ()), ids, segments.video_ids, y, metrics)
    ranked = [Judged(model, results, segments, held) for model, held in fits.items()]
    one = ranked[0]
    return [
        Errors(ranked, 5, {"text": "knn"}),
        Slices(one, [*built_in(segments), Slice(name, name, y > 1, name)]),
        Predicted(one),
        Residuals(one),
        Confusion(one, convention(7)),
        Calibration(one),
        Distribution(one),
        Disagreement(ranked),
        Conventions(one),
        Scores(scores(ranked, metrics["mae"]), metrics["mae"]),
    ]


def made_ranked(name="svr"):
    """Make a leaderboard with all that it can have, and two models beside each other."""
    models = [name, "ridge", "mean"]
    frame = board(models).assign(letters=["a", "ab", "b"], gain=[0.1, -0.1, np.nan], gain_low=-0.2, gain_high=0.3)
    frame = frame.assign(optimism=0.01, candidate_of=["", name, ""], params=name, apart=["", "", name])
    results = made_results(models)
    chosen = ((name, 1), ("mean", 2))
    first, second = ([fit for fit in results.fits if (fit.model, fit.candidate) == one] for one in chosen)
    two = Comparison(two_models(results, first, second, results.metrics["mae"]))
    ranked = Leaderboard(frame, results, DIRECTIONS, [name])
    return [ranked, ranked.chart(), two, two.chart()]


def made_modalities(name="ridge"):
    """Make an ablation of one model, and what it relies on."""
    mae = Metric("mae", max, larger_is_better=False)
    subset = {"model": name, "fusion": "early", "modalities": "text", "size": 1, "score": 1.1, "low": 1.0, "high": 1.2}
    nothing = {"text": np.nan, "text_low": np.nan, "text_high": np.nan}
    told = {"params": name, "status": "done", "reason": ""}
    whole = subset | {"modalities": "text + audio", "size": 2, "score": 1.0}
    lost = subset | {"fusion": "late", "score": np.nan, "low": np.nan, "high": np.nan}
    rows = [
        whole | {"text": -0.2, "text_low": -0.3, "text_high": -0.1} | told,
        subset | nothing | told,
        lost | nothing | told | {"status": "failed", "reason": name},
    ]
    change = {"change": -0.2, "low": -0.3, "high": -0.1, "without": 1.2, "with": 1.0, "verdict": "better"}
    changes = pd.DataFrame([{"model": name, "fusion": "early", "modality": "text", "beside": "audio", **change}])
    ends = {"change": 0.2, "change_low": 0.1, "change_high": 0.3, "verdict": "worse"}
    relied = {"modality": "text", "low": 0.1, "high": 0.3, "score": 1.0, "permuted": 1.2, "repeats": 10}
    disturbed = {"kind": "missing", "modality": "text", "share": 1.0, "score": 1.2, "low": 1.1, "high": 1.3}
    point = {"share": 0.5, "videos": 20.0, "segments": 400.0, "score": 1.2, "low": 1.1, "high": 1.3, "reason": name}
    return [
        Modalities(pd.DataFrame(rows), changes, mae, [name]),
        Importance(pd.DataFrame([{**relied, "change": 0.2, "verdict": "worse"}]), name, mae, [name]),
        Robustness(pd.DataFrame([{**disturbed, **ends, "repeats": 1}]), name, mae, 1.0, [name]),
        LearningCurve(pd.DataFrame([{**point, **ends}]), name, mae, [name]),
    ]


def made_lists(name):
    """Make the lists of what a notebook can name: runs of the history, and components."""
    when = pd.Timestamp("2026-03-01 10:00", tz="UTC")
    run = {"run": 1, "name": name, "started": when, "status": "done", "fits": 15, "expected": 15, "models": name}

    def build(alpha: float = 1.0) -> Ridge:
        return Ridge(alpha)

    build.__doc__ = f"""A model called {name}.

    Parameters
    ----------
    alpha
        Of {name}.
    """
    component = Component("model", name, build)
    return [
        RunList([run]),
        KindTable({"model": [name]}),
        ComponentTable("model", [component]),
        ComponentView(component),
    ]


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
        *made_failing(name),
        *made_run(name),
        *made_ranked(name),
        *made_modalities(name),
        *made_lists(name),
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
def failing():
    return {type(display).__name__: display for display in made_failing()}


@pytest.fixture
def hostile_failing():
    return made_failing(HOSTILE)


@pytest.fixture
def run_displays():
    """Return a function from a name to the displays of how a run went."""
    return made_run


@pytest.fixture
def directions():
    return DIRECTIONS


@pytest.fixture
def made():
    return made_cluster


@pytest.fixture
def plan():
    return made_plan()
