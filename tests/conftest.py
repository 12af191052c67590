"""Fixtures that tests of several folders ask for."""

import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

import hypothesis
import pytest

from mosi_nb import registry

# No test finds again what another one fitted, or touches the history of whoever runs the tests.
os.environ["MOSI_NB_HISTORY"] = "none"
# Neither the clock nor chance decides: the same examples each time, however long they take.
hypothesis.settings.register_profile("mosi_nb", deadline=None, derandomize=True)
hypothesis.settings.load_profile("mosi_nb")
# What a shell starts in the background ignores interrupts, and some tests send them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
REAL_MOSI = Path(__file__).parents[2] / "shared" / "data" / "mosi"


def pytest_collection_modifyitems(items):
    """Put files with slow tests first: two processes that share the files then end at about the same time."""
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def real_mosi():
    """Return the folder with the real CMU-MOSI files, which are no part of the project."""
    if REAL_MOSI.is_dir():
        return REAL_MOSI
    reason = f"the real MOSI files are not in {REAL_MOSI}"
    if os.environ.get("MOSI_NB_REQUIRE_REAL_DATA") == "1":
        pytest.fail(f"{reason}, and MOSI_NB_REQUIRE_REAL_DATA=1 asks for them")
    pytest.skip(reason)


@pytest.fixture(autouse=True, scope="module")
def _environment_as_it_was():
    """Forget what a cluster of distributed's own leaves in the environment of the process that starts it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(autouse=True)
def _registry_as_it_was(monkeypatch):
    """Forget the components that a test registers."""
    monkeypatch.setattr(registry, "_components", dict(registry._components))


@pytest.fixture(autouse=True)
def _tests_unopened(request):
    """Forget how often locked tests were opened, where a test trains."""
    yield
    if "mosi_nb.model.ran" in sys.modules:
        sys.modules["mosi_nb.model.ran"]._openings.clear()


@pytest.fixture(scope="session")
def _workers():
    """End the embedded cluster after all tests."""
    from mosi_nb.run.cluster import close

    yield
    close()


@pytest.fixture
def history(tmp_path, monkeypatch):
    """Return the path of a history that the test's runs use."""
    path = tmp_path / "history.sqlite"
    monkeypatch.setenv("MOSI_NB_HISTORY", str(path))
    return path


@pytest.fixture
def cluster(_workers):
    """Return a client of the embedded cluster of two workers, which all tests share."""
    from mosi_nb.run import embedded

    return embedded(2)


QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser():
    """Return Debian's Chromium, driven by Playwright."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        reason = "there is no Chromium; on Debian: apt install chromium"
        if os.environ.get("MOSI_NB_REQUIRE_BROWSER"):
            pytest.fail(f"{reason} (MOSI_NB_REQUIRE_BROWSER asks for it)")
        pytest.skip(reason)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield opened
        opened.close()


@contextlib.contextmanager
def local_page(browser):
    """Open a page that reaches this machine alone; `page.refused` lists what it asked for elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    page = context.new_page()
    page.refused, page.asked = [], []
    page.on("request", lambda request: page.asked.append(request.url))

    def refuse_elsewhere(route):
        address = route.request.url
        if address.startswith(("file:", "blob:", "data:", "http://127.0.0.1", "http://localhost", "ws://127.0.0.1")):
            route.continue_()
        else:
            page.refused.append(address)
            route.abort()

    context.route("**/*", refuse_elsewhere)
    yield page
    context.close()


@pytest.fixture
def page(browser):
    """Return a page that reaches this machine alone; `page.refused` lists what it asked for elsewhere."""
    with local_page(browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_page(browser):
    """Return such a page for all tests of a module."""
    with local_page(browser) as opened:
        yield opened


@pytest.fixture(scope="session")
def segments():
    """Return a few synthetic videos with text, audio and video."""
    from mosi_nb.data import as_segments, sample

    return as_segments(sample(videos=8))


@pytest.fixture
def make_plan_of(segments):
    """Return a function from cell text, without `data`, and variables to a plan."""
    from mosi_nb.cell import parse
    from mosi_nb.plan import make_plan

    return lambda text, **variables: make_plan(parse(text), segments, variables)
