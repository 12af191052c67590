"""Runs in the background and waiting ones, in real kernels: what a click, an interrupt and a wait do."""

import json
import re
import threading
import time

import nbformat
import pytest
from nbclient import NotebookClient

from mosi_nb.displays import ProgressState
from mosi_nb.notebook.show import Live, Place, live_of
from mosi_nb.run.events import STARTING

WIDGET = "application/vnd.jupyter.widget-view+json"
BEFORE = """
import time
from pathlib import Path
from mosi_nb import sample
from sklearn.linear_model import Ridge
data_24 = sample(videos=24)

class Slow(Ridge):
    def fit(self, X, y):
        if len(y) > 130:
            time.sleep(0.2)
        return super().fit(X, y)
"""
# 200 fits that take 20 seconds on two workers: whoever stops the run after the first of them does so in time.
BODY = """
data       = data_24
models     = Slow(alpha=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
baselines  = none
modalities = text
folds      = by_video(5, repeats=4)
nested     = off
jobs       = 2
"""
FAILS = """
class Fails:
    def fit(self, X, y):
        raise ArithmeticError("<b>")
    def predict(self, X):
        return X
"""
UNTIL_A_FIT_HAS_ENDED = "\nwhile not NAME.progress().done and NAME.running: NAME.wait(0.05)"


class Sent:
    """All that a kernel sends, whichever cell it belongs to."""

    def __init__(self, kernel):
        self.kernel, self.messages = kernel, []

    def execute(self, code):
        """Run a cell to its end; return what was printed."""
        return self.until_idle(self.kernel.send(code))

    def until_idle(self, sent):
        """Take in everything until the cell has ended; return what it printed."""
        printed = ""
        while True:
            message = self.kernel.client.get_iopub_msg(timeout=120)
            self.messages.append(message)
            of_cell, content = message["parent_header"].get("msg_id") == sent, message["content"]
            assert not (of_cell and message["msg_type"] == "error"), content
            printed += content["text"] if of_cell and message["msg_type"] == "stream" else ""
            if of_cell and content.get("execution_state") == "idle":
                return printed

    def click_on_stop(self):
        """Send what a click sends."""
        buttons = [
            m["content"]["comm_id"]
            for m in self.messages
            if m["msg_type"] == "comm_open" and m["content"]["data"]["state"].get("description") == "Stop"
        ]
        data = {"method": "custom", "content": {"event": "click"}}
        session = self.kernel.client.session
        self.kernel.client.shell_channel.send(session.msg("comm_msg", {"comm_id": buttons[-1], "data": data}))

    def outputs(self):
        """Return the first and the last content of each output, in the order in which they came."""
        shown = {}
        for message in self.messages:
            if message["msg_type"] in ("display_data", "update_display_data"):
                shown.setdefault(message["content"]["transient"]["display_id"], []).append(message)
        assert all(updates[0]["msg_type"] == "display_data" for updates in shown.values())
        return [(updates[0]["content"]["data"], updates[-1]["content"]["data"]) for updates in shown.values()]


@pytest.fixture
def sent(kernel):
    kernel.execute(BEFORE)
    return Sent(kernel)


def test_a_click_on_stop_ends_a_run_in_the_background_and_its_outputs_are_static_then(sent):
    sent.execute(f"%%mosi_experiment first --background{BODY}")
    assert sent.execute("print(first.running)") == "True\n"
    sent.execute(UNTIL_A_FIT_HAS_ENDED.replace("NAME", "first"))
    sent.click_on_stop()
    assert sent.execute("first.wait()\nprint(first.running, 0 < len(first.results.fits) < 200)") == "False True\n"
    (began, ended), (_, chart) = sent.outputs()
    assert WIDGET in began
    assert "first.wait() waits for it, first.stop() ends it" in began["text/plain"]
    assert "It was asked to stop." in ended["text/html"]
    assert "application/vnd.vegalite.v5+json" in chart
    assert not {WIDGET} & {*ended, *chart}


