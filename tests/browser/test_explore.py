"""Linked views in JupyterLab and in Notebook 7: what is selected in one is in the others, and in Python."""

import importlib.util
import json

import pytest

pytestmark = pytest.mark.browser

CELLS = [
    '%load_ext mosi_nb\nfrom mosi_nb import Model, sample\n'
    'model = Model(sample(videos=8), models="ridge, svr", modalities="text", baselines="none", folds="by_video(2)").fit()',
    "view = model.explore()\nview",
]


def notebook(cells):
    made = [
        {"cell_type": "code", "id": f"c{n}", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for n, source in enumerate(cells)
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": made, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5})


def asked(page, code):
    """Run code in the notebook's kernel, beside its cells; return what it prints."""
    return page.evaluate(
        """async code => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const future = kernel.requestExecute({code, silent: false, store_history: false});
            let said = "";
            future.onIOPub = message => { said += message.content.text ?? (message.content.traceback ?? []).join("") };
            await future.done;
            return said.trim();
        }""",
        code,
    )


def rows(page, table):
    return page.locator(".jp-OutputArea table.dataTable").nth(table).locator("tbody tr")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_what_is_selected_in_one_view_is_in_the_others_and_in_python(page, make_lab, screenshots, theme):
    pytest.importorskip("anywidget")
    lab = make_lab(theme)
    (lab.notebooks / "explore.ipynb").write_text(notebook(CELLS))
    lab.open(page, "explore.ipynb")
    lab.run_all(page)
    page.set_default_timeout(30_000)
    page.locator(".jp-OutputArea .vega-embed svg").nth(1).wait_for()
    rows(page, 1).nth(1).wait_for()
    assert asked(page, "print(model.selected)") == "('ridge',)"

    rows(page, 0).filter(has_text="svr").click()
    legend = page.locator(".jp-OutputArea .vega-embed").nth(1).locator(".role-legend-label text")
    legend.filter(has_text="svr").wait_for()
    assert sorted(legend.all_text_contents()) == ["ridge", "svr"]
    assert set(asked(page, "print(*model.selected)").split()) == {"ridge", "svr"}
    picture = "explore.png" if "Light" in theme else "explore_dark.png"
    page.locator(".jp-Cell").nth(1).screenshot(path=screenshots / picture)

    rows(page, 1).nth(0).click()
    worst = rows(page, 1).nth(0).locator("td").first.inner_text()
    charts = "document.querySelectorAll('.jp-OutputArea .vega-embed')"
    page.wait_for_function(f"{charts}[1].querySelectorAll('path[stroke-width=\"2\"]').length == 2")
    assert asked(page, "print(*model.picked.segment_id)") == worst
    assert page.refused == []
