"""Runs in stages: what halving and tpe make, drop, find again and show."""

import numpy as np
import pytest

from mosi_nb import Search, SpecError
from mosi_nb.model.stages import Stages, looks
from mosi_nb.results import Fit

RIDGE = "ridge(alpha=[0.01, 0.1, 1, 10, 100, 1000])"
KNN = "knn(n_neighbors=[1, 2, 20, 30])"


@pytest.fixture
def searching(quick):
    """Return a function from a search, and other keys, to a model that is not trained yet."""

    def make(search, models=(RIDGE, KNN), **settings):
        return quick(list(models), **{"search": search, "folds": "by_video(4)", "test": "none", **settings})

    return make


@pytest.fixture(scope="module")
def one_worker():
    """Return a cluster of one worker, in this process."""
    from distributed import Client, LocalCluster

    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        yield client


def made(model):
    """Return the fits of a run by candidate and fold."""
    return {(fit.model, str(dict(fit.params)), fit.fold.number): fit.predicted for fit in model.results.fits}


def same(one, other):
    return one.keys() == other.keys() and all(np.allclose(one[key], other[key], atol=1e-8) for key in one)


def decided(model):
    return [(one.model, dict(one.params), one.folds, round(one.p, 6)) for one in model.results.dropped]


def test_candidates_are_compared_after_each_of_the_first_folds_and_then_less_often():
    assert looks(1) == (1,)
    assert looks(3) == (1, 2, 3)
    assert looks(50) == (1, 2, 3, 4, 5, 7, 9, 12, 15, 19, 24, 30, 38, 48, 50)


def test_halving_makes_fewer_fits_and_finds_what_the_grid_finds(searching):
    grid, halving = searching("grid").fit(), searching(Search(type="halving")).fit()
    dropped = halving.results.dropped
    assert dropped
    fits = len(halving.results.fits)
    assert fits == halving.results.expected < len(grid.results.fits) == 40
    assert fits + sum(4 - one.folds for one in dropped) == 40
    board = halving.leaderboard(intervals=False).frame()
    assert list(board["status"]) == ["done", "done"]
    assert same({key: one for key, one in made(grid).items() if key in made(halving)}, made(halving))
    assert halving.best().scores["mae"] == pytest.approx(grid.best().scores["mae"], rel=0.01)


def test_what_was_dropped_is_told_when_and_against_whom(searching):
    model = searching("halving").fit()
    dropped = model.results.dropped
    (note,) = [note for note in model._run.notes if "halving" in note]
    assert note.startswith(f"halving dropped {len(dropped)} of 10 candidates: ")
    assert note.endswith("search() lists them.")
    frame = model.search().frame().set_index("params")
    assert len(frame) == 10
    assert frame["best"].sum() == 2
    assert set(frame["status"]) <= {"kept", "dropped after 2 folds", "dropped after 3 folds"}
    worst = dropped[0]
    told = frame.loc[next(iter(f"{name}={value}" for name, value in worst.params.items()))]
    assert (told["status"], told["p"]) == (f"dropped after {worst.folds} folds", worst.p)
    assert told["against"]


def test_a_candidate_that_fails_is_out_and_the_others_race_on(searching):
    model = searching("halving", models=[KNN.replace("30", "5000")]).fit(on_error="keep")
    frame = model.search().frame().set_index("params")
    assert frame.loc["n_neighbors=5000", "status"] == "failed"
    assert frame["best"].sum() == 1
    assert len(model.results.fits) == model.results.expected


@pytest.mark.parametrize("search", ["halving", "tpe(5, batch=3)"])
def test_the_same_seed_decides_the_same_on_one_worker_and_on_two(search, searching, one_worker):
    settings = {"models": ["ridge(alpha=log(0.001, 1000, 7))", KNN]}
    two, one = searching(search, **settings).fit(), searching(search, **settings, cluster=one_worker).fit()
    assert decided(one) == decided(two)
    assert same(made(one), made(two))


