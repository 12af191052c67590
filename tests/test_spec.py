import math

import pytest

from mosi_nb.cell import parse_value
from mosi_nb.spec import KEYS, Spec, Use, written


@pytest.mark.parametrize(
    "value",
    ["plain", 'two "quotes"', "back\\slash", "line\nbreak", "ünïcödé", "\ud800", 1e300, -0.0, 1e-7, -3, True, None],
)
def test_a_value_as_written_means_the_same(value):
    read = parse_value("folds", f"f({written(value)})").arguments[0]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_infinity_survives_being_written(value):
    assert parse_value("folds", f"f({written(value)})").arguments == (value,)


def test_a_tuple_of_one_keeps_its_comma():
    assert written((1,)) == "(1,)"


def test_with_and_without_parentheses_is_the_same_use():
    assert Use("ridge") == Use("ridge", called=True)
    assert written(Use("ridge", called=True)) == "ridge()"


def test_keys_are_the_fields_without_the_places():
    assert "models" in KEYS
    assert "places" not in KEYS
    assert all(getattr(Spec(), key) is None for key in KEYS)
