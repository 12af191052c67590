"""A leaderboard to choose from, without a browser: what is ticked, what is in Python, what can be done with it."""

from types import SimpleNamespace

import pandas as pd
import pytest

from mosi_nb import Model, sample
from mosi_nb.displays.choices import LABEL
from mosi_nb.errors import SpecError
from mosi_nb.model.selection import Able, able
from mosi_nb.notebook import actions
from mosi_nb.notebook.action_lines import why_not_combined, why_not_compared, why_not_saved
from mosi_nb.notebook.chooser import Chooser
from mosi_nb.registry import Views
from mosi_nb.results import Metric

METRICS = {"mae": Metric("mae", max, larger_is_better=False)}


@pytest.fixture(scope="module")
def _trained(_workers):
    kept = {"modalities": "text", "baselines": "none", "folds": "by_video(2)", "metrics": "mae", "jobs": 2}
    return Model(sample(videos=8), models="ridge, svr, knn", **kept).fit()


@pytest.fixture
def model(_trained, monkeypatch):
    """Return a small trained model that nobody has chosen from yet."""
    monkeypatch.setitem(Views.made, "choose", Chooser)
    _trained.__dict__.pop("_selection", None)
    yield _trained
    for name in list(_trained._ran.combined):
        _trained.remove(name)


@pytest.fixture
def view(model):
    view = model.choose()
    yield view
    view.close()


def beside(view, button):
    """Return what is told beside a button."""
    return view.actions._told[button].value


def pretended(names):
    """Return what a chooser asks of a model, with these rows in its leaderboard."""
    held = {"mae": 1.0, "mae_low": 0.9, "mae_high": 1.1, "rank": range(1, len(names) + 1), "fit_seconds": 0.1}
    frame = pd.DataFrame({**held, "status": "done"}, index=pd.Index(names, name="model"))
    results = SimpleNamespace(metrics=METRICS, models=tuple(names))
    return SimpleNamespace(results=results, leaderboard=lambda: SimpleNamespace(frame=lambda: frame))


def test_what_is_ticked_is_selected_at_once_in_the_order_of_the_leaderboard(model, view):
    assert model.selected == ()
    order = [row.name for row in view._choices.rows]
    for name in reversed(order[:2]):
        view._boxes[name].value = True
    assert model.selected == view.selected == tuple(order[:2])
    view._boxes[order[0]].value = False
    assert model.selected == (order[1],)
    model.select("svr", "knn")  # the same from Python
    assert {name for name, box in view._boxes.items() if box.value} == {"svr", "knn"}
    assert "2 of 3 chosen" in view._told.value
    with pytest.raises(SpecError, match=r"select: unknown model of this leaderboard: 'svm'\. Did you mean 'svr'"):
        model.select("svm")


def test_buttons_choose_all_none_and_the_best_among_what_is_listed(model, view):
    view._level.click()
    assert model.selected == model.level()
    view._none.click()
    view.filter("SV")
    assert [part.description for part in view._grid.children[::2]] == ["svr"]
    view._all.click()
    view.filter("")
    assert (model.selected, len(view._grid.children)) == (("svr",), 6)


def test_views_of_one_model_are_in_step_and_the_last_of_a_kind_counts(model, view):
    other = Chooser(model)
    model._selection.hang("explore", other)  # as explore() does
    view.select("ridge")
    assert other.selected == ("ridge",)
    other._boxes["svr"].value = True
    assert set(view.selected) == {"ridge", "svr"}
    later = model.choose()
    assert later.selected == model.selected
    view.select("knn")
    assert set(model.selected) == {"ridge", "svr"}


def test_what_cannot_be_done_says_why(model, view, tmp_path):
    held = view.actions
    for button, reason in (
        (held._save, "Choose a model."),
        (held._combine, "Choose two models or more; none is chosen."),
        (held._compare, "Choose exactly two models; none is chosen."),
    ):
        assert button.disabled
        assert reason in beside(view, button)
    view.select("ridge", "svr", "knn")
    assert not held._combine.disabled
    assert "3 are chosen" in beside(view, held._compare)
    held._folder.value = str(tmp_path / "none")
    assert held._save.disabled
    assert "There is no folder" in beside(view, held._save)
    model.ensemble("mean")
    reasons = able(model)
    assert why_not_combined(reasons, ["ridge", "mean"]).startswith("'mean' is computed from others: ")
    reasons = Able(save={"net": "has not all its fits"}, compare={"theirs": "has no rank (saw them)"})
    assert why_not_saved(reasons, ["ridge", "net"], ".") == "'net' has not all its fits."
    assert why_not_compared(reasons, ["ridge", "theirs"]) == "'theirs' has no rank (saw them)."


