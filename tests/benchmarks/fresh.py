"""What is measured in a process of its own: the script that runs there prints the seconds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

SHELL = """\
import sys, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
began = time.perf_counter()
"""

EXTENSION = """\
shell.run_line_magic("load_ext", "mosi_nb")
seconds = time.perf_counter() - began
assert not {"distributed", "altair", "skops"} & set(sys.modules), "the extension loads what only a run needs"
print("seconds", seconds)
"""

FIRST_ROW = """\
from IPython.utils.io import capture_output
shell.run_line_magic("load_ext", "mosi_nb")
from mosi_nb.notebook import show

def listen(model, state):
    if state.fits:
        assert len(model.progress().leaderboard)
        print("seconds", time.perf_counter() - began, flush=True)
        raise KeyboardInterrupt

show.Live.__call__ = lambda live, model, state: listen(model, state)
try:
    shell.run_cell_magic("mosi_experiment", "first", "data = sample()\\nmodels = ridge(alpha=[0.3, 1, 3]), svr")
except KeyboardInterrupt:
    pass
"""

TEMPLATE = """\
from mosi_nb.notebook.template import TEMPLATE
shell.run_line_magic("load_ext", "mosi_nb")
shell.run_cell_magic("mosi_experiment", "first", TEMPLATE.partition("\\n")[2])
assert shell.user_ns["first"].leaderboard().frame()["status"].eq("done").all()
print("seconds", time.perf_counter() - began)
"""


def seconds(script: str) -> float:
    """Return what a script measured in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", SHELL + script], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    measured = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("seconds ")]
    if not measured:
        sys.exit(f"nothing was measured:\n{done.stdout}\n{done.stderr}")
    return float(measured[0])


def extension() -> float:
    """Return the time of `%load_ext mosi_nb`."""
    return seconds(EXTENSION)


def first_row() -> float:
    """Return the time from the first cell to the first row of its leaderboard, imports and workers included."""
    return seconds(FIRST_ROW)


def demo() -> float:
    """Return the time of the example that `%mosi_experiment` prints, from `%load_ext` to its leaderboard."""
    return seconds(TEMPLATE)
