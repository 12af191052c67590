"""From the nodes of `ast` to values with their places, every refusal with its line."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any

from mosi_nb.cell.keys import EXAMPLES, MANY, SINGLE
from mosi_nb.errors import Place, SpecError
from mosi_nb.spec import KEYS, Use, Value

LONGEST_NUMBER = 4096  # bits


class Reader:
    """The text of one cell, and what turns its nodes into values with their places.

    Parameters
    ----------
    text
        Lines of a cell.
    key
        The one key that the text belongs to, where it is no cell: its places then have no line number.
    """

    def __init__(self, text: str, key: str = "") -> None:
        self.key = key
        self.lines = re.split(r"\r\n|\r|\n", text)  # as Python does; splitlines() splits at form feeds too
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # "C:\data": Python warns of \d on a line that nobody knows
                self.tree = ast.parse(text)
        except (SyntaxError, ValueError) as error:  # ValueError: null bytes, lone surrogates
            raise self._syntax(error) from None
        except (RecursionError, MemoryError):
            raise self._too_deep() from None

    def statements(self) -> list[ast.Assign]:
        """Return the assignments; anything else is refused."""
        for statement in self.tree.body:
            if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
                raise self._not_an_assignment(statement)
        return [s for s in self.tree.body if isinstance(s, ast.Assign)]

    def assignment(self, statement: ast.Assign) -> tuple[str, ast.expr]:
        """Return key and expression."""
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            sentence = f"the left side of '=' must be one of the keys, found {_called(target)}."
            raise SpecError.at(self.place(target), "cell", sentence, known=KEYS)
        return target.id, statement.value

    def setting(self, key: str, node: ast.expr) -> Any:
        """Return the value of a key in the form that `Spec` keeps."""
        if key in MANY:
            return self.uses(key, node)
        value = self.value(node)
        fits, wanted = SINGLE[key]
        if not fits(value):
            raise self._unwanted(key, node, wanted)
        return Use("none", place=self.place(node)) if value is None else value

    def uses(self, key: str, node: ast.expr) -> tuple[Use, ...]:
        """Return one or more components, written with commas or as a list."""
        nodes = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
        if not nodes:
            raise self._unwanted(key, node, "at least one name")
        uses = []
        for at in nodes:
            value = self.value(at)
            if not isinstance(value, Use):
                wanted = "a name without quotes" if isinstance(value, str) else "the name of a component or variable"
                raise self._unwanted(key, at, wanted)
            uses.append(value)
        return tuple(uses)

    def value(self, node: ast.expr) -> Value:
        """Return what an expression stands for."""
        try:
            return self._value(node)
        except RecursionError:
            raise self._too_deep() from None

    def _value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None as constant):
                self._refuse_too_long(node, constant)
                return constant
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)) if not isinstance(
                number, bool
            ):
                self._refuse_too_long(node, number)
                return -number
            case ast.Tuple(elts=elements):
                return tuple(self._value(e) for e in elements)
            case ast.List(elts=elements):
                return [self._value(e) for e in elements]
            case ast.Dict(keys=keys) if all(isinstance(k, ast.Constant | ast.UnaryOp) for k in keys):
                return self._dict(node)
            case ast.Name() | ast.Attribute():
                return Use(self._name(node), place=self.place(node))
            case ast.Call(func=ast.Name() | ast.Attribute()):
                return self._call(node)
        raise self._at(node, f"found {_called(node)}, which a cell does not hold.", _way_out(node))

    def _dict(self, node: ast.Dict) -> dict[Value, Value]:
        found: dict[Value, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            name = self._value(key) if key else None
            if name in found:
                raise self._at(value, f"the key {name!r} is there twice.")
            found[name] = self._value(value)
        return found

    def _refuse_too_long(self, node: ast.expr, constant: object) -> None:
        # Python itself writes no longer ones, and 0xfff... comes past its limit.
        if isinstance(constant, int) and constant.bit_length() > LONGEST_NUMBER:
            raise self._at(node, "this whole number is too long.")

    def place(self, node: ast.AST) -> Place:
        """Return where a node stands; of a node on several lines, its first."""
        line: int = node.lineno  # type: ignore[attr-defined]  # every expression and statement has these
        text = self.lines[line - 1]
        one_line = node.end_lineno == line  # type: ignore[attr-defined]
        start = _characters(text, node.col_offset)  # type: ignore[attr-defined]
        end = _characters(text, node.end_col_offset) if one_line else len(text)  # type: ignore[attr-defined]
        return Place(0 if self.key else line, start, end, text)

    def _at(self, node: ast.AST, sentence: str, advice: str = "") -> SpecError:
        return SpecError.at(self.place(node), self.key or "cell", sentence, advice=advice)

    def _too_deep(self) -> SpecError:
        return SpecError.at(None, self.key or "cell", "this is nested too deeply to be read.")

    def _call(self, node: ast.Call) -> Use:
        places: dict[int | str, Place] = {}
        for number, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                raise self._at(argument, "arguments are written out; '*' is not unpacked.")
            places[number] = self.place(argument)
        parameters: dict[str, Value] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self._at(keyword.value, "parameters are written out; '**' is not unpacked.")
            if keyword.arg in parameters:
                raise self._at(keyword, f"the parameter '{keyword.arg}' is there twice.")
            places[keyword.arg] = self.place(keyword)
            parameters[keyword.arg] = self._value(keyword.value)
        arguments = tuple(self._value(a) for a in node.args)
        name = self._name(node.func)
        return Use(name, arguments, parameters, called=True, place=self.place(node), places=places)

    def _name(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=value, attr=name):
                return f"{self._name(value)}.{name}"
        raise self._at(node, f"a dotted name is names and dots, found {_called(node)}.")

    def _not_an_assignment(self, statement: ast.stmt) -> SpecError:
        if isinstance(statement, ast.AnnAssign):
            return self._colon(self.place(statement), ast.unparse(statement.target))
        is_item = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.UnaryOp)
        if is_item and self.lines[statement.lineno - 1].startswith("-"):
            return self._dash(self.place(statement))
        sentence = f"found {_called(statement)}; a cell holds only lines of name = expression."
        return self._at(statement, sentence, "Write Python in a cell of its own, and name the variable here.")

    def _unwanted(self, key: str, node: ast.expr, wanted: str) -> SpecError:
        sentence = f"'{key}' wants {wanted}, found {ast.unparse(node)}."
        return SpecError.at(self.place(node), key, sentence, advice=f"For example: {EXAMPLES[key]}")

    def _colon(self, place: Place, written: str) -> SpecError:
        sentence = f"found '{written}:'; use = between a key and its value."
        advice = f"Write: {EXAMPLES.get(written, f'{written} = ...')}"
        return SpecError.at(place, self.key or "cell", sentence, advice=advice)

    def _dash(self, place: Place) -> SpecError:
        sentence = "found a list of '- item' lines; write the items after '=', with commas."
        return SpecError.at(place, self.key or "cell", sentence, advice=f"For example: {EXAMPLES['models']}")

    def _syntax(self, error: SyntaxError | ValueError) -> SpecError:
        number = min(getattr(error, "lineno", None) or 1, len(self.lines))
        text = self.lines[number - 1]
        column = min(max((getattr(error, "offset", None) or 1) - 1, 0), len(text))
        place = Place(0 if self.key else number, column, column + 1, text)
        if yaml := re.match(r"\s*(?:-\s*)?(\w+)\s*:(?!=)", text):
            return self._colon(place, yaml[1])
        following = self.lines[number] if number < len(self.lines) and text.rstrip().endswith("=") else text
        if re.match(r"\s*-\s", following):
            return self._dash(place)
        key = self.key or "cell"
        if text[:1].isspace():
            return SpecError.at(place, key, "found an indented line; every key starts at the left margin.")
        reason = getattr(error, "msg", None) or str(error)
        written = re.match(r"\w+", text)
        advice = f"For example: {EXAMPLES[written[0]]}" if written and written[0] in EXAMPLES else ""
        if "unicodeescape" in reason:
            advice = "Write paths with /, or with an r before the quotes."
        return SpecError.at(place, key, f"this is not a line of name = expression ({reason}).", advice=advice)


def _characters(text: str, column: int) -> int:
    """Turn a column in UTF-8 bytes, as `ast` counts, into one in characters."""
    return len(text.encode()[:column].decode(errors="ignore"))


def _called(node: ast.AST) -> str:
    """Name a node for somebody who does not know Python's grammar."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return "an import"
    named = {
        ast.FunctionDef: "a function",
        ast.ClassDef: "a class",
        ast.BinOp: "an arithmetic expression",
        ast.Lambda: "a lambda",
        ast.ListComp: "a comprehension",
        ast.GeneratorExp: "a comprehension",
        ast.Subscript: "an index",
        ast.JoinedStr: "an f-string",
        ast.Compare: "a comparison",
        ast.BoolOp: "a condition",
        ast.IfExp: "a condition",
        ast.Expr: "a line without '='",
        ast.Call: "a call of something that is not a name",
        ast.AugAssign: "an assignment with an operator",
        ast.Assign: "several '=' in one line",
        ast.Set: "a set",
        ast.Dict: "a dict with keys that are not constants",
        ast.Constant: "a constant of this type",
    }
    return named.get(type(node), type(node).__name__)


def _way_out(node: ast.expr) -> str:
    if isinstance(node, ast.BinOp | ast.UnaryOp):
        return "Write the number itself, or make a variable in another cell and name it here."
    return "Make it in another cell and name the variable here."
