"""Everything that the package shows, in one notebook: for whoever cannot see it, on light and dark, and without a kernel."""

import json
import re
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BEGIN = """\
%load_ext mosi_nb
import os, time
os.environ["MOSI_NB_HISTORY"] = os.path.abspath("history.sqlite")
from sklearn.linear_model import Ridge

class Slow(Ridge):
    def fit(self, X, y):
        if len(y) > 70:
            time.sleep(0.3)
        return super().fit(X, y)
"""
CELL = """\
%%mosi_experiment NAME
data = sample(videos=8)
models = ridge(alpha=[1, 10]), svr, logistic(classes=7)
modalities = text
folds = by_video(2)"""
LONG = """\
%%mosi_experiment going --background
data = sample(videos=8)
models = ridge(alpha=[1, 10]), Slow(alpha=log(1, 10, 90))
modalities = text
folds = by_video(2, repeats=5)
nested = off"""
CELLS = {
    "begin": BEGIN,
    "leaderboard": CELL.replace("NAME", "first"),
    "finished": CELL.replace("NAME", "second --background"),
    "form": "%mosi_form first",
    "panel": "%mosi_cluster --panel",
    "choose": "first.choose()",
    "explore": "first.explore()",
    "progress": LONG,
}
AXE = """async place => (await axe.run({include: [place]}, {resultTypes: ["violations"]})).violations.map(one =>
    [one.impact, one.id, one.help, ...one.nodes.map(node => node.html.slice(0, 200) + " " + node.failureSummary)])"""


def notebook():
    made = [
        {"cell_type": "code", "id": name, "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for name, source in CELLS.items()
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": made, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5})
