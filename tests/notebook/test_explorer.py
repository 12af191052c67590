"""Linked views, without a browser: what is chosen in one part is in the others, and in Python."""

from types import SimpleNamespace

import pandas as pd
import pytest

pytest.importorskip("anywidget")

from mosi_nb.displays.explored import Exploration
from mosi_nb.errors import MissingExtraError, SpecError
from mosi_nb.model.selection import Able
from mosi_nb.notebook import actions, explorer
from mosi_nb.notebook.explorer import Explorer
from mosi_nb.registry import Views
from mosi_nb.results import Metric


@pytest.fixture
def view(monkeypatch):
    """Return linked views of two models and three utterances."""
    board = pd.DataFrame({"mae": [1.0, 1.5], "mae_low": [0.9, 1.4], "mae_high": [1.1, 1.6]}, index=["svr", "ridge"])
    ids = ["a_1", "a_2", "b_1"]
    utterances = pd.DataFrame({"segment_id": ids, "video_id": ["a", "a", "b"], "transcript": ["good", "bad", "<b>"]})
    utterances = utterances.assign(sentiment=[1.0, -1.0, 0.5], svr=[1.0, 0.0, 0.0], ridge=[3.0, 0.0, 0.5])
    metric = Metric("mae", max, larger_is_better=False)
    shown = Exploration(board, utterances, {"svr": "svr", "ridge": "ridge"}, metric)
    monkeypatch.setattr(explorer, "explored", lambda model: shown)
    monkeypatch.setattr(actions, "able", lambda model: Able())
    view = Explorer(SimpleNamespace(results=SimpleNamespace(models=("svr", "ridge"))))
    yield view
    view.close()


def click(chart, field, *held):
    """Do what a chart's script does after a click: tell all that its own list holds."""
    value = {"vlPoint": {"or": [{field: one} for one in held]}}
    told = {name: {"value": None, "store": []} for name in chart._vl_selections}
    chart._vl_selections = told | {"clicked": {"value": value, "store": []}}


def test_rows_points_and_python_follow_each_other(view):
    assert view.selected == ("svr",)
    view._models.selected_rows = [0, 1]
    assert view.selected == ("svr", "ridge")
    assert view._scores.params.chosen == ["svr", "ridge"]
    click(view._scores, "model", "svr")  # it was selected by its row: the click takes it back
    assert (view.selected, view._models.selected_rows) == (("ridge",), [1])
    click(view._scores, "model", "svr", "ridge")
    assert view.selected == ()
    view.select("svr")
    assert view._models.selected_rows == [0]


def test_what_is_selected_elsewhere_is_shown_and_only_what_is_selected_here_is_told(view):
    told = []
    view.heard = told.append
    view.follow(["ridge", "an_ensemble"])  # a row that came later, which this view does not know
    assert (view.selected, view._models.selected_rows, told) == (("ridge",), [1], [])
    view._models.selected_rows = [0, 1]
    assert told == [("svr", "ridge")]
    assert "compare(&#x27;svr&#x27;, &#x27;ridge&#x27;)" in view.actions._told[view.actions._compare].value


def test_what_is_selected_and_filtered_stays_when_the_leaderboard_is_shown_anew(view):
    view.select("ridge")
    view.pick("a_2")
    view.filter(words="bad")
    view.refresh()
    assert (view.selected, view._models.selected_rows) == (("ridge",), [1])
    assert (view.picked["segment_id"].tolist(), view.filtered["segment_id"].tolist()) == (["a_2"], ["a_2"])


def test_utterances_are_picked_by_rows_and_by_points(view):
    assert view._shown.listed()["segment"].tolist() == ["a_2", "b_1", "a_1"]
    view._utterances.selected_rows = [0]
    click(view._points, "segment_id", "b_1")
    assert view.picked["segment_id"].tolist() == ["a_2", "b_1"]
    assert view._points.params.picked == ["a_2", "b_1"]
    assert view._utterances.selected_rows == [0, 1]
    view.filter(words="good")  # what is picked stays so where it is not listed
    view._utterances.selected_rows = [0]
    assert view.picked["segment_id"].tolist() == ["a_1", "a_2", "b_1"]


def test_filters_narrow_the_list_until_they_are_cleared(view):
    view.filter(video="a")
    assert view.filtered["segment_id"].tolist() == ["a_2", "a_1"]
    brush = {"value": {"sentiment": [0.0, 2.0], "predicted": [0.5, 2.0]}, "store": []}
    view._points._vl_selections = {"clicked": {"value": None, "store": []}, "brush": brush}
    assert view.filtered["segment_id"].tolist() == ["a_1"]
    view._clear.click()
    assert len(view.filtered) == 3


def test_words_of_others_are_escaped(view):
    view._utterances.update(view._shown.listed())
    assert "<b>" not in str(view._utterances._dt_args["data_json"])


def test_a_missing_package_is_named_with_the_extra(monkeypatch):
    monkeypatch.setattr(explorer.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        MissingExtraError, match=r'explore\(\) needs the package anywidget.*\nRun: pip install "mosi_nb\[lab\]"'
    ):
        Explorer(None)


def test_the_extension_hangs_the_views_in_and_takes_them_out(shell):
    with pytest.raises(SpecError, match="need a notebook"):  # a terminal shows no widgets
        Views.made["explore"](None)
    with pytest.raises(SpecError, match="to choose from needs a notebook"):
        Views.made["choose"](None)
    shell.run("%unload_ext mosi_nb")
    assert Views.made == {}


def test_a_chart_that_is_shown_later_is_told_what_was_chosen_before(view):
    view.select("ridge")
    view._scores._params = {"chosen": ["svr"]}  # what its script says of how it was made
    assert view._scores._params == {"chosen": ["ridge"]}
