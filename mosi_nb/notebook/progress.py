"""Progress that moves after its cell has ended, with a button that stops the run."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

from mosi_nb.displays import ProgressView
from mosi_nb.notebook.kept import Kept
from mosi_nb.notebook.show import background_text

STOP = "End the run; what is finished is kept"


class Moving:
    """A widget with a run's progress and a button Stop.

    Parameters
    ----------
    view
        What is shown first.
    name
        Of the variable that the run is bound to.
    stop
        Is called when the button is clicked.
    """

    def __init__(self, view: ProgressView, name: str, stop: Callable[[], None]) -> None:
        self._told, self._stop = background_text(view, name), stop
        self._progress = widgets.HTML(value=view.html())
        self.button = widgets.Button(description="Stop", tooltip=STOP)  # no icon: it would be read aloud
        self._words = widgets.HTML(value=f"<small>{STOP}.</small>")
        self.button.on_click(lambda _: self._clicked())
        # The button before the table: whoever walks by the keyboard comes to it first, and it stays where it is.
        self._kept, self._name = Kept(), name
        self._hiding = self._kept.hiding()
        self.widget = widgets.VBox([widgets.HBox([self.button, self._words]), self._progress, self._hiding])

    def show(self, view: ProgressView) -> None:
        """Show how far it is."""
        self._progress.value = view.html()

    def end(self, html: str) -> None:
        """Show what came out, for a page that was reloaded meanwhile and so hears of nothing but widgets.

        Parameters
        ----------
        html
            The result; empty if there is none.
        """
        self._progress.value = html
        self.widget.children = (self._progress, self._hiding)

    def mimebundle(self) -> dict[str, Any]:
        """Return what is shown: the widget, and for what cannot run widgets, what can be done."""
        told = f"<p>{escape(self._told)}</p>"
        return {**self.widget._repr_mimebundle_(), "text/html": told, "text/plain": self._told}

    def kept(self) -> dict[str, Any]:
        """Return what stays in the output behind, in case the kernel ends before the run."""
        told = f"If only these lines are here, the kernel has ended: %mosi_attach {self._name} goes on with the run."
        return {"text/html": self._kept.html(f"<p>{escape(told)}</p>"), "text/plain": ""}

    def _clicked(self) -> None:
        self.button.disabled = True
        self.button.description = "Stopping"
        self._words.value = "<small>What is finished is kept.</small>"
        self._stop()
