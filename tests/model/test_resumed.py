"""Runs that were ended before, and what the next one takes over from the history."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from mosi_nb import FitError, SpecError, sample
from mosi_nb.storage import History

ROOT = Path(__file__).parents[2]


class Late(Ridge):
    """Takes its time, except in the trial."""

    def fit(self, X, y):  # noqa: N803 -- scikit-learn's name
        if len(y) > 130:
            time.sleep(0.1)
        return super().fit(X, y)


def predicted(model):
    return model.results.predictions().sort_values(["model", "params", "repeat", "fold", "segment_id"])["predicted"]


def resumed(model):
    return sum(fit.resumed for fit in model.results.fits)


def test_the_same_experiment_again_fits_nothing_and_says_so(quick, history, monkeypatch):
    first = quick(["ridge(alpha=[1, 10])", "svr"]).fit()
    assert resumed(first) == 0
    monkeypatch.setattr("mosi_nb.model.model.ready", None)  # neither trial nor workers
    again = quick(["ridge(alpha=[1, 10])", "svr"]).fit()
    assert resumed(again) == 9
    np.testing.assert_array_equal(predicted(first), predicted(again))
    assert "9 of 9 fits come from the history; fit(again=True) makes them anew." in again._run.notes
    assert again.models["svr"].predict(sample(videos=2)).shape


def test_a_broken_metric_is_refused_where_all_fits_come_from_the_history(quick, history):
    def broken(sentiment, predicted):
        raise ValueError("no such thing")

    quick("ridge").fit()
    with pytest.raises(SpecError, match="metrics: the metric 'broken' failed on 20 segments: ValueError"):
        quick("ridge", metrics=["mae", broken]).fit()


def test_only_what_is_missing_is_fitted(quick, history):
    quick(["ridge(alpha=[1, 10])"]).fit()
    more = quick(["ridge(alpha=[1, 5, 10])", "svr"]).fit()
    assert resumed(more) == 6
    assert {fit.params["alpha"] for fit in more.results.fits if fit.model == "ridge" and not fit.resumed} == {5}
    whole = quick(["ridge(alpha=[1, 5, 10])", "svr"]).fit(again=True)
    assert resumed(whole) == 0
    np.testing.assert_allclose(predicted(more), predicted(whole), atol=1e-8, rtol=0)


class Interrupts(Ridge):
    """Is interrupted while it is tried, or fails."""

    def fit(self, X, y):  # noqa: N803 -- scikit-learn's name
        raise KeyboardInterrupt if self.alpha == 1 else ValueError


def test_an_interrupt_of_the_trial_keeps_what_the_history_holds(quick, history):
    quick(["ridge(alpha=[1, 10])"]).fit()
    stopped = quick(["ridge(alpha=[1, 10])", ("new", Interrupts())])
    with pytest.raises(KeyboardInterrupt):
        stopped.fit()
    assert resumed(stopped) == len(stopped.results.fits) == 6
    assert "Stopped after 6 of 9 fits. Not begun: new." in stopped._ran.notes
    failed = quick(["ridge(alpha=[1, 10])", ("new", Interrupts(2))])
    with pytest.raises(FitError, match="new, tried on"):
        failed.fit()
    assert not failed.trained
    with History(history) as kept:
        assert kept.runs()["status"].tolist() == ["failed", "stopped", "done"]


def test_another_seed_fits_everything(quick, history):
    quick("forest(n_estimators=3)", seed=1).fit()
    assert resumed(quick("forest(n_estimators=3)", seed=2).fit()) == 0


def test_fits_made_anew_take_the_place_of_the_older_ones(quick, history, tmp_path):
    class Reads(Ridge):
        def predict(self, X):  # noqa: N803 -- as above
            return super().predict(X) * 0 + float(Path(self.file).read_text())

        def __init__(self, file="", alpha=1.0):
            super().__init__(alpha=alpha)
            self.file = file

    file = tmp_path / "level.txt"
    for level, again in (("1", False), ("2", False), ("2", True), ("3", False)):
        file.write_text(level)
        model = quick([("reads", Reads(str(file)))]).fit(again=again)
        assert set(predicted(model)) == {2.0 if again or level == "3" else 1.0}


STALE = """
from IPython.core.interactiveshell import InteractiveShell
run = InteractiveShell.instance().run_cell
run("%load_ext mosi_nb")
run("from sklearn.linear_model import Ridge")
run("class M(Ridge):\\n    def predict(self, X): return Ridge.predict(self, X) * 0 + C")
cell = "%%mosi_experiment e --quiet\\ndata = sample(videos=8)\\nmodels = M\\nfolds = by_video(2)\\nmodalities = audio"
for C in (1.0, 2.0):
    run(f"C = {C}")
    run(cell + "\\nbaselines = none\\njobs = 2")
    run("print([float(fit.predicted[0]) for fit in e.results.fits])")
