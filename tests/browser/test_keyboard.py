"""The quickstart by the keyboard alone: a new notebook, completion, a table, and a form that runs the cell again."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BEGUN = "%%mosi_experiment first\ndata = sample(videos=8)\nmodalities = text\nmodels = rid"
REST = ", svr\nfolds = by_video(2)"
FOCUSED = """() => {
    const one = document.activeElement;
    const label = one.labels?.[0]?.textContent || one.getAttribute("aria-label") || one.textContent || one.title;
    return label.trim().replace(/\\s+/g, " ").slice(0, 60);
}"""
SEEN = """form => ["fields", "cell"].flatMap(side => {
    const part = form.querySelector(`.mosi-form-${side}`);
    const all = [...part.querySelectorAll("button, input, select, textarea")];
    const there = all.filter(one => !one.disabled && one.getClientRects().length);
    const at = new Map(there.map(one => [one, one.getBoundingClientRect()]));
    const below = (a, b) => at.get(a).top >= at.get(b).bottom - 4;
    there.sort((a, b) => below(a, b) ? 1 : below(b, a) ? -1 : at.get(a).left - at.get(b).left);
    const label = one => one.labels?.[0]?.textContent || one.textContent;
    return there.map(one => label(one).trim().replace(/\\s+/g, " ").slice(0, 60));
})"""


def tab_to(page, label, key="Tab"):
    """Press Tab until what has a label is in focus; return the labels that were passed, that one the last."""
    passed = []
    for _ in range(60):
        page.keyboard.press(key)
        passed.append(page.evaluate(FOCUSED))
        if passed[-1] == label:
            return passed
    raise AssertionError((label, passed))


def cell(page, place):
    return page.locator(".jp-CodeCell").nth(place)


def run(page, text):
    """Type a cell, and run it; when it has ended, the next one is there to be written."""
    there = page.locator(".jp-CodeCell").count()
    page.keyboard.type(text)
    page.keyboard.press("Shift+Enter")
    cell(page, there).wait_for()
    page.wait_for_function("![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))")


def go_up(page, cells=1):
    """Leave the cell that is being written, and go up."""
    page.keyboard.press("Escape")
    for _ in range(cells):
        page.keyboard.press("ArrowUp")


def begin(page, lab):
    """Open a new notebook from the launcher."""
    page.goto(f"http://127.0.0.1:{lab.port}/lab?token={lab.token}&reset")
    page.locator(".jp-LauncherCard").first.wait_for()
    tab_to(page, "Python 3 (ipykernel)")
    page.keyboard.press("Enter")
    cell(page, 0).wait_for()
    session = "window.jupyterapp.shell.currentWidget?.sessionContext"
    page.wait_for_function(f"{session}?.isReady && {session}.session?.kernel?.status === 'idle'")
    page.keyboard.press("Enter")


def test_the_quickstart_and_a_form_need_no_mouse(make_lab, page):
    lab = make_lab()
    page.set_default_timeout(40_000)
    begin(page, lab)
    run(page, "%load_ext mosi_nb")

    # Tab completes the name that was begun
    page.keyboard.type(BEGUN)
    page.keyboard.press("Tab")
    page.locator(".jp-Completer-item").filter(has_text="ridge").wait_for()
    page.keyboard.press("Enter")
    page.locator(".jp-Completer").wait_for(state="hidden")
    run(page, REST)
    assert cell(page, 1).locator(".cm-content").inner_text() == BEGUN.replace("= rid", "= ridge") + REST
    cell(page, 1).locator("table.dataTable").wait_for()
    cell(page, 1).locator(".vega-embed svg.marks").wait_for()

    # a table is sorted by its heads, a long one filtered
    run(page, "first.errors()")
    run(page, "%mosi_form first")
    go_up(page, 3)
    models = cell(page, 1).locator("tbody th")
    assert models.first.inner_text() == "ridge"
    tab_to(page, "model: Activate to sort")
    page.keyboard.press("Enter")
    models.first.filter(has_text="dummy").wait_for()
    tab_to(page, "Filter:")
    page.keyboard.type("gripping")
    cell(page, 2).locator(".dt-info").filter(has_text="(of 50)").wait_for()

    # a form: Tab goes on as one reads
    form = cell(page, 3).locator(".mosi-form")
    form.get_by_text("195 segments of 8 videos").wait_for()
    seen = form.evaluate(SEEN)
    tab_to(page, seen[0])
    assert tab_to(page, seen[-1]) == seen[1:]

    # a field is changed, and the cell is run
    tab_to(page, "videos", "Shift+Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    form.get_by_text(" of 6 videos").wait_for()
    tab_to(page, "Run")
    page.keyboard.press("Enter")
    form.get_by_text("The run has ended; its result is below.").wait_for()
    assert "= sample(videos=6)\n" in form.get_by_label("Cell", exact=True).input_value()
    assert page.refused == []
