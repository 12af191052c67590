"""Earlier runs in a notebook: listed, shown, forgotten, taken up; saved models loaded."""

import re
import threading

import pytest

from mosi_nb import Model
from mosi_nb.notebook import attach, history, loading
from mosi_nb.results import Fit, Fold
from mosi_nb.storage import History

CELL = "data       = data_8\nmodels     = ridge, svr\nmodalities = text\nbaselines  = none\nfolds      = by_video(2)"


@pytest.fixture
def runs(history):
    """Return a history with a run that is done, one that was broken off and one without a name."""
    with History(history) as held:
        for name, status in (("first", "done"), ("second", "running"), (None, "stopped")):
            run = held.begin(CELL, "", 4, name)
            if status != "running":
                held.end(run, status)
        rows = Fold(1, 1, [0], [1])
        held.keep(1, [("a key", Fit("ridge", 0, {}, rows, [0.5]))])
    return history


def test_runs_are_listed_the_newest_first(shell, runs):
    shown, error = shell.run("%mosi_history")
    assert error is None
    lines = [line.split() for line in shown.splitlines()]
    assert lines[0] == ["run", "name", "when", "status", "fits", "models"]
    assert [line[0] for line in lines[1:4]] == ["3", "2", "1"]
    assert lines[1][1] == "–"
    assert " ".join(lines[2][4:7]) == "running, or broken"
    assert lines[3][-6:] == ["done", "1", "of", "4", "ridge,", "svr"]


def test_the_cell_of_a_run_is_shown_or_put_below(shell, runs, monkeypatch):
    text = f"%%mosi_experiment second\n{CELL}\n"
    assert shell.run("%mosi_history 2")[0] == text
    assert shell.run("%mosi_history second")[0] == text
    assert shell.run("%mosi_history 3")[0].startswith("%%mosi_experiment first\n")
    put = []
    monkeypatch.setattr(shell.ipython, "set_next_input", put.append)
    assert shell.run("%mosi_history second --cell")[0] == ""
    assert put == [text]


def test_a_run_is_forgotten_and_it_is_said_which(shell, runs):
    shown, _ = shell.run("%mosi_history --forget 1")
    assert shown.startswith("Forgotten: run 1 (first) of ")
    assert shown.endswith(" UTC, done, with those of its 1 fits that no other run lists.")
    with History(runs) as held:
        assert held.runs()["run"].tolist() == [3, 2]
        assert held.recall(["a key"]) == {}


def test_several_runs_are_forgotten_and_a_line_that_asks_for_two_things_is_refused(shell, runs):
    assert "Write %mosi_history --forget 2, or %mosi_history --forget 1 2." in str(
        shell.refused("%mosi_history 1 --forget 2")
    )
    assert "--cell and --forget do not go together." in str(shell.refused("%mosi_history --cell --forget 2"))
    assert "no run 7" in str(shell.refused("%mosi_history --forget 1 7"))
    shown, _ = shell.run("%mosi_history --forget 'first' 2")
    assert re.findall(r"Forgotten: run (\d)", shown) == ["1", "2"]
    with History(runs) as held:
        assert held.runs()["run"].tolist() == [3]


def test_a_run_that_goes_on_in_this_kernel_is_taken_up_and_not_forgotten(shell, history):
    opened, there = threading.Event(), threading.Event()

    def hold(model, state):
        if state.fits:
            there.set()
            assert opened.wait(60)

    text = f"{CELL} # of mine"
    model = Model.from_cell(text, dict(shell.names), name="held").start(listen=hold)
    assert there.wait(60)
    try:
        shell.names["held"] = "another value"
        for line, name in (("", "held"), ("held --name mine", "mine"), ("1", "held"), ("'held'", "held")):
            shown, error = shell.run(f"%mosi_attach {line}")
            assert error is None
            assert shown.startswith(f"'{name}' is being trained already, and that goes on; nothing was started anew.")
            assert shell.names[name] is model
        assert shell.run("%mosi_history held")[0].endswith("# of mine\n")
        with History(history) as held:
            held.begin(CELL, "", 4, "held")  # a run of the same cell that was broken off
        assert shell.run("%mosi_attach 2")[1] is None
        refused = str(shell.refused("%mosi_history --forget 1"))
        assert "is being trained in this kernel.\nEnd it first with held.stop()" in refused
        repeated = shell.run(f"%%mosi_experiment held --background\n{CELL}")
        assert repeated[1] is None
        assert "'held' is being trained at this moment" in str(shell.refused(f"%%mosi_experiment held --again\n{CELL}"))
        with History(history) as held:
            assert len(held.runs()) == 2
    finally:
        opened.set()
        model.wait()


