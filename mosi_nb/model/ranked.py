"""The order of the models: the leaderboard, the best, those level with it, the simplest, two beside each other."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mosi_nb.compare import board, score
from mosi_nb.compare.beside import AS_PUBLISHED, Other, apart, joined, published_scores, set_apart, why_apart
from mosi_nb.compare.draws import Resampled, laid_out
from mosi_nb.compare.intervals import drawn, standard_errors
from mosi_nb.compare.leaderboard import Row, rows
from mosi_nb.compare.paired import two_models
from mosi_nb.compare.simplest import Choice, simplicity_of, within_one_error
from mosi_nb.compare.standing import Standing, standing
from mosi_nb.compare.tested import in_order
from mosi_nb.data.segments import SCALE
from mosi_nb.displays import Leaderboard
from mosi_nb.displays.comparison import Comparison
from mosi_nb.errors import NotTrainedError, SpecError
from mosi_nb.model.combined import CombinedModel
from mosi_nb.model.trained import Models, TrainedModel, refuse_failed
from mosi_nb.registry import find
from mosi_nb.results import Fit, Metric

if TYPE_CHECKING:
    from mosi_nb.model.gathered import Gathered

ELSEWHERE = "Published scores are on MOSI's scale, -3 ... +3, and these data are on another: none is shown."


class Ranked:
    """The part of `Model` that tells which of its models is best, and how sure that is."""

    @property
    @abstractmethod
    def _ran(self) -> Gathered:
        """The rows that are there."""

    @property
    @abstractmethod
    def models(self) -> Models:
        """The models that have a complete candidate."""

    def leaderboard(
        self,
        *,
        intervals: bool = True,
        candidates: bool = False,
        published: bool = False,
        beside: Ranked | Sequence[Ranked] | Mapping[str, Ranked] = (),
    ) -> Leaderboard:
        """Return the models with their scores and 95 % intervals, best first: a display.

        Its `.frame()` has one row a model; `.chart()` shows the first metric with its folds. Models that share a
        letter cannot be told apart; `gain` is over the best baseline. See docs/statistics.md.

        Parameters
        ----------
        intervals
            Whether to compute intervals and tests; without them it is quick enough to show during a run.
        candidates
            Show the other candidates of each model beneath it.
        published
            Show scores that were published beneath the table. They are neither ranked nor tested.
        beside
            Another trained model of this class, several, or a mapping from names to them. Their rows are ranked with
            these if data, folds and target are the same; else they are set apart, with the reason.
        """
        ran, others = self._ran, _others(beside)
        same = [one for one in others if not why_apart(ran.results, one.results)]
        results = joined(ran.results, same) if same else ran.results
        how = {"intervals": intervals, "stopped": ran.stopped, "candidates": candidates}
        found = board(results, ran.folds, **how, unranked=ran.unranked)
        blocks = apart(results, [one for one in others if one not in same], intervals=intervals)
        notes = [*found.notes, *assumed_note(next(iter(results.metrics.values()))), *ran.notes]
        if published:
            scales = {model.scale for model in self.models.values()}
            blocks |= {AS_PUBLISHED: published_scores(results.metrics)} if scales == {SCALE} else {}
            notes += [ELSEWHERE] if scales - {SCALE} else []
        directions = {name: metric.larger_is_better for name, metric in results.metrics.items()}
        return Leaderboard(set_apart(found.frame, blocks), results, directions, notes)

    def best(self, metric: str | None = None) -> TrainedModel:
        """Return the model with the best score; its `.level` names those that cannot be told from it.

        Parameters
        ----------
        metric
            Name of one of the run's metrics; the first one if left out.

        Raises
        ------
        SpecError
            If the metric is not one of the run's.
        NotTrainedError
            If no model has all its fits.
        """
        measure = self._measure("best", metric)
        sign = 1 if measure.larger_is_better else -1
        scored = {name: sign * score(self._ran.results, fits, measure) for name, fits in self._members().items()}
        defined = {model: value for model, value in scored.items() if np.isfinite(value)}
        if not defined:
            message = f"no model has all its fits and a score in {measure.name}."
            raise NotTrainedError(message)
        best = min(defined, key=lambda model: (-defined[model], model))  # equal ones by name, as in the leaderboard
        return replace(self.models[best], beside=lambda: self.level(measure.name))

    def level(self, metric: str | None = None) -> tuple[str, ...]:
        """Return the best model's name and those of the models that no test tells from it, best first.

        They share its letter in the leaderboard. Not to be told apart is not to be equal: few folds tell little.

        Parameters
        ----------
        metric
            As for `best`.

        Raises
        ------
        SpecError
            If the metric is not one of the run's.
        NotTrainedError
            If no model has all its fits.
        """
        self.best(metric)
        return self._standing(self._measure("level", metric))[0].level

    def simplest(self, metric: str | None = None) -> TrainedModel:
        """Return the simplest model whose score is within one standard error of the best.

        Which of two models is simpler, the tag `simplicity` of their components says, or else the time of a fit;
        an ensemble is less simple than any model. A baseline may be the simplest.

        Parameters
        ----------
        metric
            As for `best`.

        Raises
        ------
        SpecError
            If the metric is not one of the run's.
        NotTrainedError
            If no model has all its fits.
        """
        self.best(metric)
        measure = self._measure("simplest", metric)
        order, scores = self._standing(measure)
        members, errors = self._members(), standard_errors(scores)
        choices = [
            Choice(name, float(value), float(error), self._simplicity(name), _seconds(fits))
            for (name, fits), value, error in zip(members.items(), scores.score, errors, strict=True)
            if name in order.models
        ]
        return self.models[within_one_error(choices, measure)]

    def compare(self, first: str, second: str, metric: str | None = None) -> Comparison:
        """Return two models beside each other: a display of their difference by video, with its test.

        Parameters
        ----------
        first, second
            Names in the leaderboard, of models with all their fits.
        metric
            Name of one of the run's metrics; the first one if left out.

        Raises
        ------
        SpecError
            If there is no such model or metric, or the two are one.
        """
        measure, members = self._measure("compare", metric), self._members()
        for name in (first, second):
            if name not in members:
                refuse_failed("compare", name, self._ran.failed)
                raise SpecError.unknown(None, "compare", "model with all its fits", name, members)
        if first == second:
            raise SpecError.at(None, "compare", f"'{first}' is to be compared with itself.", advice="Name two models.")
        return Comparison(two_models(self._ran.results, members[first], members[second], measure))

    def _measure(self, where: str, name: str | None) -> Metric:
        metrics = self._ran.results.metrics
        if name is not None and name not in metrics:
            raise SpecError.unknown(None, where, "metric of this run", name, metrics)
        return metrics[name or next(iter(metrics))]

    def _members(self) -> dict[str, list[Fit]]:
        """Return the fits of the best candidate of each model that the folds can judge."""
        ran = self._ran
        complete: list[Row] = [row for row in rows(ran.results, ran.folds) if row.complete]
        fits = in_order([row.fits for row in complete], ran.folds)
        return {held[0].model: held for held in fits if held[0].model not in ran.unranked}

    def _standing(self, metric: Metric) -> tuple[Standing, Resampled]:
        results, members = self._ran.results, self._members()
        layout = laid_out(results, [fit.fold for fit in next(iter(members.values()))])
        scores = drawn(results, layout, list(members.values()), metric)
        return standing(results, members, metric, scores), scores

    def _simplicity(self, name: str) -> float:
        model = self.models[name]
        if isinstance(model, CombinedModel):
            return simplicity_of({}, len(model.member_scores))
        component = find("model", name)
        return simplicity_of(component.tags if component else {})


def assumed_note(metric: Metric) -> list[str]:
    """Say that nobody said which way a function of the notebook is better; empty where it is known."""
    if not metric.assumed:
        return []
    name = metric.name
    told = f"That larger is better in {name} is assumed, since the function does not say."
    return [f"{told} If smaller is, set {name}.larger_is_better = False and train again."]


def _others(beside: Any) -> list[Other]:
    """Return what other models brought.

    Raises
    ------
    SpecError
        If something else is among them.
    """
    several = beside if isinstance(beside, Mapping | list | tuple) else [beside]
    named = several if isinstance(several, Mapping) else {f"beside {n}": one for n, one in enumerate(several, start=1)}
    found = []
    for name, one in named.items():
        if not isinstance(one, Ranked):
            sentence = f"{name} is no Model, it is {type(one).__name__}."
            raise SpecError.at(None, "beside", sentence, advice="Hand over trained models: beside=[other].")
        ran = one._ran  # noqa: SLF001 -- of this class
        found.append(Other(str(name), ran.results, ran.folds, ran.unranked))
    return found


def _seconds(fits: Sequence[Fit]) -> float:
    return float(np.mean([fit.fit_seconds for fit in fits]))
