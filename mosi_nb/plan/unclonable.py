"""Estimators of the notebook that cannot be made or copied: which parameter or attribute is to blame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.base import clone

from mosi_nb.components.sendable import unsendable
from mosi_nb.errors import SpecError
from mosi_nb.results import reason_of
from mosi_nb.spec import Use


def not_made(thing: Any, params: Mapping[str, Any], use: Use, key: str, error: Exception) -> SpecError:
    """Build the error for an object of the notebook that could not be made or copied.

    Parameters
    ----------
    thing, params
        The object, or its class, and what was to be set.
    use, key
        The name under which it was used and the key of the cell.
    error
        What was raised.
    """
    blamed = advice = ""
    if isinstance(thing, type) or hasattr(thing, "get_params"):
        blamed, advice = _uncloned(thing, params)
    if not blamed and (what := _uncopied(thing, params, error)):
        blamed = f"cannot be copied: {what}."
        advice = "Make that in fit, or leave it out of what is pickled: __getstate__."
    sentence = f"'{use.name}' {blamed or f'could not be made: {type(error).__name__}: {error}'}"
    return SpecError.at(use.place, key, sentence, advice=advice)


def refuse_unclonable(thing: Any, params: Mapping[str, Any], use: Use, key: str) -> None:
    """Refuse a class whose objects cannot be cloned, as every fit does it.

    Raises
    ------
    SpecError
        With the parameter that is to blame.
    """
    blamed, advice = _uncloned(thing, params) if isinstance(thing, type) else ("", "")
    if blamed:
        raise SpecError.at(use.place, key, f"'{use.name}' {blamed}", advice=advice)


def _uncloned(thing: Any, params: Mapping[str, Any]) -> tuple[str, str]:
    """Return what keeps an estimator from being cloned, and advice; nothing if that is not it."""
    try:
        estimator = thing(**params) if isinstance(thing, type) else thing
        lost = _not_kept(estimator)
        if lost:
            return _blame("", lost, "not kept by __init__")
        inside = {f"{n}__": v for n, v in estimator.get_params(deep=True).items() if hasattr(v, "get_params")}
        # The innermost first: what holds one that cannot be cloned cannot be cloned either.
        for prefix, one in sorted({"": estimator, **inside}.items(), key=lambda held: -held[0].count("__")):
            changed = None if isinstance(one, type) else _changed(one)
            if changed:
                return _blame(prefix, changed, "changed by __init__")
    except Exception:  # noqa: BLE001 -- it fails in another way, which is told as it is
        return "", ""
    return "", ""


def _uncopied(thing: Any, params: Mapping[str, Any], error: Exception) -> str:
    """Return what of an object, or of what is set on its class, cannot be copied, if that is what was raised."""
    if not isinstance(thing, type):
        what = unsendable(thing)
        is_it = not hasattr(thing, "get_params") or what.endswith(reason_of(error))
        return what if is_it else ""
    found = ((name, value, unsendable(value)) for name, value in params.items())
    told = ((f"its parameter '{name}' (of type {type(value).__name__}): {what}", what) for name, value, what in found)
    return next((sentence for sentence, what in told if what.endswith(reason_of(error))), "")


def _blame(prefix: str, param: str, what: str) -> tuple[str, str]:
    advice = f"Let __init__ keep what it is given, self.{param} = {param}, and do what is to be done with it in fit."
    return f"cannot be cloned: its parameter '{prefix}{param}' is {what}.", advice


def _not_kept(estimator: Any) -> str | None:
    names: list[str] = getattr(type(estimator), "_get_param_names", list)()
    return next((name for name in names if not hasattr(estimator, name)), None)


def _changed(estimator: Any) -> str | None:
    """Return the parameter that a copy does not hold as it was given."""
    given = {name: clone(value, safe=False) for name, value in estimator.get_params(deep=False).items()}
    made = type(estimator)(**given).get_params(deep=False)
    return next((name for name, value in given.items() if made[name] is not value), None)