"""


@pytest.mark.slow
def test_a_changed_variable_that_a_class_of_the_notebook_reads_is_a_new_fit(history):
    done = subprocess.run([sys.executable, "-c", STALE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["[1.0, 1.0]", "[2.0, 2.0]"]


def test_a_failed_fit_is_tried_again(quick, history):
    class Fails(Ridge):
        def fit(self, X, y):  # noqa: N803 -- as above
            if len(y) > 130:
                raise ValueError("no")
            return super().fit(X, y)

    quick([("fails", Fails()), "ridge"]).fit(on_error="keep")
    again = quick([("fails", Fails()), "ridge"]).fit(on_error="keep")
    assert [(fit.model, fit.resumed) for fit in again.results.fits] == [("fails", False)] * 3 + [("ridge", True)] * 3
    with pytest.raises(FitError):
        quick([("fails", Fails()), "ridge"]).fit()


def test_a_budget_stops_the_run_and_keeps_what_is_finished(quick, history):
    def an_hour_passes(_, state):
        if state.fits:
            state.began -= 3600

    stopped = quick([("late", Late())], folds="by_video(3, repeats=20)").fit(budget="10min", listen=an_hour_passes)
    done = len(stopped.results.fits)
    assert 0 < done < 60
    assert f"Stopped after {done} of 60 fits. Its budget, 10min, was used up." in stopped._run.notes
    rest = quick([("late", Late())], folds="by_video(3, repeats=20)").fit()
    assert resumed(rest) >= done  # two repeats may have a fold in common
    assert list(History(history).runs()["status"]) == ["done", "stopped"]


def test_a_run_is_stopped_from_another_thread(quick, history):
    model = quick([("late", Late())], folds="by_video(3, repeats=20)")

    def stop(_, state):
        if len(state.fits) >= 3:
            model.stop()

    began = time.monotonic()
    model.fit(listen=stop)
    assert 3 <= len(model.results.fits) < 60
    assert time.monotonic() - began < 30
    assert "It was asked to stop." in model._run.notes[0]


def test_fits_wait_as_long_as_the_checkpoint_says(quick, history):
    seen = []

    def count(_, state):
        if state.fits:
            with sqlite3.connect(history) as read:
                seen.append((len(state.fits), read.execute("SELECT count(*) FROM fits").fetchone()[0]))
            read.close()

    model = quick([("late", Late())], folds="by_video(3, repeats=3)")
    model.fit(listen=count, checkpoint="1h")
    assert {kept for _, kept in seen} == {0}
    with sqlite3.connect(history) as read:
        assert read.execute("SELECT count(*) FROM fits").fetchone()[0] == 9
    read.close()


def test_at_once_is_the_default(quick, history):
    def compare(_, state):
        if state.fits:
            with sqlite3.connect(history) as read:
                assert read.execute("SELECT count(*) FROM fits").fetchone()[0] == len(state.fits)
            read.close()

    quick([("late", Late())], folds="by_video(3, repeats=3)").fit(listen=compare)


def test_a_history_that_cannot_be_written_ends_no_run(quick, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MOSI_NB_HISTORY", str(tmp_path / "file" / "history.sqlite"))
    model = quick("ridge").fit()
    assert len(model.results.fits) == 3
    assert any("history" in note.lower() for note in model._run.notes)


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a disk of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_ends_no_run_and_says_what_is_not_kept(quick, small_disk, monkeypatch):
    monkeypatch.setenv("MOSI_NB_HISTORY", str(small_disk / "history.sqlite"))
    quick("ridge").fit()
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):  # noqa: PT012
        while True:
            file.write(b"0" * 4096)
    model = quick("svr(C=log(1, 10, 40))").fit()
    assert len(model.results.fits) == 120
    lost = next(note for note in model._run.notes if "not in the history" in note)
    filler.unlink()
    number = int(lost.split()[0])
    again = quick("svr(C=log(1, 10, 40))").fit()
    assert resumed(again) == 120 - number
    assert resumed(quick("ridge").fit()) == 3
    np.testing.assert_array_equal(predicted(model), predicted(again))


SCRIPT = """
import os
import time
from sklearn.linear_model import Ridge
from mosi_nb import Model, sample

