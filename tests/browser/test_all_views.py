"""Everything that is shown, in one notebook: accessible on light and dark, and there still when the kernel is gone."""

import json
import re
import secrets

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
            time.sleep(2)  # it goes on as long as somebody looks
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
VIEWS = [name for name in CELLS if name != "begin"]
STAYS = {
    "leaderboard": "logistic",
    "finished": "logistic",
    "form": r"sample\(videos=8\)",
    "panel": "The cores of this machine: 2 workers",
    "choose": "logistic",
    "explore": "logistic",
    "progress": "mosi_attach going|/930 fits",
}
# The menu of a chart is vega-embed's own, as JupyterLab brings it; the frame that is dragged in a chart is Vega's.
NOT_OURS = [".vega-embed > details", ".brush_brush", ".brush_brush_bg"]
LOOK = """async ([cell, others]) => {
    const place = {include: [[`[data-view="${cell}"]`]], exclude: others.map(one => [one])};
    const found = (await axe.run(place, {resultTypes: ["violations"]})).violations;
    const grave = found.filter(one => ["serious", "critical"].includes(one.impact));
    return grave.flatMap(one => one.nodes.map(node => `${cell}: ${one.id}: ${node.html.slice(0, 300)}`));
}"""


def notebook():
    made = [
        {"cell_type": "code", "id": name, "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for name, source in CELLS.items()
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": made, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(scope="module")
def lab(make_lab):
    pytest.importorskip("notebook")
    pytest.importorskip("anywidget")
    return make_lab()


@pytest.fixture(scope="module")
def shown(lab, shared_page):
    """Return a page of JupyterLab in which everything is shown."""
    page = shared_page
    (lab.notebooks / "all.ipynb").write_text(notebook())
    lab.open(page, "all.ipynb")
    lab.run_all(page)
    page.set_default_timeout(60_000)
    views = marked(page)
    views["leaderboard"].locator("table.dataTable").wait_for()
    views["finished"].locator(".vega-embed svg.marks").wait_for()
    views["form"].get_by_text("195 segments of 8 videos").wait_for()
    views["choose"].get_by_role("checkbox", name="ridge", exact=True).wait_for()
    views["explore"].locator(".vega-embed svg.marks").nth(1).wait_for()
    views["progress"].locator('[role="progressbar"]:not([aria-valuenow="0"])').wait_for(state="attached")
    return page


def marked(page):
    """Write the name of each view at its outputs; return the outputs, by name."""
    mark = "(cell, name) => { cell.querySelector('.jp-Cell-outputArea').dataset.view = name }"
    for place, name in enumerate(CELLS):
        page.locator(".jp-CodeCell").nth(place).evaluate(mark, name)
    return {name: page.locator(f"[data-view={name}]") for name in VIEWS}


def grave(page):
    """Return the serious findings of axe in our outputs."""
    axe = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
    # JupyterLab has a loader of modules, which would take axe for one of its own
    page.evaluate(f"() => {{ const define = undefined, module = undefined, exports = undefined; {axe} }}")
    return [one for name in VIEWS for one in page.evaluate(LOOK, [name, NOT_OURS])]


def saved(lab, page):
    """Save the notebook; return what is in the file."""
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    return json.loads((lab.notebooks / "all.ipynb").read_text())


def reopen(lab, page, front, notebook, kernel, *, trusted):
    """Open a notebook whose kernel is gone, with another or with none; return what there is to see of each view."""
    bare = {"kernelspec": {"name": "gone", "display_name": "Gone"}}
    if "widgets" in notebook["metadata"]:
        bare["widgets"] = notebook["metadata"]["widgets"]
    name = f"{secrets.token_hex(4)}.ipynb"  # another name each time: JupyterLab finds the kernel of a name again
    lab.put(name, notebook | {"metadata": bare}, trusted=trusted)
    page.goto(f"http://127.0.0.1:{lab.port}/{front}/{name}?token={lab.token}&reset")
    asks = page.locator(".jp-Dialog")
    asks.locator("select").first.select_option(label=kernel)
    asks.locator(".jp-mod-accept").click()
    asks.wait_for(state="detached")
    page.locator(".jp-RenderedImage, .vega-embed svg.marks").first.wait_for()
    return {name: view.inner_text() for name, view in marked(page).items()}


def test_nothing_serious_is_found_by_the_check_of_accessibility_light_and_dark(lab, shown, screenshots):
    # a button without a name would be found
    unnamed = shown.locator("[data-view=form]").evaluate_handle(
        "form => form.appendChild(document.createElement('button'))"
    )
    assert ["button-name" in one for one in grave(shown)] == [True]
    unnamed.evaluate("one => one.remove()")
    for theme in ("Dark", "Light"):
        lab.change_theme(shown, theme)
        assert grave(shown) == []
        for name, view in marked(shown).items():
            view.screenshot(path=screenshots / f"all_{name}_{theme.lower()}.png")
    assert shown.refused == []


def test_without_its_kernel_a_saved_notebook_shows_what_it_showed(lab, shown):
    bare = saved(lab, shown)
    setting = "'@jupyter-widgets/jupyterlab-manager:saveWidgetState'"
    shown.evaluate(f"window.jupyterapp.commands.execute({setting})")
    shown.wait_for_function(f"window.jupyterapp.commands.isToggled({setting})")
    whole = saved(lab, shown)
    assert ["widgets" in one["metadata"] for one in (bare, whole)] == [False, True]
    shown.evaluate("window.jupyterapp.commands.execute('kernelmenu:shutdown')")
    none, other = "No Kernel", "Python 3 (ipykernel)"
    for front, held, kernel, trusted in (
        ("lab/tree", bare, none, True),
        ("lab/tree", bare, other, True),
        ("lab/tree", whole, other, True),
        ("lab/tree", whole, none, False),
        ("notebooks", bare, none, True),
        ("notebooks", whole, other, True),
    ):
        texts = reopen(lab, shown, front, held, kernel, trusted=trusted)
        if not trusted:  # tables as they are without their script
            assert grave(shown) == []
        for name, text in texts.items():
            where = (front, held is whole, kernel, trusted, name, text[:300])
            assert re.search(STAYS[name], text), where
            assert "Error displaying" not in text, where
            assert "Loading widget" not in text, where
    assert shown.refused == []
