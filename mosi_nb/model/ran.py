"""A run in this process, finished or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sklearn.pipeline import Pipeline

from mosi_nb.data.segments import Segments
from mosi_nb.errors import NotTrainedError
from mosi_nb.model.trained import TrainedModel
from mosi_nb.plan import Plan
from mosi_nb.results import Fit, Results
from mosi_nb.run import State, quiet, trained
from mosi_nb.storage import Saved


@dataclass
class Ran:
    """A run in this process: a plan and how far it is.

    Attributes
    ----------
    plan, state
        What was to be fitted, and what was.
    fitted
        Pipelines fitted on all segments that are not locked, by candidate.
    openings
        How often the locked test was opened.
    """

    plan: Plan
    state: State
    fitted: dict[int, Pipeline] = field(default_factory=dict)
    openings: int = 0

    @property
    def results(self) -> Results:
        """What came out so far, in the order of the plan."""
        plan, segments = self.plan, self.plan.segments
        ordered = sorted(self.state.fits, key=lambda fit: (fit.candidate, fit.fold.repeat, fit.fold.number))
        return Results(
            tuple(ordered),
            segments.segment_ids,
            segments.video_ids,
            segments.sentiment,
            plan.metrics,
            plan.baselines,
            expected=self.state.total,
            fingerprint=plan.fingerprint,
        )

    @property
    def folds(self) -> int:
        """Number of fits of each candidate."""
        return len(self.plan.folds)

    @property
    def stopped(self) -> bool:
        """Whether the run ended before its plan did."""
        return len(self.state.fits) < self.state.total and self.state.over

    @property
    def notes(self) -> list[str]:
        """What stands under the leaderboard."""
        plan, state = self.plan, self.state
        stopped = f"Stopped after {len(state.fits):,} of {state.total:,} fits." if self.stopped else ""
        opening = " Open them with evaluate(test=True)." if len(plan.locked.test) else ""
        opened = self._opened() if self.openings else ""
        warned = len([fit for fit in state.fits if fit.warnings])
        warnings = f"{warned:,} fits gave warnings: results.frame() lists them." if warned else ""
        return [note for note in (stopped, plan.locked.sentence + opening, opened, warnings, *plan.segments.notes) if note]

    def trained(self, name: str, fits: Sequence[Fit]) -> TrainedModel:
        """Return a model, given all fits of its best candidate."""
        plan, candidate = self.plan, self.plan.candidates[fits[0].candidate]
        return TrainedModel(
            name,
            replace(self.results, fits=tuple(fits)),
            candidate.modalities,
            plan.segments.scale,
            f"Trained on {len(plan.locked.train):,} segments. {plan.locked.sentence}",
            lambda: self._fit_whole(candidate.number),
            self._open_test,
        )

    def saved(self, model: TrainedModel, cell: str) -> Saved:
        """Return what a file of a model holds."""
        return Saved(
            model=model.name,
            cell=cell,
            pipeline=model.pipeline,
            modalities=model.modalities,
            scale=model.scale,
            fits=model.results.fits,
            segment_ids=model.results.segment_ids,
            video_ids=model.results.video_ids,
            sentiment=model.results.sentiment,
            metrics=tuple(model.results.metrics),
            fingerprint=model.results.fingerprint,
            notes=(model.note,),
            baseline=model.name in self.plan.baselines,
        )

    def _fit_whole(self, number: int) -> Pipeline:
        if number not in self.fitted:
            with quiet():
                self.fitted[number] = trained(
                    self.plan.segments, self.plan.candidates[number].pipeline, self.plan.locked.train
                )
        return self.fitted[number]

    def _open_test(self) -> tuple[Segments, str]:
        if not len(self.plan.locked.test):
            message = "nothing is locked away (test = none).\nGive data: evaluate(X, y)."
            raise NotTrainedError(message)
        self.openings += 1
        return self.plan.segments.take(self.plan.locked.test), self._opened()

    def _opened(self) -> str:
        return f"The locked test was opened {'once' if self.openings == 1 else f'{self.openings} times'}."
