"""A small grammar of spoken film reviews, whose words carry the sentiment they are written for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from mosi_nb.data import sample_words as words
from mosi_nb.data.segments import Rows, Texts
from mosi_nb.results import Vector

LONGEST = 40
"""Words in a segment, at most; at least 3."""

CHARGED = 0.9
"""Share of clauses that judge rather than tell."""


class Dice:
    """Random choices from numbers that were drawn at once: a call for each word would be slow."""

    def __init__(self, rng: np.random.Generator, n: int) -> None:
        self._numbers = rng.random(n).tolist()
        self._next = 0

    def roll(self) -> float:
        """Return a number from 0 to 1; the numbers are used again when they have run out."""
        self._next = (self._next + 1) % len(self._numbers)
        return float(self._numbers[self._next])

    def pick(self, options: Sequence[str]) -> str:
        """Return one of the options, the first ones more often, as words of a language are."""
        return options[int(self.roll() ** 1.5 * len(options))]


def write_texts(rng: np.random.Generator, sentiment: Vector, video_of: Rows) -> Texts:
    """Return a text for each segment.

    Parameters
    ----------
    rng
        Where every choice comes from.
    sentiment
        In points from -3 to +3, shape (n_segments,).
    video_of
        Number of the video of each segment, shape (n_segments,): each is about a topic of its own.

    Returns
    -------
    array of object
        Lower-case texts of 3 to 40 words, shape (n_segments,).
    """
    dice = Dice(rng, 80 * len(sentiment) + 1000)
    topics = [(dice.pick(words.TOPICS), dice.pick(words.TOPICS)) for _ in range(int(video_of[-1]) + 1)]
    clauses = np.minimum(rng.geometric(0.5, len(sentiment)), 5)
    texts = np.empty(len(sentiment), dtype=object)
    texts[:] = [
        _text(dice, points, topics[v], n)
        for points, v, n in zip(sentiment.tolist(), video_of.tolist(), clauses.tolist(), strict=True)
    ]
    return texts


def _text(dice: Dice, points: float, topics: tuple[str, str], clauses: int) -> str:
    written: list[str] = []
    for k in range(clauses):
        if k:
            written.append(dice.pick(words.JOINS))
        elif dice.roll() < 0.35:  # noqa: PLR2004
            written.append(dice.pick(words.OPENERS))
        if dice.roll() < 0.25:  # noqa: PLR2004
            written.append(dice.pick(words.FILLERS))
        written.append(_judging(dice, points) if dice.roll() < CHARGED else _telling(dice, topics))
    if dice.roll() < 0.05:  # noqa: PLR2004
        written.append(dice.pick(words.CLOSERS))
    return " ".join(" ".join(written).split()[:LONGEST])


def _judging(dice: Dice, points: float) -> str:
    """Write a clause that takes a side, the more surely and strongly the further the points are from 0."""
    positive = dice.roll() < 0.5 + 0.49 * math.tanh(0.9 * points)
    strength = abs(points) / 3
    if dice.roll() < 0.25:  # noqa: PLR2004
        verb = dice.pick(words.LIKING if positive else words.DISLIKING)
        return f"i {_intensifier(dice, strength)} {verb} the {dice.pick(words.NOUNS)}"
    negated = dice.roll() < 0.1  # noqa: PLR2004
    adjective = dice.pick(words.POSITIVE if positive != negated else words.NEGATIVE)
    link = f"{dice.pick(words.LINKS)} not" if negated else dice.pick(words.LINKS)
    return f"the {dice.pick(words.NOUNS)} {link} {_intensifier(dice, strength)} {adjective}"


def _intensifier(dice: Dice, strength: float) -> str:
    if dice.roll() > 0.45:  # noqa: PLR2004
        return ""
    return dice.pick(words.INTENSIFIERS if dice.roll() < strength + 0.2 else words.DOWNTONERS)


def _telling(dice: Dice, topics: tuple[str, str]) -> str:
    """Write a clause that takes no side."""
    return _TELLING[int(dice.roll() * len(_TELLING))](dice, topics)


_TELLING: tuple[Callable[[Dice, tuple[str, str]], str], ...] = (
    lambda d, t: f"it is about a {d.pick(words.NEUTRAL)} {t[0]} and a {t[1]}",
    lambda d, t: f"the {t[0]} meets the {t[1]} {d.pick(words.PLACES)}",
    lambda d, _: f"i {d.pick(words.HAPPENING)} it {d.pick(words.PLACES)}",
    lambda d, _: f"the {d.pick(words.PEOPLE)} {d.pick(words.HAPPENING)} the {d.pick(words.NOUNS)}",
    lambda d, _: f"there is a {d.pick(words.NEUTRAL)} {d.pick(words.NOUNS)}",
    lambda d, t: f"then the {d.pick(words.TOPICS)} finds the {t[0]}",
)
