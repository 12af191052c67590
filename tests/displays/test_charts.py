"""Charts: what is drawn, and in what a notebook gets it."""

import base64
import zlib

import pytest

from mosi_nb.displays import Leaderboard
from mosi_nb.displays.charts import MIME
from mosi_nb.displays.picture import smaller


@pytest.fixture
def chart(make_board, make_results, directions):
    models = ["svr", "ridge", "mean", "lost"]
    return Leaderboard(make_board(models, failed=["lost"]), make_results(models), directions).chart()


def layers(chart):
    return chart.mimebundle()[MIME]["layer"]


def data(chart, place):
    spec = chart.mimebundle()[MIME]
    held = spec["layer"][place]["data"]
    return spec["datasets"][held["name"]] if "name" in held else held["values"]


def pixels(picture):
    """Return the unpacked rows of a PNG that has one chunk of them."""
    at = picture.index(b"IDAT")
    return zlib.decompress(picture[at + 4 : at + 4 + int.from_bytes(picture[at - 4 : at])])


def test_the_specification_is_one_that_jupyterlab_draws_offline(chart):
    bundle = chart.mimebundle()
    assert bundle[MIME]["$schema"].startswith("https://vega.github.io/schema/vega-lite/v5")
    assert "text/html" not in bundle


def test_altair_holds_the_same_chart_which_its_schema_knows(displays):
    for drawn in filter(None, (display.chart() for display in displays)):
        shown, altair = drawn.spec(), drawn.altair.to_dict()  # which raises for what the schema does not know
        assert altair["description"] == shown["description"]
        assert altair["title"] == shown["title"]
        assert altair["config"] == shown["config"]


def test_what_is_changed_in_altairs_chart_is_shown(chart):
    chart.altair.title.text = "mine"
    assert chart.mimebundle()[MIME]["title"]["text"] == "mine"


def test_a_chart_takes_its_colours_of_text_from_the_page(chart):
    spec = chart.mimebundle()[MIME]
    assert spec["config"]["background"] == "transparent"
    assert spec["config"]["axis"]["labelColor"] == "currentColor"
    assert spec["usermeta"]["embedOptions"]["renderer"] == "svg"


def test_a_chart_is_described(chart):
    description = chart.mimebundle()[MIME]["description"]
    assert description.startswith("mae of each model (smaller is better). Best: svr, 1.206.")


def test_a_picture_is_made_where_that_is_possible_and_shown_at_the_size_of_the_chart(chart):
    pytest.importorskip("vl_convert")
    bundle, metadata = chart._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert 500 < metadata["image/png"]["width"] < 700
    assert 150 < metadata["image/png"]["height"] < 300


def test_a_picture_is_packed_again_without_changing_a_pixel(chart):
    vl_convert = pytest.importorskip("vl_convert")
    drawn = vl_convert.vegalite_to_png(chart.mimebundle()[MIME], vl_version="5.20", scale=2)
    packed = smaller(drawn)
    assert len(packed) < 0.5 * len(drawn)
    assert pixels(packed) == pixels(drawn)


def test_without_a_picture_there_is_no_size(chart):
    assert chart._repr_mimebundle_(exclude={"image/png"})[1] == {}


@pytest.mark.parametrize("letter", ["\x1b", "\x00", "\ufffe", "\n", "<"])
def test_no_letter_ends_the_process_that_draws_the_picture(make_board, directions, letter):
    chart = Leaderboard(make_board([f"a{letter}b"]), None, directions).chart()
    chart.altair.title.text = f"a{letter}b"
    assert chart.mimebundle()["text/plain"]


def test_models_are_drawn_in_the_order_of_the_leaderboard_without_those_that_failed(chart):
    assert list(chart.frame()["model"]) == ["svr", "ridge", "mean"]
    assert layers(chart)[-1]["encoding"]["y"]["sort"] == ["svr", "ridge", "mean"]


def test_the_folds_are_those_of_the_shown_candidate(chart):
    folds = data(chart, -2)
    assert {fold["fold"] for fold in folds} == {"fold 1", "fold 2", "fold 3"}
    assert {round(fold["score"], 6) for fold in folds} == {1.0}
    assert "lost" not in {fold["model"] for fold in folds}


def test_the_best_baseline_is_named_at_its_rule(chart):
    assert data(chart, 1)[0]["label"] == "baseline mean: 1.226"


def test_a_model_differs_from_a_baseline_by_shape_too(chart):
    assert layers(chart)[-1]["encoding"]["shape"]["scale"]["range"] == ["circle", "square"]


def test_one_model_without_folds_intervals_or_baseline_is_a_chart(make_board):
    frame = make_board(["svr"])[["mae", "rank"]]
    chart = Leaderboard(frame, None, {"mae": False}).chart()
    assert len(layers(chart)) == 3
    assert "interval" not in str(chart.mimebundle()[MIME]["title"])


def test_of_two_hundred_models_the_best_forty_are_drawn_and_that_is_said(make_board, directions):
    chart = Leaderboard(make_board([f"model {n}" for n in range(200)]), None, directions).chart()
    assert len(chart.frame()) == 40
    assert "The best 40 of 200 models." in chart.mimebundle()[MIME]["title"]["subtitle"]
