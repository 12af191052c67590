"""Linked views: models, their scores, what they predicted, and the utterances, each following the others."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
import pandas as pd

from mosi_nb.displays.explored import LISTED, Exploration
from mosi_nb.displays.explored_chart import draw_points, draw_scores
from mosi_nb.errors import MissingExtraError
from mosi_nb.notebook.actions import Actions
from mosi_nb.notebook.explorer_parts import TABLE, board, chart, table, wide
from mosi_nb.notebook.kept import Kept, show

if TYPE_CHECKING:
    from mosi_nb.model import Model

NEEDED = {"anywidget": "anywidget", "vl_convert": "vl-convert-python"}
"""Modules that the views need, and the packages that bring them."""

HINT = (
    "Click a row or a point to select it, and again to take it back. "
    "What is chosen is in Python too: .selected, .picked and .filtered of the model."
)


class Explorer:
    """Linked views of a model.

    Parameters
    ----------
    model
        A trained one.

    Attributes
    ----------
    heard
        Called with the names of the selected models whenever others were selected here.
    actions
        What can be done with them.
    widget
        What is shown.

    Raises
    ------
    MissingExtraError
        If a package that the views need is not installed.
    """

    def __init__(self, model: Model) -> None:
        _refuse_what_is_missing()
        self._model = model
        self.heard: Callable[[tuple[str, ...]], None] = lambda _: None
        self.actions, self._kept = Actions(model), Kept()
        self._shown = explored(model)
        self._shown.select(self._shown.models[:1])
        self._models = table(board(self._shown), [0] if self._shown.models else [])
        self._utterances = table(self._shown.listed(), [], **wide(self._shown.listed()))
        self._scores, self._points = chart(draw_scores(self._shown)), chart(draw_points(self._shown))
        self._clicked: dict[str, set[str]] = {}
        self._words = widgets.Text(
            description="Words", placeholder="in the transcript or the id", continuous_update=False
        )
        self._video = widgets.Dropdown(
            description="Video", options=[("all", ""), *((v, v) for v in self._shown.videos)]
        )
        self._told = widgets.HTML()
        self._clear = widgets.Button(description="Clear filters", tooltip="Show all utterances again")
        self.widget = self._laid_out()
        self._tell()
        self.actions.show(self._shown.selected)
        self._listen()

    @property
    def selected(self) -> tuple[str, ...]:
        """Names of the selected models, the best first."""
        return self._shown.selected

    @property
    def picked(self) -> pd.DataFrame:
        """The utterances whose rows or points are selected, one row each."""
        held = self._shown.utterances
        return held[held["segment_id"].astype(str).isin(self._shown.picked)].reset_index(drop=True)

    @property
    def filtered(self) -> pd.DataFrame:
        """The utterances that pass the filters, the worst predicted first, one row each."""
        return self._shown.filtered()

    def select(self, *names: str) -> None:
        """Select these models, in all views.

        Raises
        ------
        SpecError
            If there is no such model.
        """
        if self._shown.select(names):
            self._models.selected_rows = self._rows_selected()
            self._scores.params.chosen = list(self._shown.drawn)
            self._draw_points()
            self._list()
            self.actions.show(self._shown.selected)
            self.heard(self._shown.selected)

    def follow(self, names: Iterable[str]) -> None:
        """Select what was selected elsewhere, of the models that are here, and tell nobody."""
        heard, self.heard = self.heard, lambda _: None
        try:
            self.select(*(name for name in names if name in self._shown.models))
        finally:
            self.heard = heard

    def refresh(self) -> None:
        """Show the leaderboard as it is now; what is selected and filtered stays so."""
        held, self._shown = self._shown, explored(self._model)
        self._shown.select(name for name in held.selected if name in self._shown.models)
        self._shown.pick(held.picked)
        self._shown.words, self._shown.video, self._shown.brush = held.words, held.video, held.brush
        with self._models.hold_trait_notifications():
            self._models.update(board(self._shown), selected_rows=self._rows_selected(), **TABLE)
        self._scores.chart = draw_scores(self._shown)
        self._listen_to(self._scores, "clicked")
        self._draw_points()
        self._list()
        self.actions.refresh(self._shown.selected)

    def pick(self, *ids: str) -> None:
        """Pick the utterances with these ids, in all views."""
        if self._shown.pick(ids):
            self._points.params.picked = list(self._shown.picked)
            self._utterances.selected_rows = self._rows_picked(self._shown.listed())
            self._tell()

    def filter(self, words: str | None = None, video: str | None = None) -> None:
        """List the utterances that hold some words, and those of one video; empty for all."""
        self._words.value = self._words.value if words is None else words
        self._video.value = self._video.value if video is None else video

    def close(self) -> None:
        """Take the views away."""
        for part in (self._models, self._utterances, self._scores, self._points, self.actions, self.widget):
            part.close()

    def _listen(self) -> None:
        self._models.observe(lambda change: self._rows_of_models(change["new"]), "selected_rows")
        self._utterances.observe(lambda change: self._rows_of_utterances(change["new"]), "selected_rows")
        self._words.observe(lambda change: self._narrow(words=change["new"].strip()), "value")
        self._video.observe(lambda change: self._narrow(video=change["new"]), "value")
        self._clear.on_click(lambda _: self._clear_filters())
        self._listen_to(self._scores, "clicked")
        self._listen_to(self._points, "clicked", "brush")

    def _draw_points(self) -> None:
        self._points.chart = draw_points(self._shown)
        self._listen_to(self._points, "clicked", "brush")

    def _listen_to(self, drawn: Any, *names: str) -> None:
        """Listen to the selections of a chart; they are others whenever it was drawn anew."""
        self._clicked.pop("points" if drawn is self._points else "scores", None)
        for name in names:
            heard = self._brushed if name == "brush" else self._click_in
            drawn.selections.observe(lambda change, heard=heard: heard(drawn, change["new"]), name)
        drawn.params.observe(lambda _: self._keep_params())

    def _keep_params(self) -> None:
        """Tell the charts again what is chosen: one that is shown begins with what it was made with, and says so."""
        for params, name, value in (
            (self._scores.params, "chosen", list(self._shown.drawn)),
            (self._points.params, "picked", list(self._shown.picked)),
        ):
            if getattr(params, name) != value:
                setattr(params, name, value)

    def _rows_selected(self) -> list[int]:
        return [self._shown.models.index(name) for name in self._shown.selected]

    def _rows_of_models(self, rows: Iterable[int]) -> None:
        self.select(*(self._shown.models[row] for row in rows))

    def _rows_of_utterances(self, rows: Iterable[int]) -> None:
        segments = self._shown.listed()["segment"].astype(str).tolist()
        hidden = set(self._shown.picked) - set(segments)  # picked before, and not among those that are listed
        self.pick(*hidden, *(segments[row] for row in rows))

    def _click_in(self, drawn: Any, selection: Any) -> None:
        """Toggle what was clicked: a chart keeps its own list of that, which may be older than what is selected."""
        which = "points" if drawn is self._points else "scores"
        field = "segment_id" if which == "points" else "model"
        now = {str(one[field]) for one in selection.value or () if field in one}
        toggled, self._clicked[which] = now ^ self._clicked.get(which, set()), now
        if which == "points":
            self.pick(*(set(self._shown.picked) ^ toggled))
        else:
            self.select(*(set(self._shown.selected) ^ toggled))

    def _brushed(self, drawn: Any, selection: Any) -> None:
        del drawn
        value = dict(selection.value or {})
        brush = {name: tuple(ends) for name, ends in value.items() if name in {"sentiment", "predicted"} and ends}
        if brush != self._shown.brush:
            self._shown.brush = brush
            self._list()

    def _narrow(self, **filters: str) -> None:
        for name, value in filters.items():
            setattr(self._shown, name, value)
        self._list()

    def _clear_filters(self) -> None:
        self._words.value, self._video.value = "", ""
        if self._shown.brush:
            self._shown.brush = {}
            self._draw_points()
            self._list()

    def _list(self) -> None:
        """List the utterances anew."""
        listed = self._shown.listed()
        with self._utterances.hold_trait_notifications():
            self._utterances.update(listed, selected_rows=self._rows_picked(listed), **TABLE, **wide(listed))
        self._tell()

    def _rows_picked(self, listed: pd.DataFrame) -> list[int]:
        return [row for row, one in enumerate(listed["segment"].astype(str)) if one in self._shown.picked]

    def _tell(self) -> None:
        passing, of = len(self._shown.filtered()), len(self._shown.utterances)
        worst = f", the worst {LISTED} are listed" if passing > LISTED else ", the worst first"
        models = ", ".join(self._shown.selected) or "none"
        told = f"Models: {models}. Utterances: {passing:,} of {of:,}{worst}; {len(self._shown.picked)} picked."
        self._told.value = f"<small>{escape(told)}</small>"

    def _laid_out(self) -> widgets.VBox:
        box = {"display": "flex", "flex_flow": "row wrap", "align_items": "flex-start"}
        part = widgets.Layout(flex="1 1 720px", min_width="320px", overflow="auto", margin="0 12px 8px 0")
        narrow = widgets.Layout(flex="1 1 420px", min_width="320px", overflow="auto", margin="0 12px 8px 0")
        fixed = widgets.Layout(flex="0 0 auto", margin="0 12px 8px 0")
        parts = [
            widgets.HTML(f"<small>{HINT}</small>"),
            widgets.Box([_in(self._models, narrow), _in(self._scores, fixed)], layout=widgets.Layout(**box)),
            self.actions.widget,
            widgets.Box([self._words, self._video, self._clear], layout=widgets.Layout(**box)),
            self._told,
            widgets.Box([_in(self._points, fixed), _in(self._utterances, part)], layout=widgets.Layout(**box)),
            self._kept.hiding(),
        ]
        return widgets.VBox(parts)

    def __repr__(self) -> str:
        """Say what is selected."""
        return f"Explorer({', '.join(self.selected)})"

    def _ipython_display_(self) -> None:
        show(self.widget, self._kept, still=str(self._model.mimebundle()["text/html"]), told=repr(self))


def explored(model: Model) -> Exploration:
    """Return what the views of a model show."""
    utterances = model.errors().frame()
    frame, metrics = model.leaderboard().frame(), model.results.metrics
    shown = ["rank", *(f"{name}{end}" for name in metrics for end in ("", "_low", "_high")), "fit_seconds"]
    # where a model has the name of another column, its own is marked
    names = {
        str(name): next((c for c in (f"{name} (model)", str(name)) if c in utterances), "") for name in frame.index
    }
    known = {name: column for name, column in names.items() if column}
    return Exploration(frame[shown], utterances, known, next(iter(metrics.values())))


def _in(part: Any, layout: widgets.Layout) -> widgets.Box:
    return widgets.Box([part], layout=layout)


def _refuse_what_is_missing() -> None:
    for module, package in NEEDED.items():
        if importlib.util.find_spec(module) is None:
            raise MissingExtraError.of("explore()", package, "lab")
