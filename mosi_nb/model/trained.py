"""One trained model: its scores, folds, predictions and pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from mosi_nb.compare import evaluation, score
from mosi_nb.data import DataIterator, for_prediction
from mosi_nb.data.segments import Segments
from mosi_nb.displays import Evaluation
from mosi_nb.displays.model_list import ModelList
from mosi_nb.errors import DataError, SpecError
from mosi_nb.model.expected_columns import refuse_other_columns
from mosi_nb.model.failing import FailingAlone
from mosi_nb.model.inside import UNKNOWN, Inside, Opened
from mosi_nb.model.line import BatchLine
from mosi_nb.results import Results, Vector, counted, describe
from mosi_nb.run import predict_here, predict_there, reached

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from mosi_nb.run import Prepared

Where: TypeAlias = Literal["local", "cluster"]
"""Where predictions are made."""


@dataclass(frozen=True)
class TrainedModel(FailingAlone, Opened):
    """The best candidate of one model.

    Attributes
    ----------
    name
        As in the leaderboard.
    results
        The fits of this candidate alone.
    modalities
        Those that it looks at.
    scale
        Lowest and highest sentiment.
    note
        What it was trained on, as a sentence.
    fitted
        Returns the candidate fitted on all segments that are not locked.
    open_test
        Returns the locked segments and a sentence that says how often they were opened.
    workers
        Returns a cluster that can read pipelines, for `predict(where="cluster")`.
    segments
        Returns all rows of the data, for those who look at errors; None where they are not known.
    inside
        What is known of how it was made.
    beside
        Returns the names of the models that no test tells from it, for `level`.

    Examples
    --------
    >>> from mosi_nb import Model, sample
    >>> model = Model(sample(videos=8), models="ridge", metrics="mae").fit()  # doctest: +SKIP
    >>> model.models["ridge"].predict({"text": ["what a wonderful film"]})  # doctest: +SKIP
    """

    name: str
    results: Results
    modalities: tuple[str, ...]
    scale: tuple[float, float]
    note: str
    fitted: Callable[[], Pipeline]
    open_test: Callable[[], tuple[Segments, str]]
    workers: Callable[[Sequence[Any]], Prepared] = reached
    segments: Callable[[], Segments] | None = None
    inside: Inside = UNKNOWN
    beside: Callable[[], tuple[str, ...]] = tuple

    @property
    def params(self) -> Mapping[str, Any]:
        """Parameters that the search chose."""
        return self.results.fits[0].params

    @property
    def known_only(self) -> bool:
        """Whether nothing stands behind it but predictions, so that it knows some segments and no others."""
        return False

    @property
    def scores(self) -> dict[str, float]:
        """Mean over folds of each metric."""
        return {name: score(self.results, self.results.fits, metric) for name, metric in self.results.metrics.items()}

    @property
    def level(self) -> tuple[str, ...]:
        """Of what `best` returns: its name and those of the models that no test tells from it; else empty."""
        return self.beside()

    @property
    def folds(self) -> pd.DataFrame:
        """One row a fold, with its scores: as `results.frame()`."""
        return self.results.frame()

    @property
    def predictions(self) -> pd.DataFrame:
        """One row a held-out prediction: as `results.predictions()`."""
        return self.results.predictions()

    @property
    def pipeline(self) -> Pipeline:
        """The scikit-learn pipeline, fitted on all segments that are not locked, when first asked for."""
        return self.fitted()

    def predict(self, X: Any, batch_size: int | None = None, where: Where = "local") -> Vector:  # noqa: N803 -- scikit-learn's name
        """Return predicted sentiment.

        Parameters
        ----------
        X
            Segments, a `DataIterator`, a path, a DataFrame with a column `text` or columns like
            `audio_0`, or a dict of arrays by modality.
        batch_size
            Predict so many segments at a time, and read no more of sequences in files; left out, all
            at once here, and on a cluster as many as give each worker two batches. The numbers are the
            same to 1e-9 points; of networks in single precision, to 1e-5.
        where
            `local`: in this process. `cluster`: on the workers that trained, or those of this machine.

        Returns
        -------
        array of shape (n_segments,)
            In points, in the order of X.

        Raises
        ------
        DataError
            If X lacks a modality that the model was trained on, or has other columns.
        FitError
            If the model fails on a worker: the message names the batch.
        ClusterError
            If the workers are not reached, or are lost.
        """
        check_batches(batch_size, where)
        segments, pipeline = for_prediction(X, self.modalities), self.pipeline
        refuse_other_columns(self.name, pipeline, segments)
        line = BatchLine(self.name, len(segments))
        try:
            if where == "local":
                return predict_here(pipeline, segments, batch_size, line)
            with self.workers([pipeline]) as prepared:
                return predict_there(prepared.client, self.name, pipeline, segments, batch_size, line)
        finally:
            line.end()

    def evaluate(
        self,
        X: Any = None,  # noqa: N803 -- as above
        y: Any = None,
        *,
        test: bool = False,
        show_metrics: bool = True,
    ) -> Evaluation:
        """Return the metrics on given data, or on the locked test.

        Parameters
        ----------
        X
            As for `predict`.
        y
            Sentiment in points, shape (n_segments,); left out, the sentiment that X brings.
        test
            Open the locked test instead. It is counted and shown: a test that was looked at before
            a model was chosen is no test any more.
        show_metrics
            Show every metric of the run; False for the first one only.

        Raises
        ------
        DataError
            If there is nothing to evaluate on, or `y` does not fit `X`.
        NotTrainedError
            If a loaded model is asked for its test, which it does not bring.
        """
        if test and X is not None:
            raise DataError.of("evaluate", "it takes either X or test=True, not both.")
        if test:
            self.refuse_unready()
        given, opened = self.open_test() if test else (self._labelled(X, y), "")
        metrics = dict(list(self.results.metrics.items())[: None if show_metrics else 1])
        frame = evaluation(metrics, given.sentiment, self.predict(given), given.video_ids).reset_index()
        if test:
            self.inside.took(self.name, dict(zip(frame["metric"], frame["value"], strict=True)))
        title = (
            f"{self.name} on {'the locked test' if test else 'the given segments'} ({counted(len(given), 'segment')})"
        )
        notes = [note for note in (self.note, opened) if note]
        return Evaluation(frame.rename(columns={"definition": "what it is"}), title, notes)

    def refuse_unready(self) -> None:
        """Raise what `predict` would on the locked test, before that is opened and counted."""
        self.pipeline  # noqa: B018 -- fitted, or refused

    def _labelled(self, X: Any, y: Any) -> Segments:  # noqa: N803 -- as above
        if X is None:
            raise DataError.of("evaluate", "there is nothing to evaluate on.", "Give evaluate(X, y), or test=True.")
        if y is None:
            if not isinstance(X, Segments | DataIterator):
                raise DataError.of("evaluate", "X brings no sentiment.", "Give it: evaluate(X, y).")
            return X if isinstance(X, Segments) else X.segments
        segments = for_prediction(X, self.modalities)
        sentiment = np.asarray(y, dtype=np.float64)
        if sentiment.shape != (len(segments),):
            raise DataError.of("evaluate", f"X has {len(segments)} segments, y the shape {sentiment.shape}.")
        return replace(segments, sentiment=sentiment, scale=self.scale, source="y")

    def __repr__(self) -> str:
        """Return name, parameters and scores."""
        scores = ", ".join(f"{name} {value:z.3f}" for name, value in self.scores.items())
        params = f" ({describe(self.params)})" if self.params else ""
        return f"{self.name}{params}: {scores}"


class Models(Mapping[str, TrainedModel]):
    """Models by name; a name that is not there is answered with those that are."""

    def __init__(self, held: Mapping[str, TrainedModel], failed: Callable[[], Mapping[str, str]] = dict) -> None:
        self._held = held
        self._failed = failed

    def __getitem__(self, name: str) -> TrainedModel:
        """Return the model of this name."""
        if name not in self._held:
            refuse_failed("models", name, self._failed())
            raise SpecError.unknown(None, "models", "trained model", name, self._held)
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names, in the order of the plan."""
        return iter(self._held)

    def __len__(self) -> int:
        """Return the number of models."""
        return len(self._held)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is such a model."""
        return name in self._held

    def __repr__(self) -> str:
        """Return one line a model."""
        return "\n".join(repr(model) for model in self._held.values()) or "no model has all its fits yet"

    def table(self) -> ModelList:
        """Return the models with their scores: a display."""
        held = list(self._held.values())
        measured = {name: metric for model in held for name, metric in model.results.metrics.items()}
        rows = [
            {
                "model": model.name,
                "params": describe(model.params) if model.results.fits else "",
                "modalities": ", ".join(model.modalities),
                **{name: model.scores.get(name, float("nan")) for name in measured},
            }
            for model in held
        ]
        frame = pd.DataFrame(rows, columns=["model", "params", "modalities", *measured])
        return ModelList(frame, {name: metric.larger_is_better for name, metric in measured.items()})

    def mimebundle(self, *, with_library: bool = False) -> dict[str, Any]:
        """Return what a front end shows, by mime type: a small table.

        Parameters
        ----------
        with_library
            As for displays.
        """
        return self.table().mimebundle(with_library=with_library)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude
        return self.mimebundle()


def refuse_failed(where: str, name: str, failed: Mapping[str, str]) -> None:
    """Refuse a model whose fits failed, and say why they did.

    Parameters
    ----------
    where
        What was asked for.
    name
        Of a model.
    failed
        The reasons, by name of the models without a complete candidate.

    Raises
    ------
    SpecError
        If it is among them.
    """
    if name in failed:
        raise SpecError.at(None, where, f"'{name}' failed: {failed[name]}", advice="failures() shows where.")


def check_batches(batch_size: Any, where: str) -> None:
    """Refuse what is no size of a batch, and no place.

    Raises
    ------
    SpecError
        With what was found.
    """
    if batch_size is not None and (isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer)):
        raise SpecError.at(None, "batch_size", f"a batch has a whole number of segments, found {batch_size!r}.")
    if batch_size is not None and batch_size < 1:
        raise SpecError.at(None, "batch_size", f"a batch has at least 1 segment, found {batch_size}.")
    if where not in get_args(Where):
        raise SpecError.unknown(None, "where", "place to predict in", str(where), get_args(Where))
