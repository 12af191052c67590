"""Whether the best value of a parameter is at the edge of those that were tried."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import NamedTuple

from mosi_nb.compare.evidence import Evidence
from mosi_nb.components.spaces import Space, is_number

TRIED = 3
"""Values of a parameter from which on one of them is not an edge."""

OUTER = 0.05
"""Share of a range, at each of its ends, that counts as its edge."""


class Edge(NamedTuple):
    """A best value that is an outer one, of the ends of what was tried."""

    model: str
    param: str
    best: float
    low: float
    high: float


def best_at_edge(evidence: Evidence) -> str | None:
    """Name the parameters whose best value is an outer one; None if there is none.

    Of a list, the smallest and the largest number are its edges, tried or not; of a range that is drawn
    from (`log`, `uniform`), its outer twentieths, and the smallest and largest value drawn.
    """
    told = [f"{one.model}: {one.param}={one.best:.4g} of {one.low:.4g} to {one.high:.4g}" for one in edges(evidence)]
    return f"{'; '.join(told)}." if told else None


def edges(evidence: Evidence) -> Iterator[Edge]:
    """Yield the parameters whose best value is an outer one."""
    for row in evidence.complete:
        tried = [fit.params for fit in evidence.results.fits if fit.model == row.model]
        spaces = evidence.spaces.get(row.model, {})
        for name, best in row.fits[0].params.items():
            values = {params[name] for params in tried if is_number(params.get(name))}
            ends = _ends(best, values, spaces.get(name)) if is_number(best) else None
            if ends:
                yield Edge(row.model, name, best, *ends)


def _ends(best: float, tried: Collection[float], space: Space | None) -> tuple[float, float] | None:
    """Return the ends of what was tried, where the best value is at one of them."""
    if space is not None and space.distribution is None:
        tried = {value for value in space.values if is_number(value)}
    if len(tried) < TRIED:
        return None
    if space is not None and space.distribution is not None:
        low, high = space.distribution.support()
        share = float(space.distribution.cdf(best))
        if not OUTER < share < 1 - OUTER and math.isfinite(low) and math.isfinite(high):
            return float(low), float(high)
    return (min(tried), max(tried)) if best in (min(tried), max(tried)) else None
