"""The source of a row that was made elsewhere, and the model that it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data import for_prediction
from mosi_nb.data.coverage import Coverage, covered
from mosi_nb.data.predictions import Predictions, listed
from mosi_nb.errors import NotTrainedError
from mosi_nb.model.inside import Inside
from mosi_nb.model.ran import Ran
from mosi_nb.model.trained import TrainedModel, Where, check_batches
from mosi_nb.results import Fit, Fold, Results, Vector

if TYPE_CHECKING:
    from mosi_nb.data.segments import Rows
    from mosi_nb.model.loaded import Loaded

TEST_ONLY, SEEN = "test only", "saw them"
"""Status of a row that the folds cannot judge: it has no predictions of what they hold out, or was trained on it."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What rows are judged on.

    Attributes
    ----------
    segment_ids
        Of all rows of the data.
    folds
        Which of them are held out.
    test
        Those that are locked.
    scale
        Lowest and highest sentiment.
    sentiment
        Of the rows that may be trained on.
    """

    segment_ids: NDArray[np.str_]
    folds: tuple[Fold, ...]
    test: Rows
    scale: tuple[float, float]
    sentiment: Vector


def ground_of(run: Ran | Loaded) -> Ground:
    """Return what the rows of a run are judged on; a file does not tell which rows were locked."""
    if isinstance(run, Ran):
        plan = run.plan
        segments, locked = plan.segments, plan.locked
        return Ground(segments.segment_ids, plan.folds, locked.test, segments.scale, segments.sentiment[locked.train])
    file = run.file
    folds = tuple(fit.fold for fit in file.fits)
    used = np.unique(np.concatenate([fold.held_out for fold in folds]))
    return Ground(file.segment_ids, folds, np.arange(0), file.scale, file.sentiment[used])


@dataclass(frozen=True, repr=False)
class PredictedModel(TrainedModel):
    """Predictions in the place of a model: nothing here can predict what is not among them.

    Attributes
    ----------
    given
        The predictions.
    without_test
        Raises NotTrainedError if those of the locked test are not there.
    """

    given: Predictions = field(default=Predictions({}, ""), repr=False)
    without_test: Callable[[], None] = field(default=lambda: None, repr=False)

    @property
    def known_only(self) -> bool:
        """Yes: it predicts what is in the file."""
        return True

    @property
    def params(self) -> Mapping[str, Any]:
        """None that are known."""
        return {}

    def predict(self, X: Any, batch_size: int | None = None, where: Where = "local") -> Vector:  # noqa: N803 -- as there
        """Return the predictions of these segments; with repeated folds, their mean.

        Parameters
        ----------
        X
            As for `TrainedModel.predict`; only the ids count.
        batch_size, where
            As there; they change nothing.

        Raises
        ------
        NotTrainedError
            If a segment is not among the predictions.
        """
        check_batches(batch_size, where)
        ids = for_prediction(X, ()).segment_ids
        predicted = self.given.of(ids)
        missing = np.isnan(predicted)
        if missing.any():
            without = f"{missing.sum():,} of {len(ids):,} segments are not among them: {listed(ids[missing].tolist())}."
            raise NotTrainedError(_nothing_behind(self.name, self.given, without))
        return predicted

    def refuse_unready(self) -> None:
        """Raise what `predict` would on the locked test, before that is opened and counted."""
        self.without_test()

    def __repr__(self) -> str:
        """Return name and scores."""
        return super().__repr__() if self.results.fits else f"{self.name}: {TEST_ONLY}"


@dataclass
class BroughtRow:
    """The source of a fitted model that was handed over.

    Attributes
    ----------
    name
        Of the row.
    given
        Predictions, at least of every segment that the folds hold out, or of the locked test.
    run
        Returns the run that they stand beside.
    behind
        Returns what predicts other segments.
    modalities
        That it looks at.
    seconds
        That it took to predict a segment.
    seen
        Held-out segments that it is known to have been trained on.
    """

    name: str
    given: Predictions
    run: Callable[[], Ran | Loaded]
    behind: Callable[[], Any] | None = None
    modalities: tuple[str, ...] = ()
    seconds: float = float("nan")
    seen: int = 0
    _of: Any = field(default=None, repr=False)
    _made: Results | None = field(default=None, repr=False)

    @property
    def ground(self) -> Ground:
        """What it is judged on."""
        return ground_of(self.run())

    @property
    def coverage(self) -> Coverage:
        """Which of that is there."""
        ground = self.ground
        return covered(self.given, ground.segment_ids, ground.folds, ground.test)

    @property
    def unranked(self) -> str:
        """Why the folds cannot judge it, as a status; empty if they can."""
        return SEEN if self.seen else "" if self.results.fits else TEST_ONLY

    @property
    def results(self) -> Results:
        """Its fits, made anew if those of another run, or other metrics, stand beside them."""
        run = self.run()
        if self._made is None or self._of is not run:
            fits = self._fits()
            self._of = run
            self._made = replace(run.results, fits=fits, baselines=(), expected=len(fits), known={})
        return self._made

    @property
    def folds(self) -> int:
        """Number of its fits."""
        return len(self.ground.folds)

    @property
    def notes(self) -> list[str]:
        """What cannot be known of it."""
        return [self._note]

    @property
    def _note(self) -> str:
        if self.seen:
            saw = f"{self.name} was trained on {self.seen:,} of the segments that the folds hold out"
            return f"{saw}: its scores say nothing about new ones, and it has no rank."
        return f"{self.name} was fitted by somebody else: whether it saw the held-out segments is not known."

    def trained(self, name: str, fits: Sequence[Fit]) -> TrainedModel:
        """Return the model."""
        run, fitted = self.run(), self.behind or self._refuse
        known = (name, replace(self.results, fits=tuple(fits)), self.modalities, self.ground.scale, self._note, fitted)
        inside = Inside(at_hand=self.behind) if self.behind else Inside()
        return TrainedModel(*known, run.open_test, run.workers, lambda: run.segments, inside)

    def _refuse(self) -> Any:
        """Say that there is no pipeline."""
        raise NotTrainedError(
            _nothing_behind(self.name, self.given, "there is no model here to predict with or to save.")
        )

    def _fits(self) -> tuple[Fit, ...]:
        found = self.coverage.held_out
        if found is None:
            return ()
        nobody_knows = float("nan")
        return tuple(
            Fit(self.name, 0, {}, fold, one, fit_seconds=nobody_knows, predict_seconds=self.seconds * len(one))
            for fold, one in zip(self.ground.folds, found, strict=True)
        )


@dataclass
class FileRow(BroughtRow):
    """The source of predictions that were brought without a model."""

    @property
    def notes(self) -> list[str]:
        """What cannot be known of it, what was passed over, and that the test alone can judge it."""
        judged = f"models['{self.name}'].evaluate(test=True) judges it"
        only = f"{self.name} has predictions of the locked test alone: {judged}."
        passed_over = [f"{self.name}: {note}." for note in self.coverage.notes]
        return [self._note, *passed_over, *([only] if self.unranked else [])]

    @property
    def _note(self) -> str:
        made = f"{self.name} is somebody else's predictions ({self.given.source})"
        return f"{made}: whether a model was trained on segments that it predicted cannot be checked."

    def trained(self, name: str, fits: Sequence[Fit]) -> PredictedModel:
        """Return the predictions as a model."""
        run = self.run()
        known = (name, replace(self.results, fits=tuple(fits)), (), self.ground.scale, self._note, self._refuse)
        told = {"given": self.given, "without_test": self._refuse_without_test}
        return PredictedModel(*known, run.open_test, run.workers, lambda: run.segments, **told)  # type: ignore[arg-type]

    def _refuse_without_test(self) -> None:
        """Refuse to open the locked test if its predictions are not there, so that it is not counted."""
        ground = self.ground
        if len(ground.test) and not self.coverage.test:
            ids = ground.segment_ids[ground.test]
            missing = np.isnan(self.given.of(ids))
            without = f"{missing.sum():,} of the {len(ids):,} locked segments are not among them."
            raise NotTrainedError(_nothing_behind(self.name, self.given, without))


def _nothing_behind(name: str, given: Predictions, without: str) -> str:
    made = f"{name}: these are predictions that were made elsewhere ({given.source}), and {without}"
    return f"{made}\nHand over the fitted model itself, with add(), or a file that has them."
