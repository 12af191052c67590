"""A trained model taken apart: its page, its coefficients, what is known of how it was made."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from mosi_nb.compare.coefficients import explained, never_explained, size_of
from mosi_nb.compare.intervals import interval
from mosi_nb.compare.leaderboard import score
from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.displays.coefficients import Coefficients
from mosi_nb.displays.model_page import ModelPage, Page
from mosi_nb.results import Results, counted, describe

if TYPE_CHECKING:
    from mosi_nb.data.segments import Segments
    from mosi_nb.model.ran import Ran
    from mosi_nb.plan import Candidate

LONGEST = 160
"""Letters of an estimator's parameters in one line."""


def _nothing() -> None:
    return None


def _unnoted(name: str, scores: Mapping[str, float]) -> None:
    del name, scores


@dataclass(frozen=True)
class Inside:
    """What is known of how a model was made.

    Attributes
    ----------
    tried
        Returns the fits of all candidates of the model; None where they are not known.
    pipeline
        Unfitted; None where it is not known.
    at_hand
        Returns the fitted pipeline if there is one already, else None.
    trained_on
        Returns the segments that it is fitted on; None where they are not known.
    took
        Takes note of its scores on the locked test.
    """

    tried: Callable[[], Results | None] = _nothing
    pipeline: Any = None
    at_hand: Callable[[], Any] = _nothing
    trained_on: Callable[[], Segments | None] = _nothing
    took: Callable[[str, Mapping[str, float]], None] = _unnoted


UNKNOWN = Inside()
"""Of a model that came from elsewhere."""


def inside_of(run: Ran, candidate: Candidate) -> Inside:
    """Return what a run knows of the best candidate of one of its models."""

    def tried() -> Results:
        fits = tuple(fit for fit in run.results.fits if fit.model == candidate.model)
        return Results(**{**vars(run.results), "fits": fits})

    return Inside(
        tried,
        candidate.pipeline,
        lambda: run.fitted.get(candidate.number),
        lambda: run.plan.pooled.take(run.plan.locked.train),
        run.tested.__setitem__,
    )


