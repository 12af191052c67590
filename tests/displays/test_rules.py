from mosi_nb.compare.rules import Ruling
from mosi_nb.displays.rules import Rules


def rules(*statuses):
    return Rules([Ruling(n, f"title {n}", status, "why", "do") for n, status in enumerate(statuses, 1)])


def test_what_is_not_kept_comes_first_and_each_status_has_a_word_and_a_sign():
    shown = repr(rules("pass", "warn", "not judged", "does not apply", "warn")).splitlines()
    assert shown[0] == "Rules of machine learning: 2 warn, 1 pass, 1 not judged, 1 does not apply"
    assert [line for line in shown if not line.startswith(" ")][1:] == [
        "▲ warn  2. title 2",
        "▲ warn  5. title 5",
        "✓ pass  1. title 1",
        "? not judged  3. title 3",
        "– does not apply  4. title 4",
    ]


def test_the_frame_keeps_the_order_of_the_rules_and_those_that_warn_are_at_hand():
    shown = rules("pass", "warn")
    assert list(shown.frame()["number"]) == [1, 2]
    assert [one.number for one in shown.warned] == [2]


def test_in_html_only_what_was_judged_is_open():
    html = rules("warn", "pass", "not judged").mimebundle()["text/html"]
    assert html.count("<details open>") == 2
    assert html.count("<details>") == 1
