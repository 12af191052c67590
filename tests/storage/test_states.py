"""States of fits under way, in the history."""

import sqlite3

import numpy as np
import pytest

from mosi_nb.results import Fit, Fold
from mosi_nb.storage import History, schema
from mosi_nb.storage.schema import readable

ROWS = np.array([0, 1])
FIT = Fit("net", 0, {}, Fold(1, 1, ROWS, ROWS), np.array([0.5, -1.0]))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.sqlite"


def first_version(path):
    """Write a file as version 1 did."""
    with sqlite3.connect(path) as file:
        for table in schema._TABLES:
            file.execute(table)
        file.execute("PRAGMA user_version = 1")
    file.close()


def test_a_newer_state_takes_the_place_of_the_older_and_a_finished_fit_has_none(path):
    with History(path) as history:
        run = history.begin("models = net", "", expected=2)
        history.keep_states(run, {"a": b"one", "b": b"other"})
        history.keep_states(run, {"a": b"two"})
        assert history.states(["a", "b", "c"]) == {"a": b"two", "b": b"other"}
        history.keep(run, [("a", FIT)])
        assert history.states(["a", "b"]) == {"b": b"other"}
        history.forget(run)
        assert history.states(["b"]) == {}


def test_states_of_older_runs_make_room_first(path):
    with History(path) as history:
        old = history.begin("models = net", "", expected=1)
        history.keep_states(old, {"a": bytes(200_000)})
    with History(path, largest=100_000) as history:
        history.begin("models = net", "", expected=1)
        assert history.states(["a"]) == {}
        assert any("the history was full" in note for note in history.notes)


def test_a_file_of_the_first_version_gets_the_table_when_it_is_opened(path):
    first_version(path)
    with History(path) as history:
        run = history.begin("models = net", "", expected=1)
        history.keep(run, [("a", FIT)])
        history.keep_states(run, {"b": b"one"})
        assert history.states(["b"]) == {"b": b"one"}
        assert history._connection.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA,)


def test_a_file_of_the_first_version_that_can_only_be_read_has_no_states(path, monkeypatch):
    first_version(path)
    connection = readable(path)
    assert connection is not None
    history = History(path)
    history._connection = connection
    assert (history.states(["a"]), history.recall(["a"])) == ({}, {})
    history.close()
