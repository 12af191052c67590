"""What may be wrong with a component: one function a check, from what was looked at to a sentence or None."""

from __future__ import annotations

import inspect
import pickle
import re
from collections.abc import Callable, Mapping
from inspect import Parameter
from typing import Any, TypeAlias

import cloudpickle
import numpy as np
from sklearn.base import clone, is_classifier

from mosi_nb.components.build import admits, convert
from mosi_nb.components.fitting import takes_videos
from mosi_nb.components.sendable import unsendable
from mosi_nb.components.spaces import Space
from mosi_nb.components.speakers import shared_video
from mosi_nb.data.checks import NotJudgedError
from mosi_nb.errors import MosiError
from mosi_nb.plan.checks import splits_rows
from mosi_nb.plan.component_looked import KEYS, Looked, told
from mosi_nb.plan.component_trials import SPACES, predictions, segments
from mosi_nb.plan.watched import same
from mosi_nb.results import Metric, reason_of
from mosi_nb.spec import Use, written

Report: TypeAlias = Callable[[Looked], str | None]

FAR = 3
"""Times the end of the scale: some models pass it by a little, and may."""


def _not_built(seen: Looked) -> str | None:
    try:
        _ = seen.thing
    except NotJudgedError as reason:
        if reason.__cause__ is None:  # it needs more than its defaults
            raise
        return told(reason.__cause__)
    return None


def _undocumented(seen: Looked) -> str | None:
    doc = inspect.getdoc(seen.component.build) or ""
    if not doc:
        return "It has no docstring."
    found = [] if seen.component.summary.endswith(".") else ["The first line of its docstring is no sentence."]
    names = inspect.signature(seen.component.build).parameters
    missing = [n for n in names if not re.search(rf"^(.*, )?\*{{0,2}}{n}( :.*|,.*)?$", doc, re.MULTILINE)]
    found += [f"It does not say what {', '.join(missing)} means."] if missing else []
    return " ".join(found) or None


def _mistyped(seen: Looked) -> str | None:
    try:
        parameters = seen.component.parameters
    except Exception as error:  # noqa: BLE001 -- whatever evaluating an annotation raises
        return f"Its annotations cannot be read: {reason_of(error)}."
    wrong = [
        f"{name} = {value!r} is no {_shown(parameters[name])}"
        for name, value in seen.defaults.items()
        if not admits(parameters[name].annotation, value)
    ]
    return f"{'; '.join(wrong)}." if wrong else None


def _shown(parameter: Parameter) -> str:
    return str(getattr(parameter.annotation, "__name__", parameter.annotation))


def _unchecked(seen: Looked) -> str | None:
    _ = seen.defaults  # or it cannot be judged
    free = {name for tag in ("variables", "models") for name in seen.component.tags.get(tag, ())}
    parameters = seen.component.parameters.items()
    loose = [name for name, p in parameters if name not in free and admits(p.annotation, Use("nothing", (1,)))]
    return f"Whatever is written for {', '.join(loose)} is taken: it has no type that is checked." if loose else None


def _unwritable(seen: Looked) -> str | None:
    name = seen.component.name
    key = KEYS.get(seen.kind, "models")
    for parameter, default in seen.defaults.items():
        text = written(Use(name, parameters={parameter: default}, called=True))
        try:
            (use,) = seen.read(key, text)
            value = convert(seen.component, use, key, parameter, use.parameters[parameter])
        except MosiError as error:
            return f"{text} cannot be read: {str(error).splitlines()[0]}"
        if type(value) is not type(default) or value != default:
            return f"{text} is read as {value!r}."
    return None


def _is_another(seen: Looked) -> str | None:
    made = seen.thing
    methods = METHODS.get(seen.kind, ())
    if methods:
        missing = [name for name in methods if not callable(getattr(made, name, None))]
        found = f"has no {', '.join(missing)}" if missing else ""
    else:
        wanted, fits = WANTED[seen.kind]
        found = "" if fits(made) else f"is no {wanted}"
    if found:
        return f"It returns a {type(made).__name__}, which {found}."
    return _is_another_kind(seen, made)


def _is_another_kind(seen: Looked, made: Any) -> str | None:
    if seen.kind == "model" and not hasattr(made, "__sklearn_tags__"):
        return f"It returns a {type(made).__name__} without scikit-learn's tags: derive it from BaseEstimator."
    if seen.kind == "model" and is_classifier(made):
        return f"It returns the classifier {type(made).__name__} by itself; SentimentClassifier puts it on the scale."
    if seen.kind == "encoder" and seen.component.tags.get("reads") not in ("text", "features"):
        return 'Its tag reads is missing: reads="text" for raw strings, reads="features" for numbers.'
    if seen.kind == "metric" and made.name != seen.component.name:
        return f"The metric calls itself '{made.name}', and is registered as '{seen.component.name}'."
    return None


METHODS = {
    "model": ("fit", "predict", "get_params", "set_params"),
    "encoder": ("fit", "transform", "fit_transform", "get_params", "set_params"),
    "ensemble": ("fit", "predict", "get_params", "set_params"),
}
WANTED: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "data": ("data", lambda made: made is not None),
    "metric": ("Metric", lambda made: isinstance(made, Metric)),
    "space": ("Space", lambda made: isinstance(made, Space)),
    "fusion": ("function of the encoders, nor Late", lambda made: callable(made) or hasattr(made, "combiner")),
    "folds": ("function of segments, rows and a seed", callable),
    "test": ("function of segments and a seed", callable),
    "search": ("function of spaces and a seed", callable),
}


