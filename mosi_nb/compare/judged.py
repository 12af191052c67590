"""One model's held-out predictions as a value: what every look at where it fails begins with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mosi_nb.compare.intervals import interval
from mosi_nb.compare.leaderboard import Row, rows, score
from mosi_nb.data.segments import SCALE, Segments
from mosi_nb.errors import SpecError
from mosi_nb.results import Fit, Fold, Metric, Results, Vector

Rows = NDArray[np.intp]

FEWEST_VIDEOS = 5
"""Videos from which on a part of the segments has an interval; drawn from fewer it would be far too short."""

NOWHERE = np.arange(0)


@dataclass(frozen=True)
class Judged:
    """Held-out predictions of one model.

    Attributes
    ----------
    name
        Of the model; empty where no model has a prediction yet.
    results
        Whose metrics these are.
    segments
        All rows of the data, as far as they are known.
    fits
        Finished fits of the model's best candidate.
    complete
        Whether these are all fits that the candidate was to have.
    """

    name: str
    results: Results
    segments: Segments
    fits: tuple[Fit, ...] = ()
    complete: bool = True

    @property
    def title(self) -> str:
        """The name, or that there is none."""
        return self.name or "No model yet"

    @cached_property
    def by_repeat(self) -> tuple[Fit, ...]:
        """All held-out predictions of each repeat as one fit, so that a part of the segments can be measured.

        A score is the mean over folds; of a part, a fold may hold three segments, or one class.
        """
        repeats = dict.fromkeys(fit.fold.repeat for fit in self.fits)
        return tuple(_joined([fit for fit in self.fits if fit.fold.repeat == repeat]) for repeat in repeats)

    @cached_property
    def averaged(self) -> Vector:
        """Predicted sentiment, the mean over repeats, shape (n_segments,); NaN where nothing was held out."""
        return mean_over_repeats(self.fits, len(self.results.sentiment))

    @cached_property
    def rows(self) -> Rows:
        """Row numbers of the segments that were held out, ascending."""
        return np.flatnonzero(np.isfinite(self.averaged))

    @property
    def repeats(self) -> int:
        """How often each segment was held out."""
        return len(self.by_repeat)

    def part(self, rows: Rows | NDArray[np.bool_]) -> tuple[Fit, ...]:
        """Return the predictions of some of the segments, one fit a repeat; none where there are none."""
        wanted = np.zeros(len(self.results.sentiment), dtype=bool)
        wanted[rows] = True
        parts = [_only(fit, wanted[fit.fold.held_out]) for fit in self.by_repeat]
        return tuple(fit for fit in parts if len(fit.fold.held_out))

    def measure(self, fits: Sequence[Fit], metric: Metric) -> float:
        """Return a metric of parts as `by_repeat` or `part` give them: the mean over repeats; NaN if undefined."""
        values = [self._value(fit, metric) for fit in fits]
        defined = [value for value in values if np.isfinite(value)]
        return float(np.mean(defined)) if defined else float("nan")

    def interval(self, fits: Sequence[Fit], metric: Metric) -> tuple[float, float]:
        """Return the 95 % interval of `measure`; NaN of fewer than five videos."""
        if self.videos(fits) < FEWEST_VIDEOS:
            return float("nan"), float("nan")
        return interval(self.results, fits, metric)

    def videos(self, fits: Iterable[Fit]) -> int:
        """Return how many videos the predictions are of."""
        found = [self.results.video_ids[fit.fold.held_out] for fit in fits]
        return len(np.unique(np.concatenate(found))) if found else 0

    def _value(self, fit: Fit, metric: Metric) -> float:
        with np.errstate(all="ignore"):  # a part may be of one class: it is said, not warned of
            return metric(self.results.sentiment[fit.fold.held_out], np.asarray(fit.predicted))


def judged(results: Results, folds: int, segments: Segments | None = None, name: str | None = None) -> Judged:
    """Return the held-out predictions of one model.

    Parameters
    ----------
    results
        Of a run, finished or not.
    folds
        Number of fits of each candidate.
    segments
        All rows of the data; left out, what the results know of them.
    name
        Of the model; left out, the best one: by the first metric, among those with all their fits; as
        long as there is none, the one that is furthest.

    Raises
    ------
    SpecError
        If there is no model of this name.
    """
    found = all_judged(results, folds, segments, None if name is None else [name])
    if found:
        return found[0]
    return Judged(name or "", results, segments or bare(results), complete=False)


def all_judged(
    results: Results, folds: int, segments: Segments | None = None, names: Collection[str] | None = None
) -> list[Judged]:
    """Return all models that have predictions, the best first, those that lack fits last.

    Parameters
    ----------
    results, folds, segments
        As for `judged`.
    names
        Those that are wanted; left out, all.

    Raises
    ------
    SpecError
        If there is no model of one of these names.
    """
    known = set(results.models)  # once: it is made anew from all fits whenever it is asked for
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise SpecError.unknown(None, "models", "model", unknown[0], results.models)
    segments = segments or bare(results)
    metric = next(iter(results.metrics.values()))
    sign = -1 if metric.larger_is_better else 1
    found = [_of_row(results, segments, row) for row in rows(results, folds) if names is None or row.model in names]
    order = {one.name: np.nan_to_num(sign * score(results, one.fits, metric), nan=np.inf) for one in found}
    return sorted(
        (one for one in found if one.fits), key=lambda one: (not one.complete, _lacking(one, folds), order[one.name])
    )


def bare(results: Results) -> Segments:
    """Return the segments as far as results know them: without modalities."""
    low, high = SCALE
    reach = min(low, *results.sentiment), max(high, *results.sentiment)
    return Segments(results.segment_ids, results.video_ids, results.sentiment, {}, scale=reach)


def named_alone(best: str, looks_at: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return, for each modality, the model that looks at it alone and belongs to the best one.

    Parameters
    ----------
    best
        Name of the best model.
    looks_at
        Modalities of each model by its name, the best first.

    Examples
    --------
    >>> named_alone("svr_late", {"svr_late": ("text", "audio"), "ridge_text": ("text",), "svr_text": ("text",)})
    {'text': 'svr_text'}
    """
    stem = best.removesuffix("_late")
    found: dict[str, str] = {}
    for modality in dict.fromkeys(one for seen in looks_at.values() for one in seen):
        alone = [name for name, seen in looks_at.items() if tuple(seen) == (modality,)]
        own = [name for name in alone if name == f"{stem}_{modality}"]
        if alone:
            found[modality] = (own or alone)[0]
    return found


