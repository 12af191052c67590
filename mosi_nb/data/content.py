"""Functions of the content of segments: their fingerprint, and one frame for all modalities."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.pooling import pooled
from mosi_nb.data.segments import Modality, Rows, Segments, Sequences, is_text

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 256
"""Rows that are hashed at a time: there may be no memory for all of them in double precision."""


def fingerprint_of(segments: Segments) -> str:
    """Return a hash of what the segments hold.

    Parameters
    ----------
    segments
        In any order of rows.

    Returns
    -------
    str
        SHA-256 in hexadecimal digits, over segment and video ids, sentiment and the content of each
        modality: independent of the order of rows and modalities, of the machine, of single or
        double precision where the values are the same, and of padding.

    Examples
    --------
    >>> ids = np.array(["a_1", "a_2"])
    >>> segments = Segments(ids, ids, np.array([1.0, -1.0]), {})
    >>> fingerprint_of(segments) == fingerprint_of(segments.take(np.array([1, 0])))
    True
    """
    order = np.argsort(segments.segment_ids, kind="stable")
    digest = hashlib.sha256()
    for ids in (segments.segment_ids, segments.video_ids):
        _add_texts(digest, ids[order].tolist())
    digest.update(_numbers(segments.sentiment[order]))
    for name, fingerprint in sorted(fingerprints_of(segments).items()):
        _add_texts(digest, [name, fingerprint])
    return digest.hexdigest()


def fingerprints_of(segments: Segments) -> dict[str, str]:
    """Return a hash of each modality and of the segment ids that it belongs to, by name.

    What is changed can be told by it: two data sets may share their text and differ in audio.

    Parameters
    ----------
    segments
        In any order of rows.
    """
    order = np.argsort(segments.segment_ids, kind="stable")
    ids = segments.segment_ids[order].tolist()
    return {name: _fingerprint(held, order, ids) for name, held in segments.modalities.items()}


def union_of(segments: Segments, modalities: Sequence[str] | None = None) -> pd.DataFrame:
    """Return all modalities side by side.

    Parameters
    ----------
    segments
        With any modalities.
    modalities
        Which, in which order; left out, all.

    Returns
    -------
    DataFrame
        One row a segment, index `(video_id, segment)`. Raw text is the column `text`, features are
        `audio_0`, `audio_1`, ...; a sequence is the mean over its steps, without values that are
        missing (NaN where it has none).

    Raises
    ------
    DataError
        If a modality is not there.
    """
    import pandas as pd  # noqa: PLC0415 -- workers import the data layer and build no frame

    chosen = segments if modalities is None else segments.only(modalities)
    ids = [segments.video_ids.astype(object), segments.segment_ids.astype(object)]
    index = pd.MultiIndex.from_arrays(ids, names=["video_id", "segment"])
    frames = [pd.DataFrame(index=index)]
    for name, held in chosen.modalities.items():
        if is_text(held):
            frames.append(pd.DataFrame({name: held}, index=index))
            continue
        matrix = pooled(held, ("mean",)) if isinstance(held, Sequences) else held
        names = [f"{name}_{column}" for column in range(matrix.shape[1])]
        frames.append(pd.DataFrame(matrix, index=index, columns=names))
    return pd.concat(frames, axis=1)


def _fingerprint(held: Modality, order: Rows, ids: list[str]) -> str:
    digest = hashlib.sha256()
    _add_texts(digest, [_kind(held), *ids])
    if isinstance(held, Sequences):
        for row in _digests(held)[order]:
            digest.update(row.tobytes())
    elif held.ndim == 1:
        _add_texts(digest, [str(text) for text in held[order].tolist()])
    else:
        for start in range(0, len(order), BLOCK):
            digest.update(_numbers(held[order[start : start + BLOCK]]))
    return digest.hexdigest()


def _digests(held: Sequences) -> NDArray[np.uint8]:
    """Return a hash of each segment: sequences are read in the order of their file, not of their ids."""
    found = np.empty((len(held), hashlib.sha256().digest_size), dtype=np.uint8)
    for rows, block in held.blocks():
        for row, steps in zip(rows.tolist(), block, strict=True):
            content = len(steps).to_bytes(8, "little") + _numbers(steps)
            found[row] = np.frombuffer(hashlib.sha256(content).digest(), dtype=np.uint8)
    return found


def _kind(held: Modality) -> str:
    if isinstance(held, Sequences):
        return f"sequences {held.values.shape[2]}"
    return "texts" if held.ndim == 1 else f"features {held.shape[1]}"


def _add_texts(digest: Any, texts: Iterable[str]) -> None:
    for text in texts:
        content = text.encode("utf-8", errors="surrogatepass")
        # The length in front keeps "ab", "c" and "a", "bc" apart.
        digest.update(len(content).to_bytes(8, "little") + content)


def _numbers(values: NDArray[Any]) -> bytes:
    # Adding 0.0 turns -0.0 into 0.0, and there is more than one NaN: equal values must have equal bytes.
    plain = np.asarray(values, dtype=np.float64) + 0.0
    plain[np.isnan(plain)] = np.nan
    return plain.astype("<f8").tobytes()
