"""Tables: what is rounded, marked, sorted and left out."""

import math

from mosi_nb.displays.tables import PAGE, Cell, Column, Table, mark_best, number, to_html, to_markdown, to_text

MODEL = Column("model", "model", numeric=False, row_header=True)
MAE = Column("mae", "mae ↓", larger_is_better=False)


def table(values, **other):
    rows = tuple((Cell(f"m{place}"), number(value)) for place, value in enumerate(values))
    return Table((MODEL, MAE), rows, **other)


def test_numbers_are_rounded_for_the_eye_and_kept_for_sorting():
    html = to_html(table([1.20649]))
    assert ">1.206<" in html
    assert 'data-order="1.20649"' in html


def test_a_missing_number_comes_after_all_others_when_the_best_come_first():
    larger = Table((Column("r", "r", larger_is_better=True),), ((number(math.nan),),))
    assert 'data-order="1e300"' in to_html(table([math.nan]))
    assert 'data-order="-1e300"' in to_html(larger)


def test_an_interval_with_a_negative_end_has_no_dash():
    assert number(0.1, low=-0.05, high=0.25).interval == "-0.05 to 0.25"
    assert number(0.1, low=0.05, high=0.25).interval == "0.05–0.25"
    assert number(0.1).interval == ""


def test_equals_share_the_mark_of_the_best():
    cells = [number(1.0), number(1.0), number(2.0)]
    assert [cell.best for cell in mark_best(MAE, cells)] == [True, True, False]


def test_where_all_are_equal_none_is_the_best():
    assert not any(cell.best for cell in mark_best(MAE, [number(1.0), number(1.0)]))


def test_the_best_is_marked_by_more_than_colour():
    marked = Table((MAE,), ((Cell("1.0", 1.0, best=True),),))
    assert "★" in to_html(marked)
    assert "★" in to_markdown(marked)
    assert "*1.0" in to_text(marked)


def test_a_table_is_complete_without_the_library():
    html = to_html(table(range(200)))
    assert html.count('<th scope="row"') == 200
    assert "gzip" not in html
    assert "gzip" in to_html(table([1.0]), with_library=True)


def test_only_a_long_table_gets_a_filter_and_pages():
    assert "const long = true" in to_html(table(range(16)))
    assert "const long = false" in to_html(table(range(15)))


def test_a_table_that_nobody_sorts_has_no_script():
    assert "<script" not in to_html(table([1.0]), interactive=False)


def test_an_empty_table_says_so():
    empty = Table((MODEL, MAE), (), empty="No model yet.")
    assert "No model yet." in to_html(empty)
    assert to_text(empty) == to_markdown(empty) == "No model yet."


def test_text_that_is_too_wide_names_the_columns_it_leaves_out():
    wide = Table(
        (MODEL, *(Column(f"metric_{n}", f"metric_{n}") for n in range(20))), ((Cell("m"), *[number(1.0)] * 20),)
    )
    lines = to_text(wide).splitlines()
    assert max(map(len, lines[:2])) <= 100
    assert "metric_19" in lines[2]


def test_long_names_are_cut_in_text_and_kept_in_html():
    long = Table((MODEL, MAE), ((Cell("x" * 80), number(1.0)),))
    assert "x" * 14 + "…" + "x" * 13 in to_text(long)
    assert "x" * 80 in to_html(long)


def test_a_star_is_for_what_is_done_and_says_what_it_means():
    cells = mark_best(MAE, [number(1.2), number(1.1), number(1.3)], [True, False, True])
    assert [cell.best for cell in cells] == [True, False, False]
    shown = Table((MAE,), ((cells[0],),), starred="best of its model")
    assert "* best of its model;" in to_text(shown)
    assert 'title="best of its model"' in to_html(shown)


def test_intervals_that_a_terminal_does_not_show_are_named():
    told = to_text(Table((MAE,), ((number(1.2, low=1.1, high=1.3),),)))
    assert told.endswith("Left out here, shown by .frame(): 95 % intervals.")


def test_a_long_header_is_cut_in_its_middle_and_told_in_full_where_the_pointer_rests():
    name = "a_name_of_a_model_that_is_far_too_long_for_a_column"
    table = Table((Column("a", name, help="Predicted."),), ((number(1.0),),))
    html = to_html(table)
    assert f'title="{name}. Predicted."' in html
    assert ">a_name_of_a_model_…long_for_a_column</th>" in html
    assert max(map(len, to_text(table).splitlines())) == 36


def test_an_interval_of_almost_nothing_below_zero_is_written_like_one_from_zero():
    assert number(0.01, low=-0.001, high=0.04).interval == "0.00–0.04"
    assert number(0.01, low=-0.01, high=0.04).interval == "-0.01 to 0.04"


def test_a_long_name_is_cut_in_its_middle_and_searched_and_told_in_full():
    name = "MyOwnClassifier" * 4
    html = to_html(Table((Column("model", "model", numeric=False),), ((Cell(name, small="baseline"),), (Cell("svr"),))))
    assert f'data-search="{name} baseline" title="{name}">MyOwnClassifie…\u2060OwnClassifier' in html
    assert 'data-search="svr "' in html  # a column is searched by what it holds or by what it shows, the whole of it
    assert "data-search" not in to_html(table([1.0]))


def test_room_is_kept_for_the_names_of_the_first_page_alone():
    names = [*(f"m{n}" for n in range(PAGE)), "a_name_of_a_later_page"]
    assert Table((Column("model", "model", numeric=False),), tuple((Cell(one),) for one in names)).wide(0) < 6
