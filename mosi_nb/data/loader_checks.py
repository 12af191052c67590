"""What is tested of a loader: everything is asked for twice, and what was given is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mosi_nb.data.arrays import as_fold, as_modality, numbers
from mosi_nb.data.checks import Check, Finding, carried_out
from mosi_nb.data.loader import METHODS, PAIR, aligned, called, ids_of, index_of, made
from mosi_nb.data.segments import SCALE, checked_scale
from mosi_nb.errors import DataError, nearest
from mosi_nb.spec import MODALITIES


@dataclass
class Seen:
    """What a loader gave.

    Attributes
    ----------
    loader
        The object.
    given
        By what was asked for: `union`, `load text`, ..., `sentiment`, `folds`.
    again
        The same, asked for a second time.
    failures
        What was raised.
    """

    loader: Any
    given: dict[str, Any] = field(default_factory=dict)
    again: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def ids(self) -> Any:
        """Segment ids of the union; None if there are none."""
        return self._ids()[0]

    @property
    def videos(self) -> Any:
        """Video ids of the union; None if there are none."""
        return self._ids()[1]

    def _ids(self) -> tuple[Any, Any]:
        try:
            return ids_of(self.given.get("union"), "union")
        except DataError:
            return None, None


def findings_of(loader: Any) -> list[Finding]:
    """Carry out every check of a loader, whatever the others find."""
    missing = [method for method in METHODS if not callable(getattr(loader, method, None))]
    if missing:
        report = f"{_name(loader)} has no method {', '.join(missing)}."
        return [Finding(CHECKS["LOAD01"], report)]
    return carried_out(CHECKS, REPORTS, look(made(loader)))


def _name(loader: Any) -> str:
    return loader.__name__ if isinstance(loader, type) else type(loader).__name__


def look(loader: Any) -> Seen:
    """Ask a loader for everything, twice."""
    seen = Seen(loader)
    for held in (seen.given, seen.again):
        names = _asked(seen, held, "modalities", "modalities") or ()
        known = [str(name) for name in names if str(name) in MODALITIES]
        _asked(seen, held, "union", "union", known)
        for name in known:
            _asked(seen, held, f"load {name}", "load", name)
        for method in ("sentiment", "folds"):
            if hasattr(loader, method):
                _asked(seen, held, method, method)
    return seen


def _asked(seen: Seen, held: dict[str, Any], key: str, method: str, *arguments: Any) -> Any:
    try:
        held[key] = called(seen.loader, method, *arguments)
    except DataError as error:
        if str(error) not in seen.failures:
            seen.failures.append(str(error))
        return None
    return held[key]


def _loaded(seen: Seen) -> Iterator[tuple[str, Any, Any]]:
    """Yield each modality's name, values and lengths."""
    for key, value in seen.given.items():
        if key.startswith("load "):
            pair = isinstance(value, tuple) and len(value) == PAIR
            yield key.removeprefix("load "), *(value if pair else (value, None))


def _complete(_seen: Seen) -> str | None:
    return None  # whoever has all methods passes


def _unknown(seen: Seen) -> str | None:
    unknown = [str(name) for name in seen.given.get("modalities") or () if str(name) not in MODALITIES]
    return f"modalities() names '{unknown[0]}'.{nearest(unknown[0], MODALITIES)}" if unknown else None


def _fails(seen: Seen) -> str | None:
    told = list(seen.failures)
    if "union" in seen.given:
        try:
            ids_of(seen.given["union"], "union")
        except DataError as error:
            told.append(str(error).split("\n")[0])
    for name, values, _ in _loaded(seen):
        try:
            as_modality(values, name, f"load({name!r})")
        except DataError as error:
            told.append(str(error).split("\n")[0])
    return "; ".join(told) or None


def _rows(seen: Seen) -> str | None:
    if seen.ids is None:
        return None
    n, told = len(seen.ids), []
    for key, value in [
        *((f"load({k!r})", v) for k, v, _ in _loaded(seen)),
        ("sentiment()", seen.given.get("sentiment")),
    ]:
        if value is not None and hasattr(value, "__len__") and len(value) != n:
            told.append(f"{key} has {len(value):,} rows, union {n:,}")
    for name, values, lengths in _loaded(seen):
        steps = np.shape(values)[1] if len(np.shape(values)) > PAIR else None
        wrong = lengths is not None and (len(lengths) != n or (steps is not None and np.max(lengths) > steps))
        told += [f"the lengths of {name} do not fit: {n:,} whole numbers from 0 to {steps}"] if wrong else []
    return "; ".join(told) + "." if told else None


def _other_ids(seen: Seen) -> str | None:
    told = []
    for name, values, _ in _loaded(seen):
        held = index_of(values)
        if held is None or seen.ids is None:
            continue
        apart = sorted(set(seen.ids.tolist()) ^ set(held.tolist()))
        if apart:
            told.append(f"{name}: {len(apart)} ids are in load or in union only, the first: {apart[0]}")
    return "; ".join(told) + "." if told else None