def test_a_click_while_a_cell_runs_is_handled_after_it_and_not_lost(sent, tmp_path):
    go_on = tmp_path / "go on"
    sent.execute(f"%%mosi_experiment second --background{BODY}")
    cell = sent.kernel.send(
        f"{UNTIL_A_FIT_HAS_ENDED}\nPath({str(tmp_path / 'busy')!r}).touch()\n"
        f"while not Path({str(go_on)!r}).exists(): time.sleep(0.05)\n"
        "print(second._is_stopping)".replace("NAME", "second")
    )
    while not (tmp_path / "busy").exists():
        time.sleep(0.05)
    sent.click_on_stop()
    go_on.touch()
    assert sent.until_idle(cell) == "False\n"
    assert sent.execute("second.wait()\nprint(second._run.stopped_note)").startswith("Stopped after ")


def test_an_interrupt_of_a_waiting_cell_keeps_what_is_finished(kernel):
    kernel.execute(BEFORE)

    asked = []

    def interrupt(message):
        html = message["content"].get("data", {}).get("text/html", "")
        if 'role="progressbar"' in html and 'aria-valuenow="0"' not in html and not asked:
            asked.append(kernel.interrupt())

    outputs = kernel.ended(kernel.send(f"%%mosi_experiment third{BODY}"), interrupt)
    assert outputs.error.startswith("StoppedError: the run was stopped; ")
    assert "are kept in 'third'" in outputs.error
    board = [one["data"].get("text/html", "") for one in outputs.of("update_display_data")][-1]
    assert "Stopped after" in board
    assert kernel.execute("print(0 < len(third.results.fits) < 200)").text == "True\n"


def test_a_name_whose_model_is_being_trained_is_shown_again_and_refused_to_another_run(kernel):
    kernel.execute(BEFORE)
    kernel.execute(f"%%mosi_experiment fourth --background{BODY}")
    kernel.execute("run = fourth")
    for asked in (f"%%mosi_experiment fourth --background{BODY}# as before", "del fourth\n%mosi_attach fourth"):
        again = kernel.execute(asked)
        assert again.error is None
        assert "'fourth' is being trained already" in again.of("display_data")[0]["data"]["text/plain"]
        assert any(WIDGET in shown["data"] for shown in again.of("display_data"))
        assert kernel.execute("print(fourth is run)").text == "True\n"
    other = kernel.execute(f"%%mosi_experiment fourth{BODY.replace('repeats=4', 'repeats=3')}")
    assert "'fourth' is being trained at this moment.\nWait for its end with fourth.wait()" in other.error
    assert any(WIDGET in shown["data"] for shown in other.of("display_data"))
    kernel.execute("fourth.stop(); fourth.wait()")
    outputs = kernel.execute("%%mosi_experiment broken --background\ndata = data_24\nmodels = rigde")
    assert "Did you mean 'ridge'?" in outputs.error
    assert outputs.of("display_data") == []


@pytest.mark.slow
def test_nbclient_comes_to_an_end_with_a_run_in_the_background():
    body = BODY.replace("repeats=4", "repeats=1").replace("Slow(alpha=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10])", "ridge")
    left = nbformat.v4.new_code_cell(f"%%mosi_experiment left --background{BODY}")
    ended = nbformat.v4.new_code_cell(f"%%mosi_experiment ended --background{body}")
    before = nbformat.v4.new_code_cell(f"%load_ext mosi_nb\n{BEFORE}")
    wait = nbformat.v4.new_code_cell("waited = ended.wait()")
    notebook = nbformat.v4.new_notebook(cells=[before, ended, wait, left])
    NotebookClient(notebook, timeout=200, kernel_name="python3").execute()
    assert "ridge" in ended.outputs[0].data["text/html"]
    assert WIDGET not in json.dumps(ended.outputs)
    assert "left.wait() waits for it" in left.outputs[0].data["text/html"]


def test_a_terminal_says_that_a_run_goes_on_and_prints_nothing_later(shell):
    small = "data = data_8\nmodels = ridge\nbaselines = none\nmodalities = text\nfolds = by_video(2)"
    shown, error = shell.run(f"%%mosi_experiment first --background\n{small}")
    assert error is None
    assert shown.startswith("first is being trained in the background: 2 fits.")
    shown, _ = shell.run("waited = first.wait()")
    assert (shown, shell.printed) == ("", "")
    assert list(shell.names["first"].models) == ["ridge"]


