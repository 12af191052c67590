"""Which modality helps: models on all subsets of the modalities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mosi_nb.compare.modalities import Scored, sentences
from mosi_nb.displays.modalities import Modalities
from mosi_nb.errors import SpecError
from mosi_nb.model.further_runs import every_run, within_budget
from mosi_nb.model.parts import run_of
from mosi_nb.model.ran import Ran
from mosi_nb.model.relying import Listener, OnError, Relying
from mosi_nb.model.subsets import how_made, left_out, subsets_of, wanted
from mosi_nb.plan.ablation import asked_for

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
        on_error: OnError = "stop",
        listen: Listener | None = None,
    ) -> Modalities:
        """Compare all subsets of the modalities, in early and in late fusion, on the same folds: a display.

        Early fusion: the best candidate of each model is fitted on every subset, with **the parameters that
        were best on all modalities**. Late fusion: the models of one modality are combined, and nothing is
        fitted. What a modality changes has a paired interval: a bootstrap over the held-out videos, the same
        draws with and without it. It is an estimate of what the modality adds to models trained on folds like
        these, on segments of new videos; it holds no variation of the training segments.

        Fits that are missing are made as those of a run are: they stand in the history, and may be stopped.

        Parameters
        ----------
        metric
            Name of one of the run's metrics; the first one if left out.
        search
            True: all candidates are fitted on each subset, and the best one is shown. Left out, as the cell
            says, or else False.
        on_error, listen
            As for `fit`.

        Raises
        ------
        SpecError
            If there is one modality only, or no model looks at several.
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
        measure, searched = self._measure("ablate", metric), self._searched(search)
        run_of(self._ran)
        for run in every_run(self._ran):
            if (plan := wanted(run, search=searched).plan).candidates:
                self._further(("ablation", id(run), searched), run, plan, on_error, listen)
        return self._modalities(measure, searched=searched)

    @property
    def shown_beside(self) -> list[Modalities]:
        """Displays that the cell asked for beside the leaderboard, as far as they are there."""
        run = self._run
        if not isinstance(run, Ran) or asked_for(run.plan.spec) is None or run.stopped:
            return []
        searched = self._searched(None)
        there = ("ablation", id(run), searched) in self._ran.kept or not wanted(run, search=searched).plan.candidates
        if not there or not any(self._subsets(one, searched=searched) for one in every_run(self._ran)):
            return []
        return [self._modalities(self._measure("ablate", None), searched=searched)]

    def _end_with_ablation(self, listen: Listener, on_error: OnError, *, again: bool) -> None:
        """Fit what the key `ablate` asks for, once all else is finished and as far as the budget goes."""
        run = self._run
        if not isinstance(run, Ran) or asked_for(run.plan.spec) is None or run.stopped:
            return
        searched = self._searched(None)
        plan = wanted(run, search=searched).plan
        rest = within_budget(plan, run) if plan.candidates else None
        if rest is not None:
            self._further(("ablation", id(run), searched), run, rest, on_error, listen, again=again)

    def _searched(self, search: bool | None) -> bool:  # noqa: FBT001 -- as `ablate` was asked
        run = self._ran.run
        asked = asked_for(run.plan.spec) if isinstance(run, Ran) else None
        return search if search is not None else asked is not None and asked.search

    def _modalities(self, measure: Metric, *, searched: bool) -> Modalities:
        """Return the display of what was fitted so far."""
        gathered = self._ran
        subsets = [one for run in every_run(gathered) for one in self._subsets(run, searched=searched)]
        if not subsets:
            sentence = "no trained model looks at several modalities: there is nothing to leave out."
            raise SpecError.at(None, "ablate", sentence, advice="Train one on text, audio and video, such as ridge.")
        results = gathered.results
        scored = Scored(results, subsets, measure)
        frame, changes = scored.frame(), scored.changes()
        notes = [*sentences(frame, changes, measure), *how_made(subsets, searched=searched)]
        runs = [gathered.kept.get(("ablation", id(run), searched)) for run in every_run(gathered)]
        notes += [run.stopped_note for run in runs if isinstance(run, Ran) and run.stopped]
        return Modalities(frame, changes, measure, [*notes, *left_out(gathered, subsets)], results, subsets)

    def _subsets(self, run: Ran, *, searched: bool) -> list[Subset]:
        """Return the subsets of a run as far as they are fitted; made once."""
        kept = self._ran.kept
        fitted = kept.get(("ablation", id(run), searched))
        key, far = ("subsets", id(run), searched), (id(fitted), len(fitted.state.fits) if fitted else 0)
        if key not in kept or kept[key][0] != far:
            kept[key] = far, fitted, subsets_of(wanted(run, search=searched), fitted)
        found: list[Subset] = kept[key][-1]
        return found
