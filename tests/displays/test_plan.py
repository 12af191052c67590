"""The plan: what would be run."""

from mosi_nb.displays import PlanView


def test_a_plan_opens_with_its_size_and_says_that_nothing_was_run(plan):
    assert repr(PlanView(plan)).startswith("13 candidates, 26 fits. Nothing was run.")
    assert repr(PlanView({})) == "Nothing was run."


def test_one_is_not_counted_as_many():
    assert repr(PlanView({"candidates": 1, "fits": 1200})) == "1 candidate, 1,200 fits. Nothing was run."


def test_every_section_is_shown_in_text_html_and_markdown(plan):
    view = PlanView(plan)
    for shown in (repr(view), view._html(), view.markdown()):
        assert all(section in shown for section in ("Models", "Modalities", "Folds", "Settings"))
        assert "686 segments are locked away" in shown
        assert "1,513" in shown


def test_a_section_without_rows_is_left_out(plan):
    assert "Modalities" not in repr(PlanView(plan | {"modalities": []}))


def test_held_out_videos_are_listed_but_folded_away(plan):
    html = PlanView(plan)._html()
    assert "<details><summary>Videos held out in each fold</summary>" in html
    assert "<b>fold 2</b>: ridge, v2" in html


def test_the_frame_has_one_row_a_model(plan):
    assert list(PlanView(plan).frame().columns) == ["model", "candidates", "fits", "at_once", "params", "pipeline"]
