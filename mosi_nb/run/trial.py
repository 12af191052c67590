"""Before the first fit: every model and metric is tried on a few rows, so that a mistake costs seconds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer

from mosi_nb.components.scorers import checked
from mosi_nb.data.segments import Rows
from mosi_nb.errors import FitError, SpecError
from mosi_nb.plan import Plan
from mosi_nb.results import Fit, Fold, Vector, describe
from mosi_nb.run.fit import fit, reason_of

TRAIN_ROWS = 120
ROWS_A_WORD = 20
"""For each segment that a word must be in at least: a word in one of 20 is a common one."""
HELD_OUT_ROWS = 20


def try_out(plan: Plan, *, keep_failures: bool = False) -> None:
    """Fit the first candidate of each model on a few rows, and score what it predicts.

    Parameters
    ----------
    plan
        What is about to run.
    keep_failures
        Whether a model that fails is left to fail in the run, and be shown there.

    Raises
    ------
    FitError
        If a model fails, with the estimator's own frames, or cannot be sent to a worker.
    SpecError
        If a metric fails, or returns something else than a number.
    """
    fold = _few_rows(plan)
    tried = [fit(plan.segments, candidates[0], fold) for candidates in plan.models().values()]
    failed = [one for one in tried if one.predicted is None]
    if failed and not keep_failures:
        raise failure(failed[0], f"tried on {len(fold.train)} segments")
    _refuse_what_cannot_travel(plan)
    judged = [one.predicted for one in tried if one.predicted is not None and one.model not in plan.baselines]
    _try_metrics(plan, fold, judged[0] if judged else np.linspace(-1, 1, len(fold.held_out)))


def failure(fit: Fit, where: str) -> FitError:
    """Return the error for a failed fit: model, parameters, fold and the estimator's own frames."""
    parts = [fit.model, where, describe(fit.params)]
    return FitError.of(", ".join(part for part in parts if part), fit.reason, fit.traceback)


def _refuse_what_cannot_travel(plan: Plan) -> None:
    """Pickle a candidate of each model: joblib would wait forever for one that cannot be sent."""
    from distributed.protocol.pickle import dumps  # noqa: PLC0415 -- 0.4 s that only a run needs

    for model, candidates in plan.models().items():
        try:
            dumps(candidates[0])
        except Exception as error:
            message = f"it cannot be sent to a worker: {reason_of(error)}"
            raise FitError.of(model, message) from error


def _few_rows(plan: Plan) -> Fold:
    """Return a small fold: rows evenly out of the first one, enough for every `pca` and every rare word."""
    first = plan.folds[0]
    steps = [step for c in plan.candidates for step in c.pipeline.get_params(deep=True).values()]
    wanted = [step.n_components + 1 for step in steps if isinstance(step, PCA)]
    counts = [step.min_df for step in steps if isinstance(step, TfidfVectorizer)]
    wanted += [ROWS_A_WORD * count for count in counts if isinstance(count, int) and count > 1]
    return replace(
        first, train=_evenly(first.train, max([TRAIN_ROWS, *wanted])), held_out=_evenly(first.held_out, HELD_OUT_ROWS)
    )


def _evenly(rows: Rows, wanted: int) -> Rows:
    positions = np.unique(np.linspace(0, len(rows) - 1, min(wanted, len(rows))).astype(np.intp))
    return np.asarray(rows[positions])


def _try_metrics(plan: Plan, fold: Fold, predicted: Vector) -> None:
    sentiment = plan.segments.sentiment[fold.held_out]
    places = {use.name: use.place for use in plan.spec.metrics or ()}
    for name, metric in plan.metrics.items():
        try:
            checked(metric, sentiment, predicted)
        except ValueError as error:
            raise SpecError.at(places.get(name), "metrics", str(error)) from error.__cause__
