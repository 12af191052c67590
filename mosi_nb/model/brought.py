"""Rows of a leaderboard that were made elsewhere: predictions in a file, models that somebody fitted."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from mosi_nb.components.handed_over import handed_over, points_of
from mosi_nb.data.coverage import covered, refuse_off_scale, refuse_other_scale
from mosi_nb.data.ids import canonical
from mosi_nb.data.predictions import ANY, Predictions, read_predictions
from mosi_nb.data.segments import Segments, checked_scale
from mosi_nb.errors import FitError, MosiError, NotTrainedError, SpecError
from mosi_nb.model.brought_row import BroughtRow, FileRow, ground_of
from mosi_nb.model.ran import Ran
from mosi_nb.model.trained import TrainedModel
from mosi_nb.results import Vector, reason_of
from mosi_nb.run import quiet
from mosi_nb.run.fit import frames_of
from mosi_nb.storage.export import export

if TYPE_CHECKING:
    from mosi_nb.model.gathered import Gathered
    from mosi_nb.model.source import Source
    from mosi_nb.plan import Plan


class Brought:
    """The part of `Model` that judges what was made elsewhere, and writes down what is needed to make it."""

    @cached_property
    @abstractmethod
    def plan(self) -> Plan:
        """What was asked for, laid out."""

    @property
    @abstractmethod
    def _ran(self) -> Gathered:
        """The rows that are there."""

    @abstractmethod
    def _add(self, name: str, source: Source) -> TrainedModel:
        """Add a source of one row."""

    @abstractmethod
    def _refuse_taken(self, name: str) -> None:
        """Refuse a name that is on the leaderboard."""

    def add_predictions(
        self, name: str, file: Any, column: str | None = None, *, scale: tuple[float, float] | None = None
    ) -> TrainedModel:
        """Put predictions that were made elsewhere, in any language, on the leaderboard, judged on the same folds.

        Parameters
        ----------
        name
            Of the new row.
        file
            Path of a CSV, TSV, JSON or Parquet, a DataFrame, or a mapping or Series from segment id to
            predicted sentiment in points. It has every segment that the folds hold out, each predicted by a
            model that was not trained on its video; those of the locked test may be there, too, or alone.
            With repeated folds, a column `repeat` may tell predictions of one segment apart; without it,
            they hold for each repeat.
        column
            Name of the column of predictions, where there are several of numbers.
        scale
            Lowest and highest value of the scale that the predictions are on, if that is not the data's.

        Returns
        -------
        TrainedModel
            With scores, folds and predictions as any other; it predicts segments that are in the file.
            Of the locked test alone, it has no scores, and `evaluate(test=True)` judges it.

        Raises
        ------
        DataError
            If ids are unknown, missing or there twice, or predictions are no numbers in points.
        SpecError
            If the name is taken, or it is not clear which column is meant.

        Examples
        --------
        >>> from mosi_nb import Model, sample
        >>> model = Model(sample(videos=8), models="ridge").fit()  # doctest: +SKIP
        >>> model.add_predictions("theirs", "predictions.csv").scores  # doctest: +SKIP
        """
        self._refuse_taken(name)
        ground = ground_of(self._ran.run)
        given = read_predictions(file, column)
        covered(given, ground.segment_ids, ground.folds, ground.test)
        if scale is None:
            refuse_other_scale(given, ground.scale, ground.sentiment)
        else:
            refuse_off_scale(given, checked_scale(scale), ground.scale)
            given = given.mapped(checked_scale(scale), ground.scale)
        return self._add(name, FileRow(name, given, lambda: self._ran.run))

    def add(self, name: str, fitted: Any, *, points: Mapping[Any, float] | None = None) -> TrainedModel:
        """Judge a fitted model that somebody hands over on the segments that the folds hold out.

        It is not fitted again, and whether it saw these segments is not known: its row says so. Of a trained
        model of mosi_nb it is known; one that saw some of them has no rank, and is not the best.

        Parameters
        ----------
        name
            Of the new row.
        fitted
            A trained model of mosi_nb, a loaded `Model` (its best one), or anything with `predict`: it gets
            the columns of `data.union()`, as a DataFrame if it was fitted with names of columns, else as an
            array, without raw text unless that is what it reads. A pipeline over segments gets these.
        points
            Of a classifier: what each of its classes is in points, such as `{0: -1.2, 1: 1.3}`; then it predicts
            their expected value. Left out, classes must be points themselves, as -3 ... 3.

        Raises
        ------
        SpecError
            If it is no fitted model, was fitted on other columns, predicts classes that are no points, or the name
            is taken.
        FitError
            If it fails, or predicts no finite number for each segment.
        NotTrainedError
            If this is a saved model, which does not bring its data.

        Examples
        --------
        >>> from mosi_nb import Model, sample
        >>> model = Model(sample(videos=8), models="ridge").fit()  # doctest: +SKIP
        >>> model.add("earlier", Model.load("earlier.mosi")).scores  # doctest: +SKIP
        """
        self._refuse_taken(name)
        run = self._ran.run
        if not isinstance(run, Ran):
            message = "a saved model does not bring the segments that another one could be judged on."
            raise NotTrainedError(message)
        given = fitted.best() if isinstance(fitted, Brought) else fitted  # type: ignore[attr-defined]  # of Model
        behind, modalities, predict = _ready(name, given, run.plan.segments, points)
        rows = np.unique(np.concatenate([fold.held_out for fold in run.plan.folds]))
        held_out, clock = run.plan.segments.take(rows), time.perf_counter()
        predicted = _predicted(name, given, held_out, predict)
        seconds = (time.perf_counter() - clock) / len(rows)
        ids = [canonical(one) for one in held_out.segment_ids.tolist()]
        known = Predictions({ANY: dict(zip(ids, predicted.tolist(), strict=True))}, name)
        seen = trained_on(given).intersection(ids) if isinstance(given, TrainedModel) else frozenset()
        return self._add(name, BroughtRow(name, known, lambda: self._ran.run, behind, modalities, seconds, len(seen)))

    def export(
        self,
        folder: str | Path,
        format: Literal["csv", "parquet"] = "csv",  # noqa: A002 -- the name that was asked for
        features: Literal["raw", "encoded"] = "raw",
        *,
        replace: bool = False,
    ) -> Path:
        """Write segments, features and folds, so that another language can train on them; nothing is fitted before.

        Parameters
        ----------
        folder
            Where to; made if it is not there. `README.txt` says what is in it, and how to come back.
        format
            `csv`, or `parquet`, which needs pyarrow.
        features
            `raw`: the columns of each modality, sequences pooled. `encoded`: beside them, for each fold, what
            the first model of the experiment sees, its encoders fitted on the fold's train rows.
        replace
            Replace what an earlier export left in the folder.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        SpecError
            If the folder holds something, or format or features are unknown.
        DataError
            If it cannot be written.
        """
        if getattr(self, "trained", False) and not isinstance(self._ran.run, Ran):
            message = "a saved model does not bring the data that it was trained on, so they cannot be exported."
            raise NotTrainedError(message)
        with quiet():
            return export(self.plan, folder, format, features, replace=replace)


def trained_on(model: TrainedModel) -> frozenset[str]:
    """Return the ids of the segments that a model for use was fitted on: all those of its folds."""
    folds = [rows for fit in model.results.fits for rows in (fit.fold.train, fit.fold.held_out)]
    rows = np.unique(np.concatenate(folds)) if folds else np.arange(0)
    return frozenset(canonical(one) for one in model.results.segment_ids[rows].tolist())


def _ready(
    name: str, given: Any, segments: Segments, points: Mapping[Any, float] | None
) -> tuple[Any, tuple[str, ...], Any]:
    """Return what predicts from segments (or a function that returns it), its modalities, and its `predict`."""
    if isinstance(given, TrainedModel):
        if points is not None:
            raise SpecError.at(None, "points", f"{name} predicts points already.", advice="Leave points out.")
        if given.scale != segments.scale:
            (low, high), (lowest, highest) = given.scale, segments.scale
            sentence = f"{name} predicts on the scale {low:g} ... {high:g}, and here it is {lowest:g} ... {highest:g}."
            advice = f"Bring its predictions: add_predictions('{name}', ..., scale=({low:g}, {high:g}))."
            raise SpecError.at(None, "add", sentence, advice=advice)
        return given.fitted, given.modalities, given.predict
    _refuse_no_model(name, given)
    try:
        in_points = points_of(given, points, segments.scale)
    except ValueError as error:
        sentence, _, advice = str(error).partition("\n")
        raise SpecError.at(None, "add", f"{name}: {sentence}", advice=advice) from None
    try:
        behind = handed_over(given, segments, in_points)
    except ValueError as error:
        raise SpecError.at(None, "add", f"{name} does not fit these data: {error}") from None
    return (lambda: behind), tuple(behind["model"].modalities), behind.predict


def _refuse_no_model(name: str, given: Any) -> None:
    if isinstance(given, (str, Path)):
        sentence = f"'{given}' is no fitted model."
        advice = f"Of a saved model: add('{name}', Model.load(...)). Of predictions: add_predictions('{name}', ...)."
        raise SpecError.at(None, "add", sentence, advice=advice)
    if isinstance(given, type):
        sentence = f"{given.__name__} is a class, and no fitted model."
        raise SpecError.at(None, "add", sentence, advice="To have it trained here, put it into models=.")
    if not callable(getattr(given, "predict", None)):
        raise SpecError.at(None, "add", f"a {type(given).__name__} has no predict.", advice="Hand over a fitted model.")


def _predicted(name: str, given: Any, held_out: Segments, predict: Any) -> Vector:
    try:
        with quiet():
            return np.asarray(predict(held_out), dtype=np.float64)
    except MosiError:
        raise
    except Exception as error:
        if isinstance(error, NotFittedError) or _is_unfitted(given):
            sentence = f"{name} ({type(given).__name__}) is not fitted."
            advice = "Put it into models=, and it is trained on these folds."
            raise SpecError.at(None, "add", sentence, advice=advice) from None
        where = f"{name}, predicting {len(held_out):,} held-out segments"
        raise FitError.of(where, reason_of(error), frames_of(error)) from error


def _is_unfitted(given: Any) -> bool:
    try:
        check_is_fitted(given)
    except NotFittedError:
        return True
    except TypeError:  # nothing of scikit-learn's
        return False
    return False
