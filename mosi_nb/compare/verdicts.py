"""How a rule comes out: one of four words, and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Status: TypeAlias = Literal["pass", "warn", "does not apply", "not judged"]


@dataclass(frozen=True)
class Verdict:
    """How a rule comes out.

    Attributes
    ----------
    status
        The word.
    reason
        Why, in a sentence, with the numbers.
    advice
        What to do for this reason; empty where the advice of the rule fits.
    """

    status: Status
    reason: str
    advice: str = ""


def passed(reason: str) -> Verdict:
    """Say that the rule is kept."""
    return Verdict("pass", reason)


def warned(reason: str, advice: str = "") -> Verdict:
    """Say that it is not, and what to do where that is not what the rule advises."""
    return Verdict("warn", reason, advice)


def idle(reason: str) -> Verdict:
    """Say that there is nothing here that it speaks of."""
    return Verdict("does not apply", reason)


def unknown(reason: str) -> Verdict:
    """Say that it cannot be seen from here."""
    return Verdict("not judged", reason)
