from mosi_nb.data.checks import AFTER, Finding
from mosi_nb.displays import Checks


def test_a_check_that_fired_says_what_was_found_and_what_to_do():
    shown = repr(Checks([Finding(AFTER["MOSI010"], "It was opened 3 times.")], "of a run"))
    assert shown.splitlines() == [
        "of a run",
        "MOSI010 (warning): the locked test was opened more than once",
        "  It was opened 3 times.",
        "  Choose by the folds; report the test once.",
        "  See docs/checks.md#mosi010",
    ]


def test_passed_and_silenced_checks_are_named():
    shown = Checks([Finding(AFTER["MOSI010"]), Finding(AFTER["MOSI014"], silenced=True)])
    assert repr(shown) == "Passed: MOSI010.\nSilenced: MOSI014."
    assert "No check fired." in shown.markdown()
    assert list(shown.frame()["status"]) == ["passed", "silenced"]
    assert shown.fired == ()