def mean_over_repeats(fits: Sequence[Fit], n: int) -> Vector:
    """Return the mean predicted sentiment of each of `n` segments; NaN where none was held out."""
    total, times = np.zeros(n), np.zeros(n)
    for fit in fits:
        if fit.predicted is not None:
            total[fit.fold.held_out] += fit.predicted
            times[fit.fold.held_out] += 1
    return np.asarray(np.divide(total, times, out=np.full(n, np.nan), where=times > 0))


def additive(name: str, function: Callable[[Vector, Vector], Vector]) -> Metric:
    """Make a metric that is the mean over segments of `function(sentiment, predicted)`."""
    return Metric(
        name,
        lambda y, p: float(np.mean(function(y, p))),
        larger_is_better=True,
        statistics=lambda y, p: np.column_stack([function(y, p), np.ones(len(y))]),
        from_sums=_ratio,
    )


def _ratio(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])


def _of_row(results: Results, segments: Segments, row: Row) -> Judged:
    finished = tuple(fit for fit in row.fits if fit.predicted is not None)
    return Judged(row.model, results, segments, finished, bool(row.complete))


def _lacking(one: Judged, folds: int) -> int:
    return 0 if one.complete else folds - len(one.fits)


def _joined(fits: Sequence[Fit]) -> Fit:
    held_out = np.concatenate([fit.fold.held_out for fit in fits])
    predicted = np.concatenate([np.asarray(fit.predicted) for fit in fits])
    return replace(fits[0], fold=Fold(fits[0].fold.repeat, 1, NOWHERE, held_out), predicted=predicted)


def _only(fit: Fit, wanted: NDArray[np.bool_]) -> Fit:
    fold = replace(fit.fold, held_out=fit.fold.held_out[wanted])
    return replace(fit, fold=fold, predicted=np.asarray(fit.predicted)[wanted])
