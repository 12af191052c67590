"""How much a fitted model relies on each modality, and whether more videos would help: fits beside a finished run."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from mosi_nb.compare.evidence import Evidence
from mosi_nb.compare.learning import last_step, learning_frame
from mosi_nb.compare.probed import importance_frame, robustness_frame
from mosi_nb.components.probes import Variant, disturbances, permutations
from mosi_nb.displays.importance import Importance
from mosi_nb.displays.learning_curve import LearningCurve
from mosi_nb.displays.robustness import Robustness
from mosi_nb.errors import SpecError
from mosi_nb.model.further_runs import Stopping, run_beside
from mosi_nb.model.growing_shares import checked_shares, curve_plan, points_of, shares_of
from mosi_nb.model.line import FitLine
from mosi_nb.model.parts import Made, made_of, run_of
from mosi_nb.model.probing import Probed, probed, without_numbers
from mosi_nb.model.ran import STOPPED, Ran
from mosi_nb.run import State

if TYPE_CHECKING:
    from mosi_nb.model.gathered import Gathered
    from mosi_nb.model.trained import TrainedModel
    from mosi_nb.plan import Plan
    from mosi_nb.results import Metric

Listener: TypeAlias = Callable[[Any, State], None]
OnError: TypeAlias = Literal["stop", "keep"]

SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
"""Of the held-out segments that are disturbed."""
VIDEOS = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Shares of the training videos."""
DRAWN = 3
"""Random choices that a point of a robustness curve is the mean of."""


