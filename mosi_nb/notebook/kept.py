"""What a saved notebook shows of a widget whose kernel is gone: still content, in an output of its own.

A front end that can show widgets shows nothing else of an output that holds one, and where the kernel is gone, it says
that there is no such widget. So the still content stands in the next output. Where the widget is alive, a style in it
hides the still content; where it is dead, a style beside the still content hides what is left of the widget.
"""

from __future__ import annotations

import secrets
from typing import Any

import ipywidgets as widgets
from IPython.display import display

GONE = ".jp-OutputArea-child:has(+ .jp-OutputArea-child .KEPT) > .jp-OutputArea-output:not(:has(> *)) {display: none}"
"""A widget has elements; what stands in the place of one that is gone is words alone."""

ARROW = """\
:has(> .mosi-nb-alive) {--jp-widgets-dropdown-arrow: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
viewBox='0 0 18 18'%3E%3Cpath fill='%23808080' d='M5.2 5.9 9 9.7l3.8-3.8 1.2 1.2-5 5-5-5z'/%3E%3C/svg%3E")}"""
"""The arrow of a drop-down in a grey that can be seen on light and on dark: that of ipywidgets is black on any."""

TICK = ":has(> .mosi-nb-alive) .widget-checkbox label {display: flex; align-items: center}"
"""Boxes to tick stand on a level with their words."""

SAID = "<p>Controls stood here; they are gone with their kernel. Run the cell again to have them back.</p>"


class Kept:
    """Still content in the place of one widget."""

    def __init__(self) -> None:
        self._name = f"mosi-nb-kept-{secrets.token_hex(4)}"

    def hiding(self) -> Any:
        """Return a part for the widget, which hides the still content as long as it is there."""
        style = f"<style>.{self._name} {{display: none}} {ARROW} {TICK}</style>"
        return widgets.HTML(style, layout={"display": "none"}, _dom_classes=["mosi-nb-alive"])

    def html(self, content: str) -> str:
        """Return the still content, for the output behind that of the widget.

        Parameters
        ----------
        content
            HTML; what comes from others is escaped in it.
        """
        return f'<style>{GONE.replace("KEPT", self._name)}</style><div class="{self._name}">{content}</div>'


def show(widget: Any, kept: Kept, *, still: str, told: str) -> None:
    """Show a widget in the cell that is executing, and behind it what stays of it.

    Parameters
    ----------
    widget
        Which holds `kept.hiding()`.
    kept
        Of this widget.
    still
        HTML, complete by itself.
    told
        The same in words.
    """
    bundle = dict(widget._repr_mimebundle_() or {})  # how a widget is shown
    display({**bundle, "text/html": "", "text/plain": told}, raw=True)
    display({"text/html": kept.html(f"{SAID}{still}"), "text/plain": ""}, raw=True)
