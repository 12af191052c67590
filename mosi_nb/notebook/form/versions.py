"""Two changes of one text at the same time: by a field, and by typing that a front end had sent before it knew.

A front end sends the whole text. What arrives may have been typed into an older text than the one that stands
here; it is told by which of the texts of the last moments it differs least from.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

from mosi_nb.errors import MosiError

LATE = 5.0
"""Seconds after which a front end has taken up what was sent to it."""
MOST = 40
"""Letters that may be typed meanwhile; more than that is a text put in the place of another, and is taken as it is."""

Change = Callable[[str], str]


@dataclass(frozen=True)
class Version:
    """A text that a front end may be showing.

    Attributes
    ----------
    text
        The whole cell.
    change
        What made it of the one before, where that can be made again of another text.
    sent
        When it was sent.
    """

    text: str
    change: Change | None = None
    sent: float = 0.0


class Versions:
    """The texts that a front end may be showing, the oldest first.

    Parameters
    ----------
    text
        What it shows at the beginning.
    now
        The clock.
    """

    def __init__(self, text: str, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._held = [Version(text)]

    def send(self, text: str, change: Change | None = None) -> None:
        """Note that a text is sent to the front end, and what made it."""
        self._held.append(Version(text, change, self._now()))

    def arrive(self, text: str) -> tuple[str, bool]:
        """Take a text from the front end, and return what is to stand there.

        Parameters
        ----------
        text
            As it arrived.

        Returns
        -------
        tuple
            The text with what was changed here meanwhile, and whether all of that could be kept.
        """
        at = self._base(text)
        base, since = self._held[at], self._held[at + 1 :]
        self._held = [Version(text), *since]
        if not since:
            return text, True
        if _size(base.text, text) > MOST:
            return text, False
        both = merged(base.text, since[-1].text, text)
        if both is not None:
            return both, True
        return _made_again(text, [one.change for one in since])

    def _base(self, text: str) -> int:
        """Return which version a text was typed into."""
        newest = len(self._held) - 1
        earliest = next((n for n in range(newest) if self._now() - self._held[n + 1].sent < LATE), newest)
        possible = [n for n in range(newest, earliest - 1, -1) if self._held[n].text != text]
        return min(possible, key=lambda n: _size(self._held[n].text, text), default=newest)


def merged(base: str, ours: str, theirs: str) -> str | None:
    r"""Bring two changes of a text together; None where they are of the same place.

    Parameters
    ----------
    base
        The text that both were made of.
    ours, theirs
        The text with the one change, and with the other, which is of one stretch.

    Examples
    --------
    >>> merged("seed = 1\njobs = 2", "seed = 5\njobs = 2", "seed = 1\njobs = 2  # x")
    'seed = 5\njobs = 2  # x'
    >>> merged("seed = 1", "seed = 5", "seed = 12")
    >>> merged("jobs = 2", "jobs = 2\nseed = 5", "jobs = 23")
    'jobs = 23\nseed = 5'
    """
    start, end, new = _stretch(base, theirs)
    changes = []
    for kind, first, last, other, until in SequenceMatcher(None, base, ours, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        are_insertions = start == end and first == last
        if first <= end and start <= last and not are_insertions:
            return None
        changes.append((first, last, ours[other:until]))
    is_line = any(first == start and put.startswith("\n") for first, _, put in changes)
    typed = (start, end, new)
    # Of two insertions at one place a line of its own comes last; what comes last is put in first.
    order = sorted([*changes, typed], key=lambda one: (one[0], (one is typed) != is_line), reverse=True)
    text = base
    for first, last, put in order:
        text = text[:first] + put + text[last:]
    return text


def _stretch(before: str, after: str) -> tuple[int, int, str]:
    """Return the one stretch in which two texts differ, and what stands there in the second."""
    most = min(len(before), len(after))
    start = next((n for n in range(most) if before[n] != after[n]), most)
    same = next((n for n in range(most - start) if before[-1 - n] != after[-1 - n]), most - start)
    return start, len(before) - same, after[start : len(after) - same]


def _size(before: str, after: str) -> int:
    start, end, new = _stretch(before, after)
    return end - start + len(new)


def _made_again(text: str, changes: list[Change | None]) -> tuple[str, bool]:
    """Make changes of another text; of a place that was typed at too, what was typed stays."""
    is_whole = True
    for change in changes:
        try:
            changed = change(text) if change is not None else text
        except MosiError:
            changed = text
        is_whole = is_whole and changed != text
        text = changed
    return text, is_whole
