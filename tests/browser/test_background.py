"""A run in the background in JupyterLab: it moves after its cell has ended, and leaves a still result."""

import json

import pytest

from tests.browser.pages import notebook

pytestmark = pytest.mark.browser

BEFORE = """\
%load_ext mosi_nb
import time
from mosi_nb import sample
from sklearn.linear_model import Ridge

class Slow(Ridge):
    def fit(self, X, y):
        if len(y) > 130:
            time.sleep(0.2)
        return super().fit(X, y)
"""
CELL = """\
%%mosi_experiment NAME --background
data       = sample(videos=24)
models     = ridge, Slow(alpha=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
modalities = text
folds      = by_video(5, repeats=4)
nested     = off
"""


def outputs(lab, page):
    """Save the notebook; return the outputs of its second cell, as they stand in the file."""
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    return json.loads((lab.notebooks / "background.ipynb").read_text())["cells"][1]["outputs"]


def moving(page):
    """Wait until fits have ended; return the button that stops the run."""
    page.locator('.jp-OutputArea [role="progressbar"]:not([aria-valuenow="0"])').wait_for(state="attached")
    return page.get_by_role("button", name="Stop", exact=True)


@pytest.mark.slow
def test_a_run_in_the_background_is_stopped_by_its_button_and_leaves_a_still_result(make_lab, page, screenshots):
    lab = make_lab()
    (lab.notebooks / "background.ipynb").write_text(notebook(BEFORE, CELL.replace("NAME", "first")))
    lab.open(page, "background.ipynb")
    lab.run_all(page)
    button = moving(page)
    page.locator(".jp-CodeCell").nth(1).screenshot(path=screenshots / "background.png")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("It was asked to stop.").wait_for()
    page.locator(".jp-RenderedImage, .vega-embed").first.wait_for()
    page.locator(".jp-CodeCell").nth(1).screenshot(path=screenshots / "background_stopped.png")
    saved = outputs(lab, page)
    assert "application/vnd.jupyter.widget-view+json" not in json.dumps(saved)
    assert "It was asked to stop." in "".join(saved[0]["data"]["text/html"])
    page.evaluate(
        """source => {
            const cells = window.jupyterapp.shell.currentWidget.context.model.sharedModel.cells;
            cells[1].setSource(source);
        }""",
        CELL.replace("NAME", "second"),
    )
    lab.run_all(page)
    moving(page)
    assert "second.wait()" in json.dumps(outputs(lab, page))  # in case the kernel dies now
    page.reload()
    moving(page).click()
    page.get_by_text("It was asked to stop.").wait_for()
    assert page.refused == []
