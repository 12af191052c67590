"""Candidates asked from optuna: where among the values to try the better ones lie."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import product
from typing import Any

import numpy as np

from mosi_nb.components.spaces import Space, Spaces, combinations, is_number
from mosi_nb.errors import MissingExtraError

STEPS = 1000
"""Steps into which a range is divided, of equal probability: candidates that differ less are one."""

DIGITS = 6
"""Significant digits of a number out of a range."""

ATTEMPTS = 30
"""How often the sampler may propose what was tried already before something new is drawn at random."""

DRAWS = 300
"""How often is drawn from ranges before nothing new is taken to be left in them."""


@dataclass(frozen=True)
class Tried:
    """A candidate and how it did.

    Attributes
    ----------
    params
        A value for each parameter that is searched.
    value
        Smaller is better; NaN if it failed, or its score is not defined.
    folds
        Number of folds that the value comes from.
    dropped
        Whether it got no more than these.
    """

    params: Mapping[str, Any]
    value: float
    folds: int = 1
    dropped: bool = False


@dataclass(frozen=True)
class Axis:
    """A parameter as a number for the sampler: a position among values, or a quantile of a distribution.

    Attributes
    ----------
    space
        The values to try.
    order
        Values in the order of their positions: numbers are sorted.
    """

    space: Space
    order: tuple[Any, ...] = ()

    @classmethod
    def of(cls, space: Space) -> Axis:
        """Return the axis of a space."""
        if space.distribution is not None:
            return cls(space)
        sortable = all(is_number(value) for value in space.values)
        return cls(space, tuple(sorted(space.values)) if sortable else space.values)

    def distribution(self) -> Any:
        """Return what the sampler is told."""
        from optuna.distributions import (  # noqa: PLC0415 -- an extra
            CategoricalDistribution,
            FloatDistribution,
            IntDistribution,
        )

        if self.space.distribution is not None:
            return FloatDistribution(0.0, 1.0)
        last = len(self.order) - 1
        if all(is_number(value) for value in self.order):
            return IntDistribution(0, last)
        return CategoricalDistribution(tuple(range(last + 1)))

    def value(self, place: float) -> Any:
        """Return the value at a position or quantile."""
        if self.space.distribution is None:
            return self.order[int(place)]
        low, high = self.space.distribution.support()
        quantile = np.clip(round(place * STEPS) / STEPS, 1e-9, 1 - 1e-9)  # no infinite ends
        value = float(f"{float(self.space.distribution.ppf(quantile)):.{DIGITS}g}")
        return float(np.clip(value, low, high))

    def place(self, value: Any) -> int | float:
        """Return the position or quantile of a value."""
        if self.space.distribution is None:
            return next(n for n, one in enumerate(self.order) if _same(one, value))
        return float(np.clip(self.space.distribution.cdf(value), 0.0, 1.0))

    def at(self, share: float) -> Any:
        """Return the value at a share of the way from 0 to 1."""
        return self.value(share if self.space.distribution is not None else int(share * len(self.order)))


def first(spaces: Spaces, number: int, seed: int) -> list[dict[str, Any]]:
    """Return combinations to begin with, spread evenly along each parameter (a Latin hypercube).

    Parameters
    ----------
    spaces
        Values to try, by parameter.
    number
        How many: all where there are no more.
    seed
        Of the draw.
    """
    if combinations(spaces) <= number:
        return _all(spaces)
    axes = {name: Axis.of(space) for name, space in spaces.items()}
    rng = np.random.default_rng(seed)
    shares = {name: (rng.permutation(number) + rng.random(number)) / number for name in axes}
    found: list[dict[str, Any]] = []
    for row in range(number):
        params = {name: axis.at(shares[name][row]) for name, axis in axes.items()}
        found += [params] if not _among(params, found) else _new(spaces, found, rng)
    return found


def asked(spaces: Spaces, tried: Sequence[Tried], number: int, seed: int) -> list[dict[str, Any]]:
    """Return the combinations that optuna's TPE sampler asks for next, none of which was tried.

    The sampler is made anew from what was tried each time, so that it asks for the same again when a
    run is taken up.

    Parameters
    ----------
    spaces
        Values to try, by parameter.
    tried
        All candidates so far.
    number
        How many to return: the rest where no more are left.
    seed
        Of the experiment.

    Raises
    ------
    MissingExtraError
        If optuna is not installed.
    """
    known = [one.params for one in tried]
    if combinations(spaces) - len(known) <= number:
        return [params for params in _all(spaces) if not _among(params, known)]
    axes = {name: Axis.of(space) for name, space in spaces.items() if len(space.values) != 1 or space.distribution}
    fixed = {name: space.values[0] for name, space in spaces.items() if name not in axes}
    rng = np.random.default_rng([seed, len(tried)])
    found: list[dict[str, Any]] = []
    with _quiet_optuna():
        study = _study(axes, tried, int(rng.integers(2**31)))
        for _ in range(number):
            held = [*known, *found]
            found += _proposed(study, axes, fixed, held) or _new(spaces, held, rng)
    return [{name: params[name] for name in spaces} for params in found]


def refuse_without_optuna() -> None:
    """Raise where optuna is not installed.

    Raises
    ------
    MissingExtraError
        With the line that installs it.
    """
    if find_spec("optuna") is None:
        raise MissingExtraError.of("search = tpe", "optuna", "optuna")


def _study(axes: Mapping[str, Axis], tried: Sequence[Tried], seed: int) -> Any:
    import optuna  # noqa: PLC0415 -- an extra

    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=1, multivariate=True, constant_liar=True)
    study = optuna.create_study(sampler=sampler, direction="minimize")
    distributions = {name: axis.distribution() for name, axis in axes.items()}
    for one in tried:
        value = one.value if math.isfinite(one.value) else math.inf
        pruned = {"state": optuna.trial.TrialState.PRUNED, "intermediate_values": {one.folds: value}}
        told = pruned if one.dropped and math.isfinite(value) else {"value": value}
        places = {name: axis.place(one.params[name]) for name, axis in axes.items()}
        study.add_trial(optuna.create_trial(params=places, distributions=distributions, **told))
    return study


def _proposed(
    study: Any, axes: Mapping[str, Axis], fixed: Mapping[str, Any], known: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what the sampler proposes; nothing if it is nothing new time and again."""
    from optuna.trial import TrialState  # noqa: PLC0415 -- an extra

    distributions = {name: axis.distribution() for name, axis in axes.items()}
    for _ in range(ATTEMPTS):
        trial = study.ask(distributions)
        params = {**fixed, **{name: axis.value(trial.params[name]) for name, axis in axes.items()}}
        if not _among(params, known):
            return [params]  # the trial stays open: the next one keeps its distance from it
        study.tell(trial, state=TrialState.FAIL)
    return []


