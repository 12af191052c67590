"""A model that counts words: which, and what each weighs, is up to whoever brings the list."""

from __future__ import annotations

import csv
import math
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import LinearRegression

from mosi_nb.data.readers.paths import existing_file
from mosi_nb.errors import DataError
from mosi_nb.results import Vector

WORD = r"[^\W_]+(?:['-][^\W_]+)*"
NEGATIONS = frozenset({"no", "not", "never", "none", "nor", "neither", "nothing", "nobody", "cannot", "without"})
REACH = 3
"""Words before a word of the list among which a negation turns its sign."""
SIDES = {"positive": 1.0, "negative": -1.0}
ADVICE = 'Give a weight for each word: {"good": 1.5, "awful": -2}.'

OR_SIDES = 'Or two lists of words: {"positive": ("good",), "negative": ("awful",)}.'


class Lexicon(RegressorMixin, BaseEstimator):
    """Linear regression on the mean weight of the words of a list that a segment holds.

    Parameters
    ----------
    words
        Weight of each word, which may be several with spaces between them; in lower case.
    negation
        Whether a negation among the three words before a word turns the sign of its weight.

    Attributes
    ----------
    line_
        The fitted `LinearRegression`, from mean weight to points: two parameters.

    Examples
    --------
    >>> texts = np.array([["A good film"], ["not good"], ["bad, bad"], ["a film"]], dtype=object)
    >>> Lexicon({"good": 1.0, "bad": -2.0}).weights(texts).tolist()
    [1.0, -1.0, -2.0, 0.0]
    """

    def __init__(self, words: Mapping[str, float] | None = None, *, negation: bool = True) -> None:
        self.words = words
        self.negation = negation

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 -- scikit-learn's signature
        """Fit the line; `X` holds raw transcripts, shape (n_segments, 1)."""
        weights = self.weights(X)
        if not weights.any():
            warnings.warn("no training segment holds a word of the list: it predicts the mean", stacklevel=2)
        self.line_ = LinearRegression().fit(weights[:, None], y)
        return self

    def predict(self, X: Any) -> Vector:  # noqa: N803 -- as above
        """Return sentiment in points."""
        predicted: Vector = self.line_.predict(self.weights(X)[:, None])
        return predicted

    def weights(self, X: Any) -> Vector:  # noqa: N803 -- as above
        """Return the mean weight of a segment's words that are in the list, 0 where there are none."""
        words = self.words or {}
        longest = max((word.count(" ") + 1 for word in words), default=1)
        return np.array([self._mean(str(text), words, longest) for text in np.asarray(X).ravel().tolist()])

    def _mean(self, text: str, words: Mapping[str, float], longest: int) -> float:
        said, found, place = spoken(text), [], 0
        while place < len(said):
            # The longest entry that stands here: "not bad at all" before "not bad".
            for length in range(min(longest, len(said) - place), 0, -1):
                weight = words.get(" ".join(said[place : place + length]))
                if weight is not None:
                    before = said[max(place - REACH, 0) : place] if self.negation else []
                    found.append(-weight if any(map(_negates, before)) else weight)
                    break
            place += length
        return float(np.mean(found)) if found else 0.0


def spoken(text: str) -> list[str]:
    """Return the words of a text in lower case.

    Examples
    --------
    >>> spoken("It DIDN'T work - at all.")
    ['it', "didn't", 'work', 'at', 'all']
    """
    return re.findall(WORD, text.lower().replace("\u2019", "'"))


def _negates(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't")


def word_weights(words: str | Mapping[Any, Any]) -> dict[str, float]:
    """Return a weight for each word, in lower case.

    Parameters
    ----------
    words
        A mapping from word to weight; or from `positive` and `negative` to words, which then weigh 1 and -1;
        or the path of a table with a word and a weight in each line.

    Raises
    ------
    ValueError
        If there is no such file, no word, a weight that is no finite number, or two weights for a word.

    Examples
    --------
    >>> word_weights({"positive": ["Good"], "negative": ("bad",)})
    {'good': 1.0, 'bad': -1.0}
    """
    given = _read(words) if isinstance(words, str) else _sides(words)
    weights: dict[str, float] = {}
    for word, weight in given:
        written = " ".join(spoken(str(word)))
        number = _number(weight)
        if number is None:
            message = f"the weight of '{word}' is {weight!r}, which is no finite number.\n{ADVICE}"
            raise ValueError(message)
        if weights.get(written, number) != number:
            message = f"the word '{word}' has two weights: {weights[written]:g} and {number:g}."
            raise ValueError(message)
        if written:  # an emoticon, say, is no word
            weights[written] = number
    if not weights:
        message = f"there is no word in the list.\n{ADVICE}"
        raise ValueError(message)
    return weights


def _sides(words: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    """Return pairs of word and weight; lists of positive and negative words become some."""
    lists = {side: held for side, held in words.items() if side in SIDES and isinstance(held, list | tuple | set)}
    if not words or len(lists) < len(words):
        return list(words.items())
    return [(word, SIDES[side]) for side, held in lists.items() for word in held]


def _number(weight: Any) -> float | None:
    try:
        number = float(weight)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and not isinstance(weight, bool) else None


def _read(path: str) -> list[tuple[Any, Any]]:
    if not re.search(r"[./\\]", path) and not Path(path).exists():
        message = f"'{path}' is no file; a word alone has no weight.\n{ADVICE} {OR_SIDES}"
        raise ValueError(message)
    try:
        place = existing_file(path)
        lines = place.read_text(encoding="utf-8-sig").splitlines()
    except DataError as error:  # a plain ValueError is told with its line of the cell
        raise ValueError(str(error)) from None
    except UnicodeDecodeError as error:
        message = f"{Path(path).name} is not UTF-8 text (byte {error.start:,}).\nSave it as UTF-8."
        raise ValueError(message) from None
    rows = [row for row in _rows(lines) if any(map(str.strip, row))]
    short = [number for number, row in enumerate(rows, 1) if len(row) < 2]  # noqa: PLR2004 -- word and weight
    if short:
        message = f"{place.name}, row {short[0]}: a word and a weight are expected, found {rows[short[0] - 1][0]!r}."
        raise ValueError(message)
    word, weight, first = _columns(rows)
    return [(row[word], row[weight]) for row in rows[first:] if len(row) > max(word, weight)]


def _rows(lines: Sequence[str]) -> list[list[str]]:
    """Split lines at tabs, commas or semicolons, whatever the first one has; else at the last space."""
    separator = next((mark for mark in "\t,;" if lines and mark in lines[0]), None)
    if separator is None:
        return [line.rsplit(maxsplit=1) for line in lines]
    return list(csv.reader(lines, delimiter=separator))


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, int, int]:
    """Return the columns of words and weights, and the first row below the header, if there is one."""
    head = [name.strip().lower() for name in rows[0]] if rows else []
    if "word" in head and "weight" in head:
        return head.index("word"), head.index("weight"), 1
    return 0, 1, int(len(head) > 1 and _number(head[1]) is None)
