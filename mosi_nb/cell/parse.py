"""Cell text to `Spec`: parsed with `ast`, never executed.

The grammar is lines of `name = expression`; an expression is a constant, a unary minus, a tuple, a
list, a dict, a name, a dotted name or a call of a name. Every error names its line.
"""

from __future__ import annotations

from typing import Any

from mosi_nb.cell.reader import Reader
from mosi_nb.errors import Place, SpecError
from mosi_nb.spec import KEYS, Spec


def parse(text: str) -> Spec:
    r"""Read the body of a cell.

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
    >>> spec = parse("data = sample()\nmodels = ridge(alpha=[1, 10]), svr")
    >>> spec.models[0].name, spec.models[0].parameters
    ('ridge', {'alpha': [1, 10]})
    """
    reader = Reader(text)
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
    reader = Reader(f"{key} = {text}", key)
    statement, *more = reader.statements()
    if more:
        raise SpecError.at(None, key, f"one expression is wanted, not {len(more) + 1} lines: {text!r}.")
    return reader.setting(key, reader.assignment(statement)[1])
