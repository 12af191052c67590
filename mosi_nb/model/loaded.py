"""What a loaded file stands for: one trained model without the data that it was trained on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mosi_nb.compare import Evidence, check_run
from mosi_nb.components.ensembles import Combined
from mosi_nb.components.scorers import metric_of
from mosi_nb.data.checks import Finding
from mosi_nb.data.segments import Segments
from mosi_nb.displays import ProgressState
from mosi_nb.errors import NotTrainedError, SpecError
from mosi_nb.model.combined import CombinedModel
from mosi_nb.model.inside import Inside
from mosi_nb.model.trained import TrainedModel
from mosi_nb.results import Fit, Metric, Results
from mosi_nb.run import Prepared, reached
from mosi_nb.spec import Use
from mosi_nb.storage import Saved, differing


@dataclass(frozen=True)
class Loaded:
    """In place of a run: the results that a file brought.

    Attributes
    ----------
    file
        What was in it.
    """

    file: Saved
    stopped: bool = False

    @cached_property
    def results(self) -> Results:
        """The fits of the model, measured by the metrics that this process knows."""
        file = self.file
        baselines = (file.model,) if file.baseline else ()
        metrics = {name: metric for name in file.metrics if (metric := _metric(name))}
        return Results(
            file.fits,
            file.segment_ids,
            file.video_ids,
            file.sentiment,
            metrics or {"mae": metric_of(Use("mae"), {})},
            baselines,
            expected=len(file.fits),
            fingerprint=file.fingerprint,
        )

    def progress(self) -> ProgressState:
        """Return that nothing is left to do."""
        return ProgressState(len(self.file.fits), len(self.file.fits))

    @property
    def folds(self) -> int:
        """Number of fits of the candidate."""
        return len(self.file.fits)

    def findings_of(self, results: Results, aside: Collection[str] = ()) -> list[Finding]:
        """Return the checks that need predictions alone."""
        return check_run(Evidence(results, self.folds, aside=aside))

    @property
    def notes(self) -> list[str]:
        """What the file says, which metrics this process does not know, and what differs from then."""
        lost = [name for name in self.file.metrics if _metric(name) is None]
        told = [f"The metric {name} was a function of the notebook that trained the model." for name in lost]
        told += [f"Trained with {name} {then}; this is {now}." for name, (then, now) in differing(self.file).items()]
        return [*self.file.notes, *told]

    def notes_of(self, results: Results, aside: Collection[str] = ()) -> list[str]:
        """Return the same, whatever was added."""
        del results, aside
        return self.notes

    def open_test(self) -> tuple[Segments, str]:
        """Refuse: a file brings no segments."""
        message = "a saved model does not bring the locked segments.\nGive them: evaluate(X, y)."
        raise NotTrainedError(message)

    def trained(self, name: str, fits: Sequence[Fit]) -> TrainedModel:
        """Return the model; an ensemble with what it can be taken apart into."""
        del fits
        file = self.file
        known = (name, self.results, file.modalities, file.scale, " ".join(file.notes), lambda: file.pipeline)
        inside = Inside(at_hand=lambda: file.pipeline)
        if isinstance(file.pipeline, Combined):
            combiner = file.pipeline.combiner
            told = {"member_scores": file.members, "combiner": combiner, "inside": inside}
            return CombinedModel(*known, self.open_test, segments=lambda: self.segments, **told)
        return TrainedModel(*known, self.open_test, segments=lambda: self.segments, inside=inside)

    @cached_property
    def segments(self) -> Segments:
        """The rows as far as the file knows them: without modalities."""
        file = self.file
        return Segments(file.segment_ids, file.video_ids, file.sentiment, {}, scale=file.scale)

    def workers(self, pipelines: Sequence[Any]) -> Prepared:
        """Return the cluster in use, able to read these pipelines."""
        return reached(pipelines)

    def saved(self, model: TrainedModel, cell: str) -> Saved:
        """Return what to write if it is saved again: the same.

        Raises
        ------
        NotTrainedError
            If it is a model that was added.
        """
        del cell
        if model.name != self.file.model:
            message = (
                f"{model.name} was added to a saved model; only {self.file.model}, which the file brought, is saved."
            )
            raise NotTrainedError(message)
        return self.file


def _metric(name: str) -> Metric | None:
    try:
        return metric_of(Use(name), {})
    except SpecError:
        return None
