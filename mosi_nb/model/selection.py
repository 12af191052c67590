"""What is selected of a leaderboard, in step in all views of it, and which rows can be saved, combined, compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from mosi_nb.compare import rows
from mosi_nb.model.brought_row import TEST_ONLY, BroughtRow

if TYPE_CHECKING:
    from mosi_nb.model.gathered import Gathered

INCOMPLETE = "has not all its fits"


class View(Protocol):
    """A view in which rows of a leaderboard are selected.

    Attributes
    ----------
    heard
        What the view calls with the names whenever a person, or its own `select`, has selected others.
    """

    heard: Callable[[tuple[str, ...]], None]

    @property
    def selected(self) -> tuple[str, ...]:
        """Names of the selected models, in the order of the leaderboard."""

    def follow(self, names: Iterable[str]) -> None:
        """Show what was selected elsewhere, of the models that the view knows, and tell nobody."""

    def refresh(self) -> None:
        """Show the leaderboard as it is now."""


class Selection:
    """Names of the selected models of one experiment, in step in the last view of each kind.

    Attributes
    ----------
    names
        The best first, as the view tells them; None until there is a view, or `choose` was called.
    """

    def __init__(self) -> None:
        self.names: tuple[str, ...] | None = None
        self._views: dict[str, View] = {}
        self._is_telling = False

    def hang(self, kind: str, view: View) -> None:
        """Take a view up, in the place of the last one of its kind; it shows what is selected already."""
        earlier = self._views.get(kind)
        if earlier is not None:
            earlier.heard = _nobody
        self._views[kind] = view
        if self.names:
            view.follow(self.names)
        view.heard = lambda names: self.choose(names, by=view)
        self.choose(view.selected, by=view)

    def choose(self, names: Iterable[str], by: View | None = None) -> None:
        """Select these models in all views but the one that says so."""
        wanted = tuple(names)
        if self._is_telling or wanted == self.names:
            return
        self.names, self._is_telling = wanted, True
        try:
            for view in self._views.values():
                if view is not by:
                    view.follow(wanted)
        finally:
            self._is_telling = False

    def refresh(self) -> None:
        """Let all views show the leaderboard as it is now."""
        for view in self._views.values():
            view.refresh()


def _nobody(names: tuple[str, ...]) -> None:
    """Take no notice."""
    del names


@dataclass(frozen=True)
class Able:
    """Why rows of a leaderboard cannot be saved, combined or compared: the end of a sentence, by name.

    A row that is not named can.
    """

    save: Mapping[str, str] = field(default_factory=dict)
    combine: Mapping[str, str] = field(default_factory=dict)
    compare: Mapping[str, str] = field(default_factory=dict)


def able(model: Any) -> Able:
    """Return what can be done with each row of a trained `Model`; nothing is fitted for that."""
    ran: Gathered = model._ran  # noqa: SLF001 -- of this layer
    complete = {row.model for row in rows(ran.results, ran.folds) if row.complete}
    unranked = ran.unranked
    names = dict.fromkeys([*ran.results.models, *unranked])
    missing = {name: INCOMPLETE for name in names if name not in complete}
    tested = {name for name, status in unranked.items() if status == TEST_ONLY}
    combined = {name: f"is computed from others: {', '.join(row.plan.members)}" for name, row in ran.combined.items()}
    known = {
        name: "is predictions alone, without a model behind them"
        for name, source in ran.added.items()
        if isinstance(source, BroughtRow) and source.behind is None
    }
    return Able(
        save={name: reason for name, reason in missing.items() if name not in tested} | known,
        combine=missing | combined,
        compare=missing | {name: f"has no rank ({status})" for name, status in unranked.items()},
    )


def refresh_views(model: Any) -> None:
    """Let all views of a model show its leaderboard as it is now."""
    model._selection.refresh()  # noqa: SLF001 -- of this layer
