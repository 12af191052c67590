"""The keys of a cell: what may stand behind each, and an example for messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mosi_nb.spec import Use, Value

NUMBERS = ("jobs", "seed")
LARGEST_SEED = 2**32 - 1
MANY = (
    "modalities", "text", "audio", "video", "models", "metrics", "ensemble", "thresholds", "ablate", "baselines",
    "silence",
)  # fmt: skip
EXAMPLES: Mapping[str, str] = {
    "data": "data = sample()",
    "modalities": "modalities = text, audio",
    "text": "text = tfidf(ngrams=(1, 2))",
    "audio": "audio = scale, pca(20)",
    "video": "video = scale, pca(20)",
    "fusion": "fusion = early",
    "models": "models = ridge(alpha=[0.1, 1, 10]), svr",
    "metrics": "metrics = mae, corr",
    "folds": "folds = by_video(5)",
    "test": "test = standard",
    "search": "search = grid",
    "ensemble": "ensemble = mean, stack(ridge)",
    "thresholds": "thresholds = acc7",
    "ablate": "ablate = modalities",
    "baselines": "baselines = dummy",
    "budget": 'budget = "10min"',
    "fit_limit": 'fit_limit = "5min"',
    "checkpoint": 'checkpoint = "30s"',
    "nested": "nested = off",
    "jobs": "jobs = -1",
    "seed": "seed = 0",
    "silence": "silence = MOSI004, MOSI012",
}


def _is_duration(value: Value) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\s*\d+(\.\d+)?\s*(s|sec|min|m|h)\s*", value) is not None


def _is_use_or_none(value: Value) -> bool:
    return value is None or isinstance(value, Use)


def _is_switch(value: Value) -> bool:
    return value in (Use("on"), Use("off"))


def _is_seed(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_SEED


def _is_number_of_workers(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and (value == -1 or value >= 1)


_COMPONENT = (_is_use_or_none, "a component")
_DURATION = (_is_duration, 'a length of time in quotes, a number and one unit: "30s", "10min" or "1.5h"')
SINGLE: Mapping[str, tuple[Callable[[Value], bool], str]] = {
    "data": (lambda value: isinstance(value, str | Use), "a path in quotes, sample(), read(...) or a variable"),
    "fusion": _COMPONENT,
    "folds": _COMPONENT,
    "test": _COMPONENT,
    "search": _COMPONENT,
    "budget": _DURATION,
    "fit_limit": _DURATION,
    "checkpoint": _DURATION,
    "nested": (_is_switch, "on or off"),
    "jobs": (_is_number_of_workers, "a whole number of workers, or -1 for one on each core"),
    "seed": (_is_seed, f"a whole number from 0 to {LARGEST_SEED}"),
}
