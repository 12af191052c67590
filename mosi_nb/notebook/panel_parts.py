"""The controls of the panel of `%mosi_cluster`, from top to bottom, and what it says."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from mosi_nb.displays.cluster import ClusterView
from mosi_nb.displays.render import shortened
from mosi_nb.notebook.kept import Kept

ADDRESS = "Address, file or variable"
PATHS = {
    "Authority (CA) file": "ca.pem",
    "Certificate file": "me.pem",
    "Key file": "me.key; empty if in the certificate",
}
LISTED = 100
"""Most workers that the table holds: it is sent anew every two seconds."""

LONGEST_BUTTON = 48
WIDE = {"description_width": "170px"}
FIELDS_AT = "178px"
"""Where fields begin, behind their words."""

FIELD = "min(540px, 100%)"
HIDDEN, SHOWN = "none", ""


class Parts:
    """The widgets of the panel.

    Attributes
    ----------
    root
        What is shown.
    kept
        What stays of it when the kernel is gone.
    said
        The message that is shown.
    """

    def __init__(self, timeout: float) -> None:
        self.address = widgets.Combobox(
            description=ADDRESS,
            placeholder="tcp://10.0.0.7:8786",
            continuous_update=False,
            style=WIDE,
            layout=widgets.Layout(width=FIELD),
        )
        self.timeout = widgets.BoundedFloatText(
            timeout, min=0.1, max=600, description="Try for, seconds", style=WIDE, layout=widgets.Layout(width="260px")
        )
        self.with_tls = widgets.Checkbox(
            description="TLS certificates from files",
            indent=False,
            layout=widgets.Layout(width="auto", margin="2px 12px"),
        )
        self.paths = [_path(name, example) for name, example in PATHS.items()]
        self.tls = widgets.VBox(self.paths)
        self.connect, self.cancel = _button("Connect", "Try to reach it"), _button("Cancel", "Try no longer")
        self.this_machine = _button("This machine", "Use the cores of this machine, and close what was opened here")
        self.again = _button("Re-attach", "Connect to the cluster that was used last")
        self.refresh = _button("Refresh", "Look again, and every two seconds from now on")
        self.workers = widgets.BoundedIntText(
            1, min=0, max=10_000, description="Workers", style=WIDE, layout=widgets.Layout(width="260px")
        )
        self.scale = _button("Scale", "Have that many workers")
        self.not_scaled, self.message = widgets.HTML(), widgets.HTML()
        self.state, self.table, self.looked = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.kept, self.said = Kept(), ""
        self.root = self._laid_out()
        self.try_to_cancel(possible=False)
        self.fold(with_tls=False)

    def _laid_out(self) -> widgets.VBox:
        # The table is replaced within a box that keeps its place when it was scrolled.
        scrolled = widgets.Box([self.table], layout=widgets.Layout(max_height="420px", overflow="auto"))
        rows = [
            _row(self.address, self.connect, self.cancel),
            _row(self.timeout, self.with_tls),
            self.tls,
            _row(self.this_machine, self.again, self.refresh, left=FIELDS_AT),
            _row(self.workers, self.scale, self.not_scaled),
            self.message,
            self.state,
            scrolled,
            self.looked,
            self.kept.hiding(),
        ]
        # Counted by the front end, so that nobody is asked for a panel that nobody sees.
        return widgets.VBox(rows, _view_count=0)

    def fold(self, *, with_tls: bool) -> None:
        """Show the fields for certificates, or hide them."""
        self.tls.layout.display = SHOWN if with_tls else HIDDEN

    def try_to_cancel(self, *, possible: bool) -> None:
        """Let Cancel be pressed, or not."""
        self.cancel.disabled = not possible

    def offer(self, last: str) -> None:
        """Offer the cluster that was used last; empty for none."""
        self.again.description = f"Re-attach to {shortened(last, LONGEST_BUTTON)}" if last else "Re-attach"
        self.again.layout.display = SHOWN if last else HIDDEN

    def allow_scaling(self, why_not: str) -> None:
        """Show the controls for the number of workers; or why there are none."""
        for part in (self.workers, self.scale):
            part.layout.display = HIDDEN if why_not else SHOWN
        self.not_scaled.value = (
            f'<div class="mosi-nb" style="max-width:90ch">{escape(why_not)}</div>' if why_not else ""
        )

    def say(self, said: str, *, failed: bool = False) -> None:
        """Show a message; one that tells of a failure says so by a word."""
        self.said = said
        told = f"Failed: {said}" if failed else said
        role, place = "alert" if failed else "status", "white-space:pre-wrap;overflow-wrap:break-word;max-width:110ch"
        framed = "border:1px solid currentColor;padding:6px 10px" if failed else ""
        shown = f'<div class="mosi-nb" role="{role}" style="{place};line-height:1.35;{framed}">{escape(told)}</div>'
        self.message.value = shown if said else ""

    def show(self, summary: dict[str, Any]) -> None:
        """Show what is so; the table apart, for it changes every two seconds and the link above it does not."""
        workers = list(summary.get("workers", ()))
        notes = list(summary.get("notes", ()))
        if len(workers) > LISTED:
            notes.append(f"The first {LISTED} of {len(workers):,} workers are listed.")
        self.state.value = _html({**summary, "workers": (), "notes": notes})
        self.table.value = _html({"workers": workers[:LISTED]}) if workers else ""


def _html(summary: dict[str, Any]) -> str:
    return str(ClusterView(summary).mimebundle()["text/html"])


def _path(name: str, example: str) -> widgets.Text:
    return widgets.Text(description=name, placeholder=example, style=WIDE, layout=widgets.Layout(width=FIELD))


def _button(name: str, tooltip: str) -> widgets.Button:
    return widgets.Button(description=name, tooltip=tooltip, layout=widgets.Layout(width="auto", min_width="90px"))


def _row(*parts: widgets.Widget, left: str = "0") -> widgets.Box:
    layout = widgets.Layout(flex_flow="row wrap", align_items="center", padding=f"0 0 0 {left}")
    return widgets.Box(parts, layout=layout)
