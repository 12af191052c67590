"""A run in stages: after each, the search says from what is finished which fits come next.

Decisions are taken between stages only, from fits of stages that are complete, in the order of the
candidates: the same seed gives the same numbers on any number of workers, and a run that is taken up
again decides as before.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from mosi_nb.compare.race import race, standings
from mosi_nb.components.search import Halving, Race, Tpe
from mosi_nb.components.tpe import Tried
from mosi_nb.plan import Candidate, Plan
from mosi_nb.plan.growing import grown, most
from mosi_nb.results import Dropped, Fit, Results
from mosi_nb.run import Key, key_of

GROWTH = 1.25
"""How many times as many folds a candidate has after the next look, at least one more."""


def looks(folds: int) -> tuple[int, ...]:
    """Return after how many folds candidates are compared: after each of the first five, then less often.

    Examples
    --------
    >>> looks(5), looks(20)
    ((1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 7, 9, 12, 15, 19, 20))
    """
    found = [1]
    while found[-1] < folds:
        found.append(min(max(found[-1] + 1, math.ceil(found[-1] * GROWTH)), folds))
    return tuple(found)


@dataclass
class Stages:
    """What a search wants next.

    Attributes
    ----------
    plan
        Which grows where the search asks for more candidates.
    dropped
        Candidates that were given up, in that order.
    reached
        On how many folds the fits of each candidate have ended.
    failed
        Candidates with a fit that failed: in a race they get no more.
    exhausted
        Models for which the search asks for no more candidates.
    """

    plan: Plan
    dropped: list[Dropped] = field(default_factory=list)
    reached: Counter[int] = field(default_factory=Counter)
    failed: set[int] = field(default_factory=set)
    exhausted: set[str] = field(default_factory=set)

    @cached_property
    def race(self) -> Race | None:
        """How candidates are dropped; None where each gets all its fits in one stage."""
        search = self.plan.growth.search if self.plan.growth else None
        return search.race if isinstance(search, Halving | Tpe) else None

    @property
    def live(self) -> list[Candidate]:
        """Candidates that are neither dropped nor failed."""
        out = {one.candidate for one in self.dropped} | self.failed
        return [candidate for candidate in self.plan.candidates if candidate.number not in out]

    @property
    def total(self) -> int:
        """Number of fits that there will be at most."""
        folds, live = len(self.plan.folds), self.live
        ended = sum(self.reached.values()) - sum(self.reached[one.number] for one in live)
        further = 0
        if self._tpe:
            number = Counter(candidate.model for candidate in self.plan.candidates)
            further = sum(n - number[m] for m, n in most(self.plan).items() if m not in self.exhausted)
        return ended + folds * (len(live) + further)

    def missing(self, fits: Sequence[Fit]) -> list[str]:
        """Say which models have only some of their fits.

        Nothing of one model alone, for the run's own numbers say it, or of a race, whose number of fits nobody knows.

        Parameters
        ----------
        fits
            Those that have ended.
        """
        if self.race is not None or len(self.plan.models()) == 1:
            return []
        ended, planned = Counter(fit.model for fit in fits), Counter(one.model for one, _ in self.plan.fits)
        return [f"{model} {n - ended[model]:,} of {n:,}" for model, n in planned.items() if 0 < ended[model] < n]

    def wanted(self) -> list[Key]:
        """Return the fits of the next stage; none if all is done."""
        return [key_of(one, fold) for one in self.live for fold in self.plan.folds[slice(*self._step(one))]]

    def end(self, results: Results) -> None:
        """Decide what comes next, now that all fits of the stage have ended.

        Parameters
        ----------
        results
            Of all stages so far.
        """
        for candidate in self.live:
            self.reached[candidate.number] = self._step(candidate)[1]
        if self.race is None:
            return
        self.failed |= {fit.candidate for fit in results.fits if fit.predicted is None}
        self._drop(results, self.race)
        if self._tpe:
            self.plan = grown(self.plan, dict(self._asked(self._tpe, results)))

    @property
    def _tpe(self) -> Tpe | None:
        search = self.plan.growth.search if self.plan.growth else None
        return search if isinstance(search, Tpe) else None

    def _step(self, candidate: Candidate) -> tuple[int, int]:
        """Return how many folds a candidate has, and will have after the next stage."""
        now, folds = self.reached[candidate.number], len(self.plan.folds)
        if self.race is None or now >= folds:
            return now, folds
        return now, next(look for look in looks(folds) if look > now)

    def _drop(self, results: Results, how: Race) -> None:
        """Let the candidates race that are not done, on each number of folds that some have just reached."""
        far = {candidate.number: self.reached[candidate.number] for candidate in self.live}
        running = {number for number, reached in far.items() if reached < len(self.plan.folds)}
        for folds in sorted({far[number] for number in running}, reverse=True):
            rivals = [number for number, reached in far.items() if reached >= folds]
            worse = race(results, self.plan.folds[:folds], running.intersection(rivals), rivals, how.level, how.against)
            self.dropped += [replace(one, folds=far[one.candidate]) for one in worse]
            running -= {one.candidate for one in worse}

    def _asked(self, search: Tpe, results: Results) -> Iterator[tuple[str, list[dict[str, object]]]]:
        """Yield the further candidates of each model."""
        dropped, growth = {one.candidate for one in self.dropped}, self.plan.growth
        for model, candidates in self.plan.models().items():
            if model in self.exhausted or growth is None:
                continue
            stands = standings(results, self.plan.folds, [candidate.number for candidate in candidates])
            tried = [
                Tried(
                    one.params,
                    stands[one.number][0] if one.number not in self.failed else np.nan,
                    stands[one.number][1],
                    one.number in dropped,
                )
                for one in candidates
            ]
            asked = search.ask(growth.spaces(model), tried, growth.recipe.seed)
            if asked:
                yield model, asked
            else:
                self.exhausted.add(model)
