"""The SDK's computational sequences of features (`.csd`): the steps inside each segment's interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import texts
from mosi_nb.data.ids import as_ids, canonical
from mosi_nb.data.readers.csd import checked, content_of, root_of, sequences_of
from mosi_nb.data.readers.hdf5 import members, open_hdf5
from mosi_nb.data.readers.paths import named
from mosi_nb.data.segments import Modality
from mosi_nb.data.spans import sequences_of as lazy_sequences
from mosi_nb.data.spans import steps_within
from mosi_nb.errors import DataError

PAUSE = "sp"
"""The SDK's word for silence."""

WORDS = {
    "audio": ("covarep", "smile", "audio", "acoustic"),
    "video": ("facet", "openface", "visual", "vision", "video"),
    "text": ("word", "glove", "text", "bert"),
}
"""What the names of root groups say of their modality."""


@dataclass(frozen=True, eq=False)
class Times:
    """When each segment is spoken, in seconds.

    Attributes
    ----------
    segment_ids, video_ids, starts, ends
        Shape (n_segments,).
    """

    segment_ids: NDArray[np.str_]
    video_ids: NDArray[np.str_]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]


def modality_of(path: Path) -> str | None:
    """Return the modality that the name of a sequence's root group tells of."""
    with open_hdf5(path) as file:
        root = (root_of(file, named(path)) or "").lower()
    return next((name for name, words in WORDS.items() if any(word in root for word in words)), None)


def holds_labels(path: Path) -> bool:
    """Tell whether the first video or segment has one number a row."""
    source = named(path)
    with open_hdf5(path) as file:
        for group in sequences_of(file, source).values():
            features = members(group, source).get("features")
            return features is not None and features.shape[1:] == (1,) and features.dtype.kind in "fiu"
    return False


def modality_from(path: Path, name: str, times: Times | None) -> tuple[Modality, NDArray[np.str_]]:
    """Return a modality from a sequence, with its segment ids.

    Parameters
    ----------
    path
        A computational sequence of words or of features.
    name
        The modality, for messages.
    times
        Of the segments, where the sequence's ids are videos and not yet segments (`video[k]`).

    Returns
    -------
    modality, segment ids
        Words joined by spaces, without the SDK's pauses, for a sequence of words; else the steps that
        overlap each segment, which stay in the file until they are asked for. Segments of videos that the
        sequence does not have are left out.

    Raises
    ------
    DataError
        If the file is damaged, holds neither words nor numbers, or it is not known when segments are spoken.
    """
    source = named(path)
    with open_hdf5(path) as file:
        videos = sequences_of(file, source)
        found = _Found([], [], [], [])
        for key, group in videos.items():
            features, intervals = checked(group, key, source)
            _add(found, key, features, intervals, times, source)
        if not found.ids:
            raise DataError.of(source, "it has none of the videos of the segments.")
        if len({like.shape[1:] for like in found.like}) > 1 or found.like[0].ndim != 2:  # noqa: PLR2004
            raise DataError.of(source, f"{name}: videos differ in their columns, or lack one row for each step.")
        ids = as_ids(found.ids, source)
        if found.like[0].dtype.kind == "S":
            return texts(_sentences(videos, found, source)), ids
        spans = np.array(found.spans, dtype=np.intp)
        data = f"{root_of(file, source)}/data"
        return lazy_sequences(path, data, found.videos, spans, found.like[0]), ids


class _Found(NamedTuple):
    """Spans of steps: for each segment its id, its video (or its own key), and first and last step."""

    ids: list[str]
    videos: list[str]
    spans: list[Any]
    like: list[Any]


def _add(found: _Found, key: str, features: Any, intervals: NDArray[Any], times: Times | None, source: str) -> None:
    if key.endswith("]"):
        rows, spans = [canonical(key)], [[0, len(intervals)]]
    elif times is None:
        sentence = "its ids are videos, and when the segments are spoken is not known."
        raise DataError.of(source, sentence, 'Name the labels of the SDK first: DataIterator("labels.csd", ...).')
    else:
        of_video = np.flatnonzero(times.video_ids == key)
        rows = times.segment_ids[of_video].tolist()
        spans = steps_within(intervals, times.starts[of_video], times.ends[of_video]).tolist() if rows else []
    if rows:
        found.ids.extend(rows)
        found.videos.extend([key] * len(rows))
        found.spans.extend(spans)
        found.like.append(features)


def _sentences(videos: Mapping[str, Any], found: _Found, source: str) -> list[str]:
    held = {key: content_of(videos[key], key, source, "S")[0].reshape(-1) for key in set(found.videos)}
    pairs = zip(found.videos, found.spans, strict=True)
    return [
        " ".join(word for word in texts(held[key][first:end]).tolist() if word and word != PAUSE)
        for key, (first, end) in pairs
    ]
