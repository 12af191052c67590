"""An experiment extended by another task, or by other data of the same segments: on the same folds, comparable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from mosi_nb.cell import spec_of
from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.data import as_segments
from mosi_nb.data.segments import Segments
from mosi_nb.errors import DataError, SpecError
from mosi_nb.plan import Candidate, Plan, make_plan
from mosi_nb.registry import find
from mosi_nb.results import Fit, Results
from mosi_nb.spec import Spec, Use

if TYPE_CHECKING:
    from mosi_nb.model.ran import Ran
    from mosi_nb.model.trained import TrainedModel

Task: TypeAlias = Literal["regression", "classification"]
TASKS: tuple[Task, ...] = ("regression", "classification")
CLASSES = 7
"""Classes of a classifier that takes the place of a regressor."""

FIXED = ("folds", "test", "seed", "metrics", "baselines", "ablate", "silence")
"""Keys that an extension takes from the experiment."""

SHOWN = 3
"""Ids in a message, the rest counted."""


@dataclass(frozen=True)
class Extension:
    """What is to be trained in addition.

    Attributes
    ----------
    spec
        The experiment with the new models only.
    namespace
        Variables that it may name.
    plan
        On the folds of the first run.
    """

    spec: Spec
    namespace: Mapping[str, Any]
    plan: Plan


@dataclass
class OneOf:
    """One model of a run, as a source of its own that can be removed."""

    run: Ran
    name: str

    @cached_property
    def results(self) -> Results:
        """Its fits."""
        return replace(self.run.results, fits=tuple(f for f in self.run.results.fits if f.model == self.name))

    @property
    def folds(self) -> int:
        """Number of fits of each candidate."""
        return self.run.folds

    @property
    def notes(self) -> list[str]:
        """Which of its fits gave warnings."""
        warned = sum(bool(fit.warnings) for fit in self.results.fits)
        return [f"{self.name}: {warned:,} fits gave warnings: results.frame() lists them."] if warned else []

    def trained(self, name: str, fits: Sequence[Fit]) -> TrainedModel:
        """Return the model."""
        return self.run.trained(name, fits)


def extension(
    plan: Plan,
    namespace: Mapping[str, Any],
    task: str,
    given: Mapping[str, Any],
    taken: Sequence[str],
) -> Extension:
    """Return what an extension would train; nothing is fitted.

    Parameters
    ----------
    plan
        Of the first run.
    namespace
        The notebook's variables.
    task
        `regression` or `classification`.
    given
        `data` and `models`, each of which may be None, and other keys of a cell.
    taken
        Names that are on the leaderboard already.

    Raises
    ------
    SpecError
        If a model is of another task, or no model of this one is known.
    DataError
        If the data are not those segments, or their sentiment is another.
    """
    if task not in TASKS:
        raise SpecError.unknown(None, "extend", "type of task", task, TASKS)
    _refuse_other_folds(given)
    data = given.get("data")
    changes, objects = spec_of({key: value for key, value in given.items() if key != "data"})
    written = {key: value for key, value in vars(changes).items() if value is not None and key != "places"}
    if not changes.models:
        written["models"] = _not_yet_there(counterparts(plan.spec, task), task, taken)
    cleared: dict[str, Any] = {"baselines": (Use("none"),), "places": {}}
    cleared |= dict.fromkeys(("ensemble", "thresholds", "ablate"))
    segments = plan.segments if data is None else same_segments(plan.segments, as_segments(data))
    spec = replace(plan.spec, **{**cleared, **_of_the_data(segments, plan), **written})
    extended = make_plan(spec, segments, {**namespace, **objects}, like=plan, taken=taken, suffix=task)
    for name, candidates in extended.models().items():
        refuse_other_task(name, candidates[0], task)
    return Extension(spec, {**namespace, **objects}, extended)


def _refuse_other_folds(given: Mapping[str, Any]) -> None:
    """Raise for keys that would make rows which could not be compared with those that are there."""
    for key in given:
        if key in FIXED:
            sentence = f"'{key}' is that of the experiment, so that all rows can be compared."
            raise SpecError.at(None, "extend", sentence, advice="For another one, make a Model of its own.")


def _not_yet_there(models: Sequence[Use], task: str, taken: Sequence[str]) -> tuple[Use, ...]:
    """Return the models that an earlier extension has not trained."""
    own = tuple(
        use for use in models if f"{use.name}_{task}" not in taken and (use.parameters or use.name not in taken)
    )
    if not own:
        sentence = f"the counterparts of the models are there already: {', '.join(use.name for use in models)}."
        advice = f"Name others: extend(type='{task}', models=\"...\"), or remove those that are there."
        raise SpecError.at(None, "extend", sentence, advice=advice)
    return own


def counterparts(spec: Spec, task: str) -> tuple[Use, ...]:
    """Return the models that do another task by the methods of an experiment.

    Raises
    ------
    SpecError
        If none of its models has a counterpart.

    Examples
    --------
    >>> from mosi_nb.cell import parse
    >>> [use.name for use in counterparts(parse("models = ridge, svr, forest"), "classification")]
    ['logistic', 'svc', 'forest']
    """
    found: dict[str, Use] = {}
    for use in spec.models or ():
        component = find("model", use.name)
        tags = component.tags if component else {}
        if tags.get("task") == "both":
            classes = {"classes": CLASSES} if task == "classification" else {}
            kept = {name: value for name, value in use.parameters.items() if name != "classes"}
            if bool(use.parameters.get("classes")) != (task == "classification"):
                found[use.name] = Use(use.name, use.arguments, {**kept, **classes}, called=True)
        elif tags.get("twin") and tags.get("task") != task:
            found.setdefault(tags["twin"], Use(tags["twin"]))
    if not found:
        sentence = f"none of the models has a counterpart for {task}."
        example = "logistic(classes=7)" if task == "classification" else "ridge"
        raise SpecError.at(None, "extend", sentence, advice=f"Name some: extend(type='{task}', models=\"{example}\").")
    return tuple(found.values())


def refuse_other_task(name: str, candidate: Candidate, task: str) -> None:
    """Raise for a component of mosi_nb that is known to do another task.

    Raises
    ------
    SpecError
        With a model of the task that was asked for.
    """
    is_classifier = isinstance(candidate.estimator, SentimentClassifier)
    name = name.removesuffix(f"_{task}")  # which it has where the name itself is taken
    component = find("model", name)
    if is_classifier == (task == "classification") or (component is None and not is_classifier):
        return
    tags = component.tags if component else {}
    twin = f"{name}(classes={CLASSES})" if tags.get("task") == "both" and task == "classification" else tags.get("twin")
    is_one = "a classifier" if is_classifier else "a regressor"
    sentence = f"'{name}' is {is_one}, and extend(type='{task}') trains others."
    raise SpecError.at(None, "models", sentence, advice=f"For example: {twin or 'logistic(classes=7)'}.")


def _of_the_data(segments: Segments, plan: Plan) -> dict[str, Any]:
    """Return the keys of the experiment that other data make void: their modalities and encoders."""
    if segments is plan.segments:
        return {}
    return {"modalities": None} | {name: None for name in ("text", "audio", "video") if name not in segments.modalities}


def same_segments(first: Segments, given: Segments) -> Segments:
    """Return data of the same segments in the order of those that were trained on.

    Raises
    ------
    DataError
        If a segment is missing, or sentiment is on another scale or has other values.
    """
    advice = "Rows could not be compared: train these data as a Model of their own."
    if given.scale != first.scale:
        told = f"sentiment is on the scale {_scale(given)} here, and {_scale(first)} in what was trained"
        raise DataError.of(given.source, f"{told}.", f"{advice} Or bring them to that scale.")
    position = {segment: row for row, segment in enumerate(given.segment_ids.tolist())}
    missing = [one for one in first.segment_ids.tolist() if one not in position]
    if missing:
        shown = ", ".join(missing[:SHOWN]) + (", ..." if len(missing) > SHOWN else "")
        told = f"{len(missing):,} of the {len(first):,} segments that were trained on are not there: {shown}"
        raise DataError.of(given.source, f"{told}.", advice)
    aligned = given.take(np.array([position[one] for one in first.segment_ids.tolist()]))
    apart = np.abs(aligned.sentiment - first.sentiment) > 1e-4  # noqa: PLR2004 -- float32 in some files
    if apart.any():
        row = int(np.flatnonzero(apart)[0])
        told = f"{int(apart.sum()):,} segments have another sentiment here, the first: {first.segment_ids[row]}"
        values = f"{aligned.sentiment[row]:g}, where it was {first.sentiment[row]:g}"
        raise DataError.of(given.source, f"{told} ({values}).", advice)
    return replace(aligned, video_ids=first.video_ids, sentiment=first.sentiment, folds=first.folds)


def _scale(segments: Segments) -> str:
    low, high = segments.scale
    return f"{low:g} ... {high:g}"
