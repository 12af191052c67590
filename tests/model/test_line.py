import io
from types import SimpleNamespace

import pytest

from mosi_nb.model.line import SECONDS_OF_SILENCE, BatchLine, Line
from mosi_nb.run import State


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    terminal = Terminal()
    monkeypatch.setattr("mosi_nb.model.line.sys", SimpleNamespace(stderr=terminal))
    return terminal


@pytest.fixture
def state():
    """Return a run that began a while ago."""
    state = State(5)
    state.began -= SECONDS_OF_SILENCE + 1
    return state


def test_a_terminal_shows_one_line_that_goes_away(model, state, terminal):
    line = Line()
    line(model, state)
    line(model, state)
    shown = terminal.getvalue()
    assert shown.startswith("\r\033[K18/18 fits")
    assert len(shown) <= 40 + len("\r\033[K")
    line.end()
    assert terminal.getvalue() == f"{shown}\r\033[K"


def test_a_short_run_shows_nothing(model, terminal):
    line = Line()
    line(model, State(5))
    line.end()
    assert terminal.getvalue() == ""


def test_a_file_shows_nothing(model, state, monkeypatch):
    file = io.StringIO()
    monkeypatch.setattr("mosi_nb.model.line.sys", SimpleNamespace(stderr=file))
    Line()(model, state)
    assert file.getvalue() == ""


def test_batches_are_counted_after_two_seconds(terminal):
    line = BatchLine("ridge", 300)
    line(50)
    line.end()
    assert terminal.getvalue() == ""
    line.began -= SECONDS_OF_SILENCE + 1
    line(100)
    line(200)
    shown = terminal.getvalue()
    assert shown.startswith("\r\033[Kridge: 100/300 segments predicted")
    assert len(shown) <= 40 + len("\r\033[K")
    line.end()
    assert terminal.getvalue() == f"{shown}\r\033[K"
