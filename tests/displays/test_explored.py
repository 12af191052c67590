"""What linked views show, as values."""

import numpy as np
import pandas as pd
import pytest

from mosi_nb.displays.explored import Exploration
from mosi_nb.displays.explored_chart import draw_points, draw_scores
from mosi_nb.errors import SpecError
from mosi_nb.results import Metric

MAE = Metric("mae", max, larger_is_better=False)


@pytest.fixture
def shown(make_board):
    """Return views of three models, one of which has no predictions, over six utterances."""
    utterances = pd.DataFrame(
        {
            "segment_id": [f"v{n % 2}_{n}" for n in range(6)],
            "video_id": [f"v{n % 2}" for n in range(6)],
            "transcript": ["a Good film", "dull", "good", "bad <b>", "so so", "good."],
            "sentiment": [1.0, -2.0, 2.0, -3.0, 0.0, 3.0],
            "svr": [1.0, -1.0, 1.9, 3.0, 0.1, 2.0],
            "ridge": [0.0, -2.0, 2.0, -3.0, 0.0, 3.0],
        }
    )
    board = make_board(["svr", "ridge", "lost"], failed=["lost"])
    return Exploration(board, utterances, {"svr": "svr", "ridge": "ridge"}, MAE)


def test_models_are_selected_in_the_order_of_the_leaderboard(shown):
    assert shown.select(["ridge", "svr"])
    assert shown.selected == ("svr", "ridge")
    assert not shown.select(["svr", "ridge"])
    with pytest.raises(SpecError, match=r"unknown model of this leaderboard: 'svm'. Did you mean 'svr'"):
        shown.select(["svm"])


def test_utterances_are_filtered_by_words_video_and_a_rectangle_the_worst_first(shown):
    shown.select(["svr"])
    assert shown.filtered()["segment_id"][0] == "v1_3"  # off by six points
    shown.words = "GOOD"
    assert set(shown.filtered()["segment_id"]) == {"v0_0", "v0_2", "v1_5"}
    shown.video = "v0"
    assert set(shown.filtered()["segment_id"]) == {"v0_0", "v0_2"}
    shown.brush = {"sentiment": (3.0, 1.5), "predicted": (0.0, 2.0)}
    assert shown.filtered()["segment_id"].tolist() == ["v0_2"]
    assert shown.select(["ridge"])
    assert shown.brush == {}  # it was drawn over the points of another model


def test_the_list_has_a_column_for_each_selected_model_and_no_video_that_the_id_tells(shown):
    shown.select(["svr", "ridge", "lost"])
    assert list(shown.listed()) == ["segment", "transcript", "sentiment", "svr", "ridge"]
    assert shown.drawn == ("svr", "ridge")


def test_charts_take_what_is_chosen_as_parameters_and_tell_what_is_clicked(shown):
    shown.select(["svr", "ridge"])
    shown.pick(["v0_2", "unknown"])
    params = {
        one["name"]: one for drawn in (draw_scores(shown), draw_points(shown)) for one in drawn.to_dict()["params"]
    }
    assert params["chosen"]["value"] == ["svr", "ridge"]
    assert params["picked"]["value"] == ["v0_2"]
    assert params["brush"]["select"]["type"] == "interval"


def test_nothing_selected_and_no_utterances_are_drawn_too(shown, make_board):
    none = Exploration(make_board(["svr"]), shown.utterances.head(0)[["segment_id", "video_id", "sentiment"]], {}, MAE)
    none.select(["svr"])
    assert none.filtered().empty
    for one in (shown, none):
        assert draw_points(one).to_dict()["title"]["text"] == "Predicted against true: select a model"


def test_of_many_utterances_a_part_is_drawn_the_same_for_all_models(shown):
    shown.utterances = pd.concat([shown.utterances] * 800, ignore_index=True)
    shown.utterances["segment_id"] = np.arange(4800).astype(str)
    shown.select(["svr", "ridge"])
    spec = draw_points(shown).to_dict()
    assert "2,000 of 4,800 segments are drawn" in str(spec["title"])
    assert max(map(len, spec["datasets"].values())) == 4000
