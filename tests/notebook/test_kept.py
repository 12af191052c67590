"""Our widgets are of the kinds that every front end has, and something stays of each without them."""

import pytest

from mosi_nb import Model
from mosi_nb.displays import ProgressState, ProgressView

VIEW = "application/vnd.jupyter.widget-view+json"
EVERYWHERE = {"@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/output"}


def chooser(shell):
    from mosi_nb.notebook.chooser import Chooser

    kept = {"modalities": "text", "baselines": "none", "folds": "by_video(2)"}
    return Chooser(Model(shell.names["data_8"], models="ridge, svr", **kept).fit())


def panel(shell):
    from mosi_nb.notebook.panel import Panel

    made = Panel(shell.ipython, 1.0)
    made.widget = made.parts.root
    made.ended = True  # nobody looks at it
    return made


def form(shell):
    from mosi_nb.notebook.form.form import Form

    made = Form(shell.ipython, "%%mosi_experiment first\ndata = data_8\nmodels = ridge")
    for section in made.sections:
        if not section.outline.opened:
            section.toggle()
    return made


def progress(shell):
    from mosi_nb.notebook.progress import Moving

    return Moving(ProgressView(ProgressState(total=4, done=1)), "first", lambda: None)


def reached(value):
    """Yield the widgets that a value holds, in whatever trait."""
    from ipywidgets import Widget

    if isinstance(value, Widget):
        yield value
        for name in value.keys:
            yield from reached(getattr(value, name))
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from reached(one)


@pytest.mark.usefixtures("_workers")
@pytest.mark.parametrize("make", [chooser, panel, form, progress])
def test_no_widget_is_of_a_kind_that_only_some_front_ends_have(make, shell):
    widgets = {widget.model_id: widget for widget in reached(make(shell).widget)}
    assert len(widgets) > 5
    modules = {getattr(one, name) for one in widgets.values() for name in ("_view_module", "_model_module")}
    assert modules - {None} <= EVERYWHERE


@pytest.mark.usefixtures("_workers")
@pytest.mark.parametrize("make", [chooser, panel])
def test_words_stand_beside_a_widget_and_its_content_behind_it(make, shell, published):
    made = make(shell)
    made._ipython_display_()
    view, kept = published
    assert view[VIEW]["model_id"] == made.widget.model_id
    assert view["text/plain"] == repr(made)
    assert VIEW not in kept
    assert "gone with their kernel" in kept["text/html"]


def test_a_run_whose_kernel_ended_says_how_to_take_it_up(shell):
    moving = progress(shell)
    assert "first.wait() waits for it" in moving.mimebundle()["text/plain"]
    assert "the kernel has ended: %mosi_attach first goes on with the run." in moving.kept()["text/html"]


def test_what_is_kept_is_hidden_by_its_widget_and_hides_what_is_left_of_it():
    from mosi_nb.notebook.kept import Kept

    kept, other = Kept(), Kept()
    name = kept.html("").partition('<div class="')[2].partition('"')[0]
    assert f".{name} {{display: none}}" in kept.hiding().value
    assert f"+ .jp-OutputArea-child .{name}) >" in kept.html("")
    assert name not in other.html("")
