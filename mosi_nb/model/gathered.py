"""A run, what was added to it and what is combined of it, as the rows of one leaderboard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from mosi_nb.compare import Row, rows
from mosi_nb.errors import SpecError
from mosi_nb.model.brought_row import SEEN, TEST_ONLY, BroughtRow
from mosi_nb.model.combined import CombinedRow
from mosi_nb.model.extended import OneOf
from mosi_nb.model.ran import Ran

if TYPE_CHECKING:
    from mosi_nb.data.checks import Finding
    from mosi_nb.displays import ProgressState
    from mosi_nb.model.loaded import Loaded
    from mosi_nb.model.source import Source
    from mosi_nb.model.trained import TrainedModel
    from mosi_nb.plan import Combination
    from mosi_nb.results import Results
    from mosi_nb.storage import Saved

STRIDE = 1_000_000
"""Candidates of each further source are numbered from a multiple of this: no plan has as many."""


@dataclass
class Gathered:
    """All rows of a leaderboard.

    Attributes
    ----------
    run
        What was trained, or what a file brought: its segments, metrics and folds are those of all rows.
    added
        Further sources, by the name under which they can be removed.
    combined
        What is computed from the predictions of the others.
    kept
        What was fitted beside the rows, by what it is for: an ablation, a probe, a learning curve.
    under_way
        A run beside that of the rows, as long as it goes on.
    """

    run: Ran | Loaded
    added: dict[str, Source] = field(default_factory=dict)
    combined: dict[str, CombinedRow] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    kept: dict[Any, Any] = field(default_factory=dict, repr=False)
    under_way: Ran | None = field(default=None, repr=False)
    _serials: Iterator[int] = field(default_factory=lambda: count(1), repr=False)
    _numbered: dict[str, tuple[Results, Results]] = field(default_factory=dict, repr=False)
    _merged: dict[str, tuple[tuple[Results, ...], Results]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Take up what the plan combines."""
        for one in self.run.plan.combinations if isinstance(self.run, Ran) else ():
            self.combine(one)

    def combine(self, combination: Combination) -> None:
        """Add a row that is computed from those that are there."""
        open_test = self.run.open_test
        self.combined[combination.name] = CombinedRow(combination, lambda: self.base, lambda: self.members, open_test)

    def extend(self, run: Ran) -> None:
        """Add the models of a further run over the same folds that have all their fits, and what it combines."""
        for row in rows(run.results, run.folds):
            if row.complete:
                self.added[row.model] = OneOf(run, row.model)
        for one in run.plan.combinations:
            if set(one.members) <= set(self.added):
                self.combine(one)

    def take_over(self, earlier: Gathered) -> None:
        """Take up what was added to an earlier run, as far as it speaks of the same segments and folds."""
        same = earlier.run.results.fingerprint == self.run.results.fingerprint
        mine = set(self.combined)
        if same:
            self.added |= {name: one for name, one in earlier.added.items() if name not in self.run.results.models}
            for name, one in earlier.combined.items():
                if name not in mine and set(one.plan.members) <= {*self.run.results.models, *self.added}:
                    self.combine(one.plan)
        asked = earlier.run.plan.combinations if isinstance(earlier.run, Ran) else ()
        kept = {*self.added, *self.combined, *(one.name for one in asked)}
        self.lost = tuple(name for name in (*earlier.added, *earlier.combined) if name not in kept)

    def remove(self, name: str) -> None:
        """Take a row away that was added.

        Raises
        ------
        SpecError
            If nothing of this name was added, or another row is computed from it.
        """
        there = [*self.added, *self.combined]
        if name in self.run.results.models:
            sentence = f"'{name}' was trained by the experiment; only rows that were added can be removed."
            raise SpecError.at(None, "remove", sentence, advice=f"They are: {', '.join(there) or 'none'}.")
        if name not in there:
            raise SpecError.unknown(None, "remove", "row that was added", str(name), there)
        needed = [one for one, row in self.combined.items() if name in row.plan.members]
        if needed:
            sentence = f"'{needed[0]}' is computed from '{name}'."
            raise SpecError.at(None, "remove", sentence, advice=f"Remove '{needed[0]}' first.")
        self.added.pop(name, None)
        self.combined.pop(name, None)

    @property
    def over(self) -> bool:
        """Whether nothing more is trained."""
        return not isinstance(self.run, Ran) or self.run.state.over

    @property
    def base(self) -> Results:
        """The fits of all rows that were not combined."""
        return self._together("base", self.run.results, self.added)

    @property
    def results(self) -> Results:
        """The fits of all rows; what is combined comes in once nothing more is trained."""
        if not self.over or not self.run.results.fits:
            return self.base
        return self._together("all", self.base, self.combined)

    def _together(self, key: str, first: Results, others: Mapping[str, Source]) -> Results:
        parts = (first, *(self._with_numbers(name, one.results) for name, one in others.items()))
        if len(parts) == 1:
            return first
        known = self._merged.get(key)
        if (
            known is None
            or len(known[0]) != len(parts)
            or any(a is not b for a, b in zip(known[0], parts, strict=True))
        ):
            fits = tuple(fit for part in parts for fit in part.fits)
            baselines = tuple(dict.fromkeys(name for part in parts for name in part.baselines))
            expected = first.expected + sum(len(part.fits) for part in parts[1:])
            fixed = {name: params for part in parts for name, params in part.fixed.items()}
            merged = replace(first, fits=fits, baselines=baselines, expected=expected, fixed=fixed)
            known = self._merged[key] = (parts, merged)
        return known[1]

    def _with_numbers(self, name: str, results: Results) -> Results:
        """Return the fits of a source under numbers that no other candidate has, or had before."""
        known = self._numbered.get(name)
        if known is None or known[0] is not results:
            start = STRIDE * next(self._serials)
            fits = tuple(replace(fit, candidate=start + fit.candidate) for fit in results.fits)
            known = self._numbered[name] = (results, replace(results, fits=fits))
        return known[1]

    @property
    def members(self) -> dict[str, TrainedModel]:
        """The models that have all their fits and were not combined."""
        sources: list[Source] = [self.run, *self.added.values()]
        return {name: model for source in sources for name, model in _trained(source).items()}

    @property
    def models(self) -> dict[str, TrainedModel]:
        """All models that have all their fits, and those that only the locked test can judge."""
        combined = self.combined.values() if self.over else ()
        ranked = self.members | {name: model for source in combined for name, model in _trained(source).items()}
        tested = [name for name, status in self.unranked.items() if status == TEST_ONLY]
        return ranked | {name: self.added[name].trained(name, ()) for name in tested}

    @property
    def failed(self) -> dict[str, str]:
        """Why models failed that have no complete candidate, by name."""
        found = rows(self.results, self.folds)
        return {row.model: row.failed[0].reason for row in found if row.failed and not row.complete}

    @property
    def unranked(self) -> dict[str, str]:
        """Status of the rows that the folds cannot judge, by name."""
        brought = {name: one.unranked for name, one in self.added.items() if isinstance(one, BroughtRow)}
        # What is computed from a model that saw the segments saw them, too.
        saw = {name for name, status in brought.items() if status == SEEN}
        mixed = {name: SEEN for name, row in self.combined.items() if saw.intersection(row.plan.members)}
        return {name: status for name, status in (brought | mixed).items() if status}

    @property
    def folds(self) -> int:
        """Number of fits of each candidate."""
        return self.run.folds

    @property
    def stopped(self) -> bool:
        """Whether the run ended before its plan did."""
        return self.run.stopped

    @property
    def notes(self) -> list[str]:
        """What stands under the leaderboard."""
        added = [note for source in self.added.values() for note in source.notes]
        lost = f"No longer there, since data or folds are others now: {', '.join(self.lost)}." if self.lost else ""
        return [*self.run.notes_of(self.results, self.unranked), *added, *([lost] if lost else [])]

    @property
    def findings(self) -> list[Finding]:
        """The checks of the plan, and those of what came out so far."""
        if isinstance(self.run, Ran):
            return self.run.findings_of(self.results, self.unranked, self.subsets)
        return self.run.findings_of(self.results, self.unranked)

    @property
    def subsets(self) -> list[Row]:
        """Models that an ablation has fitted on fewer modalities, under the names that late fusion gives them."""
        held = [held for key, held in list(self.kept.items()) if key[0] == "subsets"]
        start = STRIDE * STRIDE  # of candidates that no other row has, or had before
        return [
            Row(
                f"{one.model}_{'_'.join(one.modalities)}",
                tuple(replace(f, candidate=start + n) for f in one.fits),
                1,
                1,
                (),
            )
            for n, one in enumerate(one for _, _, found in held for one in found)
            if one.fusion == "early" and one.fits
        ]

    def progress(self) -> ProgressState:
        """Return how far the run is, or one beside it."""
        return (self.under_way or self.run).progress()

    def saved(self, model: TrainedModel, cell: str) -> Saved:
        """Return what a file of a model holds."""
        return self.run.saved(model, cell)


def _trained(source: Source) -> dict[str, TrainedModel]:
    complete = [row for row in rows(source.results, source.folds) if row.complete]
    return {row.model: source.trained(row.model, row.fits) for row in complete}
