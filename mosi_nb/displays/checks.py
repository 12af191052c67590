"""Checks that were carried out: those that fired, and how many passed."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

import pandas as pd

from mosi_nb.cell import parse_value
from mosi_nb.components.installed import also_missing
from mosi_nb.data.loader_checks import findings_of
from mosi_nb.displays.display import Display
from mosi_nb.displays.render import plain
from mosi_nb.displays.tables import Cell, Column, Table, to_html, to_markdown
from mosi_nb.errors import SpecError
from mosi_nb.plan.component_checks import findings_of as findings_of_component
from mosi_nb.registry import KINDS, Component, every, find, hint, names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mosi_nb.data.checks import Finding

COLUMNS = (
    Column("code", "check", numeric=False, row_header=True),
    Column("severity", "severity", numeric=False),
    Column("title", "what", numeric=False),
    Column("report", "found", numeric=False),
    Column("advice", "what to do", numeric=False),
)


class Checks(Display):
    """Checks that were carried out; those that fired are listed.

    Parameters
    ----------
    findings
        One for each check.
    title
        Of what.

    Attributes
    ----------
    fired
        The findings with something to tell.

    Examples
    --------
    >>> from mosi_nb.data.checks import BEFORE, Finding
    >>> Checks([Finding(BEFORE["MOSI004"]), Finding(BEFORE["MOSI012"], "audio has 900 columns")])
    MOSI012 (info): far more features than videos
      audio has 900 columns
      Reduce them, for example pca(20) or select(50), or penalise more.
      See docs/checks.md#mosi012
    Passed: MOSI004.
    """

    def __init__(self, findings: Sequence[Finding], title: str = "") -> None:
        self._findings = tuple(findings)
        self._title = title
        self.fired: tuple[Finding, ...] = tuple(f for f in self._findings if f.status == "fired")

    def frame(self) -> pd.DataFrame:
        """Return one row a check: `code, severity, title, status, report, advice, page`."""
        columns = ["code", "severity", "title", "status", "report", "advice", "page"]
        rows = [
            (f.check.code, f.check.severity, f.check.title, f.status, f.report or "", f.check.advice, f.check.page)
            for f in self._findings
        ]
        return pd.DataFrame(rows, columns=columns)

    def markdown(self) -> str:
        """Return the checks that fired as Markdown."""
        return to_markdown(self._table())

    def _html(self, *, with_library: bool = False) -> str:
        # read once from top to bottom: no library
        del with_library
        return to_html(self._table(), interactive=False)

    def _text(self) -> str:
        # sentences, which a terminal would cut off in a table
        lines = [self._title] if self._title else []
        for finding in self.fired:
            check = finding.check
            lines.append(f"{check.code} ({check.severity}): {check.title}")
            lines += [f"  {line}" for line in (finding.report or "", check.advice, f"See {check.page}")]

        return "\n".join([*map(_plain, lines), *self._notes()])

    def _table(self) -> Table:
        rows = tuple(
            tuple(map(Cell, (f.check.code, f.check.severity, f.check.title, f.report or "", f.check.advice)))
            for f in self.fired
        )
        return Table(COLUMNS, rows, title=self._title, notes=tuple(self._notes()), empty="No check fired.")

    def _notes(self) -> list[str]:
        told = []
        for status in ("passed", "silenced"):
            codes = sorted(f.check.code for f in self._findings if f.status == status)
            told += [f"{status.capitalize()}: {', '.join(codes)}."] if codes else []
        return [*told, *(f"Not judged: {f.check.code} ({f.unjudged})." for f in self._findings if f.unjudged)]


def check_loader(loader: Any) -> Checks:
    """Test whether a loader of your own keeps its contract, and say what does not fit.

    Parameters
    ----------
    loader
        An object, or a class that needs no arguments, with `modalities()`, `load(modality)` and
        `union(modalities)`; see docs/loaders.md.

    Examples
    --------
    >>> check_loader(object()).fired[0].report
    'object has no method modalities, load, union.'
    """
    name = loader.__name__ if isinstance(loader, type) else type(loader).__name__
    return Checks(findings_of(loader), f"The loader {name}")


def check_component(kind: str | Callable[..., Any], name: str = "", /, **parameters: Any) -> Checks:
    """Test whether a component keeps what is promised of its kind, and say what does not fit.

    It is built, and tried on a small synthetic sample: a model is trained and predicts, folds are made, ...

    Parameters
    ----------
    kind, name
        Of a registered component; or the function itself alone.
    **parameters
        What to hand to it beside its defaults.

    Raises
    ------
    SpecError
        If there is no such component, or it has no such parameter.

    Examples
    --------
    >>> check_component("metric", "corr")
    The metric corr
    COMP15 (info): it has no value for equal predictions
      If all predictions are equal, it is NaN or infinite.
      It is shown as missing for such a model.
      See docs/add_a_component.md#comp15
    Passed: COMP01, ...
    """
    component = _registered(kind, name)
    _refuse_unknown(component, parameters)
    return Checks(findings_of_component(component, parameters, parse_value), f"The {component.kind} {component.name}")


def _refuse_unknown(component: Component, parameters: Mapping[str, Any]) -> None:
    known = signature(component.build).parameters
    if any(one.kind is one.VAR_KEYWORD for one in known.values()):
        return
    for name in parameters:
        if name not in known:
            what = f"parameter of {component.kind} '{component.name}'"
            raise SpecError.unknown(None, "check_component", what, name, known)


def _registered(kind: str | Callable[..., Any], name: str) -> Component:
    if isinstance(kind, str):
        return _named(kind, name)
    mine = [one for one in every() if one.build is kind]
    if len(mine) == 1:
        return mine[0]
    shown = getattr(kind, "__name__", repr(kind))
    if mine:
        sentence = f"'{shown}' is registered {len(mine)} times."
        told = " or ".join(f'check_component("{one.kind}", "{one.name}")' for one in mine)
        raise SpecError.at(None, "check_component", sentence, advice=f"Write {told}.")
    advice = 'Write @component("model", "its_name") above it, or the kind that it is.'
    raise SpecError.at(None, "check_component", f"'{shown}' is not registered.", advice=advice)


def _named(kind: str, name: str) -> Component:
    if kind not in KINDS:
        raise SpecError.unknown(None, "check_component", "kind of component", kind, KINDS)
    found = find(kind, name)
    if found is None:
        sentence = f"unknown {kind}: '{name}'.{hint(kind, name)}"
        raise SpecError.at(None, "check_component", sentence, known=names(kind), advice=also_missing())
    return found


def _plain(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + plain(line)
