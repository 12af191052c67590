"""What a script of the user's sees: processes of its own, started and ended."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """\
import os
from sklearn.linear_model import Ridge
from mosi_nb import Model, sample
from mosi_nb.run import embedded

print("begins")

class Mine(Ridge):
    def fit(self, x, y):
        return super().fit(x, y)

model = Model(sample(videos=9), models=Mine(), metrics="mae", modalities="text", jobs=2, folds="by_video(2)").fit()
print(sorted(model.models), len({fit.worker for fit in model.results.fits} - {""}) > 0)
print("processes", *embedded(2).run(os.getpid).values())
"""
REFUSED = SCRIPT.replace("return super().fit(x, y)", 'raise ValueError("mine")')


def carry_out(script, *command):
    done = subprocess.run(
        [sys.executable, *command, str(script)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Exception ignored" not in done.stderr
    return done


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    return path


@pytest.mark.parametrize(
    "command", [(), ("-m", "IPython", "--colors=NoColor", "--no-banner")], ids=["python", "ipython"]
)
def test_a_script_needs_no_main_guard_and_leaves_no_process(script, command):
    if command:
        script = script.rename(script.with_suffix(".ipy"))
    done = carry_out(script, *command)
    assert done.stdout.count("begins") == 1, done.stderr
    assert "['dummy', 'mine'] True" in done.stdout, done.stderr
    processes = [int(word) for word in done.stdout.split("processes")[1].split()]
    assert len(processes) == 2
    assert not any(psutil.pid_exists(process) for process in processes)


def test_a_script_that_is_refused_ends_with_its_error_and_leaves_no_process(script, monkeypatch):
    script.write_text(REFUSED)
    monkeypatch.setenv("MOSI_NB_TEST_MARK", str(script))
    done = carry_out(script)
    assert done.returncode == 1
    assert "FitError: mine, tried on" in done.stderr
    assert not [process for process in psutil.process_iter() if marked(process, str(script))]


def marked(process, mark):
    try:
        return process.environ().get("MOSI_NB_TEST_MARK") == mark
    except psutil.Error:
        return False


def test_a_terminal_shows_nothing_where_stderr_is_none(script):
    done = carry_out(script)
    assert done.stderr == ""
