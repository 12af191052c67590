"""Components tried on the synthetic sample: what each kind is for is done with it, twice under the same seed."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import scipy.sparse
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from mosi_nb.components import tpe
from mosi_nb.components.fitting import fit_model
from mosi_nb.components.fusion import Late
from mosi_nb.components.predictions import checked_predictions
from mosi_nb.components.scorers import checked
from mosi_nb.components.search import SpaceError
from mosi_nb.components.spaces import Space
from mosi_nb.data import as_segments, sample
from mosi_nb.data.segments import Segments
from mosi_nb.plan.candidates import Candidate
from mosi_nb.plan.pipelines import seeded
from mosi_nb.plan.plan import make_plan
from mosi_nb.plan.watched import Watched, close
from mosi_nb.registry import Component
from mosi_nb.results import Fold
from mosi_nb.spec import Spec, Use

VIDEOS = 8


@dataclass(frozen=True)
class Tried:
    """What came of one try.

    Attributes
    ----------
    output
        Predictions, features, folds, ...: what must be the same under the same seed.
    changed
        Names of what was handed over and is not as it was.
    rows
        What is wrong with the rows of the output; empty if nothing is.
    fitted
        The fitted estimator, where there is one.
    state
        The random state of the process after it.
    """

    output: Any
    changed: tuple[str, ...] = ()
    rows: str = ""
    fitted: Any = None
    state: Any = None


@dataclass(frozen=True)
class Subject:
    """A component and what is to be handed to it.

    Attributes
    ----------
    component
        As it is registered.
    parameters
        Beside its defaults.
    """

    component: Component
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def use(self) -> Use:
        """The component as a cell would use it."""
        return Use(self.component.name, parameters=dict(self.parameters), called=True)


def tried_twice(subject: Subject, build: Callable[[], Any]) -> tuple[Tried, Tried]:
    """Try a component twice under the same seed, each time from another random state of the process.

    Parameters
    ----------
    subject
        What is tried.
    build
        Makes it anew.
    """
    return _tried(subject, build, 1), _tried(subject, build, 2)


def _tried(subject: Subject, build: Callable[[], Any], state: int) -> Tried:
    with _random_state(state), warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        found = TRIES[subject.component.kind](subject, build)
        return replace(found, state=(random.getstate(), _words(np.random.get_state())))  # noqa: NPY002 -- as below


@contextmanager
def _random_state(seed: int) -> Iterator[None]:
    """Set the random state of the process, and put it back."""
    before = random.getstate(), np.random.get_state()  # noqa: NPY002 -- what others use is looked at
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 -- as above
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002 -- as above


def _words(state: Any) -> tuple[Any, ...]:
    return tuple(part.tobytes() if isinstance(part, np.ndarray) else part for part in state)


@cache
def segments() -> Segments:
    """Return the sample that components are tried on."""
    return as_segments(sample(videos=VIDEOS))


def _planned(**settings: Any) -> tuple[Candidate, Fold]:
    given = {"models": (Use("ridge"),), "baselines": (Use("none"),), "folds": Use("by_video", (2,)), **settings}
    plan = make_plan(Spec(**given), segments(), {})
    return plan.candidates[0], plan.folds[0]


def _model(subject: Subject, _build: Callable[[], Any]) -> Tried:
    candidate, fold = _planned(models=(subject.use,))
    train, held_out = segments().take(fold.train), segments().take(fold.held_out)
    features = clone(candidate.pipeline[0])
    train_features, features_out = features.fit_transform(train, train.sentiment), features.transform(held_out)
    estimator = clone(candidate.estimator)
    watched = Watched(X=train_features, y=train.sentiment.copy(), held_out=features_out)
    fit_model(estimator, train_features, watched.given["y"], train.video_ids)
    predicted = checked_predictions(estimator.predict(features_out), len(held_out))
    half = len(held_out) // 2
    alone = checked_predictions(estimator.predict(features_out[:half]), half)
    rows = "" if close(alone, predicted[:half]) else "It predicts otherwise for half of the segments."
    return Tried(predicted, watched.changed(), rows, estimator)


def _encoder(subject: Subject, build: Callable[[], Any]) -> Tried:
    reads = subject.component.tags.get("reads")
    held = segments().modalities["text" if reads == "text" else "audio"]
    raw: Any = held if reads == "text" else np.nan_to_num(np.asarray(held))
    fold = np.arange(len(segments())) % 2 == 0
    train, held_out, sentiment = raw[fold], raw[~fold], segments().sentiment[fold]
    return _transformed(seeded(clone(build()), 0), train, held_out, sentiment)


def _fusion(_subject: Subject, build: Callable[[], Any]) -> Tried:
    fusion = build()
    if isinstance(fusion, Late):
        return Tried(None)
    candidate, fold = _planned()
    encoders = dict(clone(candidate.pipeline[0]).transformer_list)
    fused = fusion(encoders)
    if not (callable(getattr(fused, "fit", None)) and callable(getattr(fused, "transform", None))):
        message = f"it made a {type(fused).__name__} of the encoders, which is no transformer"
        raise TypeError(message)
    train, held_out = segments().take(fold.train), segments().take(fold.held_out)
    return _transformed(seeded(fused, 0), train, held_out, train.sentiment)


def _transformed(transformer: Any, train: Any, held_out: Any, sentiment: Any) -> Tried:
    whole = isinstance(train, Segments)
    watched = Watched(y=sentiment.copy()) if whole else Watched(X=train, y=sentiment.copy(), held_out=held_out)
    order = np.arange(len(held_out))[::-1]
    seen = _dense(transformer.fit_transform(train, watched.given["y"]))
    found = _dense(transformer.transform(held_out))
    turned = _dense(transformer.transform(held_out.take(order) if whole else held_out[order]))
    for what, count in ((seen, len(train)), (found, len(held_out))):
        if what.ndim != 2 or not what.shape[1]:  # noqa: PLR2004 -- a matrix
            message = f"it made an array of shape {what.shape} of {count} segments; (n_segments, n_columns) is wanted"
            raise ValueError(message)
    if not (np.isfinite(seen).all() and np.isfinite(found).all()):
        raise ValueError("it made NaN or infinite features of finite ones")
    rows = _kept(seen, len(train)) or _kept(found, len(held_out))
    if not rows and not close(turned, found[order]):
        rows = "In another order, the segments get other features."
    return Tried((seen, found), watched.changed(), rows, transformer)


def _kept(features: Any, rows: int) -> str:
    return "" if len(features) == rows else f"Of {rows} segments it made {len(features)} rows."


def _dense(features: Any) -> Any:
    found = features.toarray() if scipy.sparse.issparse(features) else np.asarray(features)
    return found.astype(np.float64)


def _ensemble(_subject: Subject, build: Callable[[], Any]) -> Tried:
    ensemble = seeded(clone(build()), 0)
    sentiment = segments().sentiment
    drawn = np.random.default_rng(0).normal(size=(len(sentiment), 3))
    members = 0.7 * sentiment[:, None] + drawn * [0.5, 0.7, 1.0]
    train = np.arange(len(sentiment)) % 2 == 0
    watched = Watched(P=members[train], y=sentiment[train], held_out=members[~train])
    fit_model(ensemble, watched.given["P"], watched.given["y"], segments().video_ids[train])
    held_out = watched.given["held_out"]
    predicted = checked_predictions(ensemble.predict(held_out), len(held_out))
    half = checked_predictions(ensemble.predict(held_out[:9]), 9)
    rows = "" if close(half, predicted[:9]) else "It predicts otherwise for a part of the segments."
    return Tried(predicted, watched.changed(), rows, ensemble)


def predictions() -> tuple[Any, Any]:
    """Return sentiment and rather good predictions of it, for metrics."""
    sentiment = segments().sentiment
    return sentiment, 0.7 * sentiment + np.random.default_rng(0).normal(scale=0.8, size=len(sentiment))


def _metric(_subject: Subject, build: Callable[[], Any]) -> Tried:
    metric = build()
    sentiment, predicted = predictions()
    watched = Watched(sentiment=sentiment.copy(), predicted=predicted)
    value = checked(metric, **watched.given)
    changed = watched.changed()
    if not np.isfinite(value):
        raise ValueError("it is not a finite number for rather good predictions")
    if metric.statistics and metric.from_sums:
        summed = float(metric.from_sums(metric.statistics(sentiment, predicted).sum(axis=0)))
        if not np.isclose(summed, value):
            message = f"from_sums gives {summed:.4g} where the function gives {value:.4g}"
            raise ValueError(message)
    order = np.random.default_rng(0).permutation(len(sentiment))
    turned = checked(metric, sentiment[order], predicted[order])
    rows = "" if np.isclose(turned, value) else f"In another order of segments it is {turned:.4g}, not {value:.4g}."
    return Tried(value, changed, rows)


def _folds(_subject: Subject, build: Callable[[], Any]) -> Tried:
    rows = np.flatnonzero(segments().folds["standard"] != "test")
    watched = Watched(rows=rows.copy())
    folds = build()(segments(), watched.given["rows"], 0)
    wrong = [one for one in folds if not isinstance(one, Fold)]
    if not len(folds) or wrong:
        message = f"it returned {f'a {type(wrong[0]).__name__}' if wrong else 'no fold'}; a list of Fold is wanted"
        raise TypeError(message)
    for fold in folds:
        both = np.concatenate([fold.train, fold.held_out])
        if not len(fold.train) or not len(fold.held_out) or len(np.setdiff1d(both, rows)):
            message = f"{fold} has an empty side, or rows that it was not given"
            raise ValueError(message)
        if len(np.unique(both)) != len(both):
            message = f"{fold} has a row twice"
            raise ValueError(message)
    return Tried(list(folds), watched.changed())


def _test(_subject: Subject, build: Callable[[], Any]) -> Tried:
    locked = build()(segments(), 0)
    if not len(locked.train) or len(np.intersect1d(locked.train, locked.test)):
        raise ValueError("it leaves no rows to train on, or the same ones on both sides")
    return Tried([Fold(1, 1, locked.train, locked.test)])


SPACES = {"alpha": Space((0.1, 1.0, 10.0)), "kernel": Space(("rbf", "linear"))}


def _search(_subject: Subject, build: Callable[[], Any]) -> Tried:
    search, spaces = build(), SPACES
    try:
        chosen = _combinations(search(dict(spaces), 0))
    except SpaceError:  # one that searches nothing
        spaces = {name: Space(space.values[:1]) for name, space in SPACES.items()}
        chosen = _combinations(search(dict(spaces), 0))
    if not chosen:
        raise ValueError("it tries no combination at all")
    if callable(getattr(search, "ask", None)):
        seen = [tpe.Tried(params, value=float(number)) for number, params in enumerate(chosen)]
        chosen += _combinations(search.ask(dict(spaces), seen, 0))
    return Tried(chosen)


def _combinations(chosen: Any) -> list[dict[str, Any]]:
    if not isinstance(chosen, list) or not all(isinstance(one, dict) for one in chosen):
        message = f"it returned a {type(chosen).__name__}; a list of dicts from parameter to value is wanted"
        raise TypeError(message)
    return chosen


def _made(subject: Subject, build: Callable[[], Any]) -> Tried:
    made = build()
    return Tried(as_segments(made).sentiment if subject.component.kind == "data" else made.values)


TRIES: Mapping[str, Callable[[Subject, Callable[[], Any]], Tried]] = {
    "data": _made,
    "encoder": _encoder,
    "fusion": _fusion,
    "model": _model,
    "metric": _metric,
    "folds": _folds,
    "test": _test,
    "search": _search,
    "space": _made,
    "ensemble": _ensemble,
}
