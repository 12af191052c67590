"""A row that is computed from the predictions of other rows: an ensemble, late fusion, tuned thresholds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mosi_nb.compare import cross_fitted, fitted, gather
from mosi_nb.components.ensembles import Combined
from mosi_nb.data import for_prediction
from mosi_nb.errors import FitError, NotTrainedError
from mosi_nb.model.inside import Inside
from mosi_nb.model.trained import TrainedModel, Where, check_batches
from mosi_nb.results import Fit, Metric, Results, Vector

if TYPE_CHECKING:
    from mosi_nb.data.segments import Segments
    from mosi_nb.plan import Combination

Members = Mapping[str, TrainedModel]

LEARNED = (
    "What combines its members was learned from held-out predictions: for its scores, from videos other than "
    "those judged; for new segments, from all."
)


@dataclass(frozen=True, repr=False)
class CombinedModel(TrainedModel):
    """A trained model that is made of others; `members` and `weights` take it apart.

    Attributes
    ----------
    member_scores
        Of each member, by name, the mean over folds of each metric.
    combiner
        Fitted to all held-out predictions; see `components/ensembles.py`.
    parts
        The members; none of an ensemble that was loaded.
    """

    member_scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    combiner: Any = None
    parts: Members = field(default_factory=dict)

    @property
    def known_only(self) -> bool:
        """Whether a member is known by its predictions alone: then there is no pipeline; each predicts by itself."""
        return any(member.known_only for member in self.parts.values())

    def predict(self, X: Any, batch_size: int | None = None, where: Where = "local") -> Vector:  # noqa: N803 -- as there
        """Return predicted sentiment; of members that are predictions from a file, for the segments that it knows.

        Parameters
        ----------
        X, batch_size, where
            As for `TrainedModel.predict`.

        Raises
        ------
        NotTrainedError
            If a segment is not among the predictions of a member.
        """
        if not self.known_only:
            return super().predict(X, batch_size, where)
        check_batches(batch_size, where)
        segments = for_prediction(X, self.modalities)
        ordered = sorted(self.parts, key=lambda name: not self.parts[name].known_only)  # a file refuses at once
        predicted = {name: self.parts[name].predict(segments, batch_size, where) for name in ordered}
        columns = np.column_stack([predicted[name] for name in self.parts])
        return np.asarray(self.combiner.predict(columns), dtype=np.float64)

    def refuse_unready(self) -> None:
        """Raise what `predict` would on the locked test, before that is opened and counted."""
        if not self.known_only:
            super().refuse_unready()
        for member in self.parts.values() if self.known_only else ():
            member.refuse_unready()

    @property
    def weights(self) -> pd.Series:
        """The weight of each member in the fitted ensemble, by name; NaN where it has none, as a median."""
        weights = getattr(self.combiner, "weights_", float("nan"))
        return pd.Series(weights, index=pd.Index(list(self.member_scores), name="member"), name="weight")

    @property
    def members(self) -> pd.DataFrame:
        """One row a member: its weight, and its scores as they stand in the leaderboard."""
        scores = pd.DataFrame(list(self.member_scores.values()), index=self.weights.index)
        return pd.concat([self.weights, scores], axis=1)


@dataclass
class CombinedRow:
    """The source of one combined row.

    Attributes
    ----------
    plan
        What is combined, and how.
    base
        Results of the rows that may be members, without the combined ones.
    members
        Returns the trained models that may be members.
    open_test
        As of `TrainedModel`.
    """

    plan: Combination
    base: Callable[[], Results]
    members: Callable[[], Members]
    open_test: Callable[[], tuple[Segments, str]]
    _of: Results | None = None
    _made: Results | None = None

    @property
    def results(self) -> Results:
        """The fits, computed anew when those of the members have changed."""
        base = self.base()
        if self._made is None or self._of is not base:
            self._of, self._made = base, replace(base, fits=tuple(self._fits(base)), baselines=(), known={})
        return self._made

    @property
    def folds(self) -> int:
        """Number of fits."""
        return max(len(self.results.fits), 1)

    @property
    def notes(self) -> list[str]:
        """Nothing: the row speaks for itself."""
        return []

    @property
    def metric(self) -> Metric:
        """What it is tuned for."""
        metrics = self.base().metrics
        return metrics.get(self.plan.metric) or next(iter(metrics.values()))

    def _fits(self, results: Results) -> list[Fit]:
        params = {"of": ", ".join(self.plan.members)}
        members = self.members()
        missing = [name for name in self.plan.members if name not in members]
        if missing:
            fold = results.fits[0].fold
            return [Fit(self.plan.name, 0, params, fold, None, reason=f"its member {missing[0]} has not all its fits")]
        fits = [members[name].results.fits for name in self.plan.members]
        try:
            evidence = gather(results, fits)
        except ValueError as error:
            return [Fit(self.plan.name, 0, params, fits[0][0].fold, None, reason=str(error))]
        told = {"name": self.plan.name, "candidate": 0, "params": params, "members": fits}
        return cross_fitted(evidence, self.plan.combiner, self.metric, **told)  # type: ignore[arg-type]

    def trained(self, name: str, fits: Sequence[Fit]) -> CombinedModel:
        """Return the ensemble, its weights learned from all held-out predictions."""
        members = {member: self.members()[member] for member in self.plan.members}
        results = self.results
        evidence = gather(results, [one.results.fits for one in members.values()])
        combiner = fitted(self.plan.combiner, evidence, self.metric)
        first = next(iter(members.values()))
        modalities = dict.fromkeys(m for one in members.values() for m in one.modalities)
        learned = LEARNED if getattr(self.plan.combiner, "learns", True) else ""
        return CombinedModel(
            name,
            replace(results, fits=tuple(fits)),
            tuple(modalities),
            first.scale,
            f"{first.note} {learned}".strip(),
            partial(_pipeline, name, members, combiner),
            self.open_test,
            first.workers,
            first.segments,
            Inside(took=first.inside.took),
            member_scores={member: one.scores for member, one in members.items()},
            combiner=combiner,
            parts=members,
        )


def _pipeline(name: str, members: Members, combiner: Any) -> Combined:
    """Fit what combines the members' own pipelines."""
    parts = []
    for member, model in members.items():
        try:
            parts.append((member, model.pipeline))
        except (NotTrainedError, FitError) as error:
            message = f"{name} has no pipeline, since its member {member} has none: {error}"
            raise NotTrainedError(message) from None
    return Combined(parts, combiner)
