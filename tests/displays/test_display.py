"""What holds for every display."""

import json
import re
import subprocess
import sys

import pandas as pd

from mosi_nb.displays import Display
from mosi_nb.displays.charts import MIME

FETCHED_BY_NOBODY = re.compile(r"https?://(www\.w3\.org|vega\.github\.io/schema)/\S*")


def bundle_of(display, **asked):
    """Return what a front end gets, without what is said of the size of a picture."""
    shown = display._repr_mimebundle_(**asked)
    return shown[0] if isinstance(shown, tuple) else shown


def concrete(kind):
    return {kind} if not kind.__subclasses__() else set().union(*map(concrete, kind.__subclasses__()))


def test_one_of_each_is_here(displays):
    ours = {kind for kind in concrete(Display) if kind.__module__.startswith("mosi_nb.displays")}
    assert {type(display) for display in displays} == ours


def test_every_display_has_a_frame_text_and_markdown(displays):
    for display in displays:
        assert isinstance(display.frame(), pd.DataFrame)
        assert not display.frame().empty
        assert repr(display).strip()
        assert "svr" in display.markdown()


def test_a_frame_may_be_changed_without_changing_what_is_shown(displays):
    for display in displays:
        before = repr(display)
        changed = display.frame()
        changed["model"] = None
        assert repr(display) == before


def test_every_display_is_shown_as_html_or_as_a_chart_and_always_as_text(displays):
    for display in displays:
        bundle = bundle_of(display)
        assert ("text/html" in bundle) != (MIME in bundle)
        assert bundle["text/plain"].strip()


def test_what_is_shown_is_json_that_any_front_end_reads(displays):
    for display in displays:
        assert json.dumps(display.mimebundle(), allow_nan=False)


def test_a_front_end_can_ask_for_one_mime_type(displays):
    for display in displays:
        assert set(bundle_of(display, include={"text/plain"})) == {"text/plain"}
        assert "text/plain" not in bundle_of(display, exclude={"text/plain"})


def test_hostile_words_are_escaped_in_html_and_markdown(hostile_displays):
    for display in hostile_displays:
        for shown in (bundle_of(display).get("text/html", ""), display.markdown()):
            assert "<script>alert" not in shown
            assert "<img" not in shown
            assert "<b>NaN" not in shown


def test_hostile_words_send_nothing_to_a_terminal(hostile_displays):
    for display in hostile_displays:
        assert "\x1b" not in repr(display)


def test_no_display_holds_an_address_outside_the_machine(displays):
    for display in displays:
        bundle = display.mimebundle(with_library=True)
        text = FETCHED_BY_NOBODY.sub("", json.dumps({**bundle, "image/png": ""}) + display.markdown())
        assert re.findall(r"https?://\S{0,60}|//(?:cdn|unpkg)\S*", text) == []


def test_the_same_values_are_shown_the_same_way(displays):
    for display in displays:
        assert display._repr_mimebundle_() == display._repr_mimebundle_()


def test_importing_the_displays_loads_neither_altair_nor_itables_nor_ipython():
    heavy = "altair", "itables", "IPython", "ipywidgets", "vl_convert"
    code = f"import sys, mosi_nb.displays; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
