"""One thing of a cell's text changed: the rest, its comments and its layout stay as they are.

What a form does to the text that it stands for. Every function is pure: from a text that can be read, and
what is to stand there, to the text after it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import lru_cache
from tokenize import COMMENT, NEWLINE, NL

from mosi_nb.cell.keys import MANY
from mosi_nb.cell.pieces import Items, Setting, items_of, keyword_of, settings_of, tokens_of, use_of
from mosi_nb.cell.reader import Reader
from mosi_nb.cell.splice import added, put, replaced, without
from mosi_nb.errors import SpecError

REST = "*"
"""The name of the parameter that takes all that is handed over by position, as in `pool(mean, std)`."""


def with_key(text: str, key: str, value: str | None) -> str:
    r"""Change what stands behind a key.

    Parameters
    ----------
    text
        The body of a cell.
    key
        The key; where it is not there, it is added in the order of the language.
    value
        Its new right-hand side; None takes the line away.

    Returns
    -------
    str
        The text after it, with line breaks as `\n`.

    Raises
    ------
    SpecError
        If the text is no cell, or the value is no value of this key.

    Examples
    --------
    >>> print(with_key("data = sample()  # made up\nseed = 0", "seed", "1"))
    data = sample()  # made up
    seed = 1
    >>> with_key("data = sample()", "seed", "1")
    'data = sample()\nseed = 1'
    """
    text = _read(text)
    if value is not None:
        value = _one_expression(key, value)
        reader = Reader(f"{key} = {value}", key)
        reader.setting(key, reader.assignment(reader.statements()[0])[1])
    settings = settings_of(text)
    held = next((one for one in settings if one.key == key), None)
    if held is None:
        return text if value is None else added(text, settings, key, value)
    if value is None:
        return without(text, held)
    return replaced(text, held.value[0].start, held.value[-1].end, value)


def with_item(text: str, key: str, number: int, value: str | None) -> str:
    """Change one of several components behind a key.

    Parameters
    ----------
    text, key
        As for `with_key`.
    number
        Which of them, from 0; their number to add one at the end.
    value
        What is to stand there; None takes it away, and with the last one the key.

    Raises
    ------
    SpecError
        As `with_key`.

    Examples
    --------
    >>> with_item("models = ridge, svr(C=1)", "models", 1, "knn")
    'models = ridge, knn'
    >>> with_item("models = ridge", "models", 1, "svr")
    'models = ridge, svr'
    >>> with_item("models = ridge, svr", "models", 0, None)
    'models = svr'
    """
    text = _read(text)
    if value is not None:
        value = _one_expression(key, value)
        Reader(f"{key} = {value}", key)
    held = _setting(text, key)
    if held is None:
        return text if value is None else with_key(text, key, value)
    items = items_of(held.value, whole=key not in MANY)
    if value is None and len(items.each) == 1:
        return with_key(text, key, None)
    return put(text, items, number, value)


def moved(text: str, key: str, number: int, to: int) -> str:
    """Let two of several components change places.

    Examples
    --------
    >>> moved("metrics = mae, corr  # the first ranks", "metrics", 0, 1)
    'metrics = corr, mae  # the first ranks'
    """
    text = _read(text)
    held = _setting(text, key)
    if held is None:
        return text
    items = items_of(held.value)
    (start, end), (other, last) = items.span(min(number, to)), items.span(max(number, to))
    return text[:start] + text[other:last] + text[end:other] + text[start:end] + text[last:]


def with_parameter(text: str, key: str, number: int, name: str, value: str | None, names: Sequence[str] = ()) -> str:
    """Change one parameter of a component.

    Parameters
    ----------
    text, key, number
        As for `with_item`; for a key with one component, the number is 0.
    name
        The parameter, or `REST`.
    value
        What is to stand there; None for the default.
    names
        The component's parameters in the order in which they may be handed over by position.

    Raises
    ------
    SpecError
        As `with_key`.

    Examples
    --------
    >>> with_parameter("audio = scale, pca(20)", "audio", 1, "n", "[5, 10]", ["n", "whiten"])
    'audio = scale, pca([5, 10])'
    >>> with_parameter("models = svr", "models", 0, "C", "10")
    'models = svr(C=10)'
    >>> with_parameter("models = svr(C=10)", "models", 0, "C", None)
    'models = svr'
    """
    text = _read(text)
    held = _setting(text, key)
    if held is None:
        return text
    if value is not None and name != REST:
        value = _in_brackets(name, _one_expression(name, value))
    item = items_of(held.value, whole=key not in MANY).each[number]
    called, arguments = use_of(item)
    end = called[-1].end
    if arguments is None:
        handed = value if name == REST else f"{name}={value}"
        return text if value is None else replaced(text, end, end, f"({handed})")
    if name == REST:
        return _with_rest(text, arguments, end, value)
    at = _position(arguments, name, names)
    if value is not None:
        return _argument(text, arguments, at, name, value)
    if at is None:
        return text
    if len(arguments.each) == 1:
        return replaced(text, *((arguments.start, arguments.end) if key == "data" else (end, arguments.end + 1)), "")
    by_position = [n for n, one in enumerate(arguments.each) if keyword_of(one) is None]
    for later in reversed([n for n in by_position if at < n < len(names)]) if at in by_position else ():
        start = arguments.span(later)[0]
        text = replaced(text, start, start, f"{names[later]}=")
    return _without_argument(text, key, number, at)


def _without_argument(text: str, key: str, number: int, at: int) -> str:
    """Take away the argument at a position of a component's call."""
    held = _setting(text, key)
    item = items_of(held.value, whole=key not in MANY).each[number] if held else ()
    arguments = use_of(item)[1]
    return text if arguments is None else put(text, arguments, at, None)


