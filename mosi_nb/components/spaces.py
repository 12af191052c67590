"""Spaces: the values that a search may try for a parameter.

A list in a component's parameter means "try these"; the functions here are for the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
import scipy.stats

from mosi_nb.registry import component

MOST = 10_000
"""Values of one parameter: more are a slip of the pen."""


@dataclass(frozen=True)
class Space:
    """Values to try.

    Attributes
    ----------
    values
        Those that a grid tries; empty if it was not said how many.
    distribution
        What a random search draws from; None to draw from `values`.
    """

    values: tuple[Any, ...]
    distribution: Any = None


Spaces: TypeAlias = Mapping[str, Space]
"""Values to try, by parameter."""


def combinations(spaces: Spaces) -> float:
    """Return how many combinations of values there are; infinite where one is drawn from a range.

    Examples
    --------
    >>> combinations({"C": Space((1, 10)), "kernel": Space(("rbf", "linear"))})
    4
    >>> combinations({"C": log(0.1, 10.0, 5)})
    inf
    """
    if any(space.distribution is not None for space in spaces.values()):
        return math.inf
    return math.prod(len(space.values) for space in spaces.values())


def is_number(value: object) -> bool:
    """Tell whether a value is a number that has a place between others: True and NaN are none.

    Examples
    --------
    >>> is_number(1), is_number(True), is_number("scale")
    (True, False, False)
    """
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)


@component("space", "log")
def log(low: float, high: float, n: int = 0) -> Space:
    """Values at equal ratios from low to high.

    Parameters
    ----------
    low, high
        Both > 0.
    n
        How many a grid tries; a random search draws from the whole range and needs no number.

    Examples
    --------
    >>> log(0.1, 10.0, 3).values
    (0.1, 1.0, 10.0)
    """
    if not 0 < low < high < math.inf:
        message = f"log(low, high, n) wants 0 < low < high, found {low:g} and {high:g}."
        raise ValueError(message)
    _check_count(n)
    return Space(_plain(np.geomspace(low, high, n)), scipy.stats.loguniform(low, high))


@component("space", "uniform")
def uniform(low: float, high: float, n: int = 0) -> Space:
    """Values at equal distances from low to high.

    Parameters
    ----------
    low, high
        low < high.
    n
        As for `log`.

    Examples
    --------
    >>> uniform(0.0, 1.0, 3).values
    (0.0, 0.5, 1.0)
    """
    if not -math.inf < low < high < math.inf:
        message = f"uniform(low, high, n) wants low < high, found {low:g} and {high:g}."
        raise ValueError(message)
    _check_count(n)
    return Space(_plain(np.linspace(low, high, n)), scipy.stats.uniform(low, high - low))


@component("space", "integers")
def integers(low: int, high: int, step: int = 1) -> Space:
    """Whole numbers from low to high, both included.

    Parameters
    ----------
    low, high
        low < high.
    step
        Distance between two, at least 1.

    Examples
    --------
    >>> integers(1, 7, 2).values
    (1, 3, 5, 7)
    """
    if not low < high or step < 1:
        message = f"integers(low, high, step) wants low < high and step >= 1, found {low}, {high}, {step}."
        raise ValueError(message)
    _check_count((high - low) // step + 1)
    return Space(tuple(range(low, high + 1, step)))


@component("space", "choice")
def choice(*values: Any) -> Space:
    """These values; the same as a list.

    Parameters
    ----------
    *values
        At least one.

    Examples
    --------
    >>> choice("rbf", "linear").values
    ('rbf', 'linear')
    """
    if not values:
        message = "there is nothing to choose from."
        raise ValueError(message)
    return Space(values)


@component("space", "fixed")
def fixed(value: Any) -> Space:
    """The value itself, where a bare list would mean "try these".

    Parameters
    ----------
    value
        Any value, mostly a list.

    Examples
    --------
    >>> fixed([64, 32]).values
    ([64, 32],)
    """
    return Space((value,))


def _check_count(n: int) -> None:
    if not 0 <= n <= MOST:
        message = f"{n} values to try: at least 0 and at most {MOST:,} are possible."
        raise ValueError(message)


def _plain(values: Any) -> tuple[float, ...]:
    """Turn an array into Python floats without the digits that rounding errors leave."""
    return tuple(float(f"{value:.12g}") for value in values)
