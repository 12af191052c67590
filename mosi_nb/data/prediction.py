"""New data without sentiment, in the shape that a trained model was fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mosi_nb.data.arrays import as_modality
from mosi_nb.data.frame import from_frame
from mosi_nb.data.ids import as_ids, videos_of
from mosi_nb.data.iterator import DataIterator
from mosi_nb.data.parts import Parts
from mosi_nb.data.readers import read_parts
from mosi_nb.data.segments import Segments
from mosi_nb.data.sources import is_frame
from mosi_nb.errors import DataError
from mosi_nb.spec import MODALITIES

IDS = ("segment_ids", "segment_id")
ACCEPTED = "Segments, a DataIterator, a pandas DataFrame, a path, or a dict of arrays by modality"


def for_prediction(X: object, modalities: Sequence[str]) -> Segments:  # noqa: N803 -- as in scikit-learn
    """Return new data as segments with exactly these modalities.

    Parameters
    ----------
    X
        `Segments`, DataIterator, path, a DataFrame with a raw `text` column or columns like
        `audio_0`, or a dict of arrays by modality. Ids come from a column `segment_id` or the index
        of a frame, from `segment_ids` of a dict; else row numbers, from 0, stand in for them.
    modalities
        What the model was trained on.

    Returns
    -------
    Segments
        In the order of X. Where X holds no sentiment, as a frame or dict never does here, it is 0.0
        for each segment: a place holder that nothing may be judged by.

    Raises
    ------
    DataError
        If X is none of these, or lacks a modality; the message says what it has.

    Examples
    --------
    >>> import pandas as pd
    >>> new = for_prediction(pd.DataFrame({"text": ["what a film"]}), ["text"])
    >>> new.segment_ids.tolist(), new.modalities["text"].tolist()
    (['0'], ['what a film'])
    """
    if isinstance(X, (Segments, DataIterator)):
        segments = X.segments if isinstance(X, DataIterator) else X
        _check(tuple(segments.modalities), modalities, segments.source)
        return segments.only(list(modalities))
    parts = _parts(X)
    _check(tuple(parts.modalities), modalities, parts.source)
    sentiment = np.zeros(len(parts))
    return replace(parts, sentiment=sentiment).segments().only(list(modalities))


def _parts(given: object) -> Parts:
    if isinstance(given, (str, Path)):
        return read_parts(given)
    if is_frame(given):
        # Labels may be on any scale, or words: they are not looked at.
        labels = [name for name in ("sentiment", "label", "regression_label") if name in given.columns]
        return from_frame(given.drop(columns=labels), "X", numbered=True)
    if isinstance(given, Mapping):
        return _from_dict({str(name): value for name, value in given.items()})
    raise DataError.of("X", f"a {type(given).__name__} cannot be predicted.", f"Accepted: {ACCEPTED}.")


def _from_dict(arrays: Mapping[str, Any]) -> Parts:
    steps = arrays.get("lengths") or {}
    held = {name: as_modality(arrays[name], name, "X", steps.get(name)) for name in MODALITIES if name in arrays}
    if not held:
        raise DataError.of("X", f"there is no modality. It has: {', '.join(arrays) or 'nothing'}.", _advice("text"))
    names = [name for name in IDS if name in arrays]
    ids = as_ids(arrays[names[0]] if names else range(len(next(iter(held.values())))))
    return Parts(ids, videos_of(ids), None, held, source="X")


def _check(held: Sequence[str], wanted: Sequence[str], source: str) -> None:
    missing = [name for name in wanted if name not in held]
    if missing:
        sentence = f"there is no {missing[0]}, which the model was trained on. It has: {', '.join(held) or 'none'}."
        raise DataError.of(source, sentence, _advice(missing[0]))


def _advice(modality: str) -> str:
    raw = "raw text in the column text, or " if modality == "text" else ""
    return f"Expected in a frame: {raw}columns {modality}_0, {modality}_1, ...; in a dict: the key {modality}."
