import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from mosi_nb.errors import MosiError
from mosi_nb.results import Fit, Fold
from mosi_nb.storage import history as module
from mosi_nb.storage import schema
from mosi_nb.storage.history import History, HistoryError, default_path

ROOT = Path(schema.__file__).parents[2]

WRITER = """
import os, random, signal, sys, time
import numpy as np
from mosi_nb.results import Fit, Fold
from mosi_nb.storage.history import History

rows = np.arange(50)
fold = Fold(1, 1, rows, rows)

def fit_of(number):
    predicted = np.random.default_rng(number).normal(size=50)
    return Fit("ridge", number, {"alpha": number}, fold, predicted, 0.1, 0.2, ("a", "b"), "", "", "tcp://x", 1.0, 2.0)
"""


def fit_of(number, size=50, **fields):
    rows = np.arange(size)
    predicted = np.random.default_rng(number).normal(size=size)
    held = {"fit_seconds": 0.1, "predict_seconds": 0.2, "warnings": ("a: b", "ä"), "worker": "tcp://x", "started": 1.5}
    return Fit("ridge", number, {"alpha": number}, Fold(1, 2, rows, rows), predicted, **{**held, **fields})


def pairs(numbers, **fields):
    return [(f"key {number}", fit_of(number, **fields)) for number in numbers]


def started(history, cell="models = ridge", expected=10):
    return history.begin(cell, "abc", expected)


def check(path):
    """Return what SQLite says of the file, and the keys in it."""
    connection = sqlite3.connect(path)
    try:
        said = connection.execute("PRAGMA integrity_check").fetchone()[0]
        return said, {key for (key,) in connection.execute("SELECT key FROM fits")}
    finally:
        connection.close()


def changed(path, *statements):
    connection = sqlite3.connect(path)
    try:
        for statement, values in statements:
            connection.execute(statement, values)
        connection.commit()
    finally:
        connection.close()


@pytest.fixture
def history(tmp_path):
    with History(tmp_path / "data" / "mosi_nb" / "history.sqlite") as history:
        yield history


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a file system of half a megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        done = None
    if done is None or done.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_what_is_kept_comes_back_bit_by_bit(history):
    odd = np.array([0.1, -0.0, 5e-324, 1.7976931348623157e308, np.nextafter(1.0, 2.0), -3.0])
    fit = Fit(**{**vars(fit_of(1, size=6)), "predicted": odd})
    run = started(history)
    history.keep(run, [("one", fit), *pairs([2])])
    history.end(run, "done")
    history.close()
    found = history.recall(["one", "key 2", "nothing"])
    assert set(found) == {"one", "key 2"}
    one = found["one"]
    assert one.predicted.tobytes() == odd.tobytes()
    assert one.predicted.flags.writeable
    assert (one.fit_seconds, one.predict_seconds, one.worker, one.started) == (0.1, 0.2, "tcp://x", 1.5)
    assert one.ended == getattr(fit, "ended", 0.0)
    assert one.warnings == ("a: b", "ä")
    rebuilt = Fit(fit.model, 0, fit.params, fit.fold, **vars(one))
    assert rebuilt.predicted is one.predicted


def test_nothing_is_made_before_it_is_needed_and_then_for_the_user_alone(tmp_path):
    path = tmp_path / "a" / "b" / "history.sqlite"
    with History(path) as history:
        assert not (tmp_path / "a").exists()
        assert history.recall(["key"]) == {}
        assert [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent, path.parent.parent)] == [
            0o600,
            0o700,
            0o700,
        ]
        started(history)
        beside = sorted(p.name for p in path.parent.iterdir())
        assert "history.sqlite-wal" in beside
        assert {stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()} == {0o600}


def test_the_settings_of_the_connection(history):
    started(history)
    asked = {name: history._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "busy_timeout", "user_version")}  # fmt: skip  # noqa: E501
    assert asked == {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 30_000, "user_version": schema.SCHEMA}
    history.close()
    started(history)
    assert history._connection.execute("PRAGMA synchronous").fetchone()[0] == 1


