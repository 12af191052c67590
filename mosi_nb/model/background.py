"""A model that is trained in a thread of its own, while whoever started it goes on."""

from __future__ import annotations

import contextvars
import threading
import time
import traceback
import weakref
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, cast

from mosi_nb.errors import NotTrainedError, RunningError
from mosi_nb.model.line import Line
from mosi_nb.run import State

if TYPE_CHECKING:
    from pathlib import Path

    from mosi_nb.model.gathered import Gathered
    from mosi_nb.model.loaded import Loaded
    from mosi_nb.model.model import Model
    from mosi_nb.model.ran import Ran

Listener: TypeAlias = Callable[["Model", State], None]
OnError: TypeAlias = Literal["stop", "keep"]

_CLAIMING = threading.Lock()
_CLAIMED: weakref.WeakSet[Background] = weakref.WeakSet()
"""Models whose training was begun in this process."""


@dataclass
class Task:
    """One training, under way or over.

    Attributes
    ----------
    thread
        That carries it out.
    stopping
        Set when it is to end.
    over
        Set when it has ended.
    error
        That ended it, if it was started and not waited for.
    began
        When it was asked for.
    """

    thread: threading.Thread = field(default_factory=threading.current_thread)
    stopping: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None
    began: float = field(default_factory=time.monotonic)


class Background:
    """The part of `Model` that trains in a thread, and sees to it that a model is trained once at a time."""

    _name: str | None
    _run: Ran | Loaded | None
    _gathered: Gathered | None
    _task: Task | None = None

    @abstractmethod
    def _asked_to_fit(
        self, on_error: OnError, listen: Listener, changes: Mapping[str, Any], *, again: bool
    ) -> Callable[[Task], None]:
        """Return what carries out a training; what needs none to be refused is refused at once."""

    def start(
        self,
        *,
        on_error: OnError = "stop",
        again: bool = False,
        listen: Listener | None = None,
        last: Callable[[BaseException | None], None] | None = None,
        **changes: Any,
    ) -> Self:
        """Train as `fit` does, in a thread, and return at once.

        Results, leaderboard and progress may be asked for meanwhile: they tell what has ended so far.

        Parameters
        ----------
        on_error, again, **changes
            As for `fit`.
        listen
            As for `fit`; it is called in that thread, with the context variables of whoever called `start`.
        last
            Called in that thread when nothing more is trained, with the error that ended the run or None, before
            `wait` returns.

        Returns
        -------
        Model
            Itself.

        Raises
        ------
        SpecError, DataError
            At once, for whatever cannot be meant; what comes later is raised by `wait`.
        RunningError
            If it is being trained already.

        Examples
        --------
        >>> from mosi_nb import Model, sample
        >>> model = Model(sample(videos=8), models="ridge, svr").start()  # doctest: +SKIP
        >>> model.wait().best()  # doctest: +SKIP
        """
        task = self._claim("start")
        try:
            carry_out = self._asked_to_fit(on_error, listen or Line(), changes, again=again)
        except BaseException:
            task.over.set()
            raise
        context = contextvars.copy_context()
        # A daemon: whoever leaves Python does not wait for it, and what is finished is in the history.
        task.thread = threading.Thread(
            target=context.run, args=(_train, carry_out, task, last), name="mosi_nb training", daemon=True
        )
        task.thread.start()
        return self

    @property
    def running(self) -> bool:
        """Whether it is being trained at this moment."""
        return self._task is not None and not self._task.over.is_set()

    def wait(self, timeout: float | None = None) -> Self:
        """Wait until what `start` began has ended.

        An interrupt ends the waiting, and not the run: `stop` ends that.

        Parameters
        ----------
        timeout
            Seconds after which to wait no longer, whether it has ended or not; see `running`.

        Returns
        -------
        Model
            Itself.

        Raises
        ------
        NotTrainedError
            If nothing was ever started.
        RunningError
            If its own listener calls it, which would wait for ever.
        FitError, ClusterError
            The error that ended the run.
        """
        task = self._task
        if task is None or (task.over.is_set() and task.error is None):
            if self._run is None:
                message = "nothing was started that could be waited for."
                raise NotTrainedError(f"{message}\nCall start() first, or fit(), which waits itself.")
            return self
        if self.running and task.thread is threading.current_thread():
            message = "wait: the run's own listener cannot wait for its end.\nCall stop() there to end it."
            raise RunningError(message)
        task.over.wait(timeout)
        if task.over.is_set() and task.error is not None:
            raise task.error
        return self

    @property
    def name(self) -> str | None:
        """Under which the history lists its runs."""
        return self._name

    @property
    def listed_as(self) -> list[tuple[Path, int]]:
        """The files and numbers under which a history lists its run, and one beside it that goes on."""
        runs = [self._run, getattr(self._gathered, "under_way", None)]
        recorders = [getattr(run, "recorder", None) for run in runs]
        return [one for one in (recorder.listed_as for recorder in recorders if recorder is not None) if one]

    def _claim(self, where: str) -> Task:
        """Return a training that has begun; there is one at a time."""
        with _CLAIMING:
            self._refuse_running(where)
            self._task = Task()
            _CLAIMED.add(self)
            return self._task

    @contextmanager
    def _claimed(self, where: str) -> Iterator[Task]:
        task = self._claim(where)
        try:
            yield task
        finally:
            task.over.set()

    @property
    def _is_stopping(self) -> bool:
        return self.running and self._task is not None and self._task.stopping.is_set()

    def _refuse_running(self, where: str) -> None:
        """Refuse what would disturb a training.

        Raises
        ------
        RunningError
            With what to do.
        """
        if self.running:
            raise RunningError.of(where)


def being_trained() -> list[Model]:
    """Return the models that are being trained in this process, the one that was begun last first."""
    with _CLAIMING:
        running = [model for model in _CLAIMED if model.running]
    return cast("list[Model]", sorted(running, key=_began, reverse=True))


def _began(model: Background) -> float:
    return 0.0 if model._task is None else model._task.began  # noqa: SLF001 -- of this module


def _train(carry_out: Callable[[Task], None], task: Task, last: Callable[[BaseException | None], None] | None) -> None:
    try:
        carry_out(task)
    except BaseException as error:  # noqa: BLE001 -- told to the thread that waits
        # Its frames would keep data and workers as long as the model is there.
        traceback.clear_frames(error.__traceback__)
        task.error = error
    try:
        if last is not None:
            last(task.error)
    except BaseException as error:  # noqa: BLE001 -- as above
        task.error = task.error or error
    finally:
        task.over.set()
