"""What a result can be bound to."""

from __future__ import annotations

import keyword

from mosi_nb.errors import SpecError


def refuse_no_variable(name: str, magic: str, advice: str) -> None:
    """Refuse what cannot be the name of a variable.

    Parameters
    ----------
    name
        As it was written.
    magic
        In whose line.
    advice
        What to write.

    Raises
    ------
    SpecError
        If it is no identifier, or a word of Python.

    Examples
    --------
    >>> refuse_no_variable("class", "%mosi_attach", "Write %mosi_attach RUN --name NAME.")
    Traceback (most recent call last):
        ...
    mosi_nb.errors.SpecError: %mosi_attach: 'class' cannot be the name of a variable.
    Write %mosi_attach RUN --name NAME.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        raise SpecError.at(None, magic, f"'{name}' cannot be the name of a variable.", advice=advice)