class Relying:
    """The part of `Model` that fits its best candidates once more, to ask them what they rely on."""

    _run: Any
    _extending: Any = None

    @property
    @abstractmethod
    def _ran(self) -> Gathered:
        """The rows that are there."""

    @property
    @abstractmethod
    def cell(self) -> str:
        """The experiment as cell text."""

    @property
    @abstractmethod
    def plan(self) -> Plan:
        """What will be run."""

    @property
    @abstractmethod
    def _is_stopping(self) -> bool:
        """Whether it is being trained, and was asked to stop."""

    @abstractmethod
    def _refuse_running(self, where: str) -> None:
        """Refuse what would disturb a training."""

    @abstractmethod
    def best(self, metric: str | None = None) -> TrainedModel:
        """Return the model with the best score."""

    def importance(self, name: str | None = None, repeats: int = 10, metric: str | None = None) -> Importance:
        """Return how much a model's score changes when a modality is permuted among held-out segments: a display.

        The model's best candidate is fitted once in each fold. Then all columns of a modality change places
        as a whole among the held-out segments, several times, and the model predicts again. The change is an
        estimate of how much *this fitted model* relies on the modality, on segments of new videos. It is not
        what the modality adds: a model that was trained without it could do as well, see `ablate`.

        Parameters
        ----------
        name
            Of a model, an ensemble or late fusion in the leaderboard; the best that is no baseline if left out.
        repeats
            How often each modality is permuted, at least 1; scores are averaged.
        metric
            Name of one of the run's metrics; the first one if left out.

        Raises
        ------
        SpecError
            If there is no such model, or its features cannot be told apart by modality.
        NotTrainedError
            If nothing was trained, the model was loaded, or is somebody else's predictions.
        FitError
            If a fit or a prediction fails: model and fold are named.

        References
        ----------
        Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.
        Gregorutti, B., Michel, B. and Saint-Pierre, P. (2015). Grouped variable importance with random forests and
        application to multiple functional data analysis. Computational Statistics & Data Analysis 90, 15-35.
        """
        made, measure = self._made("importance", name, metric)
        _refuse_no_number("repeats", repeats)
        found = self._probed(made, permutations(made.modalities, repeats))
        frame = importance_frame(self._ran.results, found.predicted, measure, made.known)
        return Importance(frame, made.name, measure, [note for note in (found.note,) if note])

    def robustness(
        self,
        name: str | None = None,
        shares: Sequence[float] = SHARES,
        metric: str | None = None,
        *,
        noise: float = 1.0,
    ) -> Robustness:
        """Return a model's score when a modality is missing or noisy in a share of held-out segments: a display.

        The model's best candidate is fitted once in each fold, on whole data. Then, in a share of the held-out
        segments, a modality is replaced by what the encoders make of a missing value (an empty text; numbers
        that `impute` fills), or its encoded columns get Gaussian noise. Each point is the mean of 3 choices;
        the segments of a smaller share are among those of a larger one. It is an estimate of the error on new
        videos whose recordings fail in this way, of models that were trained on recordings that did not.

        Parameters
        ----------
        name, metric
            As for `importance`.
        shares
            From 0 to 1; 0 is always there.
        noise
            Its standard deviation, in standard deviations of each encoded column, above 0.

        Raises
        ------
        SpecError, NotTrainedError, FitError
            As for `importance`.

        References
        ----------
        Hazarika, D., Li, Y., Cheng, B., Zhao, S., Zimmermann, R. and Poria, S. (2022). Analyzing modality robustness
        in multimodal sentiment analysis. Proceedings of NAACL-HLT 2022.
        """
        made, measure = self._made("robustness", name, metric)
        _refuse_no_number("noise", noise, whole=False)
        wanted_shares = checked_shares([one for one in shares if one != 0] or [1.0] * (len(shares) > 0))
        words = without_numbers(made.parts)
        variants = [
            one
            for one in disturbances(made.modalities, wanted_shares, noise, DRAWN)
            if not (one.kind == "noisy" and one.modality in words)
        ]
        found = self._probed(made, variants)
        notes = [f"No noise in {', '.join(sorted(words))}: the model reads it as it is."] if words else []
        notes += [found.note] if found.note else []
        frame = robustness_frame(self._ran.results, found.predicted, measure)
        return Robustness(frame, made.name, measure, noise, notes)

    def learning_curve(
        self,
        name: str | None = None,
        shares: Sequence[float] = VIDEOS,
        metric: str | None = None,
        *,
        listen: Listener | None = None,
    ) -> LearningCurve:
        """Return a model's score by the number of videos that it was trained on: a display.

        The model's best candidate is fitted on growing shares of each fold's training videos, a smaller share
        part of a larger one, and judged on the same held-out segments. Each point is an estimate of the error,
        on new videos, of a model trained on so many; its interval holds no variation of which videos these
        are. Parameters are those that were best on all videos. What more videos than there are would bring is
        not said: curves may bend.

        Fits that are missing are made as those of a run are: they stand in the history, and may be stopped.
        One that fails leaves a gap, which is said.

        Parameters
        ----------
        name, metric
            As for `importance`.
        shares
            Of the training videos, above 0 and up to 1.
        listen
            As for `fit`.

        Raises
        ------
        SpecError
            If there is no such model, or a share is none.
        NotTrainedError
            If nothing was trained, the model was loaded, or is somebody else's predictions.

        References
        ----------
        Viering, T. and Loog, M. (2023). The shape of learning curves: a review. IEEE Transactions on Pattern Analysis
        and Machine Intelligence 45, 7799-7819.
        """
        made, measure = self._made("learning_curve", name, metric)
        wanted_shares = shares_of(made.parts[0].run.plan, shares)
        fitted: dict[int, Ran] = {}
        for run, parts in made.by_run():
            plan = curve_plan(run, parts, wanted_shares)
            if plan.folds:
                key = ("learning curve", id(run), tuple(part.name for part in parts), tuple(shares))
                fitted[id(run)] = self._further(key, run, plan, "keep", listen)
        points = points_of(made, self._ran.results, wanted_shares, lambda run: fitted.get(id(run)))
        frame = learning_frame(self._ran.results, points, measure)
        notes = [one.stopped_note for one in fitted.values() if one.stopped]
        notes += [f"{one.videos:.0f} videos: {one.reason}." for one in points if one.reason not in {"", STOPPED}]
        step = last_step(frame, measure)
        return LearningCurve(frame, made.name, measure, [*([step] if step else []), *notes])

    def _further(
        self, key: Any, run: Ran, plan: Plan, on_error: OnError, listen: Listener | None, *, again: bool = False
    ) -> Ran:
        """Return the run of a plan beside one that is there, carried out as far as it is not."""
        gathered = self._ran
        known = gathered.kept.get(key)
        if isinstance(known, Ran) and not known.stopped:
            return known
        gathered.kept["run", id(run)] = run  # as long as it is there, no other has its id
        line = FitLine(str(key[0]))

        def begun(current: Ran) -> None:
            gathered.kept[key] = gathered.under_way = self._extending = current
            if self._is_stopping:  # since the run that is before this one in a cell
                current.stop()

        def tell(state: State) -> None:
            if listen is None:
                line(state)
            else:
                listen(self, state)

        try:
            return run_beside(run, plan, self.cell, begun, tell, keep_failures=on_error == "keep", again=again)
        finally:
            self._extending = gathered.under_way = None
            line.end()

    def _probed(self, made: Made, variants: Sequence[Variant]) -> Probed:
        """Return the predictions of a row in all variants, made once."""
        gathered = self._ran
        parts = tuple((part.name, id(part.run)) for part in made.parts)
        key = ("probed", made.name, parts, repr(made.combiner), tuple(variants))
        if key not in gathered.kept:
            gathered.kept["runs", key] = made  # as long as it is there, no other run has its id
            line, stopping = FitLine(made.name), Stopping()
            self._extending = stopping

            def listen(state: State) -> bool:
                line(state)
                return not stopping.asked

            try:
                gathered.kept[key] = probed(made, gathered.results, variants, listen)
            finally:
                self._extending = None
                line.end()
        found: Probed = gathered.kept[key]
        return found

    def _made(self, where: str, name: str | None, metric: str | None) -> tuple[Made, Metric]:
        self._refuse_running(where)
        gathered, measure = self._ran, self._measure(where, metric)
        run_of(gathered)
        first = next(iter(gathered.results.metrics.values()))
        return made_of(gathered, self._asked() if name is None else name, first), measure

    def _asked(self) -> str:
        """Return the name of the best model that is no baseline; of the best, where there are baselines only."""
        gathered = self._ran
        asked = Evidence(gathered.results, gathered.folds, aside=tuple(gathered.unranked)).asked
        return asked[0].model if asked else self.best().name

    def _measure(self, where: str, name: str | None) -> Metric:
        metrics: Mapping[str, Metric] = self._ran.results.metrics
        if name is not None and name not in metrics:
            raise SpecError.unknown(None, where, "metric of this run", name, metrics)
        return metrics[name or next(iter(metrics))]


def _refuse_no_number(name: str, value: object, *, whole: bool = True) -> None:
    """Raise for what is no number above 0.

    Raises
    ------
    SpecError
        With what was found.
    """
    kinds = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or value <= 0:
        what = "a whole number from 1 on" if whole else "a number above 0"
        raise SpecError.at(None, name, f"'{name}' wants {what}, found {value!r}.")