@pytest.mark.parametrize(
    ("named", "data", "expected"),
    [
        ("none", "", None),
        (" None ", "", None),
        ("/tmp/x.sqlite", "/data", Path("/tmp/x.sqlite")),
        ("~/x.sqlite", "", Path("~/x.sqlite").expanduser()),
        ("", "/data", Path("/data/mosi_nb/history.sqlite")),
        ("", "", Path.home() / ".local/share/mosi_nb/history.sqlite"),
        ("", "relative", Path.home() / ".local/share/mosi_nb/history.sqlite"),
    ],
)
def test_where_it_lies(monkeypatch, named, data, expected):
    monkeypatch.setenv("MOSI_NB_HISTORY", named)
    monkeypatch.setenv("XDG_DATA_HOME", data)
    assert default_path() == expected


def test_failed_fits_are_not_kept_and_the_first_of_a_key_stays(history):
    run = started(history)
    failed = Fit(**{**vars(fit_of(1)), "predicted": None, "reason": "boo"})
    history.keep(run, [("key 1", failed)])
    assert history.recall(["key 1"]) == {}
    history.keep(run, pairs([1]))
    history.keep(run, [("key 1", fit_of(2))])
    assert np.array_equal(history.recall(["key 1"])["key 1"].predicted, fit_of(1).predicted)


def test_a_run_lists_also_the_fits_that_it_took_over(history):
    first = started(history, "models = ridge", 3)
    history.keep(first, pairs([1, 2]))
    history.end(first, "stopped")
    second = history.begin("models = ridge # again", "def", 3, name="mine")
    history.keep(second, pairs([1, 2, 3]))
    frame = history.runs()
    assert frame["run"].tolist() == [second, first]
    assert frame["fits"].tolist() == [3, 2]
    assert frame["status"].tolist() == ["running", "stopped"]
    assert frame["expected"].tolist() == [3, 3]
    assert frame["fingerprint"].tolist() == ["def", "abc"]
    assert frame["cell"].tolist() == ["models = ridge # again", "models = ridge"]
    assert frame["name"].iloc[0] == "mine"
    assert frame["versions"].iloc[0]["mosi_nb"]
    assert abs(frame["started"].iloc[0].timestamp() - time.time()) < 60
    assert frame["ended"].isna().tolist() == [True, False]


def test_no_runs_is_an_empty_frame(history):
    assert len(history.runs()) == 0


def test_parameters_of_any_type_are_kept_as_json(history):
    params = {"a": np.float64(0.5), "b": (1, None), "c": Path("/x"), "d": float("inf")}
    run = started(history)
    history.keep(run, [("k", Fit(**{**vars(fit_of(1)), "params": params}))])
    history.close()
    connection = sqlite3.connect(history.path)
    told = connection.execute("SELECT params FROM fits").fetchone()[0]
    connection.close()
    assert json.loads(told) == {"a": 0.5, "b": [1, None], "c": "/x", "d": float("inf")}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("predicted", b"1234567"),
        ("predicted", np.zeros(49).tobytes()),
        ("predicted", np.full(50, np.nan).tobytes()),
        ("predicted", np.full(50, np.inf).tobytes()),
        ("predicted", "text"),
        ("warnings", "no json"),
        ("warnings", "1"),
        ("started", "yesterday"),
    ],
)
def test_a_fit_that_cannot_be_read_counts_as_missing(history, column, value):
    history.keep(started(history), pairs([1, 2]))
    history.close()
    changed(history.path, (f"UPDATE fits SET {column} = ? WHERE key = 'key 1'", (value,)))
    assert set(history.recall(["key 1", "key 2"])) == {"key 2"}
    assert history.ignored == 1


def test_ten_thousand_keys_are_recalled_at_once(history):
    run = started(history)
    history.keep(run, pairs(range(10_000), size=10))
    begun = time.perf_counter()
    found = history.recall([f"key {number}" for number in range(10_000)])
    seconds = time.perf_counter() - begun
    assert len(found) == 10_000
    assert seconds < 2.0  # 0.1 s where nothing else runs


