"""Before the first fit: every model and metric is tried on a few rows, so that a mistake costs seconds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer

from mosi_nb.components.few_epochs import few_epochs
from mosi_nb.components.scorers import checked, refuse_undefined
from mosi_nb.data.segments import Rows
from mosi_nb.errors import FitError, SpecError
from mosi_nb.plan import Plan
from mosi_nb.plan.candidates import Candidate
from mosi_nb.results import Fit, Fold, Vector, describe
from mosi_nb.run.fit import Outcome, Unit, fit_unit
from mosi_nb.run.memo import memo_of
from mosi_nb.run.work import work_of

TRAIN_ROWS = 120
ROWS_A_WORD = 20
"""For each segment that a word must be in at least: a word in one of 20 is a common one."""
HELD_OUT_ROWS = 20


def try_out(plan: Plan, *, keep_failures: bool = False, models: Collection[str] | None = None) -> dict[str, float]:
    """Fit the first candidate of each model on a few rows, a network for two epochs, and score what it predicts.

    Parameters
    ----------
    plan
        What is about to run.
    keep_failures
        Whether a model that fails is left to fail in the run, and be shown there.
    models
        Names of those to try; all if left out.

    Returns
    -------
    dict
        By model, the seconds that one fit may take on all rows of a fold: a first guess.

    Raises
    ------
    FitError
        If a model fails, with the estimator's own frames, or cannot be sent to a worker.
    SpecError
        If a metric fails, or returns something else than a number.
    """
    fold = _few_rows(plan)
    named = {name: held for name, held in plan.models().items() if models is None or name in models}
    alone = tuple(candidates[0] for candidates in named.values())
    few = replace(plan, candidates=alone, folds=(fold,))
    work = work_of(few, plan.segments)
    memo_of(work).take_from(few)
    tried: dict[str, Outcome] = {}
    left_out: dict[str, float] = {}
    for number, family in enumerate(work.families):
        with few_epochs() as trial:
            tried[family.model] = fit_unit(work, Unit(number, 0), plan.fit_limit)[0]
        left_out[family.model] = trial.seconds
        if tried[family.model].predicted is None and not keep_failures:
            raise failure(tried[family.model], named[family.model][0], f"tried on {len(fold.train)} segments")
    judged = [one.predicted for name, one in tried.items() if one.predicted is not None and name not in plan.baselines]
    _try_metrics(plan, fold, judged[0] if judged else np.linspace(-1, 1, len(fold.held_out)))
    larger = len(plan.folds[0].train) / len(fold.train)
    return {name: larger * (one.fit_seconds + left_out[name] + one.predict_seconds) for name, one in tried.items()}


def try_metrics(plan: Plan, fits: Sequence[Fit]) -> None:
    """Score stored predictions, where no model is to be tried since all fits are there.

    Parameters
    ----------
    plan
        Whose metrics are tried.
    fits
        Finished ones.

    Raises
    ------
    SpecError
        If a metric fails, or returns something else than a number.
    """
    for baseline in (False, True):  # whose predictions may be constant
        for fit in fits:
            if fit.predicted is not None and (fit.model in plan.baselines) is baseline:
                few = _evenly(np.arange(len(fit.predicted)), HELD_OUT_ROWS)
                _try_metrics(plan, replace(fit.fold, held_out=fit.fold.held_out[few]), fit.predicted[few])
                return


def failure(failed: Fit | Outcome, candidate: Candidate, where: str) -> FitError:
    """Return the error for a failed fit: model, parameters, fold and the estimator's own frames."""
    parts = [candidate.model, where, describe(candidate.params)]
    return FitError.of(", ".join(part for part in parts if part), failed.reason, failed.traceback)


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
            if not np.isfinite(checked(metric, sentiment, predicted)):
                refuse_undefined(metric, plan.segments.sentiment[plan.folds[0].held_out])
        except ValueError as error:
            sentence, _, advice = str(error).partition("\n")
            raise SpecError.at(places.get(name), "metrics", sentence, advice=advice) from error.__cause__
