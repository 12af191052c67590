"""What can be told of a plan before anything is fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator

from mosi_nb.components.foreign import replaced_split, splits_at_random
from mosi_nb.components.speakers import shared_video
from mosi_nb.data.audit import nonfinite, z_normalised
from mosi_nb.data.checks import BEFORE, Finding, carried_out, silenced_codes
from mosi_nb.data.segments import Rows, Segments, Sequences, is_text
from mosi_nb.errors import SpecError
from mosi_nb.plan.positions import column_that_tells

if TYPE_CHECKING:
    from mosi_nb.plan.plan import Plan

WORDS = 4
"""Transcripts of fewer words may well be said twice."""

PADDED = 0.2
"""Share of segments that end in steps of zeros, from which on padding is suspected."""

LOOKED_AT = 300
"""Segments whose sequences are looked at: they may be large, and in a file."""

RATIO = 10
"""Columns for each video to train on, from which on there are far more of them."""


def check_plan(plan: Plan) -> list[Finding]:
    """Carry out the checks that need no fit.

    Raises
    ------
    SpecError
        If the key `silence` names no check.
    """
    return carried_out(BEFORE, REPORTS, plan, silenced_codes(plan.spec.silence))


def refuse_errors(plan: Plan) -> None:
    """Raise for a plan with an error that no result could be trusted with.

    Raises
    ------
    SpecError
        With the check's code.
    """
    silenced_codes(plan.spec.silence)
    for code, check in BEFORE.items():
        if check.severity == "error" and (report := REPORTS[code](plan)):
            raise SpecError.at(plan.spec.places.get("folds"), "folds", f"{code}: {report}", advice=check.advice)


def _sides(plan: Plan) -> Iterator[tuple[str, Rows, Rows]]:
    """Yield what is called what, the rows that are trained on and those that are judged on."""
    for fold in plan.folds:
        yield str(fold), fold.train, fold.held_out
    if len(plan.locked.test):
        yield "the locked test", plan.locked.train, plan.locked.test


def _video_on_both_sides(plan: Plan) -> str | None:
    for name, train, judged in _sides(plan):
        shared = shared_video(plan.segments, train, judged)
        if shared:
            return f"{shared.number} videos are trained on and judged on in {name}, the first: {shared.first}."
    return None


def _transcript_on_both_sides(plan: Plan) -> str | None:
    held = plan.segments.modalities.get("text")
    if held is None or not is_text(held):
        return None
    words = np.array([" ".join(str(text).lower().split()) for text in np.asarray(held).tolist()], dtype=np.str_)
    long = np.char.count(words, " ") >= WORDS - 1
    shared: set[str] = set()
    for _, train, judged in _sides(plan):
        shared |= set(words[train][long[train]]) & set(words[judged][long[judged]])
    if not shared:
        return None
    count = int(np.isin(words, sorted(shared)).sum())
    one = len(shared) == 1
    which = "1 transcript is" if one else f"{len(shared):,} transcripts are"
    return f"{which} trained on and judged on ({count:,} segments, of at least {WORDS} words each)."


def _position(plan: Plan) -> str | None:
    found = {name: column_that_tells(plan.segments, name) for name in plan.segments.modalities}
    told = [f"{name}: {what}" for name, what in found.items() if what]
    return f"{'; '.join(told)}." if told else None


def _missing(plan: Plan) -> str | None:
    told = []
    for name, count in nonfinite(plan.segments).items():
        if count.nan or count.inf or count.empty:
            rows = f"{count.segments:,} of {len(plan.segments):,} segments hold NaN or infinite values"
            told.append(f"{name}: {rows} ({count.inf:,} infinite), {count.empty:,} are all zero or empty")
    return f"{'; '.join(told)}." if told else None


def _empty_mean(plan: Plan) -> str | None:
    told = []
    for name, held in plan.segments.modalities.items():
        if isinstance(held, Sequences):
            if z_normalised(held):
                told.append(f"{name}: each segment was brought to mean 0 over its own steps")
            elif (share := _ends_in_zeros(plan.segments, name)) > PADDED:
                told.append(f"{name}: {share:.0%} of the segments end in steps of zeros that count as steps")
    return f"{'; '.join(told)}." if told else None


def _ends_in_zeros(segments: Segments, name: str) -> float:
    held = segments.modalities[name]
    if not isinstance(held, Sequences):
        return 0.0
    rows = np.linspace(0, len(held) - 1, min(LOOKED_AT, len(held))).astype(np.intp)
    steps = [one for _, block in held.take(rows).blocks() for one in block]
    return float(np.mean([len(one) > 0 and not np.any(one[-1]) for one in steps]))


def _splits(plan: Plan) -> str | None:
    told = []
    for name, candidates in plan.models().items():
        found = sorted({one for candidate in candidates for one in splits_rows(candidate.pipeline)})
        if found:
            told.append(f"{name}: {', '.join(found)}")
    return f"{'; '.join(told)}." if told else None


def splits_rows(estimator: Any) -> list[str]:
    """Return the parameters by which an estimator splits its training rows at random.

    Examples
    --------
    >>> from sklearn.linear_model import LassoCV, Ridge
    >>> from sklearn.neural_network import MLPRegressor
    >>> splits_rows(Ridge()), splits_rows(LassoCV()), splits_rows(MLPRegressor(early_stopping=True))
    ([], ['cv=None'], ['early_stopping=True'])
    """
    found = []
    parts = list(_parts(estimator))
    replaced = [id(net) for net in map(replaced_split, parts) if net is not None]
    for part in parts:
        params = part.get_params(deep=False)
        if id(part) not in replaced:
            found += splits_at_random(part, params)
        stopping = params.get("early_stopping")
        if stopping is True or stopping == "auto":
            found.append(f"early_stopping={stopping!r}")
        if "validation_fraction" in params and "early_stopping" not in params and params.get("n_iter_no_change"):
            found.append(f"n_iter_no_change={params['n_iter_no_change']}")
        if "cv" in params and params["cv"] != "prefit":
            found.append(f"cv={params['cv']!r}")
    return list(dict.fromkeys(found))


def _parts(estimator: Any) -> Iterator[BaseEstimator]:
    """Yield an estimator and all that is nested in it."""
    if isinstance(estimator, BaseEstimator):
        yield estimator
        for value in estimator.get_params(deep=True).values():
            if isinstance(value, BaseEstimator):
                yield value


def _many_columns(plan: Plan) -> str | None:
    videos = len(np.unique(plan.segments.video_ids[plan.locked.train]))
    told = []
    for name, held in plan.segments.modalities.items():
        chain = getattr(plan.spec, name) or ()
        if is_text(held) or any(use.name in ("pca", "select") for use in chain):
            continue
        columns = int((held.values if isinstance(held, Sequences) else held).shape[-1])
        if columns > RATIO * videos:
            told.append(f"{name} has {columns:,} columns, and there are {videos:,} videos to train on")
    return f"{'; '.join(told)}." if told else None


REPORTS: Mapping[str, Callable[[Plan], str | None]] = {
    "MOSI001": _video_on_both_sides,
    "MOSI002": _transcript_on_both_sides,
    "MOSI003": _position,
    "MOSI004": _missing,
    "MOSI005": _empty_mean,
    "MOSI011": _splits,
    "MOSI012": _many_columns,
}
