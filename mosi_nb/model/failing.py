"""Where a model fails: displays of held-out predictions that are there, of an experiment and of one model."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from mosi_nb.compare.confusion import convention
from mosi_nb.compare.failures import all_failed
from mosi_nb.compare.judged import Judged, all_judged, bare, judged, named_alone
from mosi_nb.compare.own_slices import own_slices
from mosi_nb.compare.scores import scores
from mosi_nb.compare.slices import built_in
from mosi_nb.components.scorers import function_metric, metric_of
from mosi_nb.displays.calibration import Calibration
from mosi_nb.displays.confusion import Confusion
from mosi_nb.displays.conventions import Conventions
from mosi_nb.displays.disagreement import Disagreement
from mosi_nb.displays.distribution import Distribution
from mosi_nb.displays.errors import Errors
from mosi_nb.displays.predicted import Predicted
from mosi_nb.displays.residuals import Residuals
from mosi_nb.displays.scores import Scores
from mosi_nb.displays.slices import Slices
from mosi_nb.errors import SpecError
from mosi_nb.spec import Use

if TYPE_CHECKING:
    from mosi_nb.data.segments import Segments
    from mosi_nb.model.gathered import Gathered
    from mosi_nb.results import Metric, Results


class Failing:
    """The part of `Model` that shows where its models fail. Nothing is fitted for it.

    Where a method takes the name of a model and none is given, the best one is shown: by the first metric,
    among those that have all their fits.
    """

    @property
    @abstractmethod
    def _ran(self) -> Gathered:
        """The rows that are there."""

    def errors(self, models: Sequence[str] | None = None, worst: int = 50) -> Errors:
        """Return utterances with what each model predicted for them, the worst predicted first: a display.

        Parameters
        ----------
        models
            Names, the first of which decides what is worst; left out, all, the best one first.
        worst
            Rows of the table; its `.frame()` has all held-out segments.

        Raises
        ------
        SpecError
            If there is no model of such a name, or `worst` is no number of rows.

        Examples
        --------
        >>> from mosi_nb import Model, sample
        >>> model = Model(sample(videos=8), models="ridge, svr", folds="by_video(3)").fit()  # doctest: +SKIP
        >>> model.errors().frame()[["transcript", "sentiment", "ridge"]].head()  # doctest: +SKIP
        """
        ranked = self._held_out_of_all(
            None if models is None else [models] if isinstance(models, str) else list(models)
        )
        if models is not None and not isinstance(models, str):
            ranked.sort(key=lambda one: list(models).index(one.name))
        known = self._ran.models
        looks_at = {one.name: known[one.name].modalities if one.name in known else () for one in ranked}
        alone = named_alone(ranked[0].name, looks_at) if ranked else {}
        fused = bool(ranked) and len(looks_at[ranked[0].name]) > 1
        aside = {name for name, seen in looks_at.items() if fused and len(seen) == 1} | {*self._ran.results.baselines}
        return Errors(ranked, checked_rows(worst), alone, aside if models is None else ())

    def slices(self, extra: Any = None, name: str | None = None) -> Slices:
        """Return a model's metrics on parts of the segments, with sizes and intervals: a display.

        Parts are by sentiment, by length, by negation, by video, and by functions of your own.

        Parameters
        ----------
        extra
            A function, a list of functions, or a mapping from names to functions. Each gets the `Segments`,
            or one record of a `DataIterator` at a time, and returns True and False, or labels.
        name
            Of a model.

        Raises
        ------
        SpecError
            If there is no such model, or a function fails.

        Examples
        --------
        >>> from mosi_nb import Model, sample
        >>> model = Model(sample(videos=8), models="ridge, svr", folds="by_video(3)").fit()  # doctest: +SKIP
        >>> model.slices({"questions": lambda record: "?" in record.modalities["text"]})  # doctest: +SKIP
        """
        return sliced(self._held_out_of(name), extra)

    def predicted(self, name: str | None = None) -> Predicted:
        """Return a model's predicted against true sentiment, segment by segment: a display."""
        return Predicted(self._held_out_of(name))

    def residuals(self, name: str | None = None) -> Residuals:
        """Return a model's errors by sentiment: a display of how far predictions regress to the middle."""
        return Residuals(self._held_out_of(name))

    def confusion(self, name: str | None = None, classes: int | str = 7) -> Confusion:
        """Return which classes a model takes for which: a display.

        Parameters
        ----------
        name
            Of a model.
        classes
            2, 3, 5 or 7, under MMSA's definitions; or a metric whose classes are meant, such as
            `acc2_nonzero`, `acc3_sign` or `acc7_half_away`.

        Raises
        ------
        SpecError
            If there is no such model, or these are no classes.
        """
        return Confusion(self._held_out_of(name), convention(classes))

    def calibration(self, name: str | None = None) -> Calibration:
        """Return mean sentiment, and the share of positive segments, by what a model predicted: a display."""
        return Calibration(self._held_out_of(name))

    def distribution(self, name: str | None = None) -> Distribution:
        """Return how a model's predictions are spread over the scale, beside how sentiment is: a display."""
        return Distribution(self._held_out_of(name))

    def conventions(self, name: str | None = None) -> Conventions:
        """Return a model's metrics under every convention of the field, side by side: a display."""
        return Conventions(self._held_out_of(name))

    def disagreement(self, models: Sequence[str] | None = None) -> Disagreement:
        """Return how differently models err, pair by pair: a display, and a hint for ensembles.

        Parameters
        ----------
        models
            Names; left out, all that have all their fits, but no baselines.

        Raises
        ------
        SpecError
            If there is no such model, or one alone is named.
        """
        models = [models] if isinstance(models, str) else models
        if models is not None and len(set(models)) == 1:
            sentence = f"'{models[0]}' is one model, and two are needed to disagree."
            raise SpecError.at(None, "disagreement", sentence, advice="Name two or more, or none for all.")
        baselines = self._ran.results.baselines
        wanted = [one for one in self._held_out_of_all(models) if one.complete]
        return Disagreement([one for one in wanted if models is not None or one.name not in baselines])

    def scores(self, metric: str | Callable[..., float] | None = None) -> Scores:
        """Return one metric of each model with its folds and its interval: a display.

        Parameters
        ----------
        metric
            Any metric by name, whether the run has it or not, or a function `f(sentiment, predicted)`; left
            out, the first of the run.

        Raises
        ------
        SpecError
            If there is no such metric.
        """
        chosen = chosen_metric(self._ran.results, metric)
        told = [one for one in [all_failed(self._ran.results)] if one]
        return Scores(scores(self._held_out_of_all(), chosen), chosen, *told)

    @property
    def _data_segments(self) -> Segments:
        return self._ran.run.segments

    def _held_out_of_all(self, names: Collection[str] | None = None) -> list[Judged]:
        ran = self._ran
        if names is None:  # a model that saw what the folds hold out is compared with no other
            names = [name for name in ran.results.models if name not in ran.unranked]
        return all_judged(ran.results, ran.folds, self._data_segments, names)

    def _held_out_of(self, name: str | None) -> Judged:
        if name is not None:
            return judged(self._ran.results, self._ran.folds, self._data_segments, name)
        ranked = self._held_out_of_all()
        return ranked[0] if ranked else judged(self._ran.results, self._ran.folds, self._data_segments)


