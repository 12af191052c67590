"""Writing a cell in JupyterLab: names on Tab, help on Shift-Tab, the error at its line."""

import re

import pytest

from tests.browser.pages import notebook

pytestmark = pytest.mark.browser

CELLS = [
    "%load_ext mosi_nb",
    "%%mosi_experiment first\ndata   = sample(videos=8)\nmodels = ridge(alhpa=1)\nfolds  = by_video(3)",
    "%%mosi_experiment second\ndata = sample(videos=8)\nmodels = ridge, ",
]


def test_tab_and_shift_tab_and_an_error_in_a_cell(page, make_lab, screenshots):
    lab = make_lab()
    (lab.notebooks / "writing.ipynb").write_text(notebook(*CELLS))
    lab.open(page, "writing.ipynb")
    lab.run_all(page)
    page.set_default_timeout(30_000)

    refused = page.locator(".jp-Cell").nth(1)
    told = refused.locator(".jp-OutputArea").inner_text()
    assert "line 2: unknown parameter of model 'ridge': 'alhpa'. Did you mean 'alpha'?" in told
    assert "Traceback" not in told
    refused.screenshot(path=screenshots / "error_at_its_line.png")

    cell = page.locator(".jp-Cell").nth(2)
    cell.locator(".cm-line").last.click()
    page.keyboard.press("End")
    page.keyboard.type("s")
    page.keyboard.press("Tab")
    completer = page.locator(".jp-Completer")
    offered = completer.locator(".jp-Completer-item")
    offered.first.wait_for()
    page.screenshot(path=screenshots / "completion.png", clip=around(cell, 260))
    # JupyterLab itself adds words that stand somewhere in the notebook, without a type, and sorts all.
    assert named(offered, "model") == ["sgd", "svc", "svr"]
    page.keyboard.type("v")
    page.wait_for_function("document.querySelectorAll('.jp-Completer-item').length === 2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    completer.wait_for(state="hidden")
    page.keyboard.type("(")
    page.keyboard.press("Tab")
    offered.first.wait_for()
    assert named(offered, "parameter") == ["C=", "epsilon=", "gamma=", "kernel="]
    page.keyboard.press("Escape")
    assert re.search(r"models = ridge, svr\(\)?", cell.locator(".cm-content").inner_text())

    page.keyboard.press("Shift+Tab")
    tooltip = page.locator(".jp-Tooltip")
    tooltip.wait_for()
    assert "svr (model)\nSupport vector regression." in tooltip.inner_text()
    page.screenshot(path=screenshots / "help.png", clip=around(cell, 420))
    assert page.refused == []


def named(offered, kind):
    """Return the suggestions of a type."""
    of_kind = offered.filter(has_text=re.compile(f"{kind}$"))
    return sorted(of_kind.locator(".jp-Completer-match").all_inner_texts())


def around(cell, below):
    """Return the stretch of the page that holds a cell and so many pixels below it."""
    box = cell.bounding_box()
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": min(below, 1600 - box["y"])}
