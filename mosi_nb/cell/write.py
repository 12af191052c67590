"""`Spec` to cell text, such that parsing it gives the same `Spec`."""

from __future__ import annotations

from mosi_nb.spec import KEYS, Spec, Value, written


def write(spec: Spec) -> str:
    """Write an experiment as the body of a cell.

    Parameters
    ----------
    spec
        Keys come in the order in which they were written, the others after them; what is left out
        stays out.

    Examples
    --------
    >>> from mosi_nb.cell import parse
    >>> write(parse("models=ridge( alpha = [1,10] ), svr"))
    'models = ridge(alpha=[1, 10]), svr'
    """
    given = [key for key in KEYS if getattr(spec, key) is not None]
    keys = [key for key in spec.places if key in given]
    keys += [key for key in given if key not in keys]
    width = max((len(key) for key in keys), default=0)
    return "\n".join(f"{key:<{width}} = {_setting(getattr(spec, key))}" for key in keys)


def _setting(value: Value) -> str:
    """Write what stands behind a key: there a tuple has no parentheses."""
    if isinstance(value, tuple):
        return ", ".join(written(v) for v in value) or "()"
    return written(value)
