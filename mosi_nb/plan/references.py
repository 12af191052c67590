"""What compiled code is, apart from where it stands: its content, and the globals that it refers to."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

_GLOBAL = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"})
_ATTRIBUTE = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_ASIDE = frozenset({"EXTENDED_ARG", "CACHE", "PUSH_NULL"})


@dataclass(frozen=True)
class References:
    """What a piece of code refers to outside of itself.

    Attributes
    ----------
    names
        Dotted names: a global, and the attributes that are taken from it at once.
    imports
        Modules that are imported when the code runs: level of a relative import, and name.
    """

    names: tuple[tuple[str, ...], ...]
    imports: tuple[tuple[int, str], ...]


def references(code: CodeType) -> References:
    """Return what code refers to, with that of the functions and classes defined inside it.

    Examples
    --------
    >>> references(compile("x = np.mean(values)", "", "exec")).names
    (('np', 'mean'), ('values',))
    """
    names: dict[tuple[str, ...], None] = {}
    imports: dict[tuple[int, str], None] = {}
    for inner in _all(code):
        for name in _names(inner):
            names[name] = None
        for imported in _imports(inner):
            imports[imported] = None
    return References(tuple(names), tuple(imports))


def content(code: CodeType) -> tuple[object, ...]:
    r"""Return what code does: no file name, no line number, no comment.

    Examples
    --------
    >>> one = compile("x = 1", "cell 1", "exec")
    >>> content(one) == content(compile("# a comment\n\nx = 1", "cell 2", "exec"))
    True
    """
    return (
        code.co_name,
        code.co_code,
        code.co_exceptiontable,
        code.co_flags,
        (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount),
        code.co_names,
        code.co_varnames,
        code.co_cellvars,
        code.co_freevars,
        tuple(content(value) if isinstance(value, CodeType) else value for value in code.co_consts),
    )


def _all(code: CodeType) -> Iterator[CodeType]:
    yield code
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from _all(value)


def _names(code: CodeType) -> Iterator[tuple[str, ...]]:
    chain: tuple[str, ...] = ()
    for instruction in dis.get_instructions(code):
        if instruction.opname in _ASIDE:
            continue
        if chain and instruction.opname in _ATTRIBUTE:
            chain = (*chain, str(instruction.argval))
            continue
        if chain:
            yield chain
        chain = (str(instruction.argval),) if instruction.opname in _GLOBAL else ()
    if chain:
        yield chain


def _imports(code: CodeType) -> Iterator[tuple[int, str]]:
    before: list[object] = [0, None]  # the level and the names of an import are loaded before it
    for instruction in dis.get_instructions(code):
        if instruction.opname == "IMPORT_NAME":
            level = before[-2]
            yield (level if isinstance(level, int) else 0), str(instruction.argval)
        if instruction.opname not in _ASIDE:
            before.append(instruction.argval)