def test_the_chosen_are_saved_and_no_file_is_replaced_unasked(model, view, tmp_path):
    (tmp_path / "svr.mosi").write_text("mine")
    held = view.actions
    held._folder.value = str(tmp_path)
    view.select("ridge", "svr")
    held._save.click()
    held.wait()
    assert "svr.mosi is there already" in held._said.value
    assert f"Saved: {tmp_path.resolve() / 'ridge.mosi'}" in held._said.value
    assert (tmp_path / "svr.mosi").read_text() == "mine"
    assert f"model.save(&#x27;ridge&#x27;, &#x27;{tmp_path.as_posix()}/ridge.mosi&#x27;)" in held._log.value
    held._overwrite.value = True
    view.select("svr")
    held._save.click()
    held.wait()
    assert Model.load(tmp_path / "svr.mosi").cell == model.cell


def test_an_ensemble_becomes_a_row_of_every_view_under_a_free_name(model, view):
    held = view.actions
    view.select("ridge", "svr")
    held._combine.click()
    held.wait()
    assert "&#x27;mean&#x27; is on the leaderboard now" in held._said.value
    assert "mean" in view._boxes
    assert (set(view.selected), held._name.placeholder) == ({"ridge", "svr"}, "mean_2")
    held._how.value = "stack"
    line = beside(view, held._combine)
    assert ".ensemble(&#x27;stack&#x27;, members=[" in line
    held._name.value = "svr"
    assert "&#x27;svr&#x27; is on the leaderboard already: write another name." in beside(view, held._combine)
    assert held._combine.disabled
    held._name.value = "another"
    assert not held._combine.disabled


def test_two_are_compared_beneath_with_their_chart(model, view):
    view.select("ridge", "knn")
    view.actions._compare.click()
    view.actions.wait()
    table, chart = view.actions._shown.outputs
    assert model.compare(*view.selected).sentence in table["data"]["text/plain"]
    assert any(mime.startswith("application/vnd.vegalite") for mime in chart["data"])


def test_what_an_estimator_raises_is_shown(model, view, monkeypatch, tmp_path):
    def fails(name, file):
        raise RuntimeError("no <b> memory")

    monkeypatch.setattr(model, "save", fails)
    view.actions._folder.value = str(tmp_path)
    view.select("ridge")
    view.actions._save.click()
    view.actions.wait()
    assert "Not saved: ridge. RuntimeError: no &lt;b&gt; memory" in view.actions._said.value
    assert not view.actions._save.disabled


def test_two_hundred_rows_with_long_names_take_two_widgets_each(monkeypatch):
    names = [f"<i>{'gradient_boosting_of_everything_' * 3}{n}" for n in range(200)]
    monkeypatch.setattr(actions, "able", lambda model: Able())
    model = pretended(names)
    view = Chooser(model)
    assert len(view._grid.children) == 400
    assert len({id(part.layout) for part in view._grid.children}) == 1  # each object costs time in the front end
    assert len({id(part.style) for part in view._grid.children}) == 2
    box, row = view._grid.children[-2:]
    assert len(box.description) == LABEL
    assert box.description.endswith("199")
    assert box.tooltip.startswith(names[-1])
    assert "<i>" not in row.value
    assert "0.90" in row.value
    view.filter("_17")
    assert len(view._grid.children) == 2 * sum("_17" in name for name in names)
    view.close()


def test_without_a_kernel_the_leaderboard_stands_in_its_place(view, published):
    view._ipython_display_()
    shown, kept = published
    assert shown["application/vnd.jupyter.widget-view+json"]["model_id"] == view.widget.model_id
    assert shown["text/plain"] == "Chooser()"
    assert "<table" in kept["text/html"]


def test_a_row_that_is_gone_is_taken_away_with_its_box(model, view):
    model.ensemble("median", name="gone")
    view.refresh()
    box = view._boxes["gone"]
    model.remove("gone")
    view.refresh()
    assert "gone" not in view._boxes
    assert box not in view._grid.children
