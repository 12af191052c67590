"""The form in JupyterLab: filled by its labels, run, stopped, run to the end; its cell gives the same numbers."""

import json

import pytest

from mosi_nb.notebook.form.versions import LATE
from tests.browser.pages import asked, ended, notebook

pytestmark = pytest.mark.browser

BEFORE = """\
%load_ext mosi_nb
import os, time
os.environ["MOSI_NB_HISTORY"] = os.path.abspath("history.sqlite")
from sklearn.linear_model import Ridge

class Slow(Ridge):
    def fit(self, X, y):
        if len(y) > 70:
            time.sleep(0.3)
        return super().fit(X, y)
"""
FILLED = """\
%%mosi_experiment first
data       = sample(videos=8)              # or a path in quotes, or a variable of the notebook
modalities = text
text       = tfidf(ngrams=(1, 2))          # encoders of a modality, one after the other
models     = ridge(alpha=[0.3, 1, 3, 10]), svr(C=[1, 3, 10, 30]), Slow(alpha=log(0.1, 100, 24)), logistic(classes=7)
metrics    = mae, corr, acc7, acc2_nonzero # the first one ranks
folds      = by_video(2)                   # a fold never splits a video
test       = standard                      # locked: opened only by evaluate(test=True)
search     = grid
seed       = 0
"""


def run(page, number):
    """Run a cell, and return when the kernel is done."""
    page.evaluate(
        """number => {
            window.jupyterapp.shell.currentWidget.content.activeCellIndex = number;
            window.jupyterapp.commands.execute('notebook:run-cell');
        }""",
        number,
    )
    ended(page)


def press(page, control, *keys):
    """Go to a control by its label, and press keys."""
    control.focus()
    for key in keys:
        page.keyboard.press(key)


def says(page, text):
    """Wait until the cell of the form holds a line."""
    page.wait_for_function("line => document.querySelector('.mosi-form-text textarea').value.includes(line)", arg=text)


def unnamed(form):
    """Return the controls that have no visible name."""
    told = "all => all.filter(one => !one.labels?.[0]?.innerText && !one.innerText).map(one => one.outerHTML)"
    return form.locator("input, select, textarea, button").evaluate_all(told)


def fill(page, form):
    """Fill the form by the keyboard, control by control."""
    press(page, form.get_by_label("Data", exact=True), "Control+a")
    page.keyboard.type("sample(videos=8)")
    page.keyboard.press("Enter")
    form.get_by_text("195 segments of 8 videos").wait_for()

    press(page, form.get_by_role("button", name="Modalities and encoders"), "Enter")
    for name in ("Use audio", "Use video"):
        press(page, form.get_by_label(name), "Space")
    says(page, "modalities = text\n")
    press(page, form.get_by_role("button", name="Modalities and encoders"), "Enter")

    models = form.get_by_label("Models", exact=True)
    models.select_option(label="3. boosting")
    form.get_by_label("max_leaf_nodes").wait_for()
    press(page, form.get_by_role("button", name="Remove model"), "Enter")
    form.get_by_label("Add model").select_option(label="Slow: of the notebook")
    press(page, form.get_by_role("button", name="Add model"), "Enter")
    says(page, "logistic(classes=7), Slow\n")
    press(page, form.get_by_label("alpha"), "Control+a")
    page.keyboard.type("log(0.1, 100, 24)")
    page.keyboard.press("Enter")
    says(page, "Slow(alpha=log(0.1, 100, 24))\n")
    press(page, form.get_by_role("button", name="Model up"), "Enter")

    press(page, form.get_by_role("button", name="Folds"), "Enter")
    press(page, form.get_by_label("k", exact=True), "Control+a")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    says(page, FILLED.strip())


def type_where_a_field_was_changed(page, form, text):
    """Go from a field into the text and type at once: neither is lost."""
    press(page, form.get_by_label("k", exact=True), "Control+a")
    page.keyboard.type("3")
    press(page, text, "Control+End")
    page.keyboard.type("# so")
    says(page, FILLED.replace("by_video(2)", "by_video(3)") + "# so")
    page.wait_for_timeout(1000 * LATE + 500)  # else what is put there next may be taken for older typing
    text.fill(FILLED)
    says(page, FILLED)