class Opened:
    """The part of `TrainedModel` that takes it apart."""

    name: str
    results: Results
    modalities: tuple[str, ...]
    note: str
    inside: Inside

    @property
    @abstractmethod
    def pipeline(self) -> Any:
        """Fitted on all segments that are not locked."""

    @property
    @abstractmethod
    def params(self) -> Mapping[str, Any]:
        """Parameters that the search chose."""

    def page(self, *, fit: bool = False) -> ModelPage:
        """Return all that is known of the model: a display.

        Its pipeline, chosen parameters and what was tried, scores by fold, times, warnings, and coefficients
        if it is fitted on all segments already.

        Parameters
        ----------
        fit
            Fit it on all segments that are not locked, if that was not done yet, as `predict` does.
        """
        fitted = self.pipeline if fit else self.inside.at_hand()
        waits = fitted is None and self.inside.pipeline is not None
        later = "Its coefficients are shown once it is fitted on all segments that are not locked: page(fit=True)."
        return ModelPage(
            Page(
                name=self.name,
                line=repr(self),
                facts=self._facts(fitted),
                metrics=self._metrics(),
                larger_is_better={name: metric.larger_is_better for name, metric in self.results.metrics.items()},
                folds=self._folds(),
                tried=self._tried(),
                members=self._members(),
                warnings=Counter(told for fit in self.results.fits for told in dict.fromkeys(fit.warnings)),
                pipeline=self.inside.pipeline if fitted is None else _unfitted(fitted),
                coefficients=None if fitted is None else self._explained(fitted),
                notes=[_of_no_columns(self.inside.pipeline) or later] if waits else [],
            )
        )

    def coefficients(self) -> Coefficients:
        """Return its coefficients or importances, by modality and by column: a display.

        It is fitted on all segments that are not locked, if that was not done yet. What a coefficient means,
        and that a model has none, is said in the display.
        """
        return self._explained(self.pipeline)

    def _explained(self, fitted: Any) -> Coefficients:
        return Coefficients(self.name, explained(fitted, self.inside.trained_on()))

    def _facts(self, fitted: Any) -> list[tuple[str, str]]:
        pipeline = self.inside.pipeline if fitted is None else fitted
        facts = [("looks at", ", ".join(self.modalities) or "nothing that is known here"), *_of_estimator(pipeline)]
        fits = self.results.fits
        if fits:
            facts.append(("parameters", describe(self.params) or "none were searched"))
            seconds = [float(np.mean([getattr(fit, f"{what}_seconds") for fit in fits])) for what in ("fit", "predict")]
            known = [f"{value:.3f} s" if np.isfinite(value) else "not known" for value in seconds]
            facts.append(("time", f"to fit {known[0]}, to predict {known[1]}; mean of {counted(len(fits), 'fold')}"))
        size = size_of(fitted) if fitted is not None else ""
        return [*facts, *([("size", size)] if size else []), *([("made", self.note)] if self.note else [])]

    def _metrics(self) -> pd.DataFrame:
        results = self.results
        rows = [
            (name, score(results, results.fits, metric), *interval(results, results.fits, metric), metric.definition)
            for name, metric in results.metrics.items()
        ]
        return pd.DataFrame(rows if results.fits else [], columns=["metric", "value", "low", "high", "definition"])

    def _folds(self) -> pd.DataFrame:
        frame = self.results.frame()
        named = frame.assign(fold=[str(fit.fold) for fit in self.results.fits])
        return named[["fold", *self.results.metrics, "fit_seconds", "predict_seconds"]]

    def _tried(self) -> pd.DataFrame:
        """Return one row a candidate, the best first, as the leaderboard judges."""
        tried = self.inside.tried()
        if tried is None or not self.results.fits:
            return pd.DataFrame()
        by_candidate: dict[int, list[Any]] = {}
        for fit in tried.fits:
            by_candidate.setdefault(fit.candidate, []).append(fit)
        rows = [
            {
                "params": describe(fits[0].params),
                **{name: score(tried, fits, metric) for name, metric in tried.metrics.items()},
                "folds": sum(fit.predicted is not None for fit in fits),
                "chosen": describe(fits[0].params) == describe(self.params),
            }
            for fits in by_candidate.values()
        ]
        first, metric = next(iter(tried.metrics.items()))
        ordered = pd.DataFrame(rows).sort_values(first, ascending=not metric.larger_is_better, kind="stable")
        return ordered.sort_values("chosen", ascending=False, kind="stable").reset_index(drop=True)

    def _members(self) -> pd.DataFrame:
        members = getattr(self, "members", None)
        return pd.DataFrame() if members is None else members.reset_index()

    def mimebundle(self, *, with_library: bool = False) -> dict[str, Any]:
        """Return what a front end shows, by mime type: its page. Nothing is fitted for it.

        Parameters
        ----------
        with_library
            As for displays.
        """
        return self.page().mimebundle(with_library=with_library)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude
        return self.mimebundle()


def _of_estimator(pipeline: Any) -> list[tuple[str, str]]:
    """Return what the model behind the encoders is, and its task."""
    if not hasattr(pipeline, "steps"):
        return []
    model = pipeline.steps[-1][1]
    classifies = isinstance(model, SentimentClassifier)
    inner = model.classifier if classifies else model
    told = " ".join(repr(inner).split())
    task = (
        f"classifies into {model.classes} classes, predicts their mean centre" if classifies else "predicts sentiment"
    )
    return [("model", told if len(told) <= LONGEST else f"{told[:LONGEST]}…"), ("task", task)]


def _of_no_columns(pipeline: Any) -> str:
    """Say that a pipeline, fitted or not, has no coefficients; empty where it may have some."""
    return never_explained(pipeline.steps[-1][1]) if hasattr(pipeline, "steps") else ""


def _unfitted(fitted: Any) -> Any:
    """Return a pipeline without what it learned: a diagram of a fitted one lists each of its columns."""
    if not hasattr(fitted, "steps"):
        return None
    try:
        return clone(fitted)
    except Exception:  # noqa: BLE001 -- an estimator of somebody's own may refuse
        return fitted
