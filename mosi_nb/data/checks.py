"""What is checked in an experiment and in a loader: codes, titles and what to do, in one table.

A check is one function from what it looks at to a sentence, or None if there is nothing to tell. The
functions stand where what they look at is known: of a plan in `plan/checks.py`, of a finished run in
`compare/checks.py`, of a loader in `loader_checks.py`, of a component in `plan/component_checks.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from mosi_nb.errors import SpecError
from mosi_nb.spec import Use

Severity: TypeAlias = Literal["info", "warning", "error"]
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Check:
    """One thing that is looked for.

    Attributes
    ----------
    code
        Such as `MOSI001`: stays the same for ever.
    title
        What is wrong where it fires.
    severity
        `error`: what has it is refused. `warning`: a number may mislead. `info`: good to know.
    advice
        What to do.
    """

    code: str
    title: str
    severity: Severity
    advice: str

    @property
    def page(self) -> str:
        """Where it is explained."""
        page = {"LOAD": "loaders", "COMP": "add_a_component"}.get(self.code[:4], "checks")
        return f"docs/{page}.md#{self.code.lower()}"


class NotJudgedError(Exception):
    """A check has too little to go by; raised by its function, with the reason."""


@dataclass(frozen=True)
class Finding:
    """A check that was carried out.

    Attributes
    ----------
    check
        Which.
    report
        What was found; None if it passed.
    silenced
        Whether it was not carried out because somebody said so.
    unjudged
        Why it could not be judged; empty if it could.
    """

    check: Check
    report: str | None = None
    silenced: bool = False
    unjudged: str = ""

    @property
    def status(self) -> str:
        """`fired`, `passed`, `silenced` or `not judged`."""
        if self.silenced or self.unjudged:
            return "silenced" if self.silenced else "not judged"
        return "passed" if self.report is None else "fired"


_BEFORE = (
    Check("MOSI001", "a video is on both sides", "error", "Hold out whole videos: folds = by_video(5)."),
    Check(
        "MOSI002", "the same transcript is on both sides", "warning",
        "Leave the copies out of the data, or give both the same video id.",
    ),
    Check(
        "MOSI003", "an id or a position is used as a feature", "warning",
        "Leave the column out: name those that are features, audio=[...].",
    ),
    Check(
        "MOSI004", "missing, infinite or all-zero rows", "info",
        "They are filled in by impute; look whether an extractor failed.",
    ),
    Check(
        "MOSI005", "a mean that holds nothing of the segment", "warning",
        "Say lengths= where padding counts as steps; pool(std, min, max) where each segment has mean 0.",
    ),
    Check(
        "MOSI011", "a model splits rows at random", "warning",
        "Switch early stopping off (early_stopping=False) and search with this experiment's own folds.",
    ),
    Check(
        "MOSI012", "far more features than videos", "info",
        "Reduce them, for example pca(20) or select(50), or penalise more.",
    ),
)  # fmt: skip
_AFTER = (
    Check(
        "MOSI006", "a modality that adds nothing", "info",
        "Leave it out, encode it in another way, or look for a source of other information.",
    ),
    Check(
        "MOSI007", "not better than the baseline, or than text alone", "warning",
        "Do not report it as a gain. More videos or repeats show smaller ones; or ask what the features hold.",
    ),
    Check(
        "MOSI008", "best not distinguishable from the next", "info",
        "Take the simpler or the quicker of those that are level; repeats, folds = by_video(5, repeats=10), tell more.",
    ),
    Check(
        "MOSI009", "better than anything published", "warning",
        "Suspect a leak first: the same segments twice, features trained on these labels, another definition.",
    ),
    Check(
        "MOSI010", "the locked test was opened more than once", "warning",
        "Choose by the folds; report the test once.",
    ),
    Check(
        "MOSI013", "metrics that treat neutral differently", "info",
        "Name the convention with each number, and choose by the one that your question asks for.",
    ),
    Check(
        "MOSI014", "features were trained on the labels of some of these videos", "warning",
        "Take features that saw none of these labels, or hold out the videos that their network did not see.",
    ),
    Check(
        "MOSI015", "the best value is at the edge of those tried", "info",
        "Try values beyond it.",
    ),
)  # fmt: skip
BEFORE: Mapping[str, Check] = {check.code: check for check in _BEFORE}
AFTER: Mapping[str, Check] = {check.code: check for check in _AFTER}


def carried_out(
    checks: Mapping[str, Check],
    reports: Mapping[str, Callable[[Thing], str | None]],
    thing: Thing,
    silenced: Collection[str] = (),
) -> list[Finding]:
    """Carry checks out.

    Parameters
    ----------
    checks
        By code.
    reports
        The function of each code; codes without one are left out.
    thing
        What is looked at.
    silenced
        Codes that are passed over.
    """
    return [
        Finding(check, silenced=True) if code in silenced else _carried_out(check, reports[code], thing)
        for code, check in checks.items()
        if code in reports
    ]


def _carried_out(check: Check, report: Callable[[Thing], str | None], thing: Thing) -> Finding:
    try:
        return Finding(check, report(thing))
    except NotJudgedError as reason:
        return Finding(check, unjudged=str(reason))


def silenced_codes(silence: Collection[Use] | None) -> frozenset[str]:
    """Return the codes that the key `silence` names.

    Raises
    ------
    SpecError
        For a code that there is not, and for one of an error.

    Examples
    --------
    >>> sorted(silenced_codes([Use("MOSI004"), Use("MOSI012")]))
    ['MOSI004', 'MOSI012']
    """
    known = {**BEFORE, **AFTER}
    for use in silence or ():
        if use.name == "none":
            continue
        if use.name not in known:
            raise SpecError.unknown(use.place, "silence", "check", use.name, known)
        if known[use.name].severity == "error":
            sentence = f"{use.name} is an error ({known[use.name].title}) and cannot be silenced."
            raise SpecError.at(use.place, "silence", sentence, advice=known[use.name].advice)
    return frozenset(use.name for use in silence or ())
