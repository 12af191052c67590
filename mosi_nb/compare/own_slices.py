"""Slices by a function of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.compare.slices import KINDS, Slice
from mosi_nb.data import DataIterator
from mosi_nb.data.segments import Segments
from mosi_nb.errors import SpecError
from mosi_nb.results import reason_of

MOST_LABELS = 50
"""Different labels of one function; more would be no slices."""

UNDEFINED = "(undefined)"
"""Label of segments for which a function returned None or NaN."""

ADVICE = "It is called with all segments, else with one record at a time: return a label, or True and False."


def own_slices(extra: Any, segments: Segments) -> list[Slice]:
    """Return the parts of the segments that functions tell apart.

    Parameters
    ----------
    extra
        A function, a list of functions, or a mapping from names to functions. Each is called with the
        `Segments`; where that does not give one value for each, with one record of a `DataIterator` at
        a time. `modalities["text"]` is the transcript, where it is known. True and False make a slice of
        what is true, and of the rest; other values are labels.
    segments
        All rows of the data.

    Raises
    ------
    SpecError
        If something is no function, a function raises, or has more than 50 different labels.
    """
    spoken = segments.transcripts
    if spoken is not None:  # of more use to a function than features of it
        segments = replace(segments, modalities={**segments.modalities, "text": spoken})
    return [part for name, function in _named(extra).items() for part in _of_one(name, function, segments)]


def _named(extra: Any) -> dict[str, Callable[[Any], Any]]:
    if extra is None:
        return {}
    if isinstance(extra, Mapping):
        found = {str(name): function for name, function in extra.items()}
    else:
        functions: Sequence[Any] = extra if isinstance(extra, list | tuple) else [extra]
        found = {}
        for place, function in enumerate(functions, 1):
            name = getattr(function, "__name__", type(function).__name__)
            name = f"own {place}" if name == "<lambda>" else name
            found[name if name not in found else f"{name} {place}"] = function
    found = {f"own {name}" if name in KINDS else name: function for name, function in found.items()}
    wrong = next((function for function in found.values() if not callable(function)), None)
    if wrong is not None:
        sentence = f"a function is wanted, found {wrong!r}."
        raise SpecError.at(None, "slices", sentence, advice="For example slices(lambda record: record.video_id[0]).")
    return found


def _of_one(name: str, function: Callable[[Any], Any], segments: Segments) -> list[Slice]:
    labels = _labels(name, function, segments)
    kinds = {type(label) for label in labels.tolist()}
    if kinds <= {bool, np.bool_}:
        true = labels.astype(bool)
        return [Slice(name, name, true, f"{name} is true"), Slice(name, f"not {name}", ~true, f"{name} is false")]
    shown = np.array([UNDEFINED if _is_missing(label) else _written(label) for label in labels.tolist()], dtype=object)
    found = sorted(set(shown.tolist()), key=lambda label: (label == UNDEFINED, _number(label), label))
    if len(found) > MOST_LABELS:
        sentence = f"{name} has {len(found):,} different labels, the first: {', '.join(found[:3])}."
        raise SpecError.at(None, "slices", sentence, advice=f"Let it return up to {MOST_LABELS}.")
    return [Slice(name, label, shown == label, f"{name} is {label}") for label in found]


def _labels(name: str, function: Callable[[Any], Any], segments: Segments) -> NDArray[Any]:
    try:
        labels = _column(function(segments), len(segments))
    except Exception:  # noqa: BLE001 -- written for one record: it is called with those
        labels = None
    if labels is not None:
        return labels
    found = np.empty(len(segments), dtype=object)
    for row, record in enumerate(DataIterator(segments)):
        try:
            found[row] = function(record)
        except Exception as error:
            sentence = f"{name} failed on the segment {record.segment_id}: {reason_of(error)}."
            raise SpecError.at(None, "slices", sentence, advice=ADVICE) from error
        if isinstance(found[row], list | dict | set | np.ndarray):
            what = type(found[row]).__name__
            sentence = f"{name} returned a {what} for the segment {record.segment_id}."
            raise SpecError.at(None, "slices", sentence, advice=ADVICE)
    return found


def _column(returned: Any, n: int) -> NDArray[Any] | None:
    """Return what was returned as one value for each segment; None where it is something else."""
    if isinstance(returned, str | bytes | Mapping) or not hasattr(returned, "__len__") or len(returned) != n:
        return None
    column = np.asarray(returned)
    if column.shape != (n,):
        return None
    return column


def _written(label: Any) -> str:
    return f"{label:g}" if isinstance(label, float) else str(label)


def _number(label: str) -> float:
    try:
        return float(label)
    except ValueError:
        return np.inf


def _is_missing(label: Any) -> bool:
    return label is None or (isinstance(label, float) and np.isnan(label))
