"""What keeps a history from being broken by its own process, or taken from another one that uses it."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mosi_nb.results import Fit, Fold
from mosi_nb.storage import damage
from mosi_nb.storage.damage import InUseError
from mosi_nb.storage.history import History, HistoryError

# Another process, which takes the log away when it closes the file, if it sees nobody else there.
LEAVES = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1])
print(other.execute("SELECT count(*) FROM fits").fetchone()[0])
other.close()
"""

HOLDS = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("SELECT count(*) FROM sqlite_master").fetchone()
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    """Return a history with 300 fits."""
    found, rows = tmp_path / "history.sqlite", np.arange(50)
    fits = [
        (f"key {n}", Fit("ridge", n, {}, Fold(1, 1, rows, rows), np.arange(50.0), fit_seconds=0.1)) for n in range(300)
    ]
    with History(found) as history:
        history.keep(history.begin("models = ridge", "abc", 300), fits)
    return found


def broken(path):
    """Break the pages behind the first ones."""
    content = bytearray(path.read_bytes())
    for page in range(len(content) // 8192, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)


def set_aside(path):
    return list(path.parent.glob("*.damaged-*"))


def test_a_second_history_of_the_same_process_takes_no_lock_from_the_first(path):
    log = path.with_name("history.sqlite-wal")
    with History(path) as first:
        first.begin("models = svr", "abc", 1)
        with History(path) as second:
            assert len(second.runs()) == 2  # opened, read and closed
        subprocess.run([sys.executable, "-c", LEAVES, path], check=True)
        assert log.exists()


def test_the_storage_opens_no_file_of_a_history_but_a_new_one():
    for name in ("schema", "history", "damage", "stored"):
        text = (Path(damage.__file__).with_name(f"{name}.py")).read_text()
        found = re.findall(r"\b(?:\.open|os\.open|open|read_bytes|read_text|copyfile)\(", text)
        assert found == (["os.open("] if name == "schema" else [])
    assert "os.O_CREAT | os.O_EXCL" in Path(damage.__file__).with_name("schema.py").read_text()


def test_a_sound_history_stays_where_it_is_whatever_one_statement_said(path):
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    with History(path) as history:
        with pytest.raises(HistoryError, match="malformed"), history._reading():
            raise error
        assert set(history.recall(["key 1"])) == {"key 1"}
        assert history.notes == set_aside(path) == []


def test_a_damaged_history_that_another_process_uses_is_left_to_it(path, monkeypatch):
    monkeypatch.setattr(damage, "LOOK_SECONDS", 0.05)
    broken(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "open\n"
        with History(path) as history:
            told = r"may be damaged \(.*malformed.*\), and another kernel uses it.*\nThis run goes on without it\."
            with pytest.raises(InUseError, match=told):
                history.recall([f"key {n}" for n in range(300)])
            with pytest.raises(InUseError, match="Close the other kernels; the next run looks at it again"):
                history.begin("models = svr", "abc", 1)
            assert history.notes == set_aside(path) == []
        other.stdin.close()
    with History(path) as history:
        with pytest.raises(HistoryError, match="malformed"):
            history.recall([f"key {n}" for n in range(300)])
        assert len(set_aside(path)) == 1
        assert "a new one is begun" in history.notes[0]
