"""The first line of a whole cell, `%%mosi_experiment NAME [flags]`, and the body behind it."""

from __future__ import annotations

import re

MAGIC = "%%mosi_experiment"
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|\S+")


def split(text: str) -> tuple[str, str]:
    r"""Return the line of the magic, which may be empty, and the body.

    Examples
    --------
    >>> split("%%mosi_experiment first --again\ndata = sample()")
    ('%%mosi_experiment first --again', 'data = sample()')
    >>> split("data = sample()")
    ('', 'data = sample()')
    """
    line, _, body = text.lstrip("\r\n").partition("\n")
    return (line.rstrip("\r"), body) if line.startswith("%%") else ("", text)


def joined(line: str, body: str) -> str:
    """Return the whole cell."""
    return f"{line}\n{body}" if line else body


def arguments_of(line: str) -> str:
    """Return what stands behind the name of the magic.

    Examples
    --------
    >>> arguments_of("%%mosi_experiment first --again")
    'first --again'
    """
    return line.partition(" ")[2].strip()


def with_name(line: str, name: str) -> str:
    """Change the variable that the result is bound to; no name takes it away.

    Examples
    --------
    >>> with_name("%%mosi_experiment first --again", "second")
    '%%mosi_experiment second --again'
    >>> with_name("%%mosi_experiment --on-error keep", "mine")
    '%%mosi_experiment mine --on-error keep'
    """
    magic, *words = _WORD.findall(line) or [MAGIC]
    at = next((n for n in range(len(words)) if not _belongs_to_flag(words, n)), None)
    rest = words if at is None else [*words[:at], *words[at + 1 :]]
    return " ".join([magic, *([name] if name else []), *rest])


def with_flag(line: str, flag: str, value: str | bool) -> str:  # noqa: FBT001 -- a flag is on or off
    """Change a flag: a value, or whether it stands there.

    Examples
    --------
    >>> with_flag("%%mosi_experiment first", "--on-error", "keep")
    '%%mosi_experiment first --on-error keep'
    >>> with_flag("%%mosi_experiment first --again", "--again", False)
    '%%mosi_experiment first'
    """
    magic, *words = _WORD.findall(line) or [MAGIC]
    kept: list[str] = []
    for n, word in enumerate(words):
        is_value = n > 0 and words[n - 1] == flag and flag in WITH_VALUE
        if word.partition("=")[0] != flag and not is_value:
            kept.append(word)
    if value:
        kept += [flag] if value is True else [flag, value]
    return " ".join([magic, *kept])


WITH_VALUE = ("--on-error", "--cluster")


def _belongs_to_flag(words: list[str], n: int) -> bool:
    return words[n].startswith("-") or (n > 0 and words[n - 1] in WITH_VALUE)
