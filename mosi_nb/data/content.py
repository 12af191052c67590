"""Functions of the content of segments: their fingerprint, and one frame for all modalities."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.audit import inside
from mosi_nb.data.segments import Features, Modality, Rows, Segments, Sequences, is_text

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 256
"""Rows that are hashed at a time: sequences of double precision would not fit into memory at once."""


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
        double precision where the values are the same, and of what padding holds.

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
    for name in sorted(segments.modalities):
        held = segments.modalities[name]
        _add_texts(digest, [name, _kind(held)])
        _add(digest, held, order)
    return digest.hexdigest()


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
        `audio_0`, `audio_1`, ...; a sequence is the mean over the steps within its length (NaN
        where it has none).

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
        matrix = means(held) if isinstance(held, Sequences) else held
        names = [f"{name}_{column}" for column in range(matrix.shape[1])]
        frames.append(pd.DataFrame(matrix, index=index, columns=names))
    return pd.concat(frames, axis=1)


def means(held: Sequences) -> Features:
    """Return the mean over the steps within each length, shape (n_segments, n_columns)."""
    mask = inside(held)[:, :, None]
    sums = np.where(mask, held.values, 0).sum(axis=1, dtype=np.float64)
    found: Features = np.full_like(sums, np.nan)
    np.divide(sums, held.lengths[:, None], out=found, where=held.lengths[:, None] > 0)
    return found


def _kind(held: Modality) -> str:
    if isinstance(held, Sequences):
        return f"sequences {held.values.shape[2]}"
    return "texts" if held.ndim == 1 else f"features {held.shape[1]}"


def _add(digest: Any, held: Modality, order: Rows) -> None:
    if isinstance(held, Sequences):
        digest.update(held.lengths[order].astype("<i8").tobytes())
        for row in order.tolist():
            digest.update(_numbers(held.values[row, : held.lengths[row]]))
    elif held.ndim == 1:
        _add_texts(digest, [str(text) for text in held[order].tolist()])
    else:
        for start in range(0, len(order), BLOCK):
            digest.update(_numbers(held[order[start : start + BLOCK]]))


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
