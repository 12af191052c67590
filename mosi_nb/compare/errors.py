"""Errors by utterance: what each model predicted for every held-out segment, the worst first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mosi_nb.compare.judged import Judged
from mosi_nb.components.lexicon import spoken
from mosi_nb.data.segments import Segments, Sequences
from mosi_nb.results import Vector

DESCRIBED = ("segment_id", "video_id", "transcript", "words", "seconds", "steps", "sentiment")
"""Columns before those of the models; `transcript`, `words`, `seconds` and `steps` where they are known."""


def errors(ranked: Sequence[Judged]) -> pd.DataFrame:
    """Return one row a held-out segment, the worst predicted first.

    Parameters
    ----------
    ranked
        Models, the one whose errors count first.

    Returns
    -------
    DataFrame
        `segment_id, video_id`, then `transcript` and its number of `words`, `seconds` or else `steps`
        where these are known, `sentiment`, a column for each model with its predicted sentiment, the
        mean over repeats, and `error`, the first model's predicted less sentiment, in points.
    """
    if not ranked:
        return pd.DataFrame(columns=["segment_id", "video_id", "sentiment", "error"])
    rows, segments = ranked[0].rows, ranked[0].segments
    columns = {name: held[rows] for name, held in described(segments).items()}
    columns |= {column_of(one.name): one.averaged[rows] for one in ranked}
    error = ranked[0].averaged[rows] - segments.sentiment[rows]
    worst = np.argsort(-np.abs(error), kind="stable")
    return pd.DataFrame(columns | {"error": error}).iloc[worst].reset_index(drop=True)


def column_of(model: str) -> str:
    """Return the name of a model's column: its own, unless another column has it.

    Examples
    --------
    >>> column_of("svr"), column_of("words")
    ('svr', 'words (model)')
    """
    return f"{model} (model)" if model in {*DESCRIBED, "error"} else model


def described(segments: Segments) -> dict[str, np.ndarray]:
    """Return what is known of each segment, by the name of a column, in the order in which it is shown."""
    found: dict[str, np.ndarray] = {"segment_id": segments.segment_ids, "video_id": segments.video_ids}
    transcripts = segments.transcripts
    if transcripts is not None:
        found["transcript"] = transcripts
        found["words"] = words_of(transcripts)
    seconds = segments.beside.get("seconds")
    if seconds is not None and np.isfinite(seconds).any():
        found["seconds"] = seconds
    elif (steps := steps_of(segments)) is not None:
        found["steps"] = steps
    return found | {"sentiment": segments.sentiment}


def words_of(transcripts: np.ndarray) -> np.ndarray:
    """Return the number of words of each transcript."""
    return np.array([len(spoken(text)) for text in transcripts.tolist()], dtype=np.intp)


def steps_of(segments: Segments) -> np.ndarray | None:
    """Return the number of steps of each segment in the longest of its sequences; None where there are none."""
    held = [one.lengths for one in segments.modalities.values() if isinstance(one, Sequences)]
    return np.max(held, axis=0) if held else None


def lengths(segments: Segments) -> tuple[Vector, str] | None:
    """Return how long each segment is, and in what: words, or else seconds or steps; None where nobody knows."""
    known = described(segments)
    for unit in ("words", "seconds", "steps"):
        if unit in known:
            return np.asarray(known[unit], dtype=np.float64), unit
    return None


def in_common(ranked: Sequence[Judged]) -> tuple[int, int]:
    """Return on how many segments all models are more than a point off in the same direction, and of how many.

    Parameters
    ----------
    ranked
        At least one model; segments that one of them lacks do not count.
    """
    residuals = np.stack([one.averaged - one.results.sentiment for one in ranked])
    residuals = residuals[:, np.isfinite(residuals).all(axis=0)]
    off = (residuals > 1).all(axis=0) | (residuals < -1).all(axis=0)
    return int(off.sum()), residuals.shape[1]
