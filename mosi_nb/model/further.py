"""What can be done with a trained experiment without fitting its models again, and how it is extended."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from mosi_nb.cell import parse_value
from mosi_nb.errors import SpecError
from mosi_nb.model.combined import CombinedModel
from mosi_nb.plan import Combination, combiner_of, members_of, thresholds_of
from mosi_nb.spec import Spec, Use, Value

if TYPE_CHECKING:
    from mosi_nb.model.gathered import Gathered
    from mosi_nb.model.source import Source
    from mosi_nb.model.trained import TrainedModel


class Further:
    """The part of `Model` that adds rows to a leaderboard which is there."""

    spec: Spec
    _namespace: Mapping[str, Any]

    @property
    @abstractmethod
    def _ran(self) -> Gathered:
        """The rows that are there."""

    def ensemble(
        self, how: Any = "mean", members: Sequence[str] | str | None = None, name: str | None = None
    ) -> CombinedModel:
        """Combine the held-out predictions of models that were trained, and add the ensemble to the leaderboard.

        Nothing is fitted again. Weights are learned from held-out predictions: for its score, from videos
        other than those that it is judged on; for what it predicts later, from all.

        Parameters
        ----------
        how
            As the key `ensemble` of a cell: `mean`, `median`, `weighted`, `greedy`, `stack(ridge)`; or an
            estimator over a matrix of predictions.
        members
            Names in the leaderboard; left out, all models that were asked for, but no baselines.
        name
            Of the new row; left out, that of the ensemble.

        Raises
        ------
        SpecError
            For an unknown ensemble or member, an ensemble of one, and a name that is taken.

        Examples
        --------
        >>> from mosi_nb import Model, sample
        >>> model = Model(sample(videos=8), models="ridge, svr", folds="by_video(3)").fit()  # doctest: +SKIP
        >>> model.ensemble("weighted").weights  # doctest: +SKIP
        """
        use, namespace = _use_and_namespace(how, self._namespace)
        if members is not None:
            names: list[Value] = [members] if isinstance(members, str) else list(members)
            self._refuse_no_members(names)
            use = replace(use, parameters={**use.parameters, "members": names}, called=True)
        known = self._ran.members
        usual = [one for one in known if one not in self._ran.base.baselines and one not in self._ran.unranked]
        combiner = combiner_of(use, namespace, self.spec.seed or 0)
        return self._combine(Combination(name or use.name, members_of(use, usual, list(known)), combiner))

    def _refuse_no_members(self, names: Sequence[object]) -> None:
        """Say why a row of the leaderboard cannot be a member; a name that is not there is told elsewhere."""
        ran = self._ran
        for name in names:
            if name in ran.combined:
                reason, advice = (
                    "is computed from others itself",
                    f"Name its members: {', '.join(ran.combined[name].plan.members)}.",
                )
            elif name in ran.members or (name not in ran.results.models and name not in ran.added):
                continue
            else:
                reason, advice = "has no predictions for every fold", "An ensemble is judged on all of them."
            raise SpecError.at(None, "ensemble", f"'{name}' {reason} and cannot be a member.", advice=advice)

    def tune(self, name: str, metric: str) -> CombinedModel:
        """Tune the thresholds between classes of a model for a metric, on its held-out predictions.

        The new row `<name>_<metric>` predicts the same order of segments, moved so that the metric's own
        thresholds are the best ones. Its score comes from thresholds that never saw the videos judged.

        Parameters
        ----------
        name
            Of a model in the leaderboard.
        metric
            One with classes, such as `acc7` or `f1_nonzero`.

        Raises
        ------
        SpecError
            If there is no such model, the metric knows no classes, or the row is there already.
        """
        known = self._ran.members
        if name not in known:
            raise SpecError.unknown(None, "tune", "trained model", name, known)
        return self._combine(thresholds_of(_one_use(metric, "thresholds"), name))

    def remove(self, name: str) -> Self:
        """Take a row away that `ensemble`, `tune`, `add`, `add_predictions` or `extend` added.

        Raises
        ------
        SpecError
            If there is no such row, or another one is computed from it.
        """
        self._ran.remove(name)
        return self

    def _combine(self, combination: Combination) -> CombinedModel:
        self._refuse_taken(combination.name)
        self._ran.combine(combination)
        row = self._ran.combined[combination.name]
        fits = row.results.fits
        failed = [fit for fit in fits if fit.predicted is None]
        if failed:
            self._ran.remove(combination.name)
            raise SpecError.at(None, "ensemble", f"'{combination.name}' cannot be computed: {failed[0].reason}.")
        return row.trained(combination.name, fits)

    def _add(self, name: str, source: Source) -> TrainedModel:
        """Add a source of one row."""
        self._refuse_taken(name)
        self._ran.added[name] = source
        return source.trained(name, source.results.fits)

    def _refuse_taken(self, name: object) -> None:
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            sentence = f"a name in the leaderboard is a text of one line, found {name!r:.60}."
            raise SpecError.at(None, "name", sentence, advice='For example: "their_net".')
        if name in self._ran.results.models or name in self._ran.added:
            sentence = f"'{name}' is on the leaderboard already."
            raise SpecError.at(None, "name", sentence, advice=f"Give another name, or call remove('{name}') first.")


def _use_and_namespace(how: Any, namespace: Mapping[str, Any]) -> tuple[Use, Mapping[str, Any]]:
    """Return the use of an ensemble, and the variables that it may name; an estimator gets a name of its class."""
    if isinstance(how, str):
        return _one_use(how), namespace
    name = f"{(how if isinstance(how, type) else type(how)).__name__}_of_yours"
    return Use(name), {**namespace, name: how}


def _one_use(text: str, key: str = "ensemble") -> Use:
    uses: tuple[Use, ...] = parse_value(key, text)
    if len(uses) != 1:
        raise SpecError.at(None, key, f"one is wanted here, found {len(uses)}: {text!r}.")
    return uses[0]