def test_a_run_that_is_not_there_is_refused_with_the_nearest(shell, runs):
    for line, told in (
        ("%mosi_history 7", "%mosi_history: there is no run 7 in the history."),
        ("%mosi_history secnd", "there is no run called 'secnd' in the history. Did you mean 'second'?"),
        ("%mosi_attach fist", "there is no run called 'fist' in the history. Did you mean 'first'?"),
        ("%mosi_history --cell", "%mosi_history: --cell needs a run."),
        ("%mosi_attach first --name class", "%mosi_attach: 'class' cannot be the name of a variable."),
        ("%mosi_load svr.mosi class", "%mosi_load: 'class' cannot be the name of a variable."),
        ("%mosi_attach 3", " has no name to bind the result to.\nWrite %mosi_attach 3 --name NAME."),
    ):
        assert told in str(shell.refused(line))


def test_without_a_history_nothing_is_listed_and_the_reason_is_said(shell, history, monkeypatch):
    assert shell.run("%mosi_history")[0] == "The history holds no run yet."
    assert not history.exists()
    assert "the history holds no run yet" in str(shell.refused("%mosi_attach"))
    monkeypatch.setenv("MOSI_NB_HISTORY", "none")
    assert "MOSI_NB_HISTORY is 'none'" in shell.run("%mosi_history")[0]
    assert "there is no history" in str(shell.refused("%mosi_attach first"))


def test_a_run_is_taken_up_where_an_earlier_kernel_left_it(shell, history):
    shell.run("%%mosi_experiment first\n" + CELL.replace(", svr", ""))
    with History(history) as held:
        held.begin(CELL, "", 4, "second")  # whose kernel died
    del shell.names["first"]
    shell.run("kept = data_8\ndel data_8")
    refused = str(shell.refused("%mosi_attach"))
    assert "run 2 (second) of " in refused
    assert "UTC needs the variable 'data_8', not there in this kernel." in refused
    assert refused.endswith("Run the cell that makes it, then %mosi_attach 2.")
    shell.run("data_8 = kept")
    shown, error = shell.run("%mosi_attach")
    assert error is None
    assert "2 of 4 fits come from the history" in shown
    assert len(shell.names["second"].results.fits) == 4
    assert shell.run("%mosi_attach first --name mine")[1] is None
    assert [fit.resumed for fit in shell.names["mine"].results.fits] == [True, True]
    assert "every run in the history is done.\nKnown: " in str(shell.refused("%mosi_attach"))


def test_a_saved_model_is_loaded_under_the_name_of_its_file(shell, tmp_path):
    model = Model(shell.names["data_8"], models="ridge", modalities="text", baselines="none", folds="by_video(2)").fit()
    model.save("ridge", tmp_path / "ridge.mosi")
    model.save("ridge", tmp_path / "my ridge.mosi")
    shown, error = shell.run(f"%mosi_load {tmp_path / 'ridge.mosi'}")
    assert error is None
    assert "ridge" in shown
    assert list(shell.names["ridge"].models) == ["ridge"]
    spaces = f'"{tmp_path / "my ridge.mosi"}"'
    assert "'my ridge' cannot be the name of a variable" in str(shell.refused(f"%mosi_load {spaces}"))
    assert shell.run(f"%mosi_load {spaces} other --trusted a.B c.D")[1] is None
    assert list(shell.names["other"].models) == ["ridge"]
    assert "the file is not named" in str(shell.refused("%mosi_load"))
    assert "nowhere.mosi" in str(shell.refused("%mosi_load nowhere.mosi"))


@pytest.mark.parametrize(
    ("magic", "text"), [("history", history.HELP), ("attach", attach.HELP), ("load", loading.HELP)]
)
def test_help_holds_a_complete_example(shell, magic, text):
    assert shell.run(f"%mosi_{magic} --help") == (text, None)
    assert "A complete example" in text
    assert "not available" not in shell.printed


def test_a_run_with_failed_fits_says_so_and_is_done(shell, history):
    shell.run("class Fails:\n    def fit(self, X, y): raise ArithmeticError\n    def predict(self, X): return X")
    cell = CELL.replace("svr", "Fails()")
    assert shell.run(f"%%mosi_experiment first --on-error keep\n{cell}")[1] is None
    assert "done, 2 failed" in " ".join(shell.run("%mosi_history")[0].split())
    assert "every run in the history is done" in str(shell.refused("%mosi_attach"))
