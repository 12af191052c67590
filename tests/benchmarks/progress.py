"""What showing progress costs: its share of a run, and what it leaves in a notebook that is saved."""

from __future__ import annotations

import sys

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

SHARE, KILOBYTES, UPDATES = 2.0, 300.0, 1000
BEFORE = """\
%load_ext mosi_nb
from mosi_nb import sample
from mosi_nb.notebook.show import Live
lives, begin, end = [], Live.begin, Live.end

def kept(live, model):
    lives.append(live)
    begin(live, model)

def timed(live, model, error=None):
    live.elapsed = model._run.state.elapsed
    end(live, model, error)

Live.begin, Live.end = kept, timed
"""
RUN = """\
%%mosi_experiment first {flags}
data   = sample()
models = ridge(alpha=[0.3, 1, 3, 10]), svr(C=[1, 3, 10]), knn, forest, boosting
folds  = by_video(5, repeats=2)
"""
SHARES = "first.wait()\nprint(100 * lives[-1].seconds / lives[-1].elapsed)"
MOVED = """\
live = Live(get_ipython(), quiet=False, background="{name}")
live.begin(first)
for _ in range({updates}):
    live.next_at = 0.0
    live(first, None)
"""


def executed(*sources: str) -> nbformat.NotebookNode:
    """Return a notebook with these cells, carried out."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    return notebook


def share(flags: str) -> float:
    """Return how many percent of a run are spent on showing progress."""
    notebook = executed(BEFORE, RUN.format(flags=flags), SHARES)
    printed = [one["text"] for one in notebook.cells[-1].outputs if one["output_type"] == "stream"]
    return float(printed[-1].split()[-1])


def saved(name: str) -> float:
    """Return the kilobytes of a saved notebook in which a run has shown progress many times."""
    quiet = RUN.format(flags="--quiet").replace("sample()", "sample(videos=8)").replace(", repeats=2", "")
    return len(nbformat.writes(executed(BEFORE, quiet, MOVED.format(name=name, updates=UPDATES))).encode()) / 1e3


def report() -> int:
    """Print a row for each figure; return the number of limits that are not kept."""
    figures = (
        ("progress in a cell that waits, in % of the run", share(""), SHARE),
        ("progress in the background, in % of the run", share("--background"), SHARE),
        (f"notebook after {UPDATES:,} updates, in kB", saved(""), KILOBYTES),
        ("the same in the background, in kB", saved("first"), KILOBYTES),
    )
    for name, value, limit in figures:
        print(f"{name:52}{value:8.2f}{limit:8.1f}{'   BEYOND' if value > limit else ''}", flush=True)
    return sum(value > limit for _, value, limit in figures)


if __name__ == "__main__":
    sys.exit(int(report() > 0))
