"""The controls of a form, each with its label, in one look.

A widget of its own for the layout and the style of every control would make three of each: they are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from html import escape
from importlib.resources import files
from typing import Any

import ipywidgets as widgets

LABEL = "10.5em"
SHOWN = 44
"""Letters of a line with a mistake that are shown: as many as fit into a narrow form."""


class Look:
    """What makes the controls of one form."""

    def __init__(self) -> None:
        self._styles: dict[str, Any] = {}

    @cached_property
    def layout(self) -> Any:
        """As wide as there is room."""
        return widgets.Layout(width="100%", min_width="0", margin="2px 0")

    @cached_property
    def small(self) -> Any:
        """As wide as what is in it."""
        return widgets.Layout(width="auto", min_width="0", margin="2px 4px 2px 0", flex="0 0 auto")

    @cached_property
    def row(self) -> Any:
        """Of things side by side, which go below one another where there is no room."""
        return widgets.Layout(flex_flow="row wrap", align_items="center", width="100%", overflow="visible")

    @cached_property
    def column(self) -> Any:
        """Of things below one another."""
        return widgets.Layout(width="100%", min_width="0", overflow="visible")

    def text(self, label: str, *, placeholder: str = "", tooltip: str = "", options: Sequence[str] = ()) -> Any:
        """Return a line to type in, with what may be picked from."""
        shared = {"description": label, "placeholder": placeholder, "layout": self.layout, "continuous_update": False}
        shared |= {"style": self._style(widgets.Text), "tooltip": _title(label, tooltip)}
        if options:
            return widgets.Combobox(options=tuple(options), ensure_option=False, **shared)
        return widgets.Text(**shared)

    def dropdown(self, label: str, options: Sequence[tuple[str, str]], tooltip: str = "") -> Any:
        """Return a list to pick one from."""
        return widgets.Dropdown(
            description=label, options=list(options), layout=self.layout, style=self._style(widgets.Dropdown),
            tooltip=_title(label, tooltip),
        )  # fmt: skip

    def listing(self, label: str, rows: int) -> Any:
        """Return a list of which one is selected."""
        return widgets.Select(
            description=label, options=[], rows=rows, layout=self.layout, style=self._style(widgets.Select)
        )

    def tick(self, label: str, tooltip: str = "") -> Any:
        """Return a box to tick."""
        return widgets.Checkbox(
            description=label, layout=self.small, style=self._style(widgets.Checkbox, ""), indent=False,
            tooltip=tooltip or None,
        )  # fmt: skip

    def button(self, label: str, clicked: Callable[[], None], tooltip: str = "", kind: str = "") -> Any:
        """Return a button."""
        made = widgets.Button(
            description=label, tooltip=tooltip or label, layout=self.small, style=self._button, button_style=kind
        )
        made.on_click(lambda _: clicked())
        return made

    def html(self, content: str = "", *classes: str) -> Any:
        """Return a place for text; whoever fills it escapes what comes from others."""
        return widgets.HTML(
            content, layout=self.column, style=self._style(widgets.HTML, ""), _dom_classes=["mosi-form-html", *classes]
        )

    def box(self, *parts: Any, across: bool = False, classes: Sequence[str] = ()) -> Any:
        """Return parts below one another, or side by side."""
        return widgets.Box(parts, layout=self.row if across else self._below, _dom_classes=["mosi-form-box", *classes])

    @cached_property
    def _below(self) -> Any:
        return widgets.Layout(display="flex", flex_flow="column", width="100%", min_width="0", overflow="visible")

    @cached_property
    def _button(self) -> Any:
        return widgets.ButtonStyle()

    def _style(self, kind: Any, width: str = LABEL) -> Any:
        """Return the style that all controls of a kind share."""
        made = kind.style.klass
        name = f"{made.__name__}{width}"
        if name not in self._styles:
            self._styles[name] = made(description_width=width) if width else made()
        return self._styles[name]


def _title(label: str, tooltip: str) -> str:
    """Return what a label says in full, and what it means: where there is little room the label is cut."""
    return f"{label}: {tooltip}" if tooltip else label


def css() -> str:
    """Return the style of all forms."""
    return files(__package__).joinpath("form.css").read_text(encoding="utf-8")


def told(error: object, *, short: bool = False) -> str:
    """Return an error as HTML: the word, and what it says.

    Parameters
    ----------
    error
        Whose message is shown, escaped.
    short
        Only its first line, for a place beside a field.
    """
    lines = str(error).split("\n")
    if short:
        return f'<div class="mosi-form-error" role="alert"><b>Error</b> {escape(lines[0])}</div>'
    inside = []
    for n, line in enumerate(lines):
        if line.startswith("  ") and n + 1 < len(lines) and set(lines[n + 1].strip()) == {"^"}:
            inside.append(f"<pre>{escape(around(line, lines[n + 1]))}</pre>")
        elif set(line.strip()) != {"^"}:
            inside.append(f"<div>{escape(line)}</div>")
    return f'<div class="mosi-form-error" role="alert"><b>Error</b> {"".join(inside)}</div>'


def around(line: str, caret: str) -> str:
    """Return a line and the caret beneath it, cut to what stands around the caret.

    Examples
    --------
    >>> print(around("  models = " + "svr, " * 20 + "wrong", " " * 111 + "^^^^^"))
      … vr, svr, svr, svr, svr, svr, svr, svr, wrong
                                               ^^^^^
    """
    if len(line) <= SHOWN:
        return f"{line}\n{caret}"
    at = caret.index("^")
    start = max(min(at - SHOWN * 3 // 4, len(line) - SHOWN), 2)
    before, after = "  … " if start > 2 else "  ", " …" if start + SHOWN < len(line) else ""  # noqa: PLR2004 -- its indent
    width = min(caret.count("^"), SHOWN - (at - start))
    return f"{before}{line[start : start + SHOWN]}{after}\n{' ' * (len(before) + at - start)}{'^' * width}"


def cut(text: str, most: int) -> str:
    """Return a text on one line, of at most so many letters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