@pytest.mark.parametrize("search", ["halving", "tpe(6, batch=3)"])
def test_a_run_that_was_stopped_within_a_stage_goes_on_and_makes_no_fit_twice(search, searching, history):
    settings = {"models": ["ridge(alpha=log(0.001, 1000, 7))", KNN], "nested": "off"}
    model = searching(search, **settings)

    def stop(_, state):
        if len(state.fits) >= 13:
            model.stop()

    model.fit(listen=stop)
    before = len(model.results.fits)
    assert 13 <= before < model.results.expected
    assert "It was asked to stop." in model._run.notes[0]
    rest = searching(search, **settings).fit()
    assert sum(fit.resumed for fit in rest.results.fits) >= before
    undisturbed = searching(search, **settings).fit(again=True)
    assert decided(rest) == decided(undisturbed)
    assert same(made(rest), made(undisturbed))
    once_more = searching(search, **settings).fit()
    assert all(fit.resumed for fit in once_more.results.fits)
    assert decided(once_more) == decided(undisturbed)


def test_a_budget_ends_a_race_too_and_keeps_what_is_finished(searching):
    model = searching("halving", nested="off").fit(budget="0.01s")
    assert "Its budget, 0.01s, was used up." in model._run.notes[0]
    assert set(model.leaderboard().frame()["status"]) <= {"stopped", "done"}


def test_tpe_asks_for_further_candidates_whose_numbers_follow(searching):
    model = searching("tpe(6, batch=3)", models=["ridge(alpha=log(0.001, 1000))", KNN], metrics=["corr"]).fit()
    numbers = sorted({(fit.candidate, fit.model) for fit in model.results.fits})
    assert [name for _, name in numbers] == ["ridge"] * 3 + ["knn"] * 3 + ["ridge"] * 3 + ["knn"]
    assert [number for number, _ in numbers] == list(range(10))
    assert len(model.plan.candidates) == 6  # what was known at the beginning
    assert model.models["ridge"].pipeline.predict(model._run.plan.segments).shape
    assert model.plan_view().frame().set_index("model").loc["ridge", ["candidates", "fits"]].tolist() == [6, 24]
    assert "at most 10 candidates, at most 40 fits" in repr(model.plan_view())


def test_a_grid_has_one_stage_and_says_nothing_of_a_race(searching):
    model = searching("grid", models=[KNN])
    stages = Stages(model.plan)
    assert len(stages.wanted()) == stages.total == 16
    assert "at most" not in repr(model.plan_view())
    assert "16 fits" in repr(searching("halving", models=[KNN]).plan_view())


def test_one_fold_leaves_nothing_to_race_over_and_that_is_said(searching):
    model = searching("halving", models=[KNN], folds="holdout(0.4)").fit()
    assert any("halving dropped nothing: there is one fold" in note for note in model._run.notes)
    assert len(model.results.fits) == 4


@pytest.mark.parametrize("search", ["none", "grid", "random(5)", "halving", "tpe(5)"])
def test_a_parameter_that_does_not_exist_is_refused_by_every_search(search, searching):
    with pytest.raises(SpecError, match="unknown parameter of model 'svr': 'D'"):
        _ = searching(search, models=["svr(D=[1, 2])"]).plan


def test_a_value_that_tpe_may_only_ask_for_later_is_refused_before_the_run(searching):
    with pytest.raises(SpecError, match="alpha"):
        _ = searching("tpe(3, batch=1)", models=["ridge(alpha=[1, 2, 3, 4, 5, 6, -7])"]).plan


def test_a_range_without_a_number_is_shown_where_it_stands(searching):
    with pytest.raises(SpecError, match=r"halving needs to know how many values to try for 'alpha'"):
        _ = searching("halving", models=["ridge(alpha=log(1, 10))"]).plan


def test_a_stage_is_decided_from_complete_fits_alone(searching):
    plan = searching("halving", models=[KNN]).plan
    stages = Stages(plan)
    wanted = stages.wanted()
    assert {(repeat, fold) for _, repeat, fold in wanted} == {(1, 1)}
    fits = [
        Fit("knn", number, plan.candidates[number].params, plan.folds[0], np.zeros(len(plan.folds[0].held_out)))
        for number, _, _ in wanted
    ]
    stages.end(results_of(plan, fits))
    assert {(repeat, fold) for _, repeat, fold in stages.wanted()} == {(1, 2)}
    assert stages.total == 16


def results_of(plan, fits):
    from mosi_nb.results import Results

    held = plan.segments
    return Results(tuple(fits), held.segment_ids, held.video_ids, held.sentiment, plan.metrics)