def test_two_processes_write_the_same_history_at_once(tmp_path):
    path = tmp_path / "new" / "history.sqlite"
    script = (
        WRITER
        + """
first, path = int(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
with History(path) as history:
    run = history.begin("cell", "", 600)
    for start in range(first, first + 600, 3):
        history.keep(run, [(f"key {n}", fit_of(n)) for n in range(start, start + 3)])
    history.end(run, "done")
"""
    )
    command = [sys.executable, "-W", "error", "-c", script]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": ROOT}
    writers = [subprocess.Popen([*command, str(first), str(path)], **pipes) for first in (0, 300)]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        _, told = writer.communicate(timeout=120)
        assert writer.returncode == 0, told
    assert check(path) == ("ok", {f"key {n}" for n in range(900)})
    with History(path) as history:
        assert history.runs()["fits"].tolist() == [600, 600]
        found = history.recall([f"key {n}" for n in range(900)])
        assert np.array_equal(found["key 450"].predicted, np.random.default_rng(450).normal(size=50))
        assert (len(found), history.notes) == (900, [])


def test_a_process_that_is_killed_leaves_all_that_was_acknowledged(tmp_path):
    path, told = tmp_path / "history.sqlite", tmp_path / "told"
    script = (
        WRITER
        + """
path, told = sys.argv[1:]
chance = random.Random(7)
for turn in range(20):
    child = os.fork()
    if child == 0:
        log = os.open(told, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        history = History(path)
        run = history.begin("cell", "", 10)
        for number in range(1_000_000):
            some = [(f"{turn} {number} {n}", fit_of(n)) for n in range(number % 30 + 1)]
            history.keep(run, some)
            os.write(log, "".join(key + "\\n" for key, _ in some).encode())
    time.sleep(chance.uniform(0.005, 0.25))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""
    )
    subprocess.run([sys.executable, "-c", script, str(path), str(told)], check=True, cwd=ROOT, timeout=120)
    acknowledged = set(told.read_text().split("\n")) - {""}
    said, there = check(path)
    assert said == "ok"
    assert len(acknowledged) > 200
    assert acknowledged <= there
    with History(path) as history:
        assert len(history.recall(acknowledged)) == len(acknowledged)
        assert (history.ignored, history.notes) == (0, [])


def test_a_full_database_keeps_what_it_has_and_goes_on_when_there_is_room(history):
    run = started(history)
    history.keep(run, pairs(range(20)))
    history._connection.execute("PRAGMA max_page_count = 20")
    with pytest.raises(HistoryError, match=r"could not be written: database or disk is full(.|\n)*Free some space"):
        history.keep(run, pairs(range(20, 400)))
    keys = [f"key {number}" for number in range(400)]
    assert len(history.recall(keys)) == 20
    history._connection.execute("PRAGMA max_page_count = 1000000")
    history.keep(run, pairs(range(20, 400)))
    assert len(history.recall(keys)) == 400
    history.close()
    assert check(history.path)[0] == "ok"


def test_a_full_disk_keeps_what_it_has_and_goes_on_when_there_is_room(small_disk):
    path, ballast = small_disk / "history.sqlite", small_disk / "ballast"
    history = History(path)
    run = started(history)
    history.keep(run, pairs(range(20)))
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    with pytest.raises(HistoryError, match=r"full(.|\n)*Free some space"):
        history.keep(run, pairs(range(20, 120)))
    keys = [f"key {number}" for number in range(120)]
    assert len(history.recall(keys)) == 20
    with pytest.raises(HistoryError, match="full"):
        history.keep(run, pairs(range(20, 120)))
    history.close()
    assert len(history.recall(keys)) == 20  # and by somebody who comes later
    with pytest.raises(HistoryError), History(path) as other:
        other.keep(started(other), pairs(range(20, 120)))
    ballast.unlink()
    history.keep(run, pairs(range(20, 120)))
    assert len(history.recall(keys)) == 120
    history.close()
    assert check(path)[0] == "ok"
    assert history.notes == []


def test_a_history_in_a_place_where_nothing_may_be_written_can_be_read(small_disk):
    path = small_disk / "history.sqlite"
    with History(path) as history:
        history.keep(started(history), pairs([1, 2]))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with History(path) as history:
        assert set(history.recall(["key 1", "key 2"])) == {"key 1", "key 2"}
        assert len(history.runs()) == 1
        with pytest.raises(HistoryError, match=r"(readonly|read-only|unable to open)(.|\n)*MOSI_NB_HISTORY"):
            started(history)
    with History(small_disk / "new" / "history.sqlite") as history, pytest.raises(HistoryError, match=r"Read-only"):
        history.recall(["key"])


@pytest.mark.parametrize("place", ["file in place of the folder", "folder in place of the file", "proc"])
def test_a_place_where_nothing_can_be_written_is_told(tmp_path, place):
    (tmp_path / "file").write_text("x")
    paths = {"file": tmp_path / "file" / "history.sqlite", "folder": tmp_path, "proc": Path("/proc/x/history.sqlite")}
    with History(paths[place.split()[0]]) as history:
        for call in (lambda: started(history), lambda: history.recall(["a"]), history.runs):
            with pytest.raises(HistoryError, match=r"the history could not be (.|\n)*MOSI_NB_HISTORY"):
                call()
    assert (tmp_path / "file").read_text() == "x"


def test_the_error_is_one_of_the_package_and_a_runtime_error():
    assert issubclass(HistoryError, MosiError)
    assert issubclass(HistoryError, RuntimeError)


@pytest.mark.parametrize("content", [b"this is no database" * 100, os.urandom(8192), b"x"], ids=["text", "noise", "x"])
def test_a_file_that_is_no_database_is_set_aside_with_a_note(history, content):
    history.path.parent.mkdir(parents=True)
    history.path.write_bytes(content)
    run = started(history)
    history.keep(run, pairs([1]))
    assert set(history.recall(["key 1"])) == {"key 1"}
    aside = list(history.path.parent.glob("history.sqlite.damaged-*"))
    assert [p.read_bytes() for p in aside] == [content]
    assert len(history.notes) == 1
    assert aside[0].name in history.notes[0]


def test_damage_that_is_found_later_is_set_aside_too(history):
    history.keep(started(history), pairs(range(300)))
    history.close()
    content = bytearray(history.path.read_bytes())
    for page in range(len(content) // 8192, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    history.path.write_bytes(content)
    with pytest.raises(HistoryError, match="malformed"):
        history.recall([f"key {n}" for n in range(300)])
    assert "damaged-" in history.notes[0]
    history.keep(started(history), pairs([1]))
    assert set(history.recall([f"key {n}" for n in range(300)])) == {"key 1"}
    assert len(list(history.path.parent.glob("history.sqlite.damaged-*"))) >= 1


def test_the_log_of_a_damaged_file_goes_with_it(history):
    started(history)
    log = history.path.with_name("history.sqlite-wal").read_bytes()
    history.close()
    history.path.write_bytes(b"no database at all" * 500)
    history.path.with_name("history.sqlite-wal").write_bytes(log)
    history.recall(["a"])
    history.close()
    assert check(history.path) == ("ok", set())
    assert len(list(history.path.parent.glob("history.sqlite.damaged-*-wal"))) <= 1


def test_a_newer_schema_is_refused_and_left_alone(history):
    history.keep(started(history), pairs([1]))
    history.close()
    changed(history.path, ("PRAGMA user_version = 99", ()))
    before = history.path.read_bytes()
    for call in (lambda: history.recall(["key 1"]), lambda: started(history), history.runs):
        with pytest.raises(HistoryError, match=r"newer version of mosi_nb(.|\n)*Update mosi_nb"):
            call()
    assert history.path.read_bytes() == before


def test_a_database_of_something_else_is_refused_and_left_alone(history):
    history.path.parent.mkdir(parents=True)
    changed(history.path, ("CREATE TABLE mine (x)", ()))
    with pytest.raises(HistoryError, match="something else"):
        started(history)
    connection = sqlite3.connect(history.path)
    assert [name for (name,) in connection.execute("SELECT name FROM sqlite_master")] == ["mine"]
    connection.close()


def test_a_history_that_another_process_holds_too_long_is_told(history, monkeypatch):
    run = started(history)
    history._connection.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(history.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(HistoryError, match=r"locked(.|\n)*Another process"):
        history.keep(run, pairs([1]))
    assert history.recall(["key 1"]) == {}  # readers do not wait
    other.execute("ROLLBACK")
    other.close()
    history.keep(run, pairs([1]))
    assert set(history.recall(["key 1"])) == {"key 1"}


def test_whichever_thread_uses_it(history):
    run = started(history)
    found = []

    def use():
        history.keep(run, pairs([1]))
        found.extend(history.recall(["key 1"]))

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    history.end(run, "done")
    assert found == ["key 1"]


def test_a_file_that_was_deleted_meanwhile_is_begun_anew(history):
    history.keep(started(history), pairs([1]))
    history.path.unlink()
    history.keep(started(history), pairs([2]))
    assert set(history.recall(["key 1", "key 2"])) == {"key 2"}


def test_forgetting_a_run_drops_what_no_other_lists(history):
    first, second = started(history), started(history)
    history.keep(first, pairs([1, 2]))
    history.keep(second, pairs([2, 3]))
    history.forget(first)
    assert set(history.recall(["key 1", "key 2", "key 3"])) == {"key 2", "key 3"}
    assert history.runs()["run"].tolist() == [second]
    history.forget(before=time.time() + 1)
    assert len(history.runs()) == 0
    assert history.recall(["key 2", "key 3"]) == {}
    assert started(history) > second  # no number is given twice


def test_forgetting_makes_the_file_smaller(history):
    run = started(history)
    history.keep(run, pairs(range(500)))
    history.close()
    before = history.path.stat().st_size
    history.forget(run)
    history.close()
    assert history.path.stat().st_size < before / 2


def test_a_history_that_is_too_large_drops_the_oldest_runs(tmp_path):
    with History(tmp_path / "history.sqlite", largest=300_000) as history:
        runs = []
        for turn in range(6):
            runs.append(started(history))
            history.keep(runs[-1], pairs(range(turn * 100, turn * 100 + 100)))
        last = started(history)
        there = set(history.recall([f"key {n}" for n in range(600)]))
        assert {f"key {n}" for n in range(500, 600)} <= there
        assert not {f"key {n}" for n in range(200)} & there
        assert history._bytes() <= 300_000
        assert len(history.runs()) == 7  # what was run is still told
        assert "the fits of its" in history.notes[-1]
        history.keep(last, pairs([1000]))
    assert (tmp_path / "history.sqlite").stat().st_size < 600_000


def test_nothing_else_of_a_fit_is_stored(history):
    secret = "hunter2 in a traceback"
    fit = Fit(**{**vars(fit_of(1)), "traceback": secret, "reason": secret})
    history.keep(started(history), [("k", fit)])
    history.close()
    assert secret.encode() not in history.path.read_bytes()


def test_no_pickle_is_read_or_written():
    for path in (module.__file__, schema.__file__):
        assert "pickle" not in Path(path).read_text()


def test_an_interrupted_write_leaves_the_file_as_it_was(history, monkeypatch):
    run = started(history)

    class Interrupting(list):
        def __iter__(self):
            yield from pairs([1])
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)

    with pytest.raises(KeyboardInterrupt):
        history.keep(run, Interrupting())
    history.keep(run, pairs([2]))
    assert set(history.recall(["key 1", "key 2"])) == {"key 2"}


def test_text_is_never_taken_for_a_command(history):
    run = started(history, cell="'; DROP TABLE fits; --")
    history.keep(run, [("'; DROP TABLE fits; --", fit_of(1))])
    assert len(history.recall(["'; DROP TABLE fits; --"])) == 1
