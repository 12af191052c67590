import pytest

from mosi_nb.errors import SpecError
from mosi_nb.notebook.component_list import HELP, views
from mosi_nb.registry import KINDS, component, names


def test_without_anything_all_kinds_are_shown(shell):
    shown, error = shell.run("%mosi_components")
    assert error is None
    begun = [line.split("  ")[0] for line in shown.splitlines()[1:-1]]
    assert [one for one in begun if one] == list(KINDS)
    assert "…" not in shown
    assert set(names("model")) <= set(shown.replace(",", " ").split())  # each in full
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
    assert "Known:" not in str(refused.value) or line == ("modl", "ridge")


OWN = '''
from typing import Literal
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.svm import SVR

class Slow(RegressorMixin, BaseEstimator):
    """Wait, and then guess.

    Parameters
    ----------
    seconds : int
        How long it waits.
    """

    def __init__(self, seconds: int = 3, how: Literal["well", "badly"] = "well", inner=None):
        self.seconds, self.how, self.inner = seconds, how, inner

    def fit(self, X, y):
        return self

    def predict(self, X):
        return X[:, 0]

def bias(sentiment, predicted):
    """Mean error."""
    return 0.0

mine = Slow(5, inner=SVR())
'''


def test_estimators_and_functions_of_the_notebook_are_told_of_too(shell):
    assert shell.run(OWN)[1] is None
    shown, error = shell.run("%mosi_components model Slow")
    assert error is None
    assert shown.startswith("Slow (model of the notebook)\nWait, and then guess.\n")
    assert "seconds: whole number, default 3\n    How long it waits." in shown
    assert "For example: models = Slow(seconds=3, how=well)" in shown
    assert "default 5" in shell.run("%mosi_components mine")[0]
    assert "Mean error." in shell.run("%mosi_components bias")[0]
    assert "kernel: linear or poly or" in shell.run("%mosi_components SVR")[0]
    for line in ("%mosi_components model", "%mosi_components"):
        assert "Slow" in shell.run(line)[0].split("Of the notebook\n")[1]
    assert "Did you mean 'Slow'?" in str(shell.refused("%mosi_components Sloww"))


def test_help_holds_an_example(shell):
    assert shell.run("%mosi_components --help") == (HELP, None)
    assert "%mosi_components model svr\n" in HELP
    assert shell.run(HELP[HELP.index("%%mosi_experiment first") :].replace("first\n", "--plan\n"))[1] is None
