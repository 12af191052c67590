import pickle

import pytest

from mosi_nb import errors
from mosi_nb.errors import MosiError, Place, SpecError, nearest

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MosiError)]


def test_caret_stands_under_the_stretch():
    place = Place(2, 9, 14, "models = ridgy")
    assert place.caret() == "  models = ridgy\n           ^^^^^"


def test_caret_of_an_indented_line_with_tabs_stays_in_place():
    assert Place(1, 4, 5, "\t\ta\tb  ").caret() == "  a b\n    ^"
    assert Place(1, 4, 5, "\t\ta\tb").caret().splitlines()[1].index("^") == 4


def test_caret_of_a_stretch_outside_the_line_has_one_character():
    assert Place(1, 3, 9, "abc").caret() == "  abc\n     ^"


def test_message_holds_place_sentence_known_and_advice_in_that_order():
    error = SpecError.at(Place(4, 0, 1, "x = 1"), "x", "it is wrong.", known=["a", "b"], advice="Do this.")
    assert str(error) == "line 4: it is wrong.\n  x = 1\n  ^\nKnown: a, b.\nDo this."


def test_message_without_a_cell_begins_with_the_key():
    assert str(SpecError.at(None, "folds", "too many.")) == "folds: too many."
    assert str(SpecError.at(Place(0, 0, 1, "f"), "folds", "too many.")).startswith("folds: too many.")


def test_unknown_name_is_answered_with_the_nearest():
    assert "Did you mean 'alpha'?" in str(SpecError.unknown(None, "models", "parameter", "alhpa", ["alpha"]))
    assert nearest("zzz", ["alpha"]) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_survives_being_pickled(kind):
    error = pickle.loads(pickle.dumps(kind("one\ntwo")))
    assert type(error) is kind
    assert str(error) == "one\ntwo"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not MosiError])
def test_every_error_is_also_the_builtin_that_it_resembles(kind):
    assert issubclass(kind, ValueError | RuntimeError | ImportError)


def test_notebook_shows_the_message_and_no_frames():
    assert SpecError("line 1: wrong.")._render_traceback_() == ["SpecError: line 1: wrong."]


def test_missing_extra_names_the_line_that_installs_it():
    message = str(errors.MissingExtraError.of("tpe", "optuna", "optuna"))
    assert message.endswith('Run: pip install "mosi_nb[optuna]"')


def test_fit_error_keeps_the_estimators_frames():
    assert str(errors.FitError.of("svr, fold 1", "ValueError: x", "frames\n")) == "svr, fold 1: ValueError: x\n\nframes"
