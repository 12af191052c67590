import pytest
from sklearn.svm import SVR

from mosi_nb.errors import SpecError
from mosi_nb.plan.parts import part_of
from mosi_nb.spec import Use


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        (3, "models: 3 is of type int and cannot fit and predict.\nHere may stand a component, or an object of"),
        ("svr", "models: 'svr' is of type str and cannot fit and predict."),
        (print, "models: <built-in function print> is of type builtin_function_or_method and cannot"),
    ],
)
def test_objects_handed_over_in_python_are_shown_themselves(thing, message):
    with pytest.raises(SpecError) as caught:
        part_of(Use("given"), "models", "model", {"given": thing})
    assert str(caught.value).startswith(message)


def test_a_class_that_needs_nothing_more_is_made():
    class Shifted(SVR):
        def __init__(self, by, /, **rest):
            super().__init__(**rest)

    with pytest.raises(SpecError, match="'shifted' is a class that needs 'by'"):
        part_of(Use("shifted"), "models", "model", {"shifted": Shifted})
    assert part_of(Use("svr_class"), "models", "model", {"svr_class": SVR}).make({}).kernel == "rbf"
