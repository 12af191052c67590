"""Every display of a finished run: its table in all forms, and its chart, each made from nothing.

The run is the reference leaderboard in the size of MOSI: 53 candidates and two baselines, 5 folds, 8 metrics. Its
predictions are the truth with noise, so that nothing is fitted; those of an ablation, of a learning curve and of
probes as well. Beside it a run of 200 models, for the displays that have a row a model.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from mosi_nb import Model, sample
from mosi_nb.components.probes import AS_IT_IS
from mosi_nb.model.probing import Probed
from mosi_nb.model.ran import Ran
from mosi_nb.model.stages import Stages
from mosi_nb.plan import Plan
from mosi_nb.results import Fit
from mosi_nb.run import State
from tests.benchmarks.leaderboard import CELL
from tests.benchmarks.shown import EIGHT, MANY_SECONDS, REFERENCE_SECONDS, TEN

SECONDS, TIMES = 1.0, 3
MANY = "models = ridge(alpha=[1, 10]), " + ", ".join(f"ridge(alpha={n})" for n in range(11, 208))
SHOWN: dict[str, Callable[[Model], Any]] = {
    "leaderboard()": lambda model: model.leaderboard(),
    "leaderboard(candidates=True)": lambda model: model.leaderboard(candidates=True),
    "plan_view()": lambda model: model.plan_view(),
    "checks()": lambda model: model.checks(),
    "rules()": lambda model: model.rules(),
    "models.table()": lambda model: model.models.table(),
    "models['forest']": lambda model: model.models["forest"],
    "compare()": lambda model: model.compare("forest", "ridge"),
    "search()": lambda model: model.search(),
    "search('svr')": lambda model: model.search("svr"),
    "times()": lambda model: model.times(),
    "timeline()": lambda model: model.timeline(),
    "failures()": lambda model: model.failures(),
    "scores()": lambda model: model.scores(),
    "errors()": lambda model: model.errors(),
    "slices()": lambda model: model.slices(),
    "predicted()": lambda model: model.predicted(),
    "residuals()": lambda model: model.residuals(),
    "confusion()": lambda model: model.confusion(),
    "calibration()": lambda model: model.calibration(),
    "distribution()": lambda model: model.distribution(),
    "conventions()": lambda model: model.conventions(),
    "disagreement()": lambda model: model.disagreement(),
    "ablate()": lambda model: model.ablate(),
    "importance()": lambda model: model.importance("forest"),
    "robustness()": lambda model: model.robustness("forest"),
    "learning_curve()": lambda model: model.learning_curve("forest"),
}
OF_MANY = ("leaderboard()", "models.table()", "scores()", "errors()", "disagreement()", "times()", "timeline()")


def filled(plan: Plan) -> Ran:
    """Return a run of a plan whose predictions are the truth with noise."""
    rng, sentiment, began, fits = np.random.default_rng(0), plan.segments.sentiment, time.time(), []
    several = {one.number: (rng.uniform(0.9, 1.3), rng.uniform(0.2, 0.7)) for one in plan.candidates}
    for n, (candidate, fold) in enumerate(plan.fits):
        spread, lean = several[candidate.number]
        held_out = sentiment[fold.held_out]
        predicted = lean * held_out + 0.5 * spread * rng.normal(size=len(held_out))
        where = {"worker": f"tcp://127.0.0.1:{n % 2}", "started": began + n // 2, "ended": began + n // 2 + 0.9}
        fits.append(Fit(candidate.model, candidate.number, candidate.params, fold, predicted, 0.1, 0.01, **where))
    return Ran(Stages(plan), State(len(plan.fits), fits, over=True))


def finished(models: str, metrics: tuple[str, ...], plan: Plan | None = None) -> Model:
    """Return a model that was trained, as far as its displays can tell; with the plan of one like it."""
    rest = f"folds = by_video(5)\nmetrics = {', '.join(metrics)}"
    model = Model.from_cell(f"data = held\n{models}\n{rest}", {"held": sample()})
    if plan is not None:
        model.plan = plan
    model._run = filled(model.plan)
    return model


def beside(run: Ran, plan: Plan, cell: str, begun: Callable[[Ran], None], *_: Any, **__: Any) -> Ran:
    """Carry out a plan beside a run without fitting anything."""
    del run, cell
    begun(current := filled(plan))
    return current


def probes(made: Any, results: Any, variants: Any, listen: Any) -> Probed:
    """Return predictions in all variants without fitting anything."""
    del listen
    fits = [fit for fit in results.fits if fit.candidate == made.parts[0].candidate.number]
    return Probed({variant: tuple(fits) for variant in (AS_IT_IS, *variants)}, 0.0)


def forms(display: Any) -> None:
    """Make the table in all its forms."""
    for form in ("frame", "markdown"):
        if callable(getattr(display, form, None)):
            getattr(display, form)()
    display.mimebundle()


def seconds(
    model: Callable[[], Model], show: Callable[[Model], Any], clock: Callable[[], float]
) -> Mapping[str, float]:
    """Return the medians of a display and of its chart, each of a model that has shown nothing before."""
    took: dict[str, list[float]] = {"table": [], "chart": []}
    for _ in range(TIMES):
        fresh = model()
        began = clock()
        display = show(fresh)
        forms(display)
        took["table"].append(clock() - began)
        began = clock()
        chart = display.chart() if hasattr(display, "chart") else None
        if chart is not None:
            chart.mimebundle()
        took["chart"].append(clock() - began)
    return {name: statistics.median(held) for name, held in took.items()}


def report(clock: Callable[[], float] = time.perf_counter) -> int:
    """Print a row for each display; return the number of limits that are not kept."""
    reference, many = finished(CELL, EIGHT).plan, finished(MANY, TEN).plan
    runs = [("reference", lambda: finished(CELL, EIGHT, reference), tuple(SHOWN))]
    runs += [("200 models", lambda: finished(MANY, TEN, many), OF_MANY)]
    beyond = 0
    print(f"{'display, in s':40}{'table':>8}{'chart':>8}{'limit':>8}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mosi_nb.model.relying.run_beside", beside)
        patch.setattr("mosi_nb.model.relying.probed", probes)
        finished(CELL, EIGHT, reference).leaderboard().chart().mimebundle()  # altair and the rest are imported
        for run, model, names in runs:
            for name in names:
                whole = REFERENCE_SECONDS if run == "reference" else MANY_SECONDS
                limit = whole if name.startswith("leaderboard") else SECONDS
                one = seconds(model, SHOWN[name], clock)
                over = sum(value > limit for value in one.values())
                beyond += over
                line = (
                    f"{name + (', 200 models' if run != 'reference' else ''):40}{one['table']:8.2f}{one['chart']:8.2f}"
                )
                print(f"{line}{limit:8.1f}{'   BEYOND' if over else ''}", flush=True)
    return beyond


if __name__ == "__main__":
    sys.exit(report(time.process_time if sys.argv[1:] == ["processor"] else time.perf_counter))
