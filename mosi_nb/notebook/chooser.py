"""A leaderboard whose rows are chosen by clicks, with what can be done with the chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from mosi_nb.displays.choices import LABEL, Choice, choices
from mosi_nb.displays.render import shortened
from mosi_nb.errors import MosiError, SpecError
from mosi_nb.notebook.action_lines import called, select_line
from mosi_nb.notebook.actions import Actions
from mosi_nb.notebook.kept import Kept, show

if TYPE_CHECKING:
    from mosi_nb.model import Model

HIGHEST = "320px"
"""Of the box of rows, which scrolls."""

NAMED = 8
"""Chosen models that are named in words."""


class Chooser:
    """A leaderboard with a box to tick in each row; only widgets that every front end has.

    Parameters
    ----------
    model
        A trained one.

    Attributes
    ----------
    heard
        Called with the names of the chosen whenever they have changed here.
    actions
        What can be done with them.
    widget
        What is shown.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self.heard: Callable[[tuple[str, ...]], None] = lambda _: None
        self._is_following = False
        self._boxes: dict[str, Any] = {}
        self._beside: dict[str, Any] = {}
        self._shared: dict[str, Any] = {"layout": widgets.Layout(width="auto", margin="0")}
        self._words = widgets.Text(
            description="Filter",
            placeholder="name, parameters or status",
            layout={"width": "300px"},
            style={"description_width": "initial"},
        )
        self._all = _button("All", "Choose all rows that are listed, too")
        self._none = _button("None", "Choose none")
        self._level = _button("Best and level with it", "Choose the best, and those that no test tells from it")
        self._header, self._told = widgets.HTML(), widgets.HTML()
        self._grid = widgets.GridBox(layout={"grid_auto_rows": "32px", "width": "max-content", "margin": "0"})
        self.actions, self._kept = Actions(model), Kept()
        self.widget = self._laid_out()
        self._listen()
        self.refresh()

    @property
    def selected(self) -> tuple[str, ...]:
        """Names of the chosen models, in the order of the leaderboard."""
        return tuple(name for name, box in self._boxes.items() if box.value)

    def select(self, *names: str) -> None:
        """Choose these models, and no others.

        Raises
        ------
        SpecError
            If there is no such model.
        """
        for name in names:
            if name not in self._boxes:
                raise SpecError.unknown(None, "select", "model of this leaderboard", name, self._boxes)
        before = self.selected
        self.follow(names)
        if self.selected != before:
            self.heard(self.selected)

    def follow(self, names: Iterable[str]) -> None:
        """Show what was chosen elsewhere, and tell nobody."""
        wanted = set(names)
        self._is_following = True
        try:
            for name, box in self._boxes.items():
                box.value = name in wanted
        finally:
            self._is_following = False
        self._tell()
        self.actions.show(self.selected)

    def filter(self, words: str) -> None:
        """List the rows whose name, parameters or status hold all of some words; empty for all rows."""
        self._words.value = words

    def refresh(self) -> None:
        """Show the leaderboard as it is now; what is chosen stays so."""
        directions = {name: metric.larger_is_better for name, metric in self._model.results.metrics.items()}
        self._choices = choices(self._model.leaderboard().frame(), directions)
        held, beside = self._boxes, self._beside
        self._boxes = {row.name: self._box(row) for row in self._choices.rows}
        self._beside = {row.name: self._row(row) for row in self._choices.rows}
        gone = [name for name in held if name not in self._boxes]
        for part in [*(held[name] for name in gone), *(beside[name] for name in gone)]:
            part.close()
        letters = f"{60 + 7 * self._choices.letters}px"
        self._grid.layout.grid_template_columns = f"{letters} auto"
        self._header.value = (
            f'<div style="display:grid;grid-template-columns:{letters} auto;border-bottom:1px solid currentColor">'
            f'<span style="font-weight:600;line-height:28px">model</span>{self._choices.header}</div>'
        )
        self._list()
        self.actions.refresh(self.selected)

    def close(self) -> None:
        """Take the view away."""
        for part in (*self._boxes.values(), *self._beside.values(), self.actions, self.widget):
            part.close()

    def _box(self, row: Choice) -> Any:
        """Return the box of a row, the one that is there already if there is one."""
        box = self._boxes.get(row.name)
        if box is None:
            box = self._made(widgets.Checkbox, description=row.label, indent=False)
            box.observe(lambda _: self._ticked(), "value")
        box.tooltip = row.told
        return box

    def _row(self, row: Choice) -> Any:
        held = self._beside.get(row.name) or self._made(widgets.HTML)
        held.value = row.html
        return held

    def _made(self, kind: Any, **given: Any) -> Any:
        """Return a widget of a row; all of a kind share layout and style, which are objects of the front end's, too."""
        style = self._shared.get(kind.__name__)
        made = kind(layout=self._shared["layout"], **given, **({"style": style} if style else {}))
        self._shared[kind.__name__] = made.style
        return made

    def _listen(self) -> None:
        self._words.observe(lambda _: self._list(), "value")
        self._all.on_click(lambda _: self.select(*self.selected, *self._listed()))
        self._none.on_click(lambda _: self.select())
        self._level.on_click(lambda _: self._choose_level())

    def _ticked(self) -> None:
        if not self._is_following:
            self._tell()
            self.actions.show(self.selected)
            self.heard(self.selected)

    def _choose_level(self) -> None:
        try:
            self.select(*self._model.level())
        except MosiError as error:  # such as that no model has all its fits: a click would lose it
            self._told.value = _small(escape(str(error)))

    def _listed(self) -> list[str]:
        return [row.name for row in self._choices.rows if row.holds(self._words.value)]

    def _list(self) -> None:
        """List the rows that pass the filter."""
        self._grid.children = tuple(part for name in self._listed() for part in (self._boxes[name], self._beside[name]))
        self._tell()

    def _tell(self) -> None:
        """Say what is chosen, and how many rows are listed."""
        chosen, listed = self.selected, self._listed()
        named = ", ".join(shortened(name, LABEL) for name in chosen[:NAMED])
        named += f" and {len(chosen) - NAMED} more" if len(chosen) > NAMED else ""
        told = [f"{len(chosen):,} of {len(self._boxes):,} chosen{': ' if chosen else ''}{named}."]
        if len(listed) < len(self._boxes):
            told.append(f"{len(listed):,} listed; {len(set(chosen) - set(listed)):,} of the chosen are not among them.")
        line = select_line(called(self._model), chosen) if chosen else ""
        self._told.value = _small(
            f'{escape(" ".join(told))} <code style="user-select:text;font-size:12px">{escape(line)}</code>'
        )

    def _laid_out(self) -> widgets.VBox:
        narrowing = [self._words, self._all, self._none, self._level]
        scrolled = {"max_height": HIGHEST, "overflow": "hidden auto", "width": "max-content", "padding": "0 20px 0 0"}
        rows = widgets.VBox([self._grid], layout=scrolled)
        # the names of the columns move with the rows to the side, and not with them down
        table = widgets.VBox([self._header, rows], layout={"overflow": "auto hidden", "max_width": "100%"})
        top = widgets.HBox(narrowing, layout={"flex_flow": "row wrap"})
        return widgets.VBox([top, table, self._told, self.actions.widget, self._kept.hiding()])

    def __repr__(self) -> str:
        """Say what is chosen."""
        return f"Chooser({', '.join(self.selected)})"

    def _ipython_display_(self) -> None:
        show(self.widget, self._kept, still=str(self._model.mimebundle()["text/html"]), told=repr(self))


def _button(description: str, tooltip: str) -> widgets.Button:
    return widgets.Button(description=description, tooltip=tooltip, layout={"width": "auto"})


def _small(html: str) -> str:
    return f'<div role="status" style="line-height:1.4;overflow-wrap:break-word"><small>{html}</small></div>'
