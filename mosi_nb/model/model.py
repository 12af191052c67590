"""`Model`: the whole flow, one step after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from mosi_nb.cell import parse, spec_of, write
from mosi_nb.displays import Checks, Evaluation, PlanView, ProgressState, ProgressView
from mosi_nb.errors import NotTrainedError
from mosi_nb.model.ablated import Ablated
from mosi_nb.model.background import Background, Listener, OnError, Task
from mosi_nb.model.brought import Brought
from mosi_nb.model.extended import Extension
from mosi_nb.model.extending import Extending
from mosi_nb.model.failing import Failing
from mosi_nb.model.further import Further
from mosi_nb.model.gathered import Gathered
from mosi_nb.model.judged import Judged
from mosi_nb.model.line import Line
from mosi_nb.model.loaded import Loaded
from mosi_nb.model.ran import Ran
from mosi_nb.model.ranked import Ranked
from mosi_nb.model.recorder import Recorder
from mosi_nb.model.shown import Shown
from mosi_nb.model.stages import Stages
from mosi_nb.model.trained import Models, Where
from mosi_nb.plan import Plan, check_plan, make_plan, open_data, summary
from mosi_nb.results import Results, Vector
from mosi_nb.run import State, ready, try_metrics
from mosi_nb.spec import Spec
from mosi_nb.storage import load, save

_GATHERING = threading.RLock()
"""What was added to a run is taken over by one thread: another may show its progress meanwhile."""


class Model(Background, Ranked, Extending, Further, Brought, Shown, Failing, Judged, Ablated):
    """An experiment: what was asked for, what came out, and the models that it trained.

    Parameters
    ----------
    data
        `sample()`, a path, a `DataIterator`, a DataFrame or a loader of your own.
    models
        Components as cell text (`"ridge(alpha=[1, 10])"`), estimators, or pairs of a name and an
        estimator.
    metrics
        Names of metrics or of scikit-learn's scorers, or functions `f(sentiment, predicted)`. The
        first one ranks.
    search
        A `Search`, or cell text such as `"random(30)"`.
    cluster
        Where to train: the address of a dask scheduler, a scheduler file, a `distributed.Client` or
        a cluster object. Left out, what `%mosi_cluster` chose, or else the cores of this machine.
    **settings
        The other keys of a cell: `modalities, text, audio, video, fusion, folds, test, baselines,
        budget, fit_limit, checkpoint, nested, jobs, seed, silence`, as cell text or values.

    Raises
    ------
    SpecError
        For an unknown key, or text that is no cell text. Names are looked up when the plan is made.

    Examples
    --------
    >>> from mosi_nb import Model, sample
    >>> model = Model(sample(), models=["ridge(alpha=[1, 10])", "svr"], metrics=["mae", "corr"])
    >>> len(model.plan.candidates)
    5
    """

    def __init__(
        self,
        data: Any = None,
        models: Any = None,
        metrics: Any = None,
        search: Any = None,
        *,
        cluster: Any = None,
        **settings: Any,
    ) -> None:
        given = {"data": data, "models": models, "metrics": metrics, "search": search, **settings}
        self._namespace: Mapping[str, Any]
        self.spec, self._namespace = spec_of(given)
        self._cluster = cluster
        self._name: str | None = None
        self._written: tuple[Spec | None, str] = None, ""
        self._run: Ran | Loaded | None = None
        self._gathered: Gathered | None = None

    @classmethod
    def from_cell(
        cls, text: str, namespace: Mapping[str, Any], *, cluster: Any = None, name: str | None = None
    ) -> Self:
        """Make a model of the text of a cell.

        Parameters
        ----------
        text
            As in a cell, without the line of the magic.
        namespace
            Variables that the text may name.
        cluster
            As for `Model`.
        name
            Under which the history lists its runs.

        Raises
        ------
        SpecError
            If the text is no cell.
        """
        model = cls(cluster=cluster)
        model.spec, model._namespace, model._name = parse(text), namespace, name
        model._written = model.spec, text.strip("\n")
        return model

    @property
    def cell(self) -> str:
        """The experiment as cell text: as it was written, unless it was changed since."""
        spec, text = self._written
        return text if spec is self.spec else write(self.spec)

    @cached_property
    def plan(self) -> Plan:
        """What will be run: candidates, folds, locked rows. Nothing is fitted by making it."""
        return make_plan(self.spec, open_data(self.spec, self._namespace), self._namespace)

    def plan_view(self) -> PlanView:
        """Return the plan as a display: what would be run, and that nothing was."""
        return PlanView(summary(self.plan))

    def fit(
        self, *, on_error: OnError = "stop", again: bool = False, listen: Listener | None = None, **changes: Any
    ) -> Self:
        """Train every candidate on every fold, but for what the history holds already.

        Parameters
        ----------
        on_error
            `stop`: the first fit that fails ends the run. `keep`: it is shown as a row.
        again
            Make every fit, whatever the history holds.
        listen
            Called as `listen(model, state)` a few times a second and whenever a fit ends.
        **changes
            Keys of the cell that replace those given before.

        Returns
        -------
        Model
            Itself.

        Raises
        ------
        SpecError, DataError
            Before the first fit, for whatever cannot be meant.
        RunningError
            If it is being trained already.
        FitError
            If a model fails; what was finished is kept.
        ClusterError
            If the workers cannot be started, or are lost.
        """
        with self._claimed("fit") as task:
            carry_out = self._asked_to_fit(on_error, listen or Line(), changes, again=again)
            carry_out(task)
        return self

    def _asked_to_fit(
        self, on_error: OnError, listen: Listener, changes: Mapping[str, Any], *, again: bool
    ) -> Callable[[Task], None]:
        if isinstance(self._run, Loaded) and "data" not in changes:
            message = "a saved model does not bring the data that it was trained on.\nGive some: fit(data=...)."
            raise NotTrainedError(message)
        if changes:
            self._change(changes)
        current = Ran(Stages(self.plan), State(len(self.plan.fits)), Recorder.of(self.plan, self._name))
        current.cluster, earlier, self._run = self._cluster, self._run, current

        def carry_out(task: Task) -> None:
            current.stopping = task.stopping
            try:
                self._train(current, earlier, lambda state: listen(self, state), on_error, again=again)
                if not task.stopping.is_set():
                    self._end_with_ablation(listen, on_error, again=again)
            finally:
                if isinstance(listen, Line):
                    listen.end()

        return carry_out

    def _train(
        self,
        current: Ran,
        earlier: Ran | Loaded | None,
        tell: Callable[[State], None],
        on_error: OnError,
        *,
        again: bool,
    ) -> None:
        plan, keep_failures = current.plan, on_error == "keep"
        try:
            missing = current.begin(self.cell, again=again)
            if not missing:
                try_metrics(plan, current.state.fits)
                current.end("done")
                return
            if current.state.fits:
                tell(current.state)
            models = {current.plan.candidates[number].model for number, _, _ in missing}
            prepared, guesses = ready(plan, keep_failures=keep_failures, models=models, cluster=self._cluster)
        except BaseException as error:
            is_stopped = isinstance(error, KeyboardInterrupt)
            current.end("stopped" if is_stopped else "failed")
            # whoever interrupts the trial keeps what the history holds
            self._run = current if is_stopped and current.state.fits else earlier
            raise
        current.state.began = time.monotonic()
        current.carry_out(missing, prepared, tell, keep_failures=keep_failures, guesses=guesses)

    def _beside(self, what: Extension) -> Model:
        other = Model(cluster=self._cluster)
        other.spec, other._namespace, other.plan = what.spec, what.namespace, what.plan
        return other

    def stop(self) -> None:
        """Let a run end that another thread carries out, or that was started; what is finished is kept."""
        if self._task is not None:
            self._task.stopping.set()
        if isinstance(self._run, Ran):
            self._run.stop()
        if self._extending is not None:
            self._extending.stop()

    def _change(self, changes: Mapping[str, Any]) -> None:
        """Replace keys of the experiment and make its plan anew; if that fails, all stays as it was."""
        spec, objects = spec_of(changes)
        given = {key: value for key, value in vars(spec).items() if value is not None and key != "places"}
        changed, namespace = replace(self.spec, **given), {**self._namespace, **objects}
        plan = make_plan(changed, open_data(changed, namespace), namespace)
        self.spec, self._namespace, self.plan = changed, namespace, plan

    @property
    def trained(self) -> bool:
        """Whether there is a result: of a run, finished or stopped, or of a file."""
        return self._run is not None

    @property
    def results(self) -> Results:
        """What came out: `results.frame()` has a row a fit, `results.predictions()` a row a prediction.

        Raises
        ------
        NotTrainedError
            If nothing was trained yet.
        """
        return self._ran.results

    @property
    def _ran(self) -> Gathered:
        if self._run is None:
            message = "nothing was trained yet.\nCall fit() first."
            raise NotTrainedError(message)
        with _GATHERING:
            if self._gathered is None or self._gathered.run is not self._run:
                earlier, self._gathered = self._gathered, Gathered(self._run)
                if earlier is not None:
                    self._gathered.take_over(earlier)
            return self._gathered

    def checks(self) -> Checks:
        """Return what was checked, of the plan and of what came out: a display; see docs/checks.md."""
        return Checks(check_plan(self.plan) if self._run is None else self._ran.findings)

    def progress(self) -> ProgressState:
        """Return how far the run is, for a display of progress; it may be asked several times a second."""
        return self._ran.progress()

    @property
    def models(self) -> Models:
        """The models that have a complete candidate, by name, in the order of the plan."""
        ran = self._ran
        return Models(ran.models, lambda: ran.failed)

    def predict(self, X: Any, batch_size: int | None = None, where: Where = "local") -> Vector:  # noqa: N803 -- scikit-learn's name
        """Return the best model's predicted sentiment; see `TrainedModel.predict`."""
        return self.best().predict(X, batch_size, where)

    def evaluate(
        self,
        X: Any = None,  # noqa: N803 -- as above
        y: Any = None,
        *,
        test: bool = False,
        show_metrics: bool = True,
    ) -> Evaluation:
        """Return the best model's metrics on given data or on the locked test; see `TrainedModel.evaluate`."""
        return self.best().evaluate(X, y, test=test, show_metrics=show_metrics)

    def save(self, name: str, file: str | Path) -> Path:
        """Save one model, fitted on all segments that are not locked, with its predictions.

        Parameters
        ----------
        name
            Of the model in the leaderboard.
        file
            Where to; the ending `.mosi` is customary.

        Raises
        ------
        SpecError
            If there is no such model.
        BundleError
            If it cannot be written.
        """
        return save(self._ran.saved(self.models[name], write(self.spec)), file)

    @classmethod
    def load(cls, file: str | Path, trusted: Sequence[str] = ()) -> Self:
        """Load what `save` wrote: a `Model` with one trained model in it.

        Parameters
        ----------
        file
            The file.
        trusted
            Full names of types beyond scikit-learn's and mosi_nb's own that may be constructed.

        Raises
        ------
        BundleError
            If it is no saved model, is damaged, or holds types that are not trusted.
        """
        saved = load(file, trusted)
        model = cls.from_cell(saved.cell, {})
        model._run = Loaded(saved)  # noqa: SLF001 -- of this class
        return model

    def __repr__(self) -> str:
        """Return the leaderboard as text, or what is still to be done."""
        if self._run is not None and self._run.results.fits:
            return repr(self.leaderboard())
        if self.running:
            return f"Model, being trained: {ProgressView(self.progress()).text()}. wait() waits for it, stop() ends it."
        return f"Model, not trained yet. Its cell:\n{self.cell}"

    def mimebundle(self, *, with_library: bool = False) -> dict[str, Any]:
        """Return what a front end shows, by mime type: the leaderboard once there is one.

        Parameters
        ----------
        with_library
            As for displays.
        """
        shown = self._run is not None and self._run.results.fits
        return self.leaderboard().mimebundle(with_library=with_library) if shown else {"text/plain": repr(self)}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude
        return self.mimebundle()
