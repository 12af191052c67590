"""Which combinations of parameters are tried."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sklearn.model_selection import ParameterGrid, ParameterSampler

from mosi_nb.components.spaces import Space
from mosi_nb.registry import component

Spaces: TypeAlias = Mapping[str, Space]
Search: TypeAlias = Callable[[Spaces, int], list[dict[str, Any]]]


MOST = 10_000
"""Combinations of one model: their pipelines alone would take minutes to build."""


class SpaceError(ValueError):
    """The values to try for one parameter do not suit the search.

    Attributes
    ----------
    param
        Name of the parameter.
    """

    def __init__(self, message: str, param: str = "") -> None:
        super().__init__(message)
        self.param = param


@component("search", "grid")
def grid() -> Search:
    """Every combination of the values to try.

    Returns
    -------
    function
        From spaces by parameter, and a seed, to the combinations.

    Examples
    --------
    >>> grid()({"alpha": Space((1, 10))}, 0)
    [{'alpha': 1}, {'alpha': 10}]
    """
    return _every


@component("search", "random")
def random(n: int = 30) -> Search:
    """At most n combinations of each model, drawn by the seed.

    Parameters
    ----------
    n
        Number of combinations, at least 1. A model with fewer is tried in full.

    Examples
    --------
    >>> len(random(3)({"alpha": Space(tuple(range(10)))}, 0))
    3
    """
    if not 1 <= n <= MOST:
        message = f"random(n) wants n from 1 to {MOST:,}, found {n}."
        raise ValueError(message)

    def draw(spaces: Spaces, seed: int) -> list[dict[str, Any]]:
        finite = all(space.distribution is None for space in spaces.values())
        if finite and math.prod(len(space.values) for space in spaces.values()) <= n:
            return _every(spaces, seed)
        choices = {name: space.distribution or list(space.values) for name, space in spaces.items()}
        return [dict(params) for params in ParameterSampler(choices, n, random_state=seed)]

    return draw


@component("search", "none")
def none() -> Search:
    """No search: every parameter has one value."""

    def only(spaces: Spaces, _seed: int) -> list[dict[str, Any]]:
        several = [name for name, space in spaces.items() if len(space.values) != 1]
        if several:
            sentence = f"search = none, but there are several values to try for '{several[0]}'."
            message = f"{sentence}\nGive one value, or write search = grid."
            raise SpaceError(message, several[0])
        return _every(spaces, 0)

    return only


def _every(spaces: Spaces, _seed: int) -> list[dict[str, Any]]:
    for name, space in spaces.items():
        if not space.values:
            sentence = f"a grid needs to know how many values to try for '{name}'."
            message = f"{sentence}\nGive the number: log(0.1, 10, 5), or search = random(30)."
            raise SpaceError(message, name)
    combinations = math.prod(len(space.values) for space in spaces.values())
    if combinations > MOST:
        message = f"{combinations:,} combinations of values to try.\nWrite fewer values, or search = random(30)."
        raise ValueError(message)
    return [dict(params) for params in ParameterGrid({name: list(space.values) for name, space in spaces.items()})]
