"""Displays of how a run and its search went."""

import dataclasses

import pandas as pd
import pytest

from mosi_nb.compare.failures import failures
from mosi_nb.compare.timeline import timeline
from mosi_nb.compare.times import times
from mosi_nb.compare.trials import Trials, trials
from mosi_nb.displays import Failures, SearchView, Timeline, Times
from mosi_nb.displays.charts import MIME
from mosi_nb.errors import SpecError
from mosi_nb.results import Metric

MAE = Metric("mae", max, larger_is_better=False, definition="In points.")
HOSTILE = "<b>\x1b[31m\x00"


def points(held, model="svr"):
    """Return the trials of one model: parameters by name, and scores that rise; the first is the best."""
    frame = pd.DataFrame({f"param_{name}": pd.Series(values, dtype=object) for name, values in held.items()})
    rows = range(len(frame))
    frame = frame.assign(model=model, trial=[n + 1 for n in rows], params=[f"p{n}" for n in rows], folds=4)
    frame = frame.assign(score=[1 + n / 10 for n in rows], status="done", best=[n == 0 for n in rows])
    frame["edge"] = [dict.fromkeys(held, "low") if n == 0 else {} for n in rows]
    return Trials(frame, pd.DataFrame(columns=["model", "trial", "fold", "score"]), MAE)


def view(held):
    frame = pd.DataFrame(columns=["model", "params", "mae", "folds", "status", "best", "against", "difference", "p"])
    return SearchView(frame, "mae", larger_is_better=False, trials=points(held))


def axes(chart):
    return [panel["layer"][-1]["encoding"]["x"] for panel in chart.mimebundle()[MIME]["concat"]]


def test_each_parameter_has_the_axis_that_suits_it_and_its_edge_is_marked():
    held = {"C": [0.1, 1.0, 10.0], "kernel": ["rbf", "linear", "rbf"], "n": [1, 2, 3], "only": [5, 5, 5]}
    chart = view(held).chart()
    spec = chart.mimebundle()[MIME]
    assert [axis["title"] for axis in axes(chart)] == ["C (log scale)", "kernel", "n"]
    assert [axis["type"] for axis in axes(chart)] == ["quantitative", "nominal", "quantitative"]
    assert [axis.get("scale", {}).get("type") for axis in axes(chart)] == ["log", None, None]
    assert [{"field": "word"} in [layer["encoding"].get("text") for layer in p["layer"]] for p in spec["concat"]] == [
        True
    ] * 3


def test_several_parameters_are_drawn_at_once_with_the_best_on_top():
    two = view({"C": [0.1, 1.0, 10.0], "kernel": ["rbf", "linear", "rbf"]})
    assert two.parallel().frame()["score"].tolist() == [1.0, 1.1, 1.2]
    assert view({"C": [0.1, 1.0, 10.0]}).parallel() is None
    with pytest.raises(SpecError, match=r"unknown model with several candidates: 'svm'. Did you mean 'svr'"):
        two.parallel("svm")


def test_a_search_says_what_lies_at_the_edge():
    assert "Best at the edge, a better one may lie beyond: svr: C is among the smallest tried." in repr(
        view({"C": [1, 2]})
    )


def test_two_hundred_candidates_stay_a_small_chart():
    held = {name: [0.5 + n for n in range(200)] for name in "abcdef"}
    chart = view(held).chart()
    assert len(str(chart.mimebundle()[MIME])) < 500_000
    assert len(axes(chart)) == 6


def test_every_chart_of_a_run_is_drawn_whatever_a_name_holds(run_displays):
    for display in run_displays(HOSTILE):
        bundle = display.chart().mimebundle()
        assert bundle[MIME]["description"]
        assert "image/png" in bundle


def test_before_the_first_fit_there_are_sentences(results_of_none):
    results = results_of_none
    displays = {
        "No model has all its fits yet.": Times(times(results, 3, MAE), MAE),
        "Nothing was fitted in this run.": Timeline(timeline(results)),
        "There are no fits yet.": Failures(failures(results), 0),
    }
    for sentence, display in displays.items():
        assert sentence in repr(display)
        assert display.chart() is None
    assert view({}).chart() is None
    assert SearchView(view({}).frame(), "mae", larger_is_better=False).trials() is None
    assert trials(results, 3).frame.empty


def test_what_is_made_of_others_has_no_time_and_is_named(run_displays):
    shown = next(one for one in run_displays("svr") if isinstance(one, Times))
    timed = shown.frame()
    timed.loc[0, ["fit_seconds", "predict_seconds", "front"]] = [float("nan"), float("nan"), False]
    name = timed["model"][0]
    mixed = Times(timed, MAE)
    assert f"Without a time, so not among those not beaten: {name}." in repr(mixed)
    assert name not in mixed.chart().frame()["model"].tolist()


def test_no_failure_is_said():
    assert (
        repr(Failures(pd.DataFrame(columns=["kind", "fits"]), 265))
        == "None of 265 fits failed, and none gave a warning."
    )


def test_a_timeline_colours_the_longest_models_and_says_how_busy_the_workers_were(run_displays):
    shown = next(one for one in run_displays("svr") if isinstance(one, Timeline))
    assert "2 workers, 12.0 s from the first fit to the last, 50 % of it in use." in repr(shown)
    assert repr(shown).endswith("1 fit comes from the history and is left out.")
    units = pd.concat([shown.frame().assign(model=f"m{n}") for n in range(9)])
    colours = Timeline(units).chart()
    scale = colours.mimebundle()[MIME]["layer"][0]["encoding"]["color"]["scale"]
    assert (len(scale["domain"]), scale["domain"][-1]) == (6, "other models")


@pytest.fixture
def results_of_none(make_results):
    return dataclasses.replace(make_results(["svr"]), fits=())


def test_the_star_of_a_search_is_for_the_best_of_its_model_with_a_score():
    frame = view({}).frame()
    frame.loc[0] = ["svr", "C=1", 1.0, 5, "kept", True, "", float("nan"), float("nan")]
    frame.loc[1] = ["knn", "k=1", float("nan"), 5, "kept", True, "", float("nan"), float("nan")]
    text = repr(SearchView(frame, "mae", larger_is_better=False))
    assert text.count("*") == 2
    assert "*1.000" in text
    assert "* best of its model;" in text
