"""Linked views, as the model knows them: the notebook makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from mosi_nb.errors import SpecError
from mosi_nb.registry import Views

if TYPE_CHECKING:
    import pandas as pd


class Explorer(Protocol):
    """Linked views of a model, and what a person has chosen in them."""

    @property
    def selected(self) -> tuple[str, ...]:
        """Names of the selected models, in the order of the leaderboard."""

    @property
    def filtered(self) -> pd.DataFrame:
        """The utterances that pass the filters, one row each."""

    @property
    def picked(self) -> pd.DataFrame:
        """The utterances whose rows or points are selected."""


def explorer_of(model: Any) -> Explorer:
    """Return linked views of a model.

    Raises
    ------
    SpecError
        Outside a notebook, and where the extension is not loaded.
    """
    if Views.make is None:
        raise no_notebook()
    return cast("Explorer", Views.make(model))


def no_notebook() -> SpecError:
    """Return the error for linked views where there is no notebook to show them."""
    sentence = "linked views need a notebook in which the extension is loaded."
    instead = "leaderboard(), scores(), search() and their .chart() show the same things, each by itself"
    advice = f"In a notebook, run %load_ext mosi_nb. Elsewhere, {instead}."
    return SpecError.at(None, "explore", sentence, advice=advice)
