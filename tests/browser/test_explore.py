"""Linked views, and a leaderboard to choose from, in JupyterLab: what is selected is in Python."""

import pytest

from tests.browser.pages import asked, notebook

pytestmark = pytest.mark.browser

TRAINED = """\
%load_ext mosi_nb
from mosi_nb import Model, sample
kept = {"modalities": "text", "baselines": "none", "folds": "by_video(2)"}
model = Model(sample(videos=8), models="ridge, svr", **kept).fit()
"""
CELLS = [TRAINED, "view = model.explore()\nview"]

TO_CHOOSE = """\
%load_ext mosi_nb
from mosi_nb import Model, sample
models = "ridge(alpha=[1, 10]), svr, knn, logistic(classes=7)"
first = Model(sample(videos=8), models=models, modalities="text", folds="by_video(3)").fit()
"""


def rows(page, table):
    return page.locator(".jp-OutputArea table.dataTable").nth(table).locator("tbody tr")


def shown(page):
    """Wait until both tables and both charts are there; return the charts."""
    charts = page.locator(".jp-OutputArea .vega-embed")
    charts.nth(1).locator("svg").wait_for()
    rows(page, 1).nth(1).wait_for()
    return charts


@pytest.fixture(scope="module")
def lab(make_lab):
    pytest.importorskip("jupyterlab")
    return make_lab()


def test_what_is_selected_in_one_view_is_in_the_others_and_in_python(page, lab, screenshots):
    pytest.importorskip("anywidget")
    pytest.importorskip("notebook")
    (lab.notebooks / "explore.ipynb").write_text(notebook(*CELLS))
    lab.open(page, "explore.ipynb")
    lab.run_all(page)
    page.set_default_timeout(30_000)
    charts = shown(page)
    assert asked(page, "print(*model.selected)") == "ridge"

    # two rows of the table: both are in Python, and the chart shows both
    rows(page, 0).filter(has_text="svr").click()
    legend = charts.nth(1).locator(".role-legend-label text")
    legend.filter(has_text="svr").wait_for()
    assert sorted(legend.all_text_contents()) == ["ridge", "svr"]
    assert sorted(asked(page, "print(*model.selected)").split()) == ["ridge", "svr"]

    # an utterance: its points stand out, one for each model
    rows(page, 1).nth(0).click()
    worst = rows(page, 1).nth(0).locator("td").first.inner_text()
    rings = charts.nth(1).locator(".mark-symbol.role-mark").last.locator("path")
    rings.nth(1).wait_for()
    assert (rings.count(), asked(page, "print(*model.picked.segment_id)")) == (2, worst)
    page.locator(".jp-Cell").nth(1).screenshot(path=screenshots / "explore.png")

    # a point of a chart: it is taken back in the table; words: fewer utterances are listed
    charts.nth(0).locator(".mark-symbol.role-mark path").first.click()
    legend.filter(has_text="ridge").wait_for(state="detached")
    assert asked(page, "print(*model.selected)") == "svr"
    page.get_by_label("Words").fill("the")
    page.keyboard.press("Enter")
    page.get_by_text("Utterances: 157 of 157").wait_for(state="detached")
    texts = asked(page, "print(model.filtered.transcript.str.contains('the').all(), len(model.filtered) < 157)")
    assert texts == "True True"

    # the same kernel in Notebook 7
    lab.open(page, "explore.ipynb", front="notebooks")
    for command in ("notebook:clear-all-cell-outputs", "notebook:move-cursor-down", "notebook:run-cell"):
        page.evaluate("command => window.jupyterapp.commands.execute(command)", command)
    shown(page)
    rows(page, 0).filter(has_text="ridge").click()  # svr is selected still: a view that is made anew shows it
    legend.filter(has_text="ridge").wait_for()
    assert sorted(asked(page, "print(*model.selected)").split()) == ["ridge", "svr"]
    assert page.refused == []


def test_rows_of_a_leaderboard_are_chosen_by_clicks_and_acted_on(page, lab, screenshots):
    (lab.notebooks / "choose.ipynb").write_text(notebook(TO_CHOOSE, "first.choose()"))
    lab.open(page, "choose.ipynb")
    lab.run_all(page)
    page.set_default_timeout(30_000)
    cell = page.locator(".jp-Cell").nth(1)

    # by the pointer, and by the keyboard alone
    cell.get_by_role("checkbox", name="ridge", exact=True).click()
    cell.get_by_role("checkbox", name="svr", exact=True).focus()
    page.keyboard.press("Space")
    cell.get_by_text("2 of 5 chosen").wait_for()
    assert sorted(asked(page, "print(*first.selected)").split()) == ["ridge", "svr"]

    # its line of Python is there before the click, and the row after it
    cell.get_by_text("first.ensemble('mean', members=").wait_for()
    cell.get_by_role("button", name="Ensemble of these").click()
    cell.get_by_text("'mean' is on the leaderboard now").wait_for()
    cell.get_by_role("checkbox", name="mean", exact=True).wait_for()

    # two beside each other, with their chart
    cell.get_by_role("button", name="Compare these two").click()
    cell.locator(".vega-embed svg.marks").wait_for()
    for theme in ("Dark", "Light"):
        lab.change_theme(page, theme)
        cell.screenshot(path=screenshots / ("choose.png" if theme == "Light" else "choose_dark.png"))

    cell.get_by_label("Filter").fill("kn")
    cell.get_by_text("1 listed").wait_for()
    assert cell.get_by_role("checkbox", name="svr", exact=True).count() == 0
    assert page.refused == []
