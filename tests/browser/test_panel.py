"""The panel of `%mosi_cluster` in JupyterLab, against a scheduler of another process."""

import pytest

from tests.browser.pages import asked, ended, notebook
from tests.run.remote import remote

pytestmark = pytest.mark.browser

SMALL = """\
%%mosi_experiment small
data = sample(videos=8)
models = ridge
modalities = text
baselines = none
folds = by_video(2)"""
BEGIN = """\
%load_ext mosi_nb
import os
os.environ["MOSI_NB_HISTORY"] = os.path.abspath("history.sqlite")"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with remote(tmp_path_factory.mktemp("cluster"), workers=2) as opened:
        yield opened


def run_next(page):
    """Run the cell that is chosen, choose the next, and return when the kernel is done."""
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    ended(page)


def test_connect_run_there_and_go_back_by_keyboard(page, make_lab, cluster, screenshots):
    lab = make_lab()
    (lab.notebooks / "panel.ipynb").write_text(notebook(BEGIN, "%mosi_cluster --panel", SMALL))
    lab.open(page, "panel.ipynb")
    page.set_default_timeout(60_000)
    run_next(page)
    run_next(page)
    cell = page.locator(".jp-Cell").nth(1)
    address = cell.get_by_label("Address, file or variable")
    # the second is what a saved notebook keeps
    cell.get_by_text("The cores of this machine; workers start with the first run.").first.wait_for()

    # a wrong address says so, and what to check
    cell.get_by_label("Try for, seconds").fill("1")
    address.fill("tcp://127.0.0.1:9")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # on Connect
    cell.get_by_role("alert").filter(has_text="nobody listens there.").wait_for()
    cell.get_by_label("TLS certificates from files").check()
    cell.get_by_label("Key file").wait_for()
    cell.screenshot(path=screenshots / "cluster_panel_wrong.png")
    cell.get_by_label("TLS certificates from files").uncheck()
    cell.get_by_label("Try for, seconds").fill("30")

    # the right one; the key Enter connects
    address.fill(cluster.address)
    page.keyboard.press("Enter")
    cell.get_by_role("status").filter(has_text=f"Runs use {cluster.address} from now on.").wait_for()
    cell.get_by_text("2 workers, 2 threads.").wait_for()
    assert cell.get_by_role("row").count() == 3
    cell.get_by_text("Versions: the same as here.").wait_for()
    assert cell.get_by_role("link").get_attribute("href").startswith("http://127.0.0.1:")
    looked = cell.get_by_text("Looked at").inner_text()
    page.wait_for_function("old => !document.body.innerText.includes(old)", arg=looked)  # it goes on by itself
    for theme, name in (("Dark", "cluster_panel_dark.png"), ("Light", "cluster_panel.png")):
        lab.change_theme(page, theme)
        cell.screenshot(path=screenshots / name)

    # a cell runs there: this machine's own workers were never started
    small = page.locator(".jp-Cell").nth(2)
    small.locator(".jp-InputPrompt").click()
    run_next(page)
    small.locator("table").first.wait_for()
    where = "from mosi_nb.run.cluster import _Embedded; print(len(small.results.fits), _Embedded.client)"
    assert asked(page, where) == "2 None"

    # back, and what was used is offered again
    cell.get_by_role("button", name="This machine").click()
    cell.get_by_text(f"Closed: the connection to {cluster.address}.").wait_for()
    cell.get_by_role("button", name=f"Re-attach to {cluster.address}").wait_for()

    # nobody looks at a panel whose output is gone
    resting = "from mosi_nb.notebook.panel import _Open; print(_Open.panel._awake.is_set())"
    assert asked(page, resting) == "True"
    page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    cell.get_by_label("Address, file or variable").wait_for(state="detached")
    assert asked(page, resting) == "False"
    assert page.refused == []
