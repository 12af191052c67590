"""Views of a model in a notebook, as the model knows them: the notebook makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from mosi_nb.errors import SpecError
from mosi_nb.model.selection import View
from mosi_nb.registry import Views

if TYPE_CHECKING:
    import pandas as pd

TOLD = {
    "explore": (
        "linked views need",
        "leaderboard(), scores(), search() and their .chart() show the same things, each by itself",
    ),
    "choose": (
        "a leaderboard to choose from needs",
        "select(...), save(...), ensemble(...) and compare(...) do the same things without clicks",
    ),
}
"""By the method of `Model` that shows a view: what needs a notebook, and what there is without one."""


class Chooser(View, Protocol):
    """A leaderboard whose rows can be chosen."""

    def select(self, *names: str) -> None:
        """Choose these models, and no others."""


class Explorer(View, Protocol):
    """Linked views of a model, and what a person has chosen in them."""

    @property
    def filtered(self) -> pd.DataFrame:
        """The utterances that pass the filters, one row each."""

    @property
    def picked(self) -> pd.DataFrame:
        """The utterances whose rows or points are selected."""


def chooser_of(model: Any) -> Chooser:
    """Return a leaderboard of a model whose rows can be chosen.

    Raises
    ------
    SpecError
        Outside a notebook, and where the extension is not loaded.
    """
    return cast("Chooser", _view_of(model, "choose"))


def explorer_of(model: Any) -> Explorer:
    """Return linked views of a model.

    Raises
    ------
    SpecError
        Outside a notebook, and where the extension is not loaded.
    """
    return cast("Explorer", _view_of(model, "explore"))


def _view_of(model: Any, method: str) -> Any:
    if method not in Views.made:
        raise no_notebook(method)
    return Views.made[method](model)


def no_notebook(method: str) -> SpecError:
    """Return the error for a view where there is no notebook to show it.

    Parameters
    ----------
    method
        Of `Model`: `explore` or `choose`.
    """
    what, instead = TOLD[method]
    sentence = f"{what} a notebook in which the extension is loaded."
    advice = f"In a notebook, run %load_ext mosi_nb. Elsewhere, {instead}."
    return SpecError.at(None, method, sentence, advice=advice)