def source_of(text: str, key: str, number: int | None = None) -> list[str]:
    """Return what stands behind a key as it is written: each item, or each argument of one of them.

    Examples
    --------
    >>> source_of("models = ridge(alpha=1e-2), svr", "models")
    ['ridge(alpha=1e-2)', 'svr']
    >>> source_of("models = ridge(alpha=1e-2), svr", "models", 0)
    ['alpha=1e-2']
    """
    text = _read(text)
    held = _setting(text, key)
    if held is None:
        return []
    items: Items | None = items_of(held.value, whole=key not in MANY)
    if items is not None and number is not None:
        items = use_of(items.each[number])[1]
    return [text[slice(*items.span(n))] for n in range(len(items.each))] if items else []


def _setting(text: str, key: str) -> Setting | None:
    return next((one for one in settings_of(text) if one.key == key), None)


@lru_cache(maxsize=16)
def _read(text: str) -> str:
    """Return a text that can be read, with line breaks of one kind."""
    Reader(text).statements()
    return re.sub(r"\r\n|\r", "\n", text)


def _one_expression(key: str, value: str) -> str:
    """Return a value without spaces around it; comments and a second statement are refused."""
    value = value.strip()
    try:
        ast.parse(value, mode="eval")
    except (SyntaxError, ValueError) as error:
        reason = getattr(error, "msg", None) or str(error)
        found = value or "nothing"
        raise SpecError.at(None, key, f"this is no value that a cell can hold: {found} ({reason}).") from None
    except (RecursionError, MemoryError):
        pass  # told by the reader
    reader = Reader(f"{key} = {value}", key)
    kinds = [token.kind for token in tokens_of(f"{key} = {value}") if token.kind not in (NEWLINE, NL)]
    if len(reader.statements()) != 1 or kinds[-1] == COMMENT or value.endswith(";"):
        raise SpecError.at(None, key, f"one value is wanted, found {value!r}.")
    reader.value(reader.statements()[0].value)
    return value


def _in_brackets(name: str, value: str) -> str:
    """Put brackets around `1, 2`, which would be two arguments."""
    tokens = [token for token in tokens_of(f"{name} = {value}") if token.kind not in (NEWLINE, NL)]
    is_tuple = len(items_of([tokens[0], *tokens[2:]]).each) > 1 or value.endswith(",")
    return f"({value})" if is_tuple else value


def _position(arguments: Items, name: str, names: Sequence[str]) -> int | None:
    """Return which argument of a call a parameter is."""
    for at, argument in enumerate(arguments.each):
        keyword = keyword_of(argument)
        if keyword == name or (keyword is None and at < len(names) and names[at] == name):
            return at
    return None


def _argument(text: str, arguments: Items, at: int | None, name: str, value: str) -> str:
    if at is None:
        return put(text, arguments, len(arguments.each), f"{name}={value}")
    argument = arguments.each[at]
    first = argument[2] if keyword_of(argument) else argument[0]
    return replaced(text, first.start, argument[-1].end, value)


def _with_rest(text: str, arguments: Items, end: int, value: str | None) -> str:
    """Replace all that is handed over by position."""
    named = [n for n, one in enumerate(arguments.each) if keyword_of(one) is not None]
    start = arguments.span(named[0])[0] if named else arguments.end
    if value is None and not named:
        return replaced(text, end, arguments.end + 1, "")
    return replaced(text, arguments.start, start, f"{value}, " if value and named else value or "")