class Late(Ridge):
    def fit(self, X, y):
        if len(y) > 130:
            with open(os.environ["LATE_LOG"], "a") as log:
                log.write(f"{self.alpha:g} {y[:20].sum():.6f}\\n")
            time.sleep(0.03)
        return super().fit(X, y)

CELL = '''
data       = the_data
modalities = text
models     = Late(alpha=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
baselines  = none
metrics    = mae
folds      = by_video(3, repeats=6)
test       = none
jobs       = 1
'''

if __name__ == "__main__":
    model = Model.from_cell(CELL, {"the_data": sample(videos=12), "Late": Late}).fit()
    fits = model.results.fits
    print(sum(fit.resumed for fit in fits), len(fits), repr(model.results.predictions()["predicted"].sum()))
"""


@pytest.fixture
def script(tmp_path, history):
    """Return a function that starts the script above in a process of its own."""
    file, log = tmp_path / "late.py", tmp_path / "fits.txt"
    file.write_text(SCRIPT)
    log.write_text("")

    def start(**environment):
        variables = {**os.environ, "LATE_LOG": str(log), **environment}
        return subprocess.Popen(
            [sys.executable, str(file)],
            env=variables,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    start.log = log
    return start


def kept(history):
    """Return how many fits the history holds, and what SQLite says of the file."""
    if not history.exists():
        return 0, "ok"
    with sqlite3.connect(history) as read:
        there = read.execute("SELECT count(*) FROM sqlite_master WHERE name = 'fits'").fetchone()[0]
        number = read.execute("SELECT count(*) FROM fits").fetchone()[0] if there else 0
        state = read.execute("PRAGMA integrity_check").fetchone()[0]
    read.close()
    return number, state


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_kernel_killed_at_twenty_moments_repeats_no_finished_fit(script, history):
    moments = np.random.default_rng(0).uniform(0.0, 0.35, 20)
    before, repeated = 0, []
    for moment in moments:
        made = len(script.log.read_text().splitlines())
        running = script()
        # Some die before their first fit ends, while workers start or while fits are written.
        end = time.monotonic() + 60
        while len(script.log.read_text().splitlines()) <= made and running.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(moment)
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        now, state = kept(history)
        assert state == "ok"
        assert now >= before
        # What was made and is not kept was under way when the kernel died: as much as was handed out at most.
        repeated.append(len(script.log.read_text().splitlines()) - now)
        before = now
    last, _ = script().communicate(timeout=120)
    resumed_fits, fits, total = last.split()
    assert (int(resumed_fits), int(fits)) == (before, 180)
    # After the last kill, only what was missing was fitted.
    assert len(script.log.read_text().splitlines()) == before + repeated[-1] + 180 - before
    undisturbed, _ = script(MOSI_NB_HISTORY="none").communicate(timeout=120)
    assert undisturbed.split() == ["0", "180", total]


@pytest.mark.slow
def test_two_kernels_write_one_history(script, history):
    both = [script(), script()]
    told = [process.communicate(timeout=120)[0].split() for process in both]
    assert [one[1] for one in told] == ["180", "180"]
    assert told[0][2] == told[1][2]
    assert kept(history) == (180, "ok")
    runs = History(history).runs()
    assert sorted(runs["fits"]) == [180, 180]
