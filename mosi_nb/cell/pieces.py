"""A cell's text cut at its keys, items and arguments, by the positions of its tokens."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from token import COMMENT, DEDENT, ENDMARKER, INDENT, NAME, NEWLINE, NL

OPEN, CLOSE = "([{", ")]}"


@dataclass(frozen=True)
class Token:
    """A word of the text: what it is, and where it starts and ends."""

    kind: int
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Items:
    """What stands between commas.

    Attributes
    ----------
    each
        The tokens of each item, without the commas.
    start, end
        Between which offsets they stand, without brackets around them.
    comma
        Whether there is a comma after the last.
    """

    each: tuple[tuple[Token, ...], ...]
    start: int
    end: int
    comma: bool = False

    def span(self, number: int) -> tuple[int, int]:
        """Return where an item starts and ends."""
        return self.each[number][0].start, self.each[number][-1].end


@dataclass(frozen=True)
class Setting:
    """One `key = value` of a cell.

    Attributes
    ----------
    key
        The key.
    value
        The tokens behind the `=`.
    start, end
        Of the whole line or lines, their comment and line break with them.
    equals
        Offset of the `=` from the start of its line.
    alone
        Whether nothing else stands on its lines.
    """

    key: str
    value: tuple[Token, ...]
    start: int
    end: int
    equals: int
    alone: bool


def tokens_of(text: str) -> list[Token]:
    """Return all tokens of a text that Python can read, comments among them."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    made = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        (line, column), (last, after) = token.start, token.end
        if token.type not in (ENDMARKER, INDENT, DEDENT) and line <= len(starts):
            start = starts[line - 1] + column
            end = starts[last - 1] + after if last <= len(starts) else len(text)
            made.append(Token(token.type, token.string, start, min(end, len(text))))
    return made


@lru_cache(maxsize=16)  # a form asks for the same text for each of its fields
def settings_of(text: str) -> tuple[Setting, ...]:
    """Return the settings of a cell that was read before, in their order."""
    found: list[Setting] = []
    line: list[Token] = []
    for token in [*tokens_of(text), Token(NEWLINE, "", len(text), len(text))]:
        if token.kind == NEWLINE:
            found += _of_line(text, line, token.end)
            line = []
        elif token.kind not in (COMMENT, NL):
            line.append(token)
    return tuple(found)


def _of_line(text: str, line: list[Token], end: int) -> list[Setting]:
    if not line:
        return []
    start = text.rfind("\n", 0, line[0].start) + 1
    parts: list[list[Token]] = [[]]
    for token in line:
        if token.text == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    held = [part for part in parts if part]
    return [
        Setting(key.text, tuple(value), start, end, sign.start - start, alone=len(held) == 1)
        for key, sign, *value in held
    ]


def items_of(tokens: Sequence[Token], *, whole: bool = False) -> Items:
    """Cut the tokens of a value, or of what stands between brackets, at its commas.

    Parameters
    ----------
    tokens
        Of the value.
    whole
        Whether brackets around all of it belong to one item, as for a key that takes one thing.
    """
    if not whole and tokens[0].text in ("(", "[") and _closing(tokens, 0) == len(tokens) - 1:
        return _cut(tokens[1:-1], tokens[0].end, tokens[-1].start)
    if whole:
        return Items((tuple(tokens),), tokens[0].start, tokens[-1].end)
    return _cut(tokens, tokens[0].start, tokens[-1].end)


def use_of(item: Sequence[Token]) -> tuple[tuple[Token, ...], Items | None]:
    """Return the tokens of a component's name, and its arguments; None where it is not called."""
    while item[0].text == "(" and _closing(item, 0) == len(item) - 1:
        item = item[1:-1]
    at = next((n for n, token in enumerate(item) if token.text == "("), None)
    if at is None:
        return tuple(item), None
    return tuple(item[:at]), _cut(item[at + 1 : -1], item[at].end, item[-1].start)


def keyword_of(argument: Sequence[Token]) -> str | None:
    """Return the name under which an argument is handed over; None for one by position."""
    is_named = len(argument) > 1 and argument[0].kind == NAME and argument[1].text == "="
    return argument[0].text if is_named else None


def _cut(tokens: Sequence[Token], start: int, end: int) -> Items:
    each: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in OPEN) - (token.text in CLOSE) if token.text else 0
        if token.text == "," and depth == 0:
            each.append([])
        else:
            each[-1].append(token)
    held = tuple(tuple(item) for item in each if item)
    return Items(held, start, end, comma=bool(held) and not each[-1])


def _closing(tokens: Sequence[Token], opened: int) -> int:
    """Return the position of the bracket that closes the one at a position."""
    depth = 0
    for n in range(opened, len(tokens)):
        depth += (tokens[n].text in OPEN) - (tokens[n].text in CLOSE) if len(tokens[n].text) == 1 else 0
        if depth == 0:
            return n
    return -1