def _uncloned(seen: Looked) -> str | None:
    try:
        one, other = seen.thing, clone(seen.thing)
    except NotJudgedError:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever a constructor raises
        return f"{reason_of(error)}."
    kept, copied = one.get_params(deep=False), other.get_params(deep=False)
    differ = [name for name in kept if str(kept[name]) != str(copied[name])]
    return f"A clone has another {', '.join(differ)}." if differ else None


def _unpickled(seen: Looked) -> str | None:
    for what, one in (("", seen.thing), ("fitted, ", _fitted(seen))):
        reason = unsendable(one) or _unreadable(one)
        if reason:
            sentence = f"{what}{reason.rstrip('.')}."
            return sentence[0].upper() + sentence[1:]
    return None


def _unreadable(thing: Any) -> str:
    try:
        pickle.loads(cloudpickle.dumps(thing))  # noqa: S301 -- what it has just written
    except Exception as error:  # noqa: BLE001 -- whatever a class raises
        return reason_of(error)
    return ""


def _fitted(seen: Looked) -> Any:
    try:
        return seen.tried.fitted
    except NotJudgedError:
        return None


def _fails(seen: Looked) -> str | None:
    _ = seen.thing
    tries = seen.tries
    return told(tries) if isinstance(tries, BaseException) else None


def _differs(seen: Looked) -> str | None:
    first, second = seen.tried, seen.again
    return None if same(first.output, second.output) else "Tried twice under the same seed, it gave something else."


def _changes(seen: Looked) -> str | None:
    return f"It changed what was handed to it: {', '.join(seen.tried.changed)}." if seen.tried.changed else None


def _sets_state(seen: Looked) -> str | None:
    one, other = seen.tried.state, seen.again.state
    # The two began with different states: they end with the same one only where it was set.
    parts = [name for name, a, b in zip(("random", "numpy.random"), one, other, strict=True) if a == b]
    return f"It sets the state of {' and '.join(parts)}, from which others draw too." if parts else None


def _splits_rows(seen: Looked) -> str | None:
    found = splits_rows(seen.thing)
    return f"{', '.join(found)}." if found and not takes_videos(seen.thing) else None


def _rows(seen: Looked) -> str | None:
    return seen.tried.rows or None


def _far_off(seen: Looked) -> str | None:
    largest, most = float(np.max(np.abs(seen.tried.output))), max(map(abs, segments().scale))
    sentence = f"It predicts up to {largest:.3g} points, on a scale that ends at {most:g}."
    return sentence if largest > FAR * most else None


def _undefined(seen: Looked) -> str | None:
    _ = seen.tried  # or it cannot be judged
    metric, (sentiment, _) = seen.thing, predictions()
    try:
        value = metric.function(sentiment, np.full(len(sentiment), 0.5))
    except Exception as error:  # noqa: BLE001 -- whatever a metric raises
        return f"If all predictions are equal, it raises {reason_of(error)}."
    return None if np.isfinite(value) else "If all predictions are equal, it is NaN or infinite."


def _other_way(seen: Looked) -> str | None:
    _ = seen.tried  # as above
    metric, (sentiment, predicted) = seen.thing, predictions()
    best, worst = metric(sentiment, sentiment), metric(sentiment, -predicted)
    if not isinstance(metric.larger_is_better, bool):
        return f"larger_is_better is {metric.larger_is_better!r}, neither True nor False."
    better = best > worst if metric.larger_is_better else best < worst
    way = "larger" if metric.larger_is_better else "smaller"
    sentence = f"{way} is said to be better; it is {best:.4g} for perfect predictions, {worst:.4g} for turned ones."
    return None if better else sentence[0].upper() + sentence[1:]


def _splits_videos(seen: Looked) -> str | None:
    for fold in seen.tried.output:
        if shared := shared_video(segments(), fold.train, fold.held_out):
            return f"{fold} has {shared.number} videos on both sides, the first: {shared.first}."
    return None


def _uncovered(seen: Looked) -> str | None:
    held: dict[int, list[int]] = {}
    for fold in seen.tried.output:
        held.setdefault(fold.repeat, []).extend(fold.held_out.tolist())
    rows = int(np.sum(segments().folds["standard"] != "test"))
    for repeat, found in held.items():
        if len(set(found)) != len(found):
            return f"In repeat {repeat}, segments are held out twice."
        if len(found) < rows:
            return f"In repeat {repeat}, {len(found)} of {rows} segments are held out."
    return None


def _invents(seen: Looked) -> str | None:
    for combination in seen.tried.output:
        if set(combination) != set(SPACES):
            return f"Of the parameters {', '.join(SPACES)} it gives a value to {', '.join(combination) or 'none'}."
        for name, value in combination.items():
            if value not in SPACES[name].values:
                return f"It tries {name}={value!r}, which is not among {', '.join(map(str, SPACES[name].values))}."
    return None


REPORTS: Mapping[str, Report] = {
    "COMP01": _not_built,
    "COMP02": _undocumented,
    "COMP03": _mistyped,
    "COMP04": _unchecked,
    "COMP05": _unwritable,
    "COMP06": _is_another,
    "COMP07": _uncloned,
    "COMP08": _unpickled,
    "COMP09": _fails,
    "COMP10": _differs,
    "COMP11": _changes,
    "COMP12": _sets_state,
    "COMP13": _splits_rows,
    "COMP14": _rows,
    "COMP15": _undefined,
    "COMP16": _other_way,
    "COMP17": _splits_videos,
    "COMP18": _uncovered,
    "COMP19": _invents,
    "COMP20": _far_off,
}
