"""What stands around the cursor of a cell that may be half written.

`ast` reads no half-written text, so nothing is parsed here: brackets, commas, names and quotes are
followed from the left to the right. A line that begins with one of the keys ends whatever was left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mosi_nb.spec import KEYS

TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*)
  | (?P<string>[rRbBuUfF]{0,2}(?:\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?))
  | (?P<name>[^\W\d]\w*(?:\.\w*)*)
  | (?P<number>\d[\w.]*)
  | (?P<line>\n)
  | (?P<space>[^\S\n]+)
  | (?P<mark>.)
    """,
    re.VERBOSE,
)
NEW_KEY = re.compile(rf"({'|'.join(KEYS)})[^\S\n]*=(?!=)")
WORDS = ("name", "number", "string", "comment")


@dataclass
class Bracket:
    """What is open around the cursor; the first one is the line itself.

    Attributes
    ----------
    opening
        `(`, `[` or `{`; empty for the line.
    name
        What is called; empty for a tuple, a list, a dict.
    position
        How many commas stand before the cursor.
    keyword
        The parameter whose value is written.
    fresh
        Whether nothing is written yet at this position.
    given
        Parameters that are written by name, before the cursor or after it.
    names
        Other names that stand in it, but for the one at the cursor.
    """

    opening: str = ""
    name: str = ""
    position: int = 0
    keyword: str = ""
    fresh: bool = True
    given: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Cursor:
    """What stands around the cursor.

    Attributes
    ----------
    key
        Whose value is written; empty where a key is.
    brackets
        From the line itself to the innermost.
    prefix, word
        What is written of the word at the cursor, up to it, and the whole word; of text in quotes, what
        stands after the quote.
    kind
        Of what the cursor is in: `name`, `number`, `string`, `comment`, or empty.
    is_assigned
        Whether a single `=` follows the word.
    keys
        All that are written in the cell, but for a word at the cursor.
    names
        By key, the names that stand behind it, those inside calls left out.
    """

    key: str
    brackets: tuple[Bracket, ...]
    prefix: str
    word: str
    kind: str
    is_assigned: bool
    keys: tuple[str, ...]
    names: Mapping[str, list[str]]


@dataclass(frozen=True)
class Token:
    """A stretch of the text."""

    kind: str
    text: str
    start: int
    end: int

    def holds(self, cursor: int) -> bool:
        """Tell whether the cursor is in this word, or right behind it."""
        is_closed = self.kind == "string" and len(self.text) > 1 and self.text[-1] in "\"'"
        behind = self.end - 1 if is_closed else self.end
        return self.kind in WORDS and self.start < cursor <= behind


def read(text: str, cursor: int) -> Cursor:
    """Say what stands around the cursor.

    Parameters
    ----------
    text
        The body of a cell, finished or not.
    cursor
        How many characters stand before it.

    Examples
    --------
    >>> found = read("models = ridge(al", 17)
    >>> found.key, found.brackets[-1].name, found.prefix
    ('models', 'ridge', 'al')
    """
    walk = _Walk(text, cursor)
    for token in walk.tokens():
        walk.look(token)
        walk.take(token)
    return walk.found()


class _Walk:
    """The way through the text, from the left to the right."""

    def __init__(self, text: str, cursor: int) -> None:
        self.text, self.cursor = text, cursor
        self.keys: list[str] = []
        self.names: dict[str, list[str]] = {}
        self.seen: tuple[str, Token | None, list[tuple[Bracket, Bracket]]] | None = None
        self.called = ""
        self.begin()

    def begin(self) -> None:
        """Begin a line."""
        self.key, self.is_value = "", False
        self.stack = [Bracket()]

    def tokens(self) -> Iterator[Token]:
        for match in TOKEN.finditer(self.text):
            yield Token(match.lastgroup or "", match[0], match.start(), match.end())

    def look(self, token: Token) -> None:
        """Keep what is open when the cursor is reached."""
        if self.seen is None and (token.start >= self.cursor or token.holds(self.cursor)):
            self.seen = self._here(token)

    def _here(self, token: Token | None) -> tuple[str, Token | None, list[tuple[Bracket, Bracket]]]:
        # what is still to come of a bracket is added to the one on the stack
        held = [(Bracket(b.opening, b.name, b.position, b.keyword, fresh=b.fresh), b) for b in self.stack]
        is_fresh_line = not self.key and self.stack[0].fresh
        return self.key if self.is_value else ("" if is_fresh_line else self.key or "?"), token, held

    def take(self, token: Token) -> None:
        """Take one stretch in."""
        called, self.called = self.called, ""
        if token.kind == "line":
            if len(self.stack) == 1 or NEW_KEY.match(self.text, token.end):
                self.begin()
        elif token.kind == "name":
            self._name(token)
        elif token.kind == "mark":
            self._mark(token.text, called)
        elif token.kind in WORDS and token.kind != "comment" and not token.holds(self.cursor):
            self.stack[-1].fresh = False

    def _name(self, token: Token) -> None:
        here = self.stack[-1]
        if token.holds(self.cursor):
            if not self.is_value:
                self.key = self.key or token.text
            self.called = token.text
            return
        if not self.is_value:
            self.key = token.text
            self.keys.append(token.text)
        elif here.opening == "(" and here.fresh and self._is_assigned(token.end):
            here.keyword = token.text
            here.given.append(token.text)
            return
        else:
            here.names.append(token.text)
            if not any(bracket.name for bracket in self.stack):
                self.names.setdefault(self.key, []).append(token.text)
            self.called = token.text
        here.fresh = False

    def _mark(self, mark: str, called: str) -> None:
        here = self.stack[-1]
        if mark == "=" and not self.is_value:
            self.is_value, here.fresh = True, True
        elif mark in "([{":
            here.fresh = False
            self.stack.append(Bracket(mark, called if mark == "(" else ""))
        elif mark in ")]}":
            if len(self.stack) > 1:
                self.stack.pop()
        elif mark in ",:":
            here.position += mark == ","
            here.keyword, here.fresh = "", True
        elif mark != "=":
            here.fresh = False

    def _is_assigned(self, end: int) -> bool:
        return re.match(r"\s*=(?!=)", self.text[end:]) is not None

    def found(self) -> Cursor:
        """Return what was seen."""
        key, token, held = self.seen or self._here(None)
        word, prefix, kind, is_assigned = "", "", "", False
        if token is not None and token.kind in WORDS and token.start <= self.cursor:
            at = token.holds(self.cursor)
            kind = token.kind if at else ""
            quote = len(token.text) - len(token.text.lstrip("rRbBuUfF")) + 1 if token.kind == "string" else 0
            if at or token.kind == "name":
                word = token.text[quote:].rstrip("\"'") if quote else token.text
                prefix = self.text[token.start + quote : self.cursor]
                is_assigned = self._is_assigned(token.end)
        for copy, live in held:
            copy.given, copy.names = live.given, live.names
        return Cursor(
            key, tuple(copy for copy, _ in held), prefix, word, kind, is_assigned, tuple(self.keys), self.names
        )
