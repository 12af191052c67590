"""Which modality helps: models on all subsets of the modalities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mosi_nb.compare.modalities import Scored, sentences
from mosi_nb.displays.modalities import Modalities
from mosi_nb.errors import SpecError
from mosi_nb.model.further_runs import every_run, within_budget
from mosi_nb.model.parts import run_of
from mosi_nb.model.ran import Ran
from mosi_nb.model.relying import Listener, OnError, Relying
from mosi_nb.model.subsets import Wanted, how_made, left_out, subsets_of, wanted
from mosi_nb.plan.ablation import CANDIDATES, Asked, asked_for

if TYPE_CHECKING:
    from mosi_nb.compare.modalities import Subset
    from mosi_nb.results import Metric


class Ablated(Relying):
    """The part of `Model` that tells which modality helps."""

    def ablate(
        self,
        metric: str | None = None,
        *,
        search: bool | None = None,
        candidate: Literal["small", "best"] | None = None,
        on_error: OnError = "stop",
        listen: Listener | None = None,
    ) -> Modalities:
        """Compare all subsets of the modalities, in early and in late fusion, on the same folds: a display.

        Early fusion: one candidate of each model is fitted on every subset, with **the parameters that were best
        on all modalities**. Where a grid holds sizes that one fit evaluates together, such as numbers of trees, it
        is the smallest within one standard error of the best. Late fusion: the models of one modality are
        combined, and nothing is fitted. What a modality changes has a paired interval: a bootstrap over the
        held-out videos, the same draws with and without it. It is an estimate of what the modality adds to models
        trained on folds like these, on segments of new videos; it holds no variation of the training segments.

        Fits that are missing are made as those of a run are: they stand in the history, and may be stopped.

        Parameters
        ----------
        metric
            Name of one of the run's metrics; the first one if left out.
        search
            True: all candidates are fitted on each subset, and the best one is shown. Left out, as the cell
            says, or else False.
        candidate
            Which one stands for a model: `small`, as above; or `best`, whatever its size. Left out, as the cell
            says, or else `small`. With a search it says nothing.
        on_error, listen
            As for `fit`.

        Raises
        ------
        SpecError
            If there is one modality only, no model looks at several, or there is no such candidate.
        NotTrainedError
            If nothing was trained, or the model was loaded.
        FitError
            If a fit fails; those that were finished are kept.

        References
        ----------
        Lei, J., G'Sell, M., Rinaldo, A., Tibshirani, R. J. and Wasserman, L. (2018). Distribution-free predictive
        inference for regression. Journal of the American Statistical Association 113, 1094-1111.
        Field, C. A. and Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal Statistical
        Society: Series B 69, 369-390.
        """
        self._refuse_running("ablate")
        measure, how = self._measure("ablate", metric), self._how(search, candidate)
        run_of(self._ran)
        for run in every_run(self._ran):
            if (plan := self._wanted(run, how).plan).candidates:
                self._further(("ablation", id(run), how), run, plan, on_error, listen)
        return self._modalities(measure, how)

    @property
    def shown_beside(self) -> list[Modalities]:
        """Displays that the cell asked for beside the leaderboard, as far as they are there."""
        run = self._run
        if not isinstance(run, Ran) or asked_for(run.plan.spec) is None or run.stopped:
            return []
        how = self._how()
        there = ("ablation", id(run), how) in self._ran.kept or not self._wanted(run, how).plan.candidates
        if not there or not any(self._subsets(one, how) for one in every_run(self._ran)):
            return []
        return [self._modalities(self._measure("ablate", None), how)]

    def _end_with_ablation(self, listen: Listener, on_error: OnError, *, again: bool) -> None:
        """Fit what the key `ablate` asks for, once all else is finished and as far as the budget goes."""
        run = self._run
        if not isinstance(run, Ran) or asked_for(run.plan.spec) is None or run.stopped:
            return
        how = self._how()
        plan = self._wanted(run, how).plan
        rest = within_budget(plan, run) if plan.candidates else None
        if rest is not None:
            self._further(("ablation", id(run), how), run, rest, on_error, listen, again=again)

    def _how(self, search: bool | None = None, candidate: str | None = None) -> Asked:  # noqa: FBT001 -- as `ablate` was asked
        run = self._ran.run
        if candidate is not None and candidate not in CANDIDATES:
            raise SpecError.unknown(None, "ablate", "candidate that stands for a model", str(candidate), CANDIDATES)
        asked = (asked_for(run.plan.spec) if isinstance(run, Ran) else None) or Asked()
        searched = asked.search if search is None else search
        return Asked(search=True) if searched else Asked(candidate=candidate or asked.candidate)

    def _wanted(self, run: Ran, how: Asked) -> Wanted:
        """Return what an ablation of a run fits; made once, since draws choose the candidates."""
        kept, key, far = self._ran.kept, ("wanted", id(run), how), len(run.state.fits)
        if key not in kept or kept[key][0] != far:
            kept[key] = far, run, wanted(run, how)  # with the run: as long as it is there, no other has its id
        found: Wanted = kept[key][-1]
        return found

    def _modalities(self, measure: Metric, how: Asked) -> Modalities:
        """Return the display of what was fitted so far."""
        gathered = self._ran
        ran = every_run(gathered)
        subsets = [one for run in ran for one in self._subsets(run, how)]
        if not subsets:
            sentence = "no trained model looks at several modalities: there is nothing to leave out."
            raise SpecError.at(None, "ablate", sentence, advice="Train one on text, audio and video, such as ridge.")
        results = gathered.results
        scored = Scored(results, subsets, measure)
        frame, changes = scored.frame(), scored.changes()
        notes = [*sentences(frame, changes, measure), *how_made([self._wanted(run, how) for run in ran], subsets, how)]
        runs = [gathered.kept.get(("ablation", id(run), how)) for run in ran]
        notes += [run.stopped_note for run in runs if isinstance(run, Ran) and run.stopped]
        return Modalities(frame, changes, measure, [*notes, *left_out(gathered, subsets)], results, subsets)

    def _subsets(self, run: Ran, how: Asked) -> list[Subset]:
        """Return the subsets of a run as far as they are fitted; made once."""
        kept = self._ran.kept
        fitted = kept.get(("ablation", id(run), how))
        key, far = ("subsets", id(run), how), (id(fitted), len(fitted.state.fits) if fitted else 0)
        if key not in kept or kept[key][0] != far:
            kept[key] = far, fitted, subsets_of(self._wanted(run, how), fitted)
        found: list[Subset] = kept[key][-1]
        return found
