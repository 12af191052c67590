"""What the table's script does where scripts run."""

import csv

import pytest

from mosi_nb.displays import Leaderboard

pytestmark = pytest.mark.browser


def show(page, tmp_path, *parts):
    file = tmp_path / "page.html"
    file.write_text("<!doctype html><meta charset='utf-8'>" + "".join(parts), encoding="utf-8")
    page.goto(file.as_uri())
    page.wait_for_selector("table.dataTable")


def models(page):
    return [name.strip() for name in page.locator("table.dataTable tbody th").all_inner_texts()]


def test_a_table_waits_for_a_library_that_comes_later_and_asks_nobody(page, tmp_path, make_board, directions):
    board = make_board([f"m{n:02}" for n in range(20)])
    tables = [Leaderboard(board.head(rows), None, directions) for rows in (20, 3)]
    show(page, tmp_path, tables[0]._html(), tables[1]._html(with_library=True))
    page.wait_for_function("document.querySelectorAll('table.dataTable').length === 2")
    assert page.refused == []


def test_a_long_table_is_paged_filtered_and_sorted_with_failed_models_last(page, tmp_path, make_board, directions):
    names = [f"m{n:02}" for n in range(20)]
    board = make_board(names, failed=["m00"])
    show(page, tmp_path, Leaderboard(board, None, directions)._html(with_library=True))
    assert models(page) == names[:15]
    page.locator("th[data-name=mae] .dt-column-order").click()
    page.locator("input[type=search]").fill("m0")
    assert models(page) == [*names[1:10], "m00"]


def test_what_is_filtered_is_exported_with_whole_numbers_and_intervals(page, tmp_path, make_board, directions):
    long = "name_of_many_letters" * 4
    board = make_board(["<b>x", "mean", long, *(f"m{n}" for n in range(20))])
    show(page, tmp_path, Leaderboard(board, None, directions)._html(with_library=True))
    for words, found in (("letters_mean", []), ("lettersname_of", [long]), ("baseline", ["mean"])):
        page.locator("input[type=search]").fill(words)
        assert page.locator("table.dataTable tbody th[title]").evaluate_all("all => all.map(one => one.title)") == [
            one for one in found if one == long
        ]
    with page.expect_download() as download:
        page.locator("button.buttons-csv").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["model"], row["mae"], row["mae_low"], row["params"]) for row in rows] == [
        ("mean", "1.2161", "1.1661", "C=1")
    ]
