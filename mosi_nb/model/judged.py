"""What an experiment is judged by: Google's rules of machine learning, as far as they can be seen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from mosi_nb.compare.coefficients import is_linear
from mosi_nb.compare.evidence import Evidence
from mosi_nb.compare.rule_facts import Facts, Made, ModalityFacts, ModelFacts
from mosi_nb.compare.rules import scorecard
from mosi_nb.components.metrics import DEFINITIONS
from mosi_nb.data.audit import nonfinite
from mosi_nb.data.segments import columns_of, is_text
from mosi_nb.displays.rules import Rules
from mosi_nb.model.brought_row import BroughtRow, FileRow
from mosi_nb.model.combined import CombinedModel
from mosi_nb.model.extended import OneOf
from mosi_nb.model.loaded import Loaded
from mosi_nb.model.ran import Ran
from mosi_nb.spec import Spec, written

if TYPE_CHECKING:
    from mosi_nb.model.gathered import Gathered
    from mosi_nb.model.trained import TrainedModel
    from mosi_nb.plan import Plan

MIXING = ("pca",)
"""Encoders after which a column has no name any more."""

HEURISTICS = ("lexicon",)
"""Models that somebody wrote down instead of training them."""


class Judged:
    """The part of `Model` that judges an experiment."""

    spec: Spec

    @property
    @abstractmethod
    def _ran(self) -> Gathered:
        """The rows that are there."""

    def rules(self) -> Rules:
        """Return which of Google's rules of machine learning this experiment keeps: a display; see docs/rules.md.

        Each is judged from what is stored, with its reason: kept, not kept, nothing there that it speaks
        of, or not to be seen from here. Nothing is fitted, and the locked test is not opened.

        Raises
        ------
        NotTrainedError
            If nothing was trained yet.
        """
        ran = self._ran
        return Rules(scorecard(facts_of(ran, written=bool(self.spec.metrics))))


def facts_of(ran: Gathered, *, written: bool) -> Facts:
    """Return what the rules are judged by.

    Parameters
    ----------
    ran
        The rows of a leaderboard.
    written
        Whether somebody chose the metrics.
    """
    results = ran.results
    metric = next(iter(results.metrics))
    made: dict[str, Any] = {
        "evidence": Evidence(results, ran.folds, aside=tuple(ran.unranked)),
        "findings": {finding.check.code: finding for finding in ran.findings},
        "models": {name: _model(name, model, ran) for name, model in ran.models.items()},
        "metrics_written": written,
        "own_metric": metric not in DEFINITIONS,
    }
    runs = [
        one for one in (ran.run, *(s.run for s in ran.added.values() if isinstance(s, OneOf))) if isinstance(one, Ran)
    ]
    tested = {name: scores for one in runs for name, scores in one.tested.items()}
    return Facts(**made, tested=tested, **(_of_run(ran.run) if isinstance(ran.run, Ran) else {}))


def _of_run(run: Ran) -> dict[str, Any]:
    plan, recorder = run.plan, run.recorder
    usable = plan.locked.train
    kept = recorder is not None and recorder.history is not None
    return {
        "modalities": _modalities(plan),
        "segments": len(plan.segments),
        "usable": len(usable),
        "locked": len(plan.locked.test),
        "videos": len(np.unique(plan.segments.video_ids[usable])),
        "folds": written(plan.spec.folds),
        "kept": sum(fit.predicted is not None for fit in run.results.fits) if kept else None,
        "untraced": recorder.without if recorder else {},
        "linear_asked": tuple(
            name for name, held in plan.models().items() if name not in plan.baselines and is_linear(held[0].estimator)
        ),
        "stopped": run.stopped,
    }


def _modalities(plan: Plan) -> Mapping[str, ModalityFacts]:
    holes = nonfinite(plan.segments)
    facts = {}
    for name, held in plan.segments.modalities.items():
        chain = getattr(plan.spec, name) or ()
        missing = holes[name].segments + holes[name].empty if name in holes else 0
        told = ", ".join(written(use) for use in chain)
        mixed = any(use.name in MIXING for use in chain)
        facts[name] = ModalityFacts(is_text(held), columns_of(held), missing, told, mixed)
    return facts


def _model(name: str, model: TrainedModel, ran: Gathered) -> ModelFacts:
    if isinstance(model, CombinedModel):
        weights = tuple(float(weight) for weight in model.weights)
        return ModelFacts("combined", members=tuple(model.member_scores), weights=weights)
    source = ran.added.get(name)
    if isinstance(source, BroughtRow):
        how: Made = "predictions" if isinstance(source, FileRow) else "fitted elsewhere"
        return ModelFacts(how)
    pipeline = model.inside.pipeline or model.inside.at_hand()
    made: Made = "loaded" if isinstance(ran.run, Loaded) and name == ran.run.file.model else "trained"
    estimator = pipeline.steps[-1][1] if hasattr(pipeline, "steps") else None
    heuristic = type(estimator).__name__.lower() in HEURISTICS
    return ModelFacts(made, linear=estimator is not None and is_linear(estimator), heuristic=heuristic)
