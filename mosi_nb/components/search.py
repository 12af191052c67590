"""Which combinations of parameters are tried."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeAlias

from sklearn.model_selection import ParameterGrid, ParameterSampler

from mosi_nb.components.spaces import Spaces, combinations
from mosi_nb.components.tpe import Tried, asked, first, refuse_without_optuna
from mosi_nb.registry import component

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
    >>> from mosi_nb.components.spaces import choice
    >>> grid()({"alpha": choice(1, 10)}, 0)
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
    >>> from mosi_nb.components.spaces import integers
    >>> len(random(3)({"alpha": integers(1, 10)}, 0))
    3
    """
    _check_number("random", n)
    return partial(_drawn, n)


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


@dataclass(frozen=True)
class Race:
    """How candidates are dropped before they have all their fits.

    Attributes
    ----------
    level
        The largest p with which a candidate counts as worse.
    against
        Whether it is compared with the others of its model, or with all.
    """

    level: float
    against: Literal["model", "all"] = "model"


@dataclass(frozen=True)
class Halving:
    """A search whose candidates are all known at the beginning, and race.

    Attributes
    ----------
    n
        Combinations that are drawn for each model; None for all of the grid.
    race
        How they are dropped.
    """

    n: int | None
    race: Race

    def __call__(self, spaces: Spaces, seed: int) -> list[dict[str, Any]]:
        """Return the combinations to begin with."""
        return _every(spaces, seed, "halving") if self.n is None else _drawn(self.n, spaces, seed)


@component("search", "halving")
def halving(n: int | None = None, level: float = 0.2, against: Literal["model", "all"] = "model") -> Halving:
    """Candidates race over the folds; those that are worse by a paired test over the videos are dropped.

    Parameters
    ----------
    n
        Combinations drawn for each model, as by `random(n)`; None for every combination, as by `grid`.
    level
        The largest p with which a candidate counts as worse, between 0 and 1: the chance, each time, that
        one as good as the best is dropped. A smaller one drops later and makes more fits.
    against
        `model`: a candidate is compared with the others of its model. `all`: with those of all models; the
        row of a weaker model may then not show its best candidate.

    Examples
    --------
    >>> from mosi_nb.components.spaces import choice
    >>> halving()({"alpha": choice(1, 10)}, 0)
    [{'alpha': 1}, {'alpha': 10}]
    """
    if n is not None:
        _check_number("halving", n)
    _check_level("halving", level)
    return Halving(n, Race(level, against))


@dataclass(frozen=True)
class Tpe:
    """A search that asks for further candidates once it has seen how those before did, and lets them race.

    Attributes
    ----------
    n
        Most candidates of a model.
    batch
        How many are asked for at once.
    race
        How they are dropped.
    """

    n: int
    batch: int
    race: Race

    def __call__(self, spaces: Spaces, seed: int) -> list[dict[str, Any]]:
        """Return the combinations to begin with, spread evenly over the values to try."""
        return first(spaces, min(self.batch, self.most(spaces)), seed)

    def most(self, spaces: Spaces) -> int:
        """Return how many candidates a model with these values to try may have."""
        return int(min(self.n, combinations(spaces)))

    def ask(self, spaces: Spaces, tried: Sequence[Tried], seed: int) -> list[dict[str, Any]]:
        """Return the combinations to try next; none if that was all.

        Parameters
        ----------
        spaces
            Values to try, by parameter.
        tried
            Every candidate of the model so far, in their order.
        seed
            Of the experiment.
        """
        number = min(self.batch, self.most(spaces) - len(tried))
        return asked(spaces, tried, number, seed) if number > 0 else []


@component("search", "tpe")
def tpe(n: int = 8, batch: int = 4, level: float = 0.2) -> Tpe:
    """Each next batch of candidates where the better ones were so far (optuna's TPE); worse ones are dropped.

    Parameters
    ----------
    n
        Most candidates of each model, at least 1. A model with fewer combinations is tried in full.
    batch
        Candidates of a model that are asked for at once, at least 1: more use more workers, and know less.
    level
        As for `halving`.

    Raises
    ------
    MissingExtraError
        If optuna is not installed.

    References
    ----------
    Bergstra, J., Bardenet, R., Bengio, Y. and Kegl, B. (2011). Algorithms for hyper-parameter
    optimization. Advances in Neural Information Processing Systems 24, 2546-2554.

    Examples
    --------
    >>> from mosi_nb.components.spaces import integers
    >>> len(tpe(8, batch=4)({"alpha": integers(1, 10)}, 0))
    4
    """
    _check_number("tpe", n)
    if batch < 1:
        message = f"tpe wants a batch of at least 1, found {batch}."
        raise ValueError(message)
    _check_level("tpe", level)
    refuse_without_optuna()
    return Tpe(n, batch, Race(level))


def _check_number(name: str, n: int) -> None:
    if not 1 <= n <= MOST:
        message = f"{name}(n) wants n from 1 to {MOST:,}, found {n}."
        raise ValueError(message)


def _check_level(name: str, level: float) -> None:
    if not 0 < level < 1:
        message = f"{name} wants a level between 0 and 1, found {level:g}."
        raise ValueError(message)


def _drawn(n: int, spaces: Spaces, seed: int) -> list[dict[str, Any]]:
    """Return n combinations, or all where there are no more."""
    if combinations(spaces) <= n:
        return _every(spaces, seed)
    choices = {name: space.distribution or list(space.values) for name, space in spaces.items()}
    return [dict(params) for params in ParameterSampler(choices, n, random_state=seed)]


def _every(spaces: Spaces, _seed: int, name: str = "a grid") -> list[dict[str, Any]]:
    for param, space in spaces.items():
        if not space.values:
            sentence = f"{name} needs to know how many values to try for '{param}'."
            instead = "search = random(30)" if name == "a grid" else f"search = {name}(30)"
            message = f"{sentence}\nGive the number: log(0.1, 10, 5), or {instead}."
            raise SpaceError(message, param)
    number = math.prod(len(space.values) for space in spaces.values())
    if number > MOST:
        message = f"{number:,} combinations of values to try.\nWrite fewer values, or search = random(30)."
        raise ValueError(message)
    return [dict(params) for params in ParameterGrid({name: list(space.values) for name, space in spaces.items()})]
