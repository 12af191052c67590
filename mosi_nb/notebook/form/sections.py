"""The parts of a form in the order of a cell, each made when it is first opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

from mosi_nb.cell.edit import source_of
from mosi_nb.cell.magic_line import arguments_of, with_flag, with_name
from mosi_nb.components.metrics import CHOSEN
from mosi_nb.notebook.cluster_names import scheduler_files, variables
from mosi_nb.notebook.form.data import Data
from mosi_nb.notebook.form.draft import refuse_no_name
from mosi_nb.notebook.form.lists import One, Several
from mosi_nb.notebook.form.look import cut
from mosi_nb.notebook.form.modalities import Modalities
from mosi_nb.notebook.form.parameters import Asked
from mosi_nb.notebook.form.plain import OfLine, Plain, Tick

if TYPE_CHECKING:
    from mosi_nb.notebook.form.form import Form

SUMMARY = 160
DEFAULT_METRICS = f"default: {', '.join(CHOSEN)}"


class Part(Protocol):
    """What stands in a section: controls that show the text and change it."""

    widget: Any

    def refresh(self) -> None:
        """Offer what is there by now: components and variables."""

    def show(self) -> None:
        """Show what the text says."""


@dataclass(frozen=True)
class Outline:
    """A section before it is made.

    Attributes
    ----------
    title
        Its heading.
    keys
        The keys of the cell that it is for; none for the line of the magic.
    default
        What is the case where none of them is written.
    parts
        From the form to what stands in it.
    opened
        Whether it is open at the beginning.
    """

    title: str
    keys: tuple[str, ...]
    default: str
    parts: Callable[[Form], Sequence[Part]]
    opened: bool = False


class Section:
    """A heading with what the text says in a few words, and below it the controls once it is open.

    Parameters
    ----------
    form
        Whose text it shows.
    outline
        What it is for.
    """

    def __init__(self, form: Form, outline: Outline) -> None:
        self._form, self.outline = form, outline
        self.parts: Sequence[Part] = ()
        self.open = False
        look = form.look
        self.heading = look.button("", self.toggle)
        self.heading.add_class("mosi-form-heading")
        self.summary = look.html("", "mosi-form-summary")
        self._head = look.box(self.heading, self.summary, across=True, classes=["mosi-form-head"])
        self._inside: Any = None
        self.widget = look.box(self._head, classes=["mosi-form-section"])
        self._name()

    def toggle(self) -> None:
        """Open it, or close it."""
        self.open = not self.open
        if self.open and not self.parts:
            self.parts = self.outline.parts(self._form)
            self._inside = self._form.look.box(*(one.widget for one in self.parts), classes=["mosi-form-inside"])
        if self.open:
            self.refresh()
        if self.open and self._form.draft.error is None:
            self.show()
        self.widget.children = (self._head, self._inside) if self.open else (self._head,)
        self._name()

    def refresh(self) -> None:
        """Offer what is there by now."""
        for part in self.parts if self.open else ():
            part.refresh()

    def show(self) -> None:
        """Show what the text says."""
        summary = self._summary()
        self.summary.value = f'<span title="{escape(summary)}">{escape(cut(summary, SUMMARY))}</span>'
        for part in self.parts if self.open else ():
            part.show()

    def _name(self) -> None:
        self.heading.description = f"{'▾' if self.open else '▸'} {self.outline.title}"
        self.heading.tooltip = f"{'Close' if self.open else 'Open'} {self.outline.title}"

    def _summary(self) -> str:
        if not self.outline.keys:
            return arguments_of(self._form.draft.line) or self.outline.default
        body = self._form.draft.body
        written = {key: ", ".join(source_of(body, key)) for key in self.outline.keys}
        given = {key: value for key, value in written.items() if value}
        if len(self.outline.keys) == 1:
            return next(iter(given.values()), self.outline.default)
        return "; ".join(f"{key} = {value}" for key, value in given.items()) or self.outline.default


def _line(form: Form) -> list[Part]:
    name = Asked("Name", help="The variable that the result is bound to.")
    failing = Asked("On error", "stop", "What a fit that fails does.", ("stop", "keep"), closed=True)
    known = (*variables(form.namespace), *scheduler_files())
    cluster = Asked("Cluster", "as %mosi_cluster says", "An address, a scheduler file or a variable.", known)
    return [
        OfLine(form, name, lambda flags: flags.name, _named),
        OfLine(
            form,
            failing,
            lambda flags: flags.on_error if "--on-error" in form.draft.line else "",
            lambda line, value: with_flag(line, "--on-error", value),
        ),
        OfLine(form, cluster, lambda flags: flags.cluster, lambda line, value: with_flag(line, "--cluster", value)),
        Tick(
            form,
            "Make every fit again",
            "Whatever the history of earlier runs holds",
            lambda flags: flags.again,
            lambda line, on: with_flag(line, "--again", on),
        ),
    ]


def _named(line: str, name: str) -> str:
    refuse_no_name(name, "Name")
    return with_name(line, name)


def _plain(form: Form, key: str, asked: Asked) -> Plain:
    return Plain(form, key, asked)


def _limits(form: Form) -> list[Part]:
    asked = {
        "budget": Asked("Budget", "no limit", "Most time for the whole run, such as 10min."),
        "fit_limit": Asked("Limit of a fit", "no limit", "Most time for one fit, such as 5min."),
        "checkpoint": Asked(
            "Checkpoint", "at once", "How long finished fits may wait before they are kept, such as 30s."
        ),
        "jobs": Asked("Jobs", "-1", "Number of workers; -1 for one on each core."),
        "seed": Asked("Seed", "0", "What every random choice starts from."),
        "nested": Asked("Nested fits", "on", "Whether one fit may evaluate a whole grid.", ("on", "off"), closed=True),
        "silence": Asked("Silence", "none", "Codes of checks that are passed over, such as MOSI004."),
    }
    return [_plain(form, key, one) for key, one in asked.items()]


def _combined(form: Form) -> list[Part]:
    tried = ("none", "modalities", "modalities(search=on)")
    ablate = Asked("Ablate", "none", "What is left out in turn, once all else is finished.", tried, closed=True)
    return [
        Several(form, "ensemble", "ensemble", "Ensembles", add="Add ensemble", empty="default: none"),
        Plain(form, "thresholds", Asked("Thresholds", "none", "Metrics for which thresholds are tuned: acc7, ...")),
        Plain(form, "ablate", ablate),
        Several(
            form,
            "baselines",
            "model",
            "Baselines",
            add="Add baseline",
            empty="default: dummy, text_only",
            begins=["dummy"],
        ),
    ]


OUTLINES = (
    Outline("Name and flags", (), "no name yet", _line),
    Outline("Data", ("data",), "none yet", lambda form: [Data(form)], opened=True),
    Outline(
        "Modalities and encoders",
        ("modalities", "text", "audio", "video"),
        "default: all that the data hold",
        lambda form: [Modalities(form)],
    ),
    Outline(
        "Models",
        ("models",),
        "none yet",
        lambda form: [Several(form, "models", "model", "Models", add="Add model", empty="none yet: add one")],
        opened=True,
    ),
    Outline("Fusion", ("fusion",), "default: early", lambda form: [One(form, "fusion", "Fusion", "early")]),
    Outline(
        "Metrics",
        ("metrics",),
        DEFAULT_METRICS,
        lambda form: [
            Several(form, "metrics", "metric", "Metrics", add="Add metric", empty=DEFAULT_METRICS, begins=CHOSEN)
        ],
    ),
    Outline("Folds", ("folds",), "default: by_video(5)", lambda form: [One(form, "folds", "Folds", "by_video(5)")]),
    Outline(
        "Test",
        ("test",),
        "default: standard, or holdout(0.2) where the data know no folds",
        lambda form: [One(form, "test", "Test", "standard, else holdout(0.2)")],
    ),
    Outline("Search", ("search",), "default: grid", lambda form: [One(form, "search", "Search", "grid")]),
    Outline(
        "Ensembles, ablation, baselines",
        ("ensemble", "thresholds", "ablate", "baselines"),
        "default: baselines alone",
        _combined,
    ),
    Outline(
        "Limits and seed",
        ("budget", "fit_limit", "checkpoint", "jobs", "seed", "nested", "silence"),
        "default: no limit, seed 0",
        _limits,
    ),
)
