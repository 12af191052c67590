"""Progress: one line, and a bar whose height stays."""

import re

import pandas as pd

from mosi_nb.displays import ProgressState, ProgressView


def height(html):
    return re.search(r'mosi-nb-room" style="height:(\d+)px"', html)[1]


def test_the_line_says_what_is_done_what_runs_and_what_is_best(make_board, directions):
    state = ProgressState(
        130, 23, 2, ("svr C=10, fold 3",), 12.0, 39.2, 2, make_board(["ridge"]), "Stopping.", directions
    )
    assert ProgressView(state).text() == (
        "23/130 fits, 2 failed · 1 running: svr C=10, fold 3 · 0:12, about 0:40 left"
        " · best so far ridge mae 1.206 · Stopping."
    )


def test_nothing_is_claimed_before_anything_is_known():
    assert ProgressView(ProgressState(130, 0)).text() == "0/130 fits · 0:00"


def test_fits_that_run_are_named_as_many_as_fit_in_a_line():
    names = ("Slow nap=2.9, fold 1", "a_model_with_a_long_name alpha=0.1234567, fold 2", "svr, fold 3")
    line = ProgressView(ProgressState(130, 0, running=names)).text()
    assert "3 running: Slow nap=2.9, fold 1; a_model_wi…7, fold 2; svr, fold 3 · " in line
    assert "5 running: a; a; a and 2 more" in ProgressView(ProgressState(130, 0, running=("a",) * 5)).text()


def test_a_state_is_shown_as_its_view():
    state = ProgressState(130, 23)
    assert repr(state) == ProgressView(state).text()
    assert state._repr_mimebundle_() == ProgressView(state).mimebundle()


def test_a_plan_of_nothing_has_a_bar_too():
    assert 'style="width:0.0%"' in ProgressView(ProgressState(0, 0)).html()


def test_the_height_stays_while_rows_fill_in(make_board, directions):
    empty = ProgressState(130, 0)
    full = ProgressState(130, 99, leaderboard=make_board([f"m{n}" for n in range(20)]), directions=directions)
    assert height(ProgressView(empty).html()) == height(ProgressView(full).html())


def test_eight_models_are_shown_and_the_others_counted(make_board, directions):
    board = make_board([f"m{n}" for n in range(20)])
    html = ProgressView(ProgressState(130, 99, leaderboard=board, directions=directions)).html()
    assert html.count('<th scope="row"') == 8
    assert "… and 12 more" in html


def test_the_bar_can_be_read_aloud():
    html = ProgressView(ProgressState(130, 23)).html()
    assert 'role="progressbar"' in html
    assert 'aria-valuemax="130" aria-valuenow="23" aria-valuetext="23/130 fits"' in html


def test_a_view_that_changes_often_has_no_scripts_and_is_small(make_board, directions):
    board = make_board([f"m{n}" for n in range(200)])
    html = ProgressView(ProgressState(130, 99, leaderboard=board, directions=directions)).html()
    assert "<script" not in html
    assert len(html) < 12_000


def test_a_model_without_a_score_is_not_called_the_best(directions):
    board = pd.DataFrame({"mae": [float("nan")]}, index=["net"])
    assert "best" not in ProgressView(ProgressState(5, 1, leaderboard=board, directions=directions)).text()
