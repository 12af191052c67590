"""The simplest model that is about as good as the best."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mosi_nb.compare.draws import laid_out
from mosi_nb.compare.intervals import drawn, standard_errors
from mosi_nb.components.spaces import is_number
from mosi_nb.results import Fit, Metric, Results


@dataclass(frozen=True)
class Choice:
    """A model that may be chosen.

    Attributes
    ----------
    name
        Of the model.
    score
        In the metric that counts.
    error
        Standard error of the score over videos.
    simplicity
        As its component declares it, smaller is simpler; infinite where it is not known.
    fit_seconds
        Mean of a fit: the order of models of the same simplicity.
    """

    name: str
    score: float
    error: float
    simplicity: float
    fit_seconds: float


def within_one_error(choices: Sequence[Choice], metric: Metric) -> str:
    """Return the name of the simplest model whose score is within one standard error of the best.

    Parameters
    ----------
    choices
        At least one, each with a score.
    metric
        Which way is better.

    References
    ----------
    Breiman, L., Friedman, J. H., Olshen, R. A. and Stone, C. J. (1984). Classification and Regression Trees.
    Wadsworth, section 3.4.3: the rule of one standard error.

    Examples
    --------
    >>> mae = Metric("mae", max, larger_is_better=False)
    >>> within_one_error([Choice("net", 1.00, 0.05, 7, 9), Choice("ridge", 1.04, 0.05, 2, 1)], mae)
    'ridge'
    >>> within_one_error([Choice("net", 1.00, 0.03, 7, 9), Choice("ridge", 1.04, 0.05, 2, 1)], mae)
    'net'
    """
    sign = 1 if metric.larger_is_better else -1
    best = max(choices, key=lambda one: sign * one.score)
    error = best.error if math.isfinite(best.error) else 0.0
    near = [one for one in choices if sign * one.score >= sign * best.score - error]
    return min(near, key=lambda one: (one.simplicity, one.fit_seconds)).name


def smallest_as_good(
    results: Results, best: Sequence[Fit], several: Sequence[Sequence[Fit]], size: str
) -> Sequence[Fit]:
    """Return the fits of the smallest candidate within one standard error of the best, by the rule of `simplest`.

    Only candidates count that differ from the best in their size alone, and are smaller. No time is looked at, so
    that the same predictions give the same choice.

    Parameters
    ----------
    results
        Whose segments the fits speak of; the first metric counts.
    best
        Fits of a model's best candidate, all with predictions, in the order of the folds.
    several
        Those of all its candidates, with the same folds.
    size
        Name of the parameter that says how large a candidate is.
    """
    largest, rest = best[0].params.get(size), _without(best[0].params, size)
    if not is_number(largest):
        return best
    held = {best[0].candidate: best}
    for fits in several:
        params = fits[0].params
        if is_number(params.get(size)) and params[size] < largest and _without(params, size) == rest:
            held[fits[0].candidate] = fits
    if len(held) == 1:
        return best
    metric = next(iter(results.metrics.values()))
    scores = drawn(results, laid_out(results, [fit.fold for fit in best]), list(held.values()), metric)
    told = zip(held, held.values(), scores.score.tolist(), standard_errors(scores).tolist(), strict=True)
    choices = [Choice(str(n), value, error, fits[0].params[size], 0.0) for n, fits, value, error in told]
    defined = [one for one in choices if math.isfinite(one.score)]
    return held[int(within_one_error(defined, metric))] if defined else best


def _without(params: Mapping[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in params.items() if key != name}


def simplicity_of(tags: Mapping[str, object], members: int = 0) -> float:
    """Return what a component declares; an ensemble is less simple than any model, the less the more members."""
    declared = tags.get("simplicity")
    if members:
        return ENSEMBLE + members
    return float(declared) if isinstance(declared, int | float) else math.inf


ENSEMBLE = 100.0
