"""A run in this process, finished or not."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from sklearn.pipeline import Pipeline

from mosi_nb.compare import Evidence, Row, check_run, dropped_note, leaderboard, undefined
from mosi_nb.compare.claims import listed
from mosi_nb.data.checks import Finding, silenced_codes
from mosi_nb.data.segments import Segments
from mosi_nb.displays import ProgressState
from mosi_nb.displays.progress import STOPPING
from mosi_nb.errors import NotTrainedError
from mosi_nb.model.combined import CombinedModel
from mosi_nb.model.inside import inside_of
from mosi_nb.model.recorder import Recorder
from mosi_nb.model.stages import Stages
from mosi_nb.model.trained import TrainedModel
from mosi_nb.plan import Plan, check_plan
from mosi_nb.results import Fit, Results
from mosi_nb.run import Event, Finished, Key, Left, Prepared, State, failure, quiet, reached, run, trained
from mosi_nb.spec import seconds_of
from mosi_nb.storage import Saved

# How often each locked test was opened in this process, by a hash of its segments: looking at it in one
# experiment spoils it for the next one, and for the same cell run again.
STOPPED, UNFITTED = "stopped", "it was not fitted"
"""Why a fit of a further run is missing."""

_openings: Counter[str] = Counter()


@dataclass
class Ran:
    """A run in this process: a plan and how far it is.

    Attributes
    ----------
    stages
        What is to be fitted, stage by stage.
    state
        What was fitted.
    recorder
        Keeps finished fits in the history.
    fitted
        Pipelines fitted on all segments that are not locked, by candidate.
    cluster
        Where it is trained, as for `Model`.
    tested
        Scores on the locked test, by model, of those that were asked for.
    """

    stages: Stages
    state: State
    recorder: Recorder | None = None
    fitted: dict[int, Pipeline] = field(default_factory=dict)
    cluster_notes: tuple[str, ...] = ()
    tested: dict[str, Mapping[str, float]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event, repr=False)
    cluster: object = None
    _results: Results | None = field(default=None, repr=False)
    _known: dict[Any, Any] = field(default_factory=dict, repr=False)
    _found: tuple[tuple[Results, int, tuple[str, ...], int], list[Finding]] | None = field(default=None, repr=False)

    @property
    def plan(self) -> Plan:
        """What was to be fitted; it grows where the search asks for more candidates."""
        return self.stages.plan

    @property
    def results(self) -> Results:
        """What came out so far, in the order of the plan; the same object until the next fit ends."""
        known = self._results  # another thread may ask too, while a stage ends
        if known is None or len(known.fits) != len(self.state.fits):
            known = self._results = self._gathered()
        return known

    def _gathered(self) -> Results:
        plan, segments = self.plan, self.plan.segments
        ordered = sorted(self.state.fits, key=lambda fit: (fit.candidate, fit.fold.repeat, fit.fold.number))
        return Results(
            tuple(ordered),
            segments.segment_ids,
            segments.video_ids,
            segments.sentiment,
            plan.metrics,
            plan.baselines,
            expected=self.state.total,
            fingerprint=plan.fingerprint,
            dropped=tuple(self.stages.dropped),
            known=self._known,
            fixed=plan.fixed,
        )

    @property
    def folds(self) -> int:
        """Number of fits of each candidate."""
        return len(self.plan.folds)

    @property
    def stopped(self) -> bool:
        """Whether the run ended before its plan did."""
        return len(self.state.fits) < self.state.total and self.state.over

    @property
    def stopped_note(self) -> str:
        """How far the run came, and which models it never began."""
        state, begun = self.state, {fit.model for fit in self.state.fits}
        told = [f"Stopped after {len(state.fits):,} of {state.total:,} fits.", state.ended_by]
        waiting = [name for name in self.plan.models() if name not in begun]
        missing = self.stages.missing(state.fits)
        told += [f"Missing: {listed(missing, 8)}."] if missing else []
        return " ".join(filter(None, [*told, f"Not begun: {listed(waiting, 8)}." if waiting else ""]))

    @property
    def notes(self) -> list[str]:
        """What stands under the leaderboard of this run alone."""
        return self.notes_of(self.results)

    def notes_of(self, results: Results, aside: Collection[str] = ()) -> list[str]:
        """Return what stands under the leaderboard of this run and of what was added to it."""
        plan, state = self.plan, self.state
        stopped = self.stopped_note if self.stopped else ""
        kept = f"{state.resumed:,} of {state.total:,} fits come from the history; fit(again=True) makes them anew."
        resumed = kept if state.resumed else ""
        so_far = f"{len(state.fits):,} of {state.total:,} fits have ended; the run goes on." if not state.over else ""
        history = self.recorder.notes if self.recorder else []
        history = [*history, *self.cluster_notes]
        opening = " Open them with evaluate(test=True)." if len(plan.locked.test) else ""
        opened = self._opened() if _openings[self._test_hash] else ""
        warned = len([fit for fit in state.fits if fit.warnings])
        fits = "1 fit gave warnings" if warned == 1 else f"{warned:,} fits gave warnings"
        warnings = f"{fits}: results.frame() lists them." if warned else ""
        lost = undefined(results)
        searched = [stopped, *self._searched(), resumed]
        told = (so_far, *searched, *history, plan.locked.sentence + opening, opened, warnings)
        told = (*told, *lost, self._checked(results, aside), *plan.segments.notes)
        return [note for note in told if note]

    def _searched(self) -> list[str]:
        """Say what the search dropped, or that it could not."""
        use = self.plan.spec.search
        name = use.name if use else ""
        if self.stages.race is not None and len(self.plan.folds) == 1:
            return [f"{name} dropped nothing: there is one fold, so nothing was to be saved."]
        note = dropped_note(self.results, name)
        return [note] if note else []

    @cached_property
    def _before(self) -> list[Finding]:
        return check_plan(self.plan)

    def findings_of(self, results: Results, aside: Collection[str] = (), subsets: Sequence[Row] = ()) -> list[Finding]:
        """Return the checks of the plan, and those of what came out so far, with what was added to it."""
        openings = _openings[self._test_hash]
        of, known = self._found or (None, [])
        if of is None or of[0] is not results or of[1:] != (openings, tuple(aside), len(subsets)):
            evidence = Evidence(results, self.folds, openings, aside, self.plan.spaces, subsets)
            known = [*self._before, *check_run(evidence, silenced_codes(self.plan.spec.silence))]
            self._found = (results, openings, tuple(aside), len(subsets)), known
        return list(known)

    def _checked(self, results: Results, aside: Collection[str]) -> str:
        """Name the checks that a number may mislead for; those that are good to know are left to `checks()`."""
        fired = [f.check for f in self.findings_of(results, aside) if f.status == "fired"]
        found = [check for check in fired if check.severity != "info"]
        told = ", ".join(f"{check.code} {check.title}" for check in found)
        return f"Checks that fired: {told}. See checks()." if told else ""

    def begin(self, cell: str, *, again: bool) -> list[Key]:
        """Begin the run, and return the fits to make first; none where the history holds all.

        Parameters
        ----------
        cell
            The experiment as cell text.
        again
            Whether to make every fit, whatever the history holds.
        """
        self.state.total = self.stages.total
        if self.recorder:
            self.recorder.begin(cell, self.state.total, again=again)
        return self._next()

    def _next(self) -> list[Key]:
        """Return what is to be fitted next, past all stages whose fits the history holds."""
        while wanted := self.stages.wanted():
            found = self.recorder.recall(self.plan, wanted) if self.recorder else []
            self.state.fits += found
            there = {(fit.candidate, fit.fold.repeat, fit.fold.number) for fit in found}
            if missing := [key for key in wanted if key not in there]:
                return missing
            self._end_stage()
        return []

    def _end_stage(self) -> None:
        self.stages.end(self.results)
        self.state.total = self.stages.total
        self._results = None  # which says what was dropped

    def carry_out(
        self,
        missing: Sequence[Key],
        prepared: Prepared,
        tell: Callable[[State], None],
        *,
        keep_failures: bool,
        guesses: Mapping[str, float] | None = None,
    ) -> None:
        """Carry the plan out, and keep what is finished whatever happens.

        Parameters
        ----------
        missing
            The fits to make first.
        prepared
            The cluster; it is released at the end.
        tell
            Called with the state whenever something has happened.
        keep_failures
            Whether to go on when a fit fails.
        guesses
            As for `run`.

        Raises
        ------
        FitError
            If a fit fails, unless failures are kept.
        ClusterError
            If the workers are lost.
        """
        status = "failed"
        self.cluster_notes = prepared.notes
        try:
            while missing:
                # Closed at once, whatever ends the loop: a traceback that somebody keeps would keep it running.
                states = self.recorder.states if self.recorder else None
                with closing(run(self.plan, prepared.client, wanted=missing, guesses=guesses, states=states)) as events:
                    self._follow(events, tell, refuse=not keep_failures)
                if self.state.ended_by:
                    break
                self._end_stage()
                missing, guesses = self._next(), {**(guesses or {}), **self.state.seconds}
            status = "stopped" if len(self.state.fits) < self.state.total else "done"
        except KeyboardInterrupt:
            status = "stopped"
            raise
        finally:
            prepared.release()
            self.end(status)

    def _follow(self, events: Iterable[Event], tell: Callable[[State], None], *, refuse: bool) -> None:
        """Take in what happens in a stage, until it ends or the run is to end."""
        for event in events:
            self.state.take(event)
            if isinstance(event, Finished):
                self._keep(event.fits, refuse=refuse)
            elif isinstance(event, Left) and self.recorder:
                self.recorder.take_states()
            tell(self.state)
            if self._is_to_end():
                return

    def end(self, status: str) -> None:
        """Take note that the run is over, and how it ended: `done`, `stopped` or `failed`."""
        self.state.end()
        failed = f", {self.state.failed:,} failed" if status == "done" and self.state.failed else ""
        if self.recorder:
            self.recorder.end(status + failed)

    def stop(self) -> None:
        """Let the run end; what is finished is kept. Any thread may ask for it."""
        self.stopping.set()

    def _is_to_end(self) -> bool:
        """Tell whether the run is to end before its plan does, and say why."""
        budget = self.plan.spec.budget
        if self.stopping.is_set():
            self.state.ended_by = "It was asked to stop."
        elif budget and self.state.elapsed > seconds_of(budget) and len(self.state.fits) < self.state.total:
            self.state.ended_by = f"Its budget, {budget}, was used up."
        return bool(self.state.ended_by)

    def _keep(self, fits: Sequence[Fit], *, refuse: bool) -> None:
        if self.recorder:
            self.recorder.take(fits)
        if refuse:
            self._refuse_failures(fits)

    def _refuse_failures(self, fits: Sequence[Fit]) -> None:
        for fit in fits:
            if fit.status == "failed":
                raise failure(fit, self.plan.candidates[fit.candidate], str(fit.fold))

    def progress(self) -> ProgressState:
        """Return how far it is, with the leaderboard so far."""
        state, metrics = self.state, self.plan.metrics
        return ProgressState(
            total=state.total,
            done=len(state.fits),
            failed=state.failed,
            running=state.running,
            elapsed=state.age,
            remaining=state.remaining,
            workers=state.workers,
            leaderboard=leaderboard(self.results, self.folds, intervals=False) if state.fits else None,
            directions={name: metric.larger_is_better for name, metric in metrics.items()},
            models=len(self.plan.models()),
            note=STOPPING if self.stopping.is_set() and not state.over else state.note,
        )

    def trained(self, name: str, fits: Sequence[Fit]) -> TrainedModel:
        """Return a model, given all fits of its best candidate."""
        plan, candidate = self.plan, self.plan.candidates[fits[0].candidate]
        return TrainedModel(
            name,
            replace(self.results, fits=tuple(fits)),
            candidate.modalities,
            plan.segments.scale,
            plan.locked.trained_on,
            lambda: self._fit_whole(candidate.number),
            self.open_test,
            self.workers,
            lambda: plan.segments,
            inside_of(self, candidate),
        )

    @property
    def segments(self) -> Segments:
        """All rows of the data."""
        return self.plan.segments

    def workers(self, pipelines: Sequence[Any]) -> Prepared:
        """Return the cluster that it was trained on, able to read these pipelines."""
        return reached(pipelines, self.cluster, self.plan.spec.jobs or -1)

    def saved(self, model: TrainedModel, cell: str) -> Saved:
        """Return what a file of a model holds."""
        return Saved(
            model=model.name,
            cell=cell,
            pipeline=model.pipeline,
            modalities=model.modalities,
            scale=model.scale,
            fits=model.results.fits,
            segment_ids=model.results.segment_ids,
            video_ids=model.results.video_ids,
            sentiment=model.results.sentiment,
            metrics=tuple(model.results.metrics),
            fingerprint=model.results.fingerprint,
            notes=(model.note,),
            baseline=model.name in self.plan.baselines,
            members=model.member_scores if isinstance(model, CombinedModel) else {},
        )

    def _fit_whole(self, number: int) -> Pipeline:
        if number not in self.fitted:
            with quiet():
                self.fitted[number] = trained(
                    self.plan.pooled, self.plan.candidates[number].pipeline, self.plan.locked.train
                )
        return self.fitted[number]

    def open_test(self) -> tuple[Segments, str]:
        """Return the locked segments and a sentence that says how often they were opened, which is counted.

        Raises
        ------
        NotTrainedError
            If nothing is locked away.
        """
        if not len(self.plan.locked.test):
            message = "nothing is locked away (test = none).\nGive data: evaluate(X, y)."
            raise NotTrainedError(message)
        _openings[self._test_hash] += 1
        return self.plan.segments.take(self.plan.locked.test), self._opened()

    @cached_property
    def _test_hash(self) -> str:
        locked = self.plan.segments.segment_ids[self.plan.locked.test]
        return sha256("\n".join(sorted(locked.tolist())).encode()).hexdigest()

    def _opened(self) -> str:
        times = {1: "once", 2: "twice"}.get(_openings[self._test_hash], f"{_openings[self._test_hash]} times")
        return f"The locked test was opened {times}."
