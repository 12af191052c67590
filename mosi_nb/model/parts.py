"""What a row of the leaderboard is made of: candidates that can be fitted again, and what combines them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mosi_nb.compare.combine import HeldOut, combined, cross_learned, gather
from mosi_nb.errors import NotTrainedError, SpecError
from mosi_nb.model.brought_row import BroughtRow
from mosi_nb.model.extended import OneOf
from mosi_nb.model.ran import Ran
from mosi_nb.results import Fit, Metric, Results, Vector

if TYPE_CHECKING:
    from mosi_nb.model.gathered import Gathered
    from mosi_nb.plan import Candidate


@dataclass(frozen=True)
class Part:
    """A model that was trained here.

    Attributes
    ----------
    name
        In the leaderboard.
    run
        That trained it.
    candidate
        Its best one.
    fits
        Of the candidate, in the order of the folds.
    """

    name: str
    run: Ran
    candidate: Candidate
    fits: tuple[Fit, ...]


@dataclass(frozen=True)
class Made:
    """A row of the leaderboard, taken apart.

    Attributes
    ----------
    name
        In the leaderboard.
    parts
        The model itself, or the members of an ensemble.
    combiner
        Of an ensemble, unfitted; None for a model.
    metric
        What the ensemble is tuned for.
    """

    name: str
    parts: tuple[Part, ...]
    combiner: Any
    metric: Metric

    @property
    def modalities(self) -> tuple[str, ...]:
        """Those that it looks at."""
        return tuple(dict.fromkeys(m for part in self.parts for m in part.candidate.modalities))

    @property
    def known(self) -> tuple[str, ...]:
        """Those of the experiment, whether it looks at them or not."""
        uses = (use.name for part in self.parts for use in part.run.plan.spec.modalities or ())
        return tuple(dict.fromkeys(uses))

    def by_run(self) -> list[tuple[Ran, list[Part]]]:
        """Return the parts by the run that trained them."""
        held: dict[int, tuple[Ran, list[Part]]] = {}
        for part in self.parts:
            held.setdefault(id(part.run), (part.run, []))[1].append(part)
        return list(held.values())

    def together(self, results: Results, changed: Mapping[str, Sequence[Fit]]) -> tuple[Fit, ...]:
        """Return the fits of the row, given other predictions of its parts.

        The weights of an ensemble are those that its members' own held-out predictions of other videos teach.

        Parameters
        ----------
        results
            Whose segments the fits speak of.
        changed
            By part, other predictions of the same held-out segments, in the order of the folds.
        """
        if self.combiner is None:
            return tuple(changed[self.parts[0].name])
        evidence = self._evidence(results)
        new = gather(results, [changed[part.name] for part in self.parts])
        learned = [cross_learned(self.combiner, one, _others(evidence, one), self.metric) for one in evidence]
        return tuple(
            _fit(self.name, one.of, combined(how, after.predicted))
            for one, after, how in zip(evidence, new, learned, strict=True)
        )

    def _evidence(self, results: Results) -> list[HeldOut]:
        return gather(results, [part.fits for part in self.parts])


def made_of(gathered: Gathered, name: str, metric: Metric) -> Made:
    """Take a row of the leaderboard apart.

    Parameters
    ----------
    gathered
        All rows.
    name
        Of a model, an ensemble or late fusion.
    metric
        What an ensemble is tuned for, where it names none itself.

    Raises
    ------
    SpecError
        If there is no such row.
    NotTrainedError
        If it cannot be fitted again: it was brought, or has not all its fits.
    """
    run = run_of(gathered)
    if name in gathered.combined:
        plan = gathered.combined[name].plan
        tuned_for = run.results.metrics.get(plan.metric, gathered.combined[name].metric)
        parts = tuple(_part(gathered, member) for member in plan.members)
        return Made(name, parts, plan.combiner, tuned_for)
    return Made(name, (_part(gathered, name),), None, metric)


def run_of(gathered: Gathered) -> Ran:
    """Return the run of an experiment, finished.

    Raises
    ------
    NotTrainedError
        If the model came from a file, or its run is still under way.
    """
    if not isinstance(gathered.run, Ran):
        message = "a saved model does not bring the data that it was trained on.\nTrain a Model, and ask that."
        raise NotTrainedError(message)
    if not gathered.over:
        message = "the run is still under way.\nWait for its end, or call stop()."
        raise NotTrainedError(message)
    return gathered.run


def _part(gathered: Gathered, name: str) -> Part:
    source = gathered.added.get(name, run_of(gathered))
    if isinstance(source, BroughtRow):
        message = f"{name} was made elsewhere, and cannot be fitted in the folds of this experiment."
        raise NotTrainedError(f"{message}\nPut the model itself, unfitted, into models=.")
    members = gathered.members
    if name not in members:
        raise SpecError.unknown(None, "name", "trained model", name, [*members, *gathered.combined])
    run = source.run if isinstance(source, OneOf) else run_of(gathered)
    fits = sorted(members[name].results.fits, key=lambda fit: (fit.fold.repeat, fit.fold.number))
    return Part(name, run, run.plan.candidates[fits[0].candidate], tuple(fits))


def _others(evidence: Sequence[HeldOut], one: HeldOut) -> list[HeldOut]:
    return [other for other in evidence if other is not one and other.of.fold.repeat == one.of.fold.repeat]


def _fit(name: str, of: Fit, predicted: Vector) -> Fit:
    return Fit(name, 0, of.params, of.fold, np.asarray(predicted))
