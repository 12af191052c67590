"""The leaderboard as a frame and as a table."""

import re

from mosi_nb.displays import Leaderboard


def models_in(html):
    return [name.strip() for name in re.findall(r'<th scope="row"[^>]*>([^<]*)', html)]


def test_the_frame_is_what_was_given(make_board, directions):
    frame = make_board(["svr", "mean"])
    leaderboard = Leaderboard(frame, None, directions)
    assert leaderboard.frame().equals(frame)
    assert {"mae", "mae_low", "mae_high", "rank", "fit_seconds", "status"} <= set(leaderboard.frame())


def test_models_stay_in_the_order_of_the_frame(make_board, directions):
    leaderboard = Leaderboard(make_board(["svr", "a", "mean"]), None, directions)
    assert models_in(leaderboard._html()) == ["svr", "a", "mean"]


def test_a_header_says_which_way_is_better(make_board, directions):
    text = repr(Leaderboard(make_board(["svr"]), None, directions))
    assert "mae ↓" in text
    assert "corr ↑" in text


def test_seconds_have_two_decimals_and_scores_three(make_board, directions):
    text = repr(Leaderboard(make_board(["svr"]), None, directions))
    assert "1.206" in text
    assert " 0.12 " in text


def test_an_interval_stands_beside_its_score(make_board, directions):
    html = Leaderboard(make_board(["svr"]), None, directions)._html()
    assert "1.16\u2060–\u20601.26" in html


def test_a_baseline_is_named_as_one(make_board, directions):
    assert "mean (baseline)" in repr(Leaderboard(make_board(["svr", "mean"]), None, directions))


def test_a_failed_model_keeps_its_row_and_gives_its_reason(make_board, directions):
    leaderboard = Leaderboard(make_board(["svr", "net"], failed=["net"]), None, directions)
    assert models_in(leaderboard._html()) == ["svr", "net"]
    assert "net failed: ValueError: &lt;b&gt;NaN" in leaderboard._html()
    assert "net failed: ValueError: <b>NaN</b>" in repr(leaderboard)


def test_a_long_reason_is_cut_under_the_table_and_whole_in_the_frame(make_board, directions):
    board = make_board(["svr", "net"], failed=["net"])
    board.loc["net", "reason"] = "E: " + "long " * 100
    shown = Leaderboard(board, None, directions)
    line = next(line for line in repr(shown).splitlines() if line.startswith("net failed: "))
    assert line.endswith("long...")
    assert len(line) < 180
    assert len(shown.frame().loc["net", "reason"]) > 500


def test_long_names_are_cut_in_their_middle_in_the_chart(make_board, directions):
    names = [f"{'a' * 60}_{n}" for n in range(2)]
    spec = Leaderboard(make_board(names), None, directions).chart().altair.to_dict()
    axis = next(one["encoding"]["y"]["axis"] for one in spec["layer"] if "axis" in one["encoding"].get("y", {}))
    assert "'…' + slice(datum.label, -19)" in axis["labelExpr"]
    assert names[0] in str(spec)


def test_models_that_failed_for_one_reason_share_a_sentence(make_board, directions):
    names = [f"net{n}" for n in range(6)]
    text = repr(Leaderboard(make_board(["svr", *names], failed=names), None, directions))
    assert "net0, net1, net2, net3 and 2 more failed: ValueError" in text


def test_a_status_is_shown_only_where_something_is_not_done(make_board, directions):
    assert "status" not in repr(Leaderboard(make_board(["svr"]), None, directions))


def test_a_rank_may_be_a_number_a_letter_or_missing(make_board, directions):
    frame = make_board(["a", "b", "c"])
    frame["rank"] = [1, "ab", None]
    lines = repr(Leaderboard(frame, None, directions)).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["1", "ab", "–"]


def test_notes_stand_under_the_table(make_board, directions):
    leaderboard = Leaderboard(make_board(["svr"]), None, directions, ["686 segments are locked away."])
    assert repr(leaderboard).endswith("686 segments are locked away.")
    assert "686 segments are locked away." in leaderboard._html()


def test_before_the_first_model_there_is_a_sentence(make_board, directions):
    leaderboard = Leaderboard(make_board(["svr"]).iloc[:0], None, directions)
    assert repr(leaderboard) == "No model has been fitted yet."
    assert leaderboard.chart() is None


def test_two_hundred_models_and_ten_metrics_fit_into_a_notebook(make_board):
    metrics = [f"metric_{n}" for n in range(10)]
    frame = make_board([f"model_{n}" for n in range(200)], metrics)
    leaderboard = Leaderboard(frame, None, dict.fromkeys(metrics, True))
    assert len(leaderboard._html(with_library=True)) < 1_000_000


def test_a_model_that_was_stopped_has_no_star(make_board, directions):
    frame = make_board(["svr", "a", "mean"])
    best = frame["mae"].idxmin()
    starred = repr(Leaderboard(frame, None, directions)).count("*")
    frame.loc[best, "status"] = "stopped"
    line = next(line for line in repr(Leaderboard(frame, None, directions)).splitlines() if f" {best} " in line)
    assert starred > 1
    assert "*" not in line


def test_ranks_stand_in_line_however_many_letters_follow(make_board, directions):
    frame = make_board(["svr", "ridge"]).assign(rank=[1, 2], letters=["a", "ab"])
    html = Leaderboard(frame, None, directions).mimebundle()["text/html"]
    assert ">1 a\u2007</td>" in html
    assert ">2 ab</td>" in html
    assert "\u2007" not in repr(Leaderboard(frame, None, directions))


def test_letters_stand_beside_the_chart_where_nothing_covers_them(make_board, directions):
    frame = make_board(["svr", "ridge"]).assign(letters=["a", "ab"])
    letters = Leaderboard(frame, None, directions).chart().altair.to_dict()["layer"][-1]
    assert letters["encoding"]["x"] == {"value": "width"}
