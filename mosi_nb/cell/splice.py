"""The text of a cell with something put in, taken away or added: where exactly, and what becomes of the layout."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mosi_nb.cell.pieces import Items, Setting, settings_of
from mosi_nb.spec import KEYS


def put(text: str, items: Items, number: int, value: str | None) -> str:
    """Replace an item, take it away, or add one at the end."""
    if not items.each:
        return replaced(text, items.start, items.end, value or "")
    if number >= len(items.each):
        return _appended(text, items, value or "")
    start, end = items.span(number)
    if value is not None:
        return replaced(text, start, end, value)
    if lines := _own_lines(text, start, end, items):
        return text[: lines[0]] + text[lines[1] :]
    if number + 1 < len(items.each):
        return replaced(text, start, items.span(number + 1)[0], "")
    return replaced(text, items.span(number - 1)[1], end, "")


def _own_lines(text: str, start: int, end: int, items: Items) -> tuple[int, int] | None:
    """Return from where to where the lines of an item go, where nothing else stands on them."""
    before = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end) + 1
    rest = text[end : after - 1]
    is_alone = items.start < before and 0 < after <= items.end and not text[before:start].strip()
    return (before, after) if is_alone and re.fullmatch(r"\s*,?\s*(#.*)?", rest) else None


def _appended(text: str, items: Items, value: str) -> str:
    start, end = items.span(len(items.each) - 1)
    lines = _own_lines(text, start, end, items)
    if lines is None:
        comma = re.match(r"\s*,", text[end : items.end]) if items.comma else None
        at = end + comma.end() if comma else end
        return replaced(text, at, at, f" {value}" if comma else f", {value}")
    indent = text[lines[0] : start]
    line = f"{indent}{value}{',' if items.comma else ''}\n"
    return text[:end] + ("" if items.comma else ",") + text[end : lines[1]] + line + text[lines[1] :]


def replaced(text: str, start: int, end: int, value: str) -> str:
    """Put a value in the place of another; a comment behind it stays where it stood, if there is room."""
    until = text.find("\n", end)
    rest = text[end:] if until < 0 else text[end:until]
    behind = re.fullmatch(r"([^#\"']*?)( {2,})(#.*)", rest)
    if behind and "\n" not in value + text[start:end]:
        grown = len(value) - (end - start)
        rest = behind[1] + " " * max(len(behind[2]) - grown, 2) + behind[3]
    return text[:start] + value + rest + ("" if until < 0 else text[until:])


def without(text: str, held: Setting) -> str:
    """Take a setting away; others on its line stay."""
    if held.alone:
        return (text[: held.start] + text[held.end :]).removesuffix("\n" if held.end == len(text) else "")
    others = [one for one in settings_of(text) if one.start == held.start and one.key != held.key]  # seed = 0; jobs = 1
    lines = [f"{one.key} = {text[one.value[0].start : one.value[-1].end]}\n" for one in others]
    return text[: held.start] + "".join(lines) + text[held.end :]


def added(text: str, settings: Sequence[Setting], key: str, value: str) -> str:
    """Put a new line where the order of the language has it, its `=` beneath those of its neighbours."""
    rank = KEYS.index(key)
    before = [one for one in settings if one.key in KEYS and KEYS.index(one.key) < rank]
    beside = before[-1] if before else (settings[0] if settings else None)
    line = f"{key:<{(beside.equals - 1) if beside else 0}} = {value}"
    if before:
        at = before[-1].end
    elif beside:
        at = beside.start
    else:
        at = len(text)
    head, tail = text[:at], text[at:]
    if head and not head.endswith("\n"):
        return f"{head}\n{line}{tail}"
    return f"{head}{line}\n{tail}" if tail or text else line
