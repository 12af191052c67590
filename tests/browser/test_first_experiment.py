"""The first example in JupyterLab, as a person sees it, with nothing but this machine in reach."""

import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

EXAMPLE = Path(__file__).parents[2] / "examples" / "01_first_experiment.ipynb"


def test_the_first_example_shows_table_and_chart_in_both_themes_and_asks_nobody_elsewhere(page, make_lab, screenshots):
    lab = make_lab()
    shutil.copy(EXAMPLE, lab.notebooks)
    lab.open(page, EXAMPLE.name)
    lab.run_all(page)
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").all_inner_texts() == []
    for theme, picture in (("Light", "first_experiment.png"), ("Dark", "first_experiment_dark.png")):
        lab.change_theme(page, theme)
        table = page.locator(".jp-OutputArea table.dataTable").first
        table.scroll_into_view_if_needed()
        assert "ridge" in table.inner_text()
        chart = page.locator(".jp-OutputArea .vega-embed svg").first
        chart.scroll_into_view_if_needed()
        assert chart.bounding_box()["height"] > 100
        page.locator(".jp-Cell", has=chart).first.screenshot(path=screenshots / picture)
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.refused == []
