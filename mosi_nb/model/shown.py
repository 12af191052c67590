"""What is shown of a run and its search, and the linked views of all of it."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from mosi_nb.compare.failures import all_failed, failures
from mosi_nb.compare.searched import searched
from mosi_nb.compare.timeline import timeline
from mosi_nb.compare.times import times
from mosi_nb.compare.trials import trials
from mosi_nb.displays.failures import Failures
from mosi_nb.displays.search import SearchView
from mosi_nb.displays.timeline import Timeline
from mosi_nb.displays.times import Times
from mosi_nb.errors import NotTrainedError, SpecError
from mosi_nb.model.explored import Chooser, Explorer, chooser_of, explorer_of
from mosi_nb.model.ran import Ran
from mosi_nb.model.selection import Selection

if TYPE_CHECKING:
    import pandas as pd

    from mosi_nb.displays import Leaderboard
    from mosi_nb.model.gathered import Gathered
    from mosi_nb.results import Metric


class Shown:
    """The part of `Model` that shows how a run and its search went."""

    _explorer: Explorer | None = None

    @property
    @abstractmethod
    def _ran(self) -> Gathered:
        """The rows that are there."""

    @abstractmethod
    def leaderboard(self, *, intervals: bool = True) -> Leaderboard:
        """Return the models with their scores."""

    def search(self, model: str | None = None) -> SearchView:
        """Return what the search tried: a display with a row a candidate, those that were dropped with the reason.

        Its `.chart()` shows the score over each parameter, and whether the best lies at the edge of what was
        tried; `.parallel(name)` all parameters of a model at once; `.trials()` the best score so far.

        Parameters
        ----------
        model
            Only this one; left out, all.

        Raises
        ------
        SpecError
            If there is no such model.
        """
        run = self._ran.run
        if model is not None and model not in run.results.models:
            raise SpecError.unknown(None, "search", "model of this run", model, run.results.models)
        name, metric = next(iter(run.results.metrics.items()))
        frame = searched(run.results, run.folds, stopped=run.stopped)
        tried = trials(run.results, run.folds, run.plan.spaces if isinstance(run, Ran) else {})
        if model is not None:
            frame, tried = frame[frame["model"] == model].reset_index(drop=True), tried.of(model)
        return SearchView(frame, name, metric.larger_is_better, trials=tried)

    def times(self, metric: str | None = None) -> Times:
        """Return the models by the time of a fit: a display that tells which no other beats in time and score.

        Parameters
        ----------
        metric
            Name of one of the run's metrics; the first one if left out.

        Raises
        ------
        SpecError
            If the metric is not one of the run's.
        """
        measure, results, combined = self._metric("times", metric), self._ran.results, self._ran.combined
        told = [one for one in [all_failed(results)] if one]
        return Times(times(results, self._ran.folds, measure, combined), measure, *told)

    def timeline(self) -> Timeline:
        """Return what was fitted when, on which worker: a display; fits from the history are left out."""
        results = self._ran.run.results
        return Timeline(timeline(results), sum(fit.resumed for fit in results.fits))

    def failures(self) -> Failures:
        """Return failed fits and warnings with their reasons: a display, which also says that there are none."""
        results = self._ran.results
        return Failures(failures(results), len(results.fits))

    def explore(self) -> Explorer:
        """Return linked views for a notebook: models, their scores, predicted against true, and utterances.

        What is selected and filtered there is in Python too: `selected`, `picked` and `filtered`.

        Raises
        ------
        SpecError
            Outside a notebook, and where `%load_ext mosi_nb` was not run.
        MissingExtraError
            If the package for widgets is not installed.
        """
        self._ran  # noqa: B018 -- raises where nothing was trained
        self._explorer = explorer_of(self)
        self._selection.hang("explore", self._explorer)
        return self._explorer

    def choose(self) -> Chooser:
        """Return the leaderboard for a notebook, with rows to choose and what can be done with the chosen.

        What is chosen is in `selected` at once, and in the view that `explore()` made last. Each action shows the
        line of Python that does the same. See docs/selecting.md.

        Raises
        ------
        SpecError
            Outside a notebook, and where `%load_ext mosi_nb` was not run.
        """
        self._ran  # noqa: B018 -- raises where nothing was trained
        made = chooser_of(self)
        self._selection.hang("choose", made)
        return made

    def select(self, *names: str) -> tuple[str, ...]:
        """Select models as a click does, here and in the views that are shown; none where nothing is named.

        Parameters
        ----------
        *names
            Of models in the leaderboard.

        Returns
        -------
        tuple of str
            What is `selected` now.

        Raises
        ------
        SpecError
            If there is no such model.
        """
        known = [*dict.fromkeys([*self._ran.results.models, *self._ran.unranked])]
        for name in names:
            if name not in known:
                raise SpecError.unknown(None, "select", "model of this leaderboard", name, known)
        order = self.leaderboard(intervals=False).frame().index
        self._selection.choose(name for name in map(str, order) if name in names)
        return self.selected

    @property
    def selected(self) -> tuple[str, ...]:
        """Names of the models that are selected: by `select`, or in a view of `choose()` or `explore()`; best first."""
        if self._selection.names is None:
            message = "selected is what was chosen of the leaderboard, and nobody has chosen yet."
            raise NotTrainedError(
                f"{message}\nCall choose() or explore() in a notebook first, or select(...) anywhere."
            )
        return self._selection.names

    @cached_property
    def _selection(self) -> Selection:
        return Selection()

    @property
    def picked(self) -> pd.DataFrame:
        """The utterances whose rows or points are selected there: one row each."""
        return self._explored("picked").picked

    @property
    def filtered(self) -> pd.DataFrame:
        """The utterances that pass the filters there: one row each."""
        return self._explored("filtered").filtered

    def _explored(self, what: str) -> Explorer:
        if self._explorer is None:
            message = f"{what} is what was chosen in linked views, and there are none."
            raise NotTrainedError(f"{message}\nCall explore() in a notebook first.")
        return self._explorer

    def _metric(self, where: str, name: str | None) -> Metric:
        metrics = self._ran.results.metrics
        if name is not None and name not in metrics:
            raise SpecError.unknown(None, where, "metric of this run", name, metrics)
        return metrics[name or next(iter(metrics))]
