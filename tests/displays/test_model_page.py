import pandas as pd

from mosi_nb.displays.model_page import MOST, ModelPage, Page


def test_of_many_candidates_the_first_are_shown_and_all_are_in_the_frame():
    tried = pd.DataFrame(
        {"params": [f"C={n}" for n in range(40)], "mae": 1.0, "folds": 5, "chosen": [True] + [False] * 39}
    )
    page = ModelPage(Page("svr", "svr", larger_is_better={"mae": False}, tried=tried))
    assert "C=0 ← chosen" in repr(page)
    assert f"{40 - MOST} more: page().tried() has them." in repr(page)
    assert len(page.tried()) == 40


def test_of_a_model_of_which_nothing_is_known_its_name_is_shown():
    page = ModelPage(Page("theirs", "theirs: test only"))
    assert repr(page) == "theirs: test only"
    assert page.chart() is None
    assert page.frame().empty
