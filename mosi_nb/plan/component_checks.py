"""What is tested of a component, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mosi_nb.data.checks import Check, Finding, NotJudgedError, carried_out
from mosi_nb.plan.component_looked import Looked, Read
from mosi_nb.plan.component_reports import REPORTS, Report
from mosi_nb.plan.component_trials import Subject
from mosi_nb.registry import KINDS, Component
from mosi_nb.results import reason_of

ESTIMATORS = ("model", "encoder", "ensemble")
TYPED = tuple(kind for kind in KINDS if kind not in ("data", "space"))
"""Kinds of which a cell's values are checked; a space takes whatever is to be tried."""

_ALL: tuple[tuple[tuple[str, ...], Check], ...] = (
    (KINDS, Check(
        "COMP01", "it cannot be built", "error",
        "Give each parameter a default with which it can be.",
    )),
    (KINDS, Check(
        "COMP02", "it is not documented", "warning",
        "Say what it is, and what each parameter means.",
    )),
    (KINDS, Check(
        "COMP03", "a default does not fit its type", "error",
        "Mend the annotation or the default.",
    )),
    (TYPED, Check(
        "COMP04", "values are not checked", "warning",
        "Annotate it: int, float, str, bool, Literal[...].",
    )),
    (KINDS, Check(
        "COMP05", "a default cannot be written in a cell", "warning",
        "Take numbers, text, None, or tuples of them.",
    )),
    (KINDS, Check(
        "COMP06", "it returns something else than its kind", "error",
        "See the table of kinds.",
    )),
    (ESTIMATORS, Check(
        "COMP07", "it cannot be cloned", "error",
        "Let __init__ store its arguments as they are, and do no more.",
    )),
    (ESTIMATORS, Check(
        "COMP08", "it cannot be pickled", "error",
        "Make in fit what cannot be, or leave it out in __getstate__.",
    )),
    (KINDS, Check(
        "COMP09", "it fails on the sample", "error",
        "Mend what the message names, or hand over parameters with which it works: check_component(..., name=value).",
    )),
    (KINDS, Check(
        "COMP10", "the same seed gives other numbers", "error",
        "Take a random_state, and draw from it alone.",
    )),
    (KINDS, Check(
        "COMP11", "it changes what it is given", "error",
        "Work on a copy.",
    )),
    (KINDS, Check(
        "COMP12", "it sets the random state of the process", "error",
        "Draw from numpy.random.default_rng(seed).",
    )),
    (("model", "ensemble"), Check(
        "COMP13", "it splits rows at random", "warning",
        "Switch that off, or let fit take videos.",
    )),
    ((*ESTIMATORS, "fusion", "metric"), Check(
        "COMP14", "rows are lost, or depend on one another", "error",
        "Learn in fit; treat each row by itself after it.",
    )),
    (("metric",), Check(
        "COMP15", "it has no value for equal predictions", "info",
        "It is shown as missing for such a model.",
    )),
    (("metric",), Check(
        "COMP16", "perfect predictions are not the best", "warning",
        "Set larger_is_better the other way.",
    )),
    (("folds", "test"), Check(
        "COMP17", "a video is on both sides", "error",
        "Hold out whole videos.",
    )),
    (("folds",), Check(
        "COMP18", "not every segment is held out once", "info",
        "Models are compared on those that are.",
    )),
    (("search",), Check(
        "COMP19", "it tries what it was not given", "error",
        "Choose among the values of each space.",
    )),
    (("model", "ensemble"), Check(
        "COMP20", "it predicts far off the scale", "warning",
        "Scale what it sees, penalise more, or clip what it predicts.",
    )),
)  # fmt: skip
CHECKS: Mapping[str, Check] = {check.code: check for _, check in _ALL}


def findings_of(component: Component, parameters: Mapping[str, Any], read: Read) -> list[Finding]:
    """Carry out every check that applies to the kind of a component, whatever the others find.

    Parameters
    ----------
    component
        As it is registered.
    parameters
        What to hand to it beside its defaults.
    read
        Reads cell text: from a key and what stands behind it to the value.
    """
    applied = {check.code: check for kinds, check in _ALL if component.kind in kinds}
    reports = {code: _judged(report) for code, report in REPORTS.items()}
    return carried_out(applied, reports, Looked(Subject(component, parameters), read))


def _judged(report: Report) -> Report:
    """Return a check that something of an unforeseen kind does not end."""

    def judged(seen: Looked) -> str | None:
        try:
            return report(seen)
        except NotJudgedError:
            raise
        except Exception as error:
            raise NotJudgedError(reason_of(error)) from error

    return judged