class FailingAlone:
    """The part of `TrainedModel` that shows where it fails; see the methods of `Model` of the same names."""

    name: str
    results: Results
    segments: Callable[[], Segments] | None

    def errors(self, worst: int = 50) -> Errors:
        """Return utterances with what was predicted for them, the worst predicted first: a display."""
        return Errors([self._held_out] if self._held_out.fits else [], checked_rows(worst))

    def slices(self, extra: Any = None) -> Slices:
        """Return its metrics on parts of the segments, with sizes and intervals: a display."""
        return sliced(self._held_out, extra)

    def predicted(self) -> Predicted:
        """Return predicted against true sentiment, segment by segment: a display."""
        return Predicted(self._held_out)

    def residuals(self) -> Residuals:
        """Return its errors by sentiment: a display."""
        return Residuals(self._held_out)

    def confusion(self, classes: int | str = 7) -> Confusion:
        """Return which classes it takes for which: a display."""
        return Confusion(self._held_out, convention(classes))

    def calibration(self) -> Calibration:
        """Return mean sentiment, and the share of positive segments, by what it predicted: a display."""
        return Calibration(self._held_out)

    def distribution(self) -> Distribution:
        """Return how its predictions are spread over the scale: a display."""
        return Distribution(self._held_out)

    def conventions(self) -> Conventions:
        """Return its metrics under every convention of the field, side by side: a display."""
        return Conventions(self._held_out)

    @property
    def _held_out(self) -> Judged:
        finished = tuple(fit for fit in self.results.fits if fit.predicted is not None)
        segments = bare(self.results) if self.segments is None else self.segments()
        return Judged(self.name, self.results, segments, finished)


def sliced(one: Judged, extra: Any) -> Slices:
    """Return the display of the parts that are built in and of the user's own."""
    return Slices(one, [*built_in(one.segments, one.rows), *own_slices(extra, one.segments)])


def chosen_metric(results: Results, metric: str | Callable[..., float] | None) -> Metric:
    """Return a metric of the run, any other one that is known, or that of a function."""
    if metric is None:
        return next(iter(results.metrics.values()))
    if isinstance(metric, str):
        return results.metrics.get(metric) or metric_of(Use(metric), {})
    return function_metric(getattr(metric, "__name__", "metric"), metric)


def checked_rows(worst: Any) -> int:
    """Refuse what is no number of rows."""
    if isinstance(worst, bool) or not isinstance(worst, int) or worst < 1:
        sentence = f"a table has at least 1 row, found worst={worst!r}."
        raise SpecError.at(None, "errors", sentence, advice="For example errors(worst=50).")
    return worst
