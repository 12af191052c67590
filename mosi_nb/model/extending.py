"""An experiment that is extended: further models on the same folds, by another run."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from mosi_nb.errors import NotTrainedError
from mosi_nb.model.extended import Extension, extension
from mosi_nb.model.loaded import Loaded
from mosi_nb.model.ran import Ran
from mosi_nb.run import State

if TYPE_CHECKING:
    from mosi_nb.model.gathered import Gathered
    from mosi_nb.results import Results

Listener: TypeAlias = Callable[[Any, State], None]
OnError: TypeAlias = Literal["stop", "keep"]


class Extending:
    """The part of `Model` that trains further models beside those that are there."""

    _cluster: Any
    _namespace: Mapping[str, Any]
    _run: Ran | Loaded | None
    _extending: Any = None

    @property
    @abstractmethod
    def _ran(self) -> Gathered:
        """The rows that are there."""

    @property
    @abstractmethod
    def results(self) -> Results:
        """What came out so far."""

    @abstractmethod
    def _refuse_running(self, where: str) -> None:
        """Refuse what would disturb a training."""

    @abstractmethod
    def _beside(self, what: Extension) -> Any:
        """Return a `Model` of what is to be trained in addition."""

    def extend(
        self,
        type: str,  # noqa: A002 -- the name that was asked for
        data: Any = None,
        models: Any = None,
        *,
        on_error: OnError = "stop",
        listen: Listener | None = None,
        **changes: Any,
    ) -> Self:
        """Train models of another task on the same folds, and show them beside those that are there.

        Every model stands on the sentiment scale, so all metrics hold for both tasks. The locked rows
        stay locked, and no baseline is trained again.

        Parameters
        ----------
        type
            `regression` or `classification`.
        data
            Other data of the same segments, such as one with a further modality; the same data if left out.
        models
            As for `Model`; left out, the counterparts of the models of this experiment: of `ridge`,
            `logistic`; of `forest`, `forest(classes=7)`.
        on_error, listen
            As for `fit`.
        **changes
            Other keys of a cell, such as `search="random(20)"`.

        Returns
        -------
        Model
            Itself.

        Raises
        ------
        SpecError
            If a model is of another task.
        DataError
            If the data are of other segments, or their sentiment is another.
        RunningError
            If it is being trained at this moment.
        FitError
            If a model fails; those that were finished are kept.
        """
        self._refuse_running("extend")
        if not isinstance(self._run, Ran):
            self._ran  # noqa: B018 -- raises where nothing was trained
            message = "a saved model does not bring the data that it was trained on.\nTrain a Model, and extend that."
            raise NotTrainedError(message)
        taken = [*self.results.models, *self._ran.added, *self._ran.combined]
        given = {"data": data, "models": models, **changes}
        what = extension(self._run.plan, self._namespace, type, given, taken)
        other = self._extending = self._beside(what)
        try:
            other.fit(on_error=on_error, listen=listen)
        finally:
            self._extending = None
            if isinstance(other._run, Ran):  # noqa: SLF001 -- of the same class
                self._ran.extend(other._run)  # noqa: SLF001
        return self
