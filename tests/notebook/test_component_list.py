import pytest

from mosi_nb.errors import SpecError
from mosi_nb.notebook.component_list import HELP, views
from mosi_nb.registry import KINDS, component, names


def test_without_anything_all_kinds_are_shown(shell):
    shown, error = shell.run("%mosi_components")
    assert error is None
    assert [line.split("  ")[0] for line in shown.splitlines()[1:-1]] == list(KINDS)
    assert "models, baselines" in shown


def test_a_kind_or_a_key_shows_its_components(shell):
    frame = views("model")[0].frame()
    assert frame["name"].tolist() == names("model")
    assert dict(zip(frame["name"], frame["summary"], strict=True))["svr"] == "Support vector regression."
    assert shell.run("%mosi_components models")[0] == shell.run("%mosi_components model")[0]


def test_one_shows_its_parameters_and_a_line_to_copy(shell):
    shown, _ = shell.run("%mosi_components model svr")
    assert "kernel: rbf or linear or poly or sigmoid, default rbf" in shown
    assert "For example: models = svr(C=1.0, kernel=rbf)" in shown
    view = views("svr")[0]
    assert view.frame()["parameter"].tolist() == ["C", "kernel", "gamma", "epsilon"]
    assert "<b>svr (model)</b>" in view.mimebundle()["text/html"]
    assert "| kernel | rbf or linear or poly or sigmoid | rbf | Shape of the function. |" in view.markdown()


def test_a_name_of_several_kinds_shows_each():
    assert [view.markdown().splitlines()[0] for view in views("holdout")] == ["holdout (folds)", "holdout (test)"]


def test_what_a_component_of_ones_own_says_is_escaped():
    @component("model", "loud_listed")
    def loud(size: int = 1):
        """Say <script>alert(1)</script>.

        Parameters
        ----------
        size
            How <b>loud</b>.
        """

    for view in views("loud_listed"):
        shown = view.mimebundle()["text/html"]
        assert "<script>alert" not in shown
        assert "<b>loud</b>" not in shown


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (("modl",), "unknown kind or component: 'modl'. Did you mean 'model'?"),
        (("rigde",), "unknown kind or component: 'rigde'. Did you mean 'ridge'?"),
        (("model", "rigde"), "unknown model: 'rigde'. Did you mean 'ridge'?"),
        (("modl", "ridge"), "unknown kind: 'modl'. Did you mean 'model'?"),
    ],
)
def test_a_name_that_nobody_knows_is_told_with_the_nearest(line, wanted):
    with pytest.raises(SpecError) as refused:
        views(*line)
    assert wanted in str(refused.value)


def test_help_holds_an_example(shell):
    assert shell.run("%mosi_components --help") == (HELP, None)
    assert "%mosi_components model svr\n" in HELP