def opened_without_its_kernel(lab, page, screenshots):
    """Save the notebook, and look at it with another kernel: it holds the text, and says where the form went."""
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    saved = json.loads((lab.notebooks / "form.ipynb").read_text())["cells"][1]["outputs"]
    assert any("Slow(alpha=log(0.1, 100, 24)), logistic" in "".join(one["data"]["text/html"]) for one in saved[1:2])
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    lab.open(page, "form.ipynb")
    kept = page.locator("pre", has_text="Slow(alpha=log(0.1, 100, 24)), logistic")
    kept.wait_for()
    gone = page.locator(".jupyter-widgets", has_text="Error displaying widget")
    gone.wait_for(state="attached")
    assert not gone.is_visible()
    page.get_by_text("A form stood here, and is gone with its kernel.").wait_for()
    page.locator(".jp-Cell", has=kept).screenshot(path=screenshots / "form_without_kernel.png")


@pytest.mark.slow
def test_a_form_is_filled_run_stopped_and_run_again_and_its_cell_gives_the_same_numbers(make_lab, page, screenshots):
    lab = make_lab()
    (lab.notebooks / "form.ipynb").write_text(notebook(BEFORE, "%mosi_form", "%mosi_form --cell"))
    lab.open(page, "form.ipynb")
    page.set_default_timeout(40_000)
    run(page, 0)
    run(page, 1)
    form, text = page.locator(".mosi-form"), page.get_by_label("Cell", exact=True)
    form.get_by_text("2,108 segments of 93 videos").wait_for()
    fill(page, form)
    assert text.input_value() == FILLED
    assert unnamed(form) == []

    type_where_a_field_was_changed(page, form, text)

    # a mistake in the text is told at its line, and is gone with it
    text.fill(FILLED.replace("svr(C", "svr(X"))
    form.get_by_role("alert").filter(has_text="line 5: unknown parameter of model 'svr': 'X'").wait_for()
    for theme, name in (("Dark", "form_error_dark.png"), ("Light", "form_error.png")):
        lab.change_theme(page, theme)
        form.screenshot(path=screenshots / name)
    press(page, form.get_by_role("button", name="Undo"), "Enter")
    form.get_by_role("alert").wait_for(state="detached")
    form.get_by_label("Models", exact=True).select_option(index=1)
    form.get_by_label("Data", exact=True).scroll_into_view_if_needed()
    for theme, name in (("Dark", "form_dark.png"), ("Light", "form.png")):
        lab.change_theme(page, theme)
        form.screenshot(path=screenshots / name)
    press(page, form.get_by_role("button", name="Check"), "Enter")
    form.get_by_text("68 fits. Nothing was run.").wait_for()
    form.screenshot(path=screenshots / "form_check.png")

    page.set_viewport_size({"width": 900, "height": 1600})
    assert form.evaluate("one => one.scrollWidth <= one.clientWidth")  # nothing is cut off
    form.screenshot(path=screenshots / "form_narrow.png")
    page.set_viewport_size({"width": 1280, "height": 1600})

    # it trains in the background, stops, and goes on to the end
    press(page, form.get_by_role("button", name="Run"), "Enter")
    page.locator('.jp-OutputArea [role="progressbar"]:not([aria-valuenow="0"])').wait_for(state="attached")
    page.get_by_role("button", name="Stop", exact=True).click()
    form.get_by_text("The run was stopped; what was finished is below.").wait_for()
    press(page, form.get_by_role("button", name="Run"), "Enter")
    form.get_by_text("The run has ended; its result is below.").wait_for()
    frame = "print(first.leaderboard().frame()[['mae', 'corr', 'acc7']].to_json())"
    numbers = json.loads(asked(page, frame))
    assert sorted(numbers["mae"]) == ["Slow", "dummy", "logistic", "ridge", "svr"]

    # its cell, inserted and run
    run(page, 2)
    page.locator(".jp-Cell").nth(3).get_by_text("%%mosi_experiment first").wait_for()
    asked(page, "del first; import os; os.environ['MOSI_NB_HISTORY'] = 'none'")  # every fit is made anew
    run(page, 3)
    assert json.loads(asked(page, frame)) == numbers
    assert asked(page, "print(sum(fit.resumed for fit in first.results.fits))") == "0"
    assert asked(page, "print(first.cell)") == FILLED.partition("\n")[2].strip()

    opened_without_its_kernel(lab, page, screenshots)
    assert page.refused == []
