"""Every display with its chart, wherever a notebook is looked at: drawn, legible, and with nothing from elsewhere."""

import base64
import copy
import re
from pathlib import Path

import pytest

from mosi_nb.displays.charts import MIME

EACH = Path(__file__).parents[1] / "displays" / "conftest.py"
BEGIN = f"""\
%load_ext mosi_nb
import importlib.util
spec = importlib.util.spec_from_file_location("each", {str(EACH)!r})
each = importlib.util.module_from_spec(spec)
spec.loader.exec_module(each)
each.made_list()
"""
SHOW = """\
for shown in each.one_of_each("svr"):
    display(shown)
    if (chart := shown.chart()) not in (None, shown):
        display(chart)
"""
LEGIBLE = (Path(__file__).parent / "legible.js").read_text()


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return a notebook that shows every display, run once, as it is saved."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(one) for one in (BEGIN, SHOW)], metadata=kernel
    )
    client = nbclient.NotebookClient(notebook, timeout=240)
    client.km = client.create_kernel_manager()
    client.km.transport = "ipc"
    client.km.ip = str(tmp_path_factory.mktemp("kernel") / "k")
    client.execute()
    return notebook


def bundles(notebook, mime):
    """Return what was shown under a mime type, in order."""
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    return [output.data[mime] for output in outputs if mime in output.get("data", {})]


def drawn(page, charts):
    """Wait until so many charts are there; assert that each has marks, and nothing of it is cut off or covered."""
    page.locator(".vega-embed svg.marks").nth(charts - 1).wait_for()
    assert page.locator(".vega-embed svg.marks").count() == charts
    faults = page.evaluate(LEGIBLE)
    assert faults == [], "\n".join(faults)


def test_a_notebook_of_every_display_holds_no_error_and_no_warning(saved):
    kinds = {output.output_type for cell in saved.cells for output in cell.outputs}
    assert kinds == {"display_data", "execute_result"}
    assert len(bundles(saved, "text/plain")) == len(bundles(saved, "text/html")) + len(bundles(saved, MIME))


@pytest.mark.browser
def test_every_display_is_drawn_in_jupyterlab_and_notebook_7_light_and_dark(page, make_lab, saved):
    pytest.importorskip("notebook")
    charts, tables = len(bundles(saved, MIME)), sum("<table" in html for html in bundles(saved, "text/html"))
    lab = make_lab()
    lab.put("displays.ipynb", saved, trusted=True)
    lab.open(page, "displays.ipynb")
    page.locator("table.dataTable").first.wait_for()
    drawn(page, charts)
    assert page.locator(".jp-OutputArea-child:has(.mosi-nb table)").count() == tables
    lab.change_theme(page, "Dark")
    drawn(page, charts)
    lab.change_theme(page, "Light")

    lab.open(page, "displays.ipynb", front="notebooks")
    page.locator("table.dataTable").first.wait_for()
    drawn(page, charts)
    assert page.locator(".jp-OutputArea-child:has(.mosi-nb table)").count() == tables

    # nobody's signature: scripts and styles are taken out, tables and charts stay
    received = copy.deepcopy(saved)
    received.cells[-1].source += "pass"
    lab.put("received.ipynb", received, trusted=False)
    lab.open(page, "received.ipynb")
    drawn(page, charts)
    assert page.locator(".jp-OutputArea-child:has(table)").count() == tables
    assert page.locator("table.dataTable").count() == 0
    assert page.refused == []


@pytest.mark.browser
def test_a_page_made_by_nbconvert_is_complete_offline(page, saved, tmp_path):
    """The template itself asks for two scripts elsewhere, which nothing of ours needs."""
    exporter = pytest.importorskip("nbconvert").HTMLExporter()
    html, _ = exporter.from_notebook_node(saved)
    (tmp_path / "displays.html").write_text(html, encoding="utf-8")
    page.goto((tmp_path / "displays.html").as_uri())
    page.locator("table.dataTable").first.wait_for()
    assert set(page.refused) <= {exporter.require_js_url, exporter.mathjax_url}
    pictures = page.locator(".jp-RenderedImage img")
    assert pictures.count() == len(bundles(saved, "image/png")) == len(bundles(saved, MIME))
    assert all(width > 100 for width in pictures.evaluate_all("all => all.map(one => one.naturalWidth)"))
    assert page.locator(".jp-OutputArea-child:has(.mosi-nb table)").count() == sum(
        "<table" in one for one in bundles(saved, "text/html")
    )
    faults = page.evaluate(LEGIBLE)
    assert faults == [], "\n".join(faults)


def stripped(html):
    """Return HTML as GitHub shows it: no scripts, no styles, no classes."""
    soup = pytest.importorskip("bs4").BeautifulSoup(html, "html.parser")
    for element in soup.find_all(["script", "style", "svg", "input"]):
        element.decompose()
    for element in soup.find_all(attrs=True):
        element.attrs = {name: held for name, held in element.attrs.items() if name in {"title", "scope", "colspan"}}
    return soup


def test_numbers_and_pictures_are_seen_where_scripts_and_styles_are_taken_out(saved):
    outputs = [output.data for cell in saved.cells for output in cell.outputs if "text/html" in output.data]
    for held in outputs:
        soup = stripped(held["text/html"])
        assert len(soup.find_all("table")) == len(re.findall(r"<table\b", held["text/html"]))
        assert all(row.find_all(["th", "td"]) for row in soup.find_all("tr"))
        assert set(re.findall(r"\d+\.\d{3}\b", held["text/plain"])) <= set(
            re.findall(r"\d+\.\d{3}\b", soup.get_text(" "))
        )
        assert "mosi-nb" not in soup.get_text()
    for picture, text in zip(bundles(saved, "image/png"), bundles(saved, MIME), strict=True):
        assert base64.b64decode(picture).startswith(b"\x89PNG")
        assert text["description"]
