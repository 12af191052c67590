"""Pickles of Poria et al.: utterance features by video, padded to the longest video.

A tuple of seven: train features (videos, utterances, columns), train labels (videos, utterances), the
same of test, the longest video, and the number of utterances of each video of train and of test.

References
----------
Poria et al. 2017, "Context-Dependent Sentiment Analysis in User-Generated Videos", ACL;
soujanyaporia/multimodal-sentiment-analysis, create_data.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mosi_nb.data.ids import as_ids
from mosi_nb.data.parts import Parts
from mosi_nb.data.readers.counts import described
from mosi_nb.data.readers.stored import Array, is_array, joined, read_array
from mosi_nb.errors import DataError

FORMAT = "pickles of Poria et al"

SEVEN, CUBE, MATRIX = 7, 3, 2
AUDIO = 73
"""Columns of audio; text and video have 100."""

NOTES = (
    "the file has no ids, so videos were numbered in its order; the folder with transcripts.csv has them",
    "sentiment is binary here, read as -1 and +1; real-valued labels can only be joined where there are ids",
    "text and video come from networks trained on the train fold of 'poria': they leak its labels to other folds",
)


def fits(tree: Any) -> bool:
    """Tell whether a pickle's content is that tuple of seven."""
    if not isinstance(tree, (tuple, list)) or len(tree) != SEVEN:
        return False
    shapes = [thing.ndim if is_array(thing) else 0 for thing in tree[:4]]
    return shapes == [CUBE, MATRIX, CUBE, MATRIX] and all(_is_counts(thing) for thing in tree[5:])


def parts_of(tree: Any, source: str) -> Parts:
    """Return the utterances of train, then those of test, with the folds `poria`.

    Raises
    ------
    DataError
        If the numbers of utterances do not fit, or it cannot be told which modality it is.
    """
    name = _modality(tree[0].shape[2], source)
    found = [_fold(tree[place], tree[place + 1], tree[later], fold, source) for place, later, fold in _PLACES]
    blocks, labels, clips = zip(*found, strict=True)
    pairs = [pair for fold in clips for pair in fold]
    values = joined(blocks, name, source)
    sentiment = np.where(np.concatenate(labels) > 0, 1.0, -1.0)
    fold = np.repeat(np.array(["train", "test"], dtype="<U5"), [len(c) for c in clips])
    segment_ids, video_ids = as_ids(f"{v}_{k}" for v, k in pairs), as_ids(v for v, _ in pairs)
    notes = NOTES if name != "audio" else NOTES[:2]
    parts = Parts(segment_ids, video_ids, sentiment, {name: values}, {"poria": fold}, {}, source, notes, numbered=True)
    return described(parts, f"the {name} of Poria et al.")


_PLACES = ((0, 5, "train"), (2, 6, "test"))


def _fold(features: Array, labels: Array, counts: Any, fold: str, source: str) -> Any:
    values, marks = read_array(features), read_array(labels)
    lengths = [int(count) for count in (read_array(counts).tolist() if is_array(counts) else counts)]
    longest = values.shape[1]
    if len(lengths) != len(values) or marks.shape != values.shape[:2] or not all(0 <= k <= longest for k in lengths):
        sentence = f"{fold}: features {values.shape}, labels {marks.shape} and {len(lengths)} lengths do not fit."
        raise DataError.of(source, sentence)
    inside = np.arange(longest) < np.array(lengths)[:, None]
    clips = [(f"{fold}{video + 1}", k + 1) for video, count in enumerate(lengths) for k in range(count)]
    return values[inside], marks[inside], clips


def _modality(columns: int, source: str) -> str:
    if columns == AUDIO:
        return "audio"
    for name in ("text", "video"):
        if name in source.lower():
            return name
    sentence = f"{columns} columns are those of text and of video alike."
    raise DataError.of(source, sentence, "Call the file text.pickle or video.pickle, as its makers do.")


def _is_counts(thing: Any) -> bool:
    if is_array(thing):
        return bool(thing.ndim == 1 and thing.dtype.kind in "iu")
    return isinstance(thing, (list, tuple)) and all(type(n) is int for n in thing)
