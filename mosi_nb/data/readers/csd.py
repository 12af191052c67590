"""The CMU-MultimodalSDK's computational sequence of labels (`.csd`).

An HDF5 file with one root group; below it `data/<video>/features` of shape (n, 1) and
`data/<video>/intervals` of shape (n, 2), in seconds.

References
----------
CMU-MultiComp-Lab/CMU-MultimodalSDK, mmsdk/mmdatasdk/computational_sequence.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import rounded
from mosi_nb.data.ids import as_ids, canonical
from mosi_nb.data.parts import Parts
from mosi_nb.data.readers.hdf5 import array, check, members, open_hdf5
from mosi_nb.data.readers.paths import HDF5, named, start_of
from mosi_nb.errors import DataError

FORMAT = "labels of the CMU-MultimodalSDK (.csd)"

MOSI_VIDEOS = "f2a31ee2c33bee039f71d7d99b560ce7b5d6ccaa5eeb9db6833e8d02ac918ae7"
"""SHA-256 of MOSI's video ids, sorted and joined by newlines."""

TRAIN, VALID = 52, 10
"""MOSI's standard folds are its sorted video ids, cut after these numbers of videos; the rest is test."""

INTERVALS = 2


def recognises(path: Path) -> bool:
    """Tell whether the file is a computational sequence, or HDF5 that cannot be opened to see."""
    if not path.is_file() or not start_of(path).startswith(HDF5):
        return False
    try:
        with open_hdf5(path) as file:
            return root_of(file, named(path)) is not None
    except DataError:
        return True


def read(path: Path) -> Parts:
    """Return ids, sentiment and, under `start` and `end`, the times of the segments in seconds.

    Raises
    ------
    DataError
        If the file is damaged, or holds something else than labels.
    """
    source = named(path)
    ids: list[str] = []
    rows: list[NDArray[Any]] = []
    with open_hdf5(path) as file:
        for key, group in sequences_of(file, source).items():
            features, intervals = _sequence(group, key, source)
            rows.append(np.column_stack([features, intervals]).astype(np.float64))
            ids += [f"{key}_{k + 1}" for k in range(len(features))] if not key.endswith("]") else [canonical(key)]
    if not ids:
        raise DataError.of(source, "there are no segments.")
    return _parts(as_ids(ids, source), np.concatenate(rows), source)


def _parts(ids: NDArray[np.str_], table: NDArray[np.float64], source: str) -> Parts:
    videos = as_ids(i.rsplit("_", 1)[0] for i in ids.tolist())
    columns = {"start": table[:, 1], "end": table[:, 2]}
    point = int((table[:, 2] <= table[:, 1]).sum())
    notes = (f"segments without duration: {point} of {len(ids):,}",) if point else ()
    folds = standard_folds(videos)
    return Parts(ids, videos, rounded(table[:, 0]), {}, folds, columns, source, notes)


def standard_folds(video_ids: NDArray[np.str_]) -> dict[str, NDArray[np.str_]]:
    """Return the SDK's standard folds if these are exactly MOSI's videos; otherwise none.

    Parameters
    ----------
    video_ids
        Of each segment, shape (n_segments,).
    """
    videos = sorted(set(video_ids.tolist()))
    if hashlib.sha256("\n".join(videos).encode()).hexdigest() != MOSI_VIDEOS:
        return {}
    rank = {video: place for place, video in enumerate(videos)}
    places = np.array([rank[video] for video in video_ids.tolist()])
    return {"standard": np.select([places < TRAIN, places < TRAIN + VALID], ["train", "valid"], "test").astype("<U5")}


def root_of(file: Any, source: str) -> str | None:
    """Return the name of the one group that holds data and metadata, as a computational sequence does."""
    found = [
        name
        for name, group in members(file, source).items()
        if hasattr(group, "keys") and {"data", "metadata"} <= set(group)
    ]
    return found[0] if len(found) == 1 else None


def sequences_of(file: Any, source: str) -> dict[str, Any]:
    """Return the group of each video, or of each segment, by its id, sorted.

    Raises
    ------
    DataError
        If the file is no computational sequence.
    """
    root = root_of(file, source)
    if root is None:
        raise DataError.of(source, "expected one root group with data and metadata.")
    held = members(members(members(file, source)[root], source)["data"], source)
    return {key: held[key] for key in sorted(held)}


def checked(group: Any, key: str, source: str, kinds: str = "fiuS") -> tuple[Any, NDArray[Any]]:
    """Return the features of one video or segment, not read yet, and its intervals.

    Raises
    ------
    DataError
        If one is missing, damaged or elsewhere, or they are not equally many.
    """
    held = members(group, source) if hasattr(group, "keys") else {}
    if not {"features", "intervals"} <= set(held):
        sentence = f"data/{key} must hold features and intervals."
        raise DataError.of(source, sentence, "Is the file cut? Copy it again.")
    features, intervals = held["features"], array(held["intervals"], source)
    check(features, source, kinds)
    if intervals.ndim != INTERVALS or intervals.shape[1:] != (INTERVALS,):
        raise DataError.of(source, f"data/{key}: expected intervals of start and end, found {intervals.shape}.")
    if len(features.shape) < INTERVALS or features.shape[0] != len(intervals):
        sentence = f"data/{key}: features {features.shape} and intervals {intervals.shape} do not fit."
        raise DataError.of(source, sentence)
    return features, intervals


def content_of(group: Any, key: str, source: str, kinds: str = "fiuS") -> tuple[NDArray[Any], NDArray[Any]]:
    """Return features and intervals of one video or segment, as `checked` does, but read."""
    features, intervals = checked(group, key, source, kinds)
    return array(features, source, kinds), intervals


def _sequence(group: Any, key: str, source: str) -> tuple[NDArray[Any], NDArray[Any]]:
    features, intervals = content_of(group, key, source)
    if features.shape != (len(intervals), 1) or features.dtype.kind not in "fiu":
        sentence = f"expected labels, one number for each segment; data/{key} holds {features.dtype} {features.shape}."
        advice = f'Features are joined to labels by time: DataIterator("labels.csd", audio="{source}").'
        raise DataError.of(source, sentence, advice)
    return features, intervals
