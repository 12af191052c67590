"""Help on what stands at the cursor, which stands where | is."""

import pytest

from mosi_nb.cell import parse
from mosi_nb.cell.help import MEANINGS, example, of_component
from mosi_nb.cell.help_at import help_at
from mosi_nb.registry import KINDS, find, names
from mosi_nb.spec import KEYS


def first_line(text, **namespace):
    told = help_at(text.replace("|", ""), text.index("|"), namespace)
    return told.splitlines()[0] if told else None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("mod|els = ridge", "models (key)"),
        ("|models = ridge", "models (key)"),
        ("models = |", "models (key)"),
        ('data = "mo|si.csv"', "data (key)"),
        ("models = ri|dge(alpha=1)", "ridge (model)"),
        ("models = ridge(|)", "ridge (model)"),
        ("models = rid|", "ridge (model)"),
        ("audio = scale, pca|(5)", "pca (encoder)"),
        ("ensemble = stack(ri|dge)", "ridge (model)"),
        ("models = ridge(al|pha=1)", "alpha (parameter of model ridge)"),
        ("models = ridge(|alpha=1)", "alpha (parameter of model ridge)"),
        ("models = ridge(alpha=1|)", "alpha (parameter of model ridge)"),
        ("models = svr(kernel=[rbf, li|near])", "kernel (parameter of model svr)"),
        ("models = ridge(alpha=lo|g(0.1, 1))", "log (space)"),
        ("models = ridge(alpha=log(0.1, 1|", "high (parameter of space log)"),
        ("folds = by_video(5|", "k (parameter of folds by_video)"),
        ("models = n|et", None),
        ("models = net(|", None),
        ("models = ridge # ri|dge", None),
        ("unkn|own = 1", None),
    ],
)
def test_help_on_what_stands_at_the_cursor(text, wanted):
    assert first_line(text, net=object()) == wanted


def test_help_on_a_component_has_all_that_its_docstring_says():
    told = of_component(find("model", "svr"))
    assert "Support vector regression." in told
    assert "kernel: rbf or linear or poly or sigmoid, default rbf\n    Shape of the function." in told
    assert told.endswith("For example: models = svr(C=1.0, kernel=rbf)")


def test_every_component_and_key_has_help_and_an_example_that_is_a_line_of_a_cell():
    assert set(MEANINGS) == set(KEYS)
    for kind in KINDS:
        for name in names(kind):
            shown = find(kind, name)
            assert of_component(shown).startswith(f"{name} ({kind})\n{shown.summary}")
            assert parse(example(shown))
