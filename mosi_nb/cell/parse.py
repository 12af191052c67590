"""Cell text to `Spec`: parsed with `ast`, never executed.

The grammar is lines of `name = expression`; an expression is a constant, a unary minus, a tuple, a
list, a dict, a name, a dotted name or a call of a name. Every error names its line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from mosi_nb.errors import Place, SpecError, nearest
from mosi_nb.spec import KEYS, Spec, Use, Value

NUMBERS = ("jobs", "seed")
DURATIONS = ("budget", "checkpoint")
MANY = ("modalities", "text", "audio", "video", "models", "metrics", "ensemble", "ablate", "baselines")
EXAMPLES: Mapping[str, str] = {
    "data": "data = sample()",
    "modalities": "modalities = text, audio",
    "text": "text = tfidf(ngrams=(1, 2))",
    "audio": "audio = scale, pca(20)",
    "video": "video = scale, pca(20)",
    "fusion": "fusion = early",
    "models": "models = ridge(alpha=[0.1, 1, 10]), svr",
    "metrics": "metrics = mae, corr",
    "folds": "folds = by_video(5)",
    "test": "test = standard",
    "search": "search = grid",
    "ensemble": "ensemble = mean",
    "ablate": "ablate = modalities",
    "baselines": "baselines = dummy",
    "budget": 'budget = "10min"',
    "checkpoint": 'checkpoint = "30s"',
    "jobs": "jobs = -1",
    "seed": "seed = 0",
}


def parse(text: str) -> Spec:
    """Read the body of a cell.

    Parameters
    ----------
    text
        Lines of `name = expression`; comments and empty lines are passed over.

    Returns
    -------
    Spec
        What was asked for. Names are not looked up here.

    Raises
    ------
    SpecError
        For an unknown key, a key given twice, and whatever the grammar does not hold; the message
        shows the line.

    Examples
    --------
    >>> spec = parse("data = sample()\\nmodels = ridge(alpha=[1, 10]), svr")
    >>> spec.models[0].name, spec.models[0].parameters
    ('ridge', {'alpha': [1, 10]})
    """
    reader = _Reader(text)
    found: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for statement in reader.statements():
        key, node = reader.assignment(statement)
        place = reader.place(statement.targets[0])
        if key not in KEYS:
            raise SpecError.unknown(place, key, "key", key, KEYS)
        if key in found:
            raise SpecError.at(place, key, f"'{key}' is there already, in line {places[key].line}.")
        places[key] = place
        found[key] = reader.setting(key, node)
    return Spec(**found, places=places)


def parse_value(key: str, text: str) -> Any:
    """Read the right-hand side of one key.

    Returns
    -------
    The value in the form that `Spec` keeps under this key.

    Examples
    --------
    >>> [use.name for use in parse_value("models", "ridge(alpha=1), svr")]
    ['ridge', 'svr']
    """
    reader = _Reader(f"{key} = {text}")
    statement, *more = list(reader.statements())
    if more:
        raise SpecError.at(None, key, f"one expression is wanted, not {len(more) + 1} lines: {text!r}.")
    return reader.setting(key, reader.assignment(statement)[1])


class _Reader:
    """The text of one cell, and what turns its nodes into values with their places."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        try:
            self.tree = ast.parse(text)
        except (SyntaxError, ValueError) as error:  # ValueError: null bytes
            raise self._syntax(error) from None
        except (RecursionError, MemoryError):
            raise SpecError.at(None, "cell", "the cell is nested too deeply to be read.") from None

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
        checks: dict[bool, tuple[Callable[[Value], bool], str]] = {
            key in NUMBERS: (lambda v: isinstance(v, int) and not isinstance(v, bool), "a whole number"),
            key in DURATIONS: (_is_duration, 'a length of time in quotes, such as "30s", "10min" or "2h"'),
            key == "data": (lambda v: isinstance(v, str | Use), "a path in quotes, sample(), read(...) or a variable"),
            key in ("fusion", "folds", "test", "search"): (_is_use_or_none, "a component"),
        }
        fits, wanted = checks[True]
        if not fits(value):
            raise self._unwanted(key, node, wanted)
        return Use("none", place=self.place(node)) if value is None else value

    def uses(self, key: str, node: ast.expr) -> tuple[Use, ...]:
        """Return one or more components, written with commas or as a list."""
        nodes = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
        values = [self.value(n) for n in nodes]
        for value, at in zip(values, nodes, strict=True):
            if not isinstance(value, Use):
                raise self._unwanted(key, at, "the name of a component or variable, without quotes" if isinstance(value, str) else "a name")
        return tuple(value for value in values if isinstance(value, Use))

    def value(self, node: ast.expr) -> Value:
        """Return what an expression stands for."""
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None):
                return node.value  # type: ignore[return-value]  # the pattern admits only these
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return -number
            case ast.Tuple(elts=elements):
                return tuple(self.value(e) for e in elements)
            case ast.List(elts=elements):
                return [self.value(e) for e in elements]
            case ast.Dict(keys=keys, values=values) if all(isinstance(k, ast.Constant) for k in keys):
                return {self.value(k): self.value(v) for k, v in zip(keys, values, strict=True) if k}
            case ast.Name() | ast.Attribute():
                return Use(self._name(node), place=self.place(node))
            case ast.Call(func=ast.Name() | ast.Attribute()):
                return self._call(node)
        sentence = f"found {_called(node)}, which a cell does not hold."
        raise SpecError.at(self.place(node), "cell", sentence, advice=_way_out(node))

    def place(self, node: ast.AST) -> Place:
        """Return where a node stands; of a node on several lines, its first."""
        line: int = node.lineno  # type: ignore[attr-defined]  # every expression and statement has these
        text = self.lines[line - 1]
        one_line = node.end_lineno == line  # type: ignore[attr-defined]
        start = _characters(text, node.col_offset)  # type: ignore[attr-defined]
        end = _characters(text, node.end_col_offset) if one_line else len(text)  # type: ignore[attr-defined]
        return Place(line, start, end, text)

    def _call(self, node: ast.Call) -> Use:
        places: dict[int | str, Place] = {}
        for number, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                sentence = "arguments are written out; '*' is not unpacked."
                raise SpecError.at(self.place(argument), "cell", sentence)
            places[number] = self.place(argument)
        parameters: dict[str, Value] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                sentence = "parameters are written out; '**' is not unpacked."
                raise SpecError.at(self.place(keyword.value), "cell", sentence)
            if keyword.arg in parameters:
                sentence = f"the parameter '{keyword.arg}' is there twice."
                raise SpecError.at(self.place(keyword), "cell", sentence)
            places[keyword.arg] = self.place(keyword)
            parameters[keyword.arg] = self.value(keyword.value)
        arguments = tuple(self.value(a) for a in node.args)
        name = self._name(node.func)
        return Use(name, arguments, parameters, called=True, place=self.place(node), places=places)

    def _name(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=value, attr=name):
                return f"{self._name(value)}.{name}"
        sentence = f"a dotted name is names and dots, found {_called(node)}."
        raise SpecError.at(self.place(node), "cell", sentence)

    def _not_an_assignment(self, statement: ast.stmt) -> SpecError:
        place = self.place(statement)
        if isinstance(statement, ast.AnnAssign):
            written = ast.unparse(statement.target)
            sentence = f"found '{written}: ...'; use = between a key and its value."
            return SpecError.at(place, "cell", sentence, advice=f"Write: {EXAMPLES.get(written, f'{written} = ...')}")
        sentence = f"found {_called(statement)}; a cell holds only lines of name = expression."
        advice = "Write Python in a cell of its own, and name the variable here."
        return SpecError.at(place, "cell", sentence, advice=advice)

    def _unwanted(self, key: str, node: ast.expr, wanted: str) -> SpecError:
        sentence = f"'{key}' wants {wanted}, found {ast.unparse(node)}."
        return SpecError.at(self.place(node), key, sentence, advice=f"For example: {EXAMPLES[key]}")

    def _syntax(self, error: SyntaxError | ValueError) -> SpecError:
        number = min(getattr(error, "lineno", None) or 1, max(len(self.lines), 1))
        text = self.lines[number - 1] if self.lines else ""
        column = max((getattr(error, "offset", None) or 1) - 1, 0)
        place = Place(number, min(column, len(text)), min(column, len(text)) + 1, text)
        key = re.match(r"\s*(\w+)", text)
        if yaml := re.match(r"\s*(?:-\s*)?(\w+)\s*:(?!=)", text):
            written = yaml[1]
            sentence = f"found '{written}:'; use = between a key and its value."
            return SpecError.at(place, "cell", sentence, advice=f"Write: {EXAMPLES.get(written, f'{written} = ...')}")
        if re.match(r"\s*-\s", text):
            sentence = "found a list of '- item' lines; write the items after '=', with commas."
            return SpecError.at(place, "cell", sentence, advice=f"For example: {EXAMPLES['models']}")
        if text[:1].isspace():
            return SpecError.at(place, "cell", "found an indented line; every key starts at the left margin.")
        reason = getattr(error, "msg", None) or str(error)
        advice = f"For example: {EXAMPLES[key[1]]}" if key and key[1] in EXAMPLES else ""
        return SpecError.at(place, "cell", f"this is not a line of name = expression ({reason}).", advice=advice)


def _characters(text: str, column: int) -> int:
    """Turn a column in UTF-8 bytes, as `ast` counts, into one in characters."""
    return len(text.encode()[:column].decode(errors="ignore"))


def _is_duration(value: Value) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\s*\d+(\.\d+)?\s*(s|sec|min|m|h)\s*", value) is not None


def _is_use_or_none(value: Value) -> bool:
    return value is None or isinstance(value, Use)


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