def test_the_setting_on_error_holds_where_the_line_says_nothing(shell):
    shell.run(FAILS)
    shell.run("%config MosiMagics.on_error = 'keep'")
    cell = "data = data_8\nmodels = ridge, Fails()\nbaselines = none\nmodalities = text\nfolds = by_video(2)"
    assert shell.run(f"%%mosi_experiment first\n{cell}")[1] is None
    assert shell.names["first"].leaderboard().frame().loc["Fails", "status"] == "failed"
    assert "ArithmeticError" in str(shell.refused(f"%%mosi_experiment first --on-error stop\n{cell}"))


def test_the_clock_goes_on_while_workers_start_and_stop_is_heard_there(monkeypatch, shell):
    shown = []
    monkeypatch.setattr(Place, "put", lambda place, number, bundle, metadata=None: shown.append(bundle["text/plain"]))
    monkeypatch.setattr("mosi_nb.notebook.show.in_notebook", lambda _: True)
    monkeypatch.setattr("mosi_nb.notebook.show.ALIVE_SECONDS", 0.01)
    going_on, live = threading.Event(), Live(shell.ipython, quiet=False)
    state = ProgressState(total=4, done=0, note=STARTING, elapsed=7)

    class Begun:
        running = trained = True

        def progress(self):
            if len(shown) > 2:
                going_on.set()
            return state

    begun = Begun()
    live.begin(begun)
    assert live_of(begun) is live
    assert going_on.wait(60)
    assert f"0:07 · {STARTING}" in shown[-1]
    live.end(None)
    assert live.over.is_set()
    assert live_of(begun) is None


class Kernels:
    """What a notebook's shell has, as far as it is asked for here."""

    def get_parent(self):
        return {"metadata": {"cellId": "a"}}


def test_outputs_are_reserved_filled_and_emptied(shell, monkeypatch):
    sent = []
    monkeypatch.setattr("mosi_nb.notebook.show.publish_display_data", lambda **message: sent.append(message))
    monkeypatch.setattr(shell.ipython, "kernel", Kernels(), raising=False)
    place = Place(shell.ipython, reserved=2)
    assert [(one["data"], one["update"]) for one in sent] == [({"text/plain": ""}, False)] * 2
    for number in range(3):
        place.put(number, {"text/plain": str(number)})
    place.clear(1)
    names = [one["transient"]["display_id"] for one in sent]
    assert [(one["data"]["text/plain"], one["update"]) for one in sent[2:]] == [
        ("0", True),
        ("1", True),
        ("2", False),
        ("", True),
        ("", True),
    ]
    assert names == [*names[:2], *names[:2], names[4], names[1], names[4]]


def test_without_the_setting_chart_there_is_no_output_for_one(shell, monkeypatch):
    shell.run("%%mosi_experiment first --quiet\ndata = data_8\nmodels = ridge\nmodalities = text\nbaselines = none")
    monkeypatch.setattr(shell.ipython, "kernel", Kernels(), raising=False)
    live, model = Live(shell.ipython, quiet=True), shell.names["first"]
    assert len(live._results(model)) == 2
    shell.run("%config MosiMagics.chart = False")
    assert len(live._results(model)) == 1


def test_errors_of_a_run_in_the_background_are_shown_escaped_and_raised_by_wait(shell, monkeypatch):
    shown = []
    monkeypatch.setattr(Place, "put", lambda place, number, bundle, metadata=None: shown.append(bundle))
    monkeypatch.setattr("mosi_nb.notebook.show.in_notebook", lambda _: True)
    shell.run(FAILS)
    shell.run("%%mosi_experiment first --background --quiet\ndata = data_8\nmodels = Fails()\nmodalities = text")
    error = shell.refused("first.wait()")
    assert "ArithmeticError: <b>" in str(error)
    assert re.search(r'<div role="alert" style="border-left: [^"]+"><b>Error</b>', shown[-1]["text/html"])
    assert "ArithmeticError: &lt;b&gt;" in shown[-1]["text/html"]