def _twice(seen: Seen) -> str | None:
    ids, counts = np.unique(seen.ids if seen.ids is not None else [], return_counts=True)
    return f"{int((counts > 1).sum())} segment ids, the first: {ids[counts > 1][0]}." if (counts > 1).any() else None


def _no_videos(seen: Seen) -> str | None:
    return "The index of union has one level." if seen.ids is not None and seen.videos is None else None


def _gaps(seen: Seen) -> str | None:
    told = []
    for name, values, _ in _loaded(seen):
        array = np.asarray(values)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            rows = int((~np.isfinite(array.reshape(len(array), -1))).any(axis=1).sum())
            told.append(f"{name}: {rows:,} of {len(array):,} segments hold NaN or infinite values")
    return "; ".join(told) + "." if told else None


def _unstable(seen: Seen) -> str | None:
    told = [key for key, value in seen.given.items() if key in seen.again and not _same(value, seen.again[key])]
    return f"Asked twice, it gave something else: {', '.join(told)}." if told else None


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if hasattr(one, "equals"):
        return bool(one.equals(other))
    first, second = np.asarray(one), np.asarray(other)
    return bool(np.array_equal(first, second, equal_nan=first.dtype.kind == "f" and second.dtype.kind == "f"))


def _unprefixed(seen: Seen) -> str | None:
    columns = [str(name) for name in getattr(seen.given.get("union"), "columns", ())]
    names = [str(name) for name in seen.given.get("modalities") or ()]
    wrong = [c for c in columns if c not in (*names, "sentiment") and not c.startswith(tuple(f"{n}_" for n in names))]
    return f"{len(wrong)} columns of union, the first: '{wrong[0]}'." if wrong else None


def _off_the_scale(seen: Seen) -> str | None:
    if "sentiment" not in seen.given:
        return None if hasattr(seen.loader, "sentiment") else "There is no sentiment(): nothing can be learnt from it."
    try:
        low, high = checked_scale(getattr(seen.loader, "scale", SCALE))
        points = numbers(seen.given["sentiment"], "sentiment", "sentiment").reshape(-1)
    except DataError as error:
        return str(error)
    except (TypeError, ValueError) as error:
        return f"sentiment() gives no numbers ({error})."
    outside = points[~((points >= low) & (points <= high))]
    return (
        f"{len(outside):,} values are outside {low:g} ... {high:g}, the first: {outside[0]:g}."
        if len(outside)
        else None
    )


def _wrong_folds(seen: Seen) -> str | None:
    given = seen.given.get("folds")
    if given is None or seen.ids is None:
        return None
    for name, fold in (given if isinstance(given, Mapping) else {"standard": given}).items():
        try:
            words = as_fold(aligned(fold, seen.ids, "folds()"), "folds()", str(name))
        except DataError as error:
            return str(error).replace("\n", " ")
        if len(words) != len(seen.ids):
            return f"'{name}' has {len(words):,} rows, union {len(seen.ids):,}."
        videos = seen.ids if seen.videos is None else seen.videos
        split = np.intersect1d(videos[words == "test"], videos[(words == "train") | (words == "valid")])
        if len(split):
            return f"'{name}' splits {len(split)} videos between train and test, the first: {split[0]}."
    return None


_ALL: tuple[tuple[Check, Callable[[Seen], str | None]], ...] = (
    (
        Check("LOAD01", "a method is missing", "error", "Write modalities(), load(modality), union(modalities)."),
        _complete,
    ),
    (Check("LOAD02", "an unknown modality", "error", "Name some of text, audio and video."), _unknown),
    (
        Check(
            "LOAD03", "a method fails, or gives what nobody can read", "error", "Call that method alone, and mend it."
        ),
        _fails,
    ),
    (Check("LOAD04", "numbers of rows differ", "error", "Give all methods the same rows, in the same order."), _rows),
    (Check("LOAD05", "segment ids differ", "error", "Keep the segments that all modalities have."), _other_ids),
    (Check("LOAD06", "a segment id is there twice", "error", "Give each segment an id of its own."), _twice),
    (
        Check(
            "LOAD07", "no video ids", "warning", "Each row counts as its own video; if some belong together, say so."
        ),
        _no_videos,
    ),
    (Check("LOAD08", "NaN or infinite values", "info", "They are filled in by impute."), _gaps),
    (
        Check("LOAD09", "two loads differ", "error", "Fix the seed and the order of whatever is drawn or listed."),
        _unstable,
    ),
    (
        Check(
            "LOAD10", "columns of union without their modality's prefix", "warning", "Call them audio_..., video_..."
        ),
        _unprefixed,
    ),
    (
        Check("LOAD11", "sentiment is missing or outside the scale", "error", "Give scale = (low, high) beside it."),
        _off_the_scale,
    ),
    (
        Check("LOAD12", "folds that cannot be used", "error", "One of train, valid, test a segment, by video."),
        _wrong_folds,
    ),
)
CHECKS: Mapping[str, Check] = {check.code: check for check, _ in _ALL}
REPORTS: Mapping[str, Callable[[Seen], str | None]] = {check.code: report for check, report in _ALL}