def _new(spaces: Spaces, known: Sequence[Mapping[str, Any]], rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return a combination drawn at random that is not among those known; nothing if none is found."""
    axes = {name: Axis.of(space) for name, space in spaces.items()}
    for _ in range(DRAWS):
        params = {name: axis.at(rng.random()) for name, axis in axes.items()}
        if not _among(params, known):
            return [params]
    rest = [] if math.isinf(combinations(spaces)) else [one for one in _all(spaces) if not _among(one, known)]
    return [rest[int(rng.integers(len(rest)))]] if rest else []


def _all(spaces: Spaces) -> list[dict[str, Any]]:
    values = [space.values for space in spaces.values()]
    return [dict(zip(spaces, one, strict=True)) for one in product(*values)]


def _among(params: Mapping[str, Any], known: Sequence[Mapping[str, Any]]) -> bool:
    return any(all(_same(params[name], one[name]) for name in params) for one in known)


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    one, other = (value.item() if isinstance(value, np.generic) else value for value in (one, other))
    return type(one) is type(other) and isinstance(one == other, bool) and one == other


@contextmanager
def _quiet_optuna() -> Iterator[None]:
    """Import optuna, and let it say nothing: what it tells a study's owner, or that a part of it is experimental."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import optuna  # noqa: PLC0415 -- an extra

        level = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        try:
            yield
        finally:
            optuna.logging.set_verbosity(level)
