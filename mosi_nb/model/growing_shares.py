"""A row of the leaderboard trained on growing shares of the videos: a plan with more folds, judged on the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mosi_nb.compare.combine import cross_fitted, gather
from mosi_nb.compare.learning import Point
from mosi_nb.errors import SpecError
from mosi_nb.model.parts import Made, Part
from mosi_nb.model.ran import STOPPED, UNFITTED, Ran
from mosi_nb.plan import Plan
from mosi_nb.results import Fit, Fold, Results
from mosi_nb.run.probe import probed_plan
from mosi_nb.spec import Spec

STRIDE = 10_000
"""Folds of a share are numbered from a multiple of this: an experiment has fewer."""


@dataclass(frozen=True)
class Share:
    """A share of the training videos of each fold.

    Attributes
    ----------
    share
        Above 0, up to 1.
    folds
        With the rows of that share, in the order of the experiment's folds; those with all rows are its own.
    videos, segments
        That are trained on, mean over folds.
    """

    share: float
    folds: tuple[Fold, ...]
    videos: float
    segments: float


def checked_shares(shares: Sequence[float]) -> list[float]:
    """Return shares in their order, each once.

    Raises
    ------
    SpecError
        If there is none, or one is not above 0 and up to 1.

    Examples
    --------
    >>> checked_shares([1, 0.5, 0.5])
    [0.5, 1.0]
    """
    given: list[object] = list(shares)
    found = [one for one in given if isinstance(one, bool) or not isinstance(one, int | float) or not 0 < one <= 1]
    if found or not given:
        told = f"found {found[0]!r}" if found else "there is none"
        raise SpecError.at(None, "shares", f"a share is a number above 0 and up to 1; {told}.")
    return sorted({float(one) for one in shares})


def shares_of(plan: Plan, shares: Sequence[float]) -> list[Share]:
    """Return the rows of each share: whole videos, a smaller share is part of a larger one.

    Shares that come to the same videos in every fold are there once, as the larger one.
    """
    videos, seed = plan.segments.video_ids, plan.spec.seed or 0
    found: dict[tuple[int, ...], Share] = {}
    for number, share in enumerate(checked_shares(shares)):
        folds, counts = [], []
        for fold in sorted(plan.folds, key=lambda one: (one.repeat, one.number)):
            there = np.unique(videos[fold.train])
            order = np.random.default_rng([abs(seed), fold.repeat, fold.number]).permutation(there)
            kept = order[: max(round(share * len(there)), 1)]
            train = fold.train[np.isin(videos[fold.train], kept)]
            whole = len(kept) == len(there)
            folds.append(
                fold if whole else Fold(fold.repeat, STRIDE * (number + 1) + fold.number, train, fold.held_out)
            )
            counts.append(len(kept))
        mean = float(np.mean([len(fold.train) for fold in folds]))
        found[tuple(counts)] = Share(share, tuple(folds), float(np.mean(counts)), mean)
    return list(found.values())


def curve_plan(run: Ran, parts: Sequence[Part], shares: Sequence[Share]) -> Plan:
    """Return the plan that fits parts on all shares; the folds of the experiment itself are not among them."""
    # The largest share goes first: the trial of a run looks at the first fold.
    folds = [fold for one in reversed(shares) for fold in one.folds if fold.number > STRIDE]
    plan = probed_plan(run.plan, [part.candidate for part in parts])
    spec: Spec = replace(run.plan.spec, ablate=None)
    return replace(plan, folds=tuple(folds), spec=spec)


def points_of(
    made: Made, results: Results, shares: Sequence[Share], fitted: Callable[[Ran], Ran | None]
) -> list[Point]:
    """Return the points of a learning curve.

    Parameters
    ----------
    made
        The row, taken apart.
    results
        Whose segments the fits speak of.
    shares
        As `shares_of` returns them.
    fitted
        From a run that trained some of the parts to that of `curve_plan`; None where there were none to make.
    """
    by_key: dict[tuple[str, int, int], Fit] = {}
    stopped = False
    for run, parts in made.by_run():
        new = fitted(run)
        stopped = stopped or (new is not None and new.stopped)
        for fit in new.results.fits if new else ():
            by_key[fit.model, fit.fold.repeat, fit.fold.number] = fit
        by_key |= {(part.name, fit.fold.repeat, fit.fold.number): fit for part in parts for fit in part.fits}
    lacking = STOPPED if stopped else UNFITTED
    return [_point(made, results, share, by_key, lacking) for share in shares]


def _point(
    made: Made, results: Results, share: Share, by_key: Mapping[tuple[str, int, int], Fit], lacking: str
) -> Point:
    own = [fit.fold for fit in made.parts[0].fits]
    held: dict[str, list[Fit]] = {}
    for part in made.parts:
        fits = [by_key.get((part.name, fold.repeat, fold.number)) for fold in share.folds]
        failed = [fit.reason if fit else lacking for fit in fits if fit is None or fit.predicted is None]
        if failed:
            reason = next((one for one in failed if one != lacking), lacking)
            why = reason if reason == STOPPED else f"{part.name}: {reason}"
            return Point(share.share, share.videos, share.segments, (), why)
        held[part.name] = [replace(fit, fold=fold) for fit, fold in zip(fits, own, strict=True) if fit is not None]
    sizes = share.share, share.videos, share.segments
    if made.combiner is None:
        return Point(*sizes, tuple(held[made.parts[0].name]))
    members = list(held.values())
    told = {"name": made.name, "candidate": 0, "params": {}, "members": members}
    combined = cross_fitted(gather(results, members), made.combiner, made.metric, **told)  # type: ignore[arg-type]
    lost = [fit.reason for fit in combined if fit.predicted is None]
    return Point(*sizes, () if lost else tuple(combined), lost[0] if lost else "")
