"""Pickles that are lists of segments: MISA, MAG-BERT and MMIM.

A segment is `(features, label, id)`. Its features are `(words, visual, acoustic)` in MAG-BERT,
`(word ids, visual, acoustic, words)` in MISA, and in MMIM two lengths more. Nothing is padded.

References
----------
declare-lab/MISA, src/create_dataset.py; WasifurRahman/BERT_multimodal_transformer,
multimodal_driver.py; declare-lab/Multimodal-Infomax, src/create_dataset.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import FOLD_OF, numbers, rounded, texts
from mosi_nb.data.parts import Parts
from mosi_nb.data.readers.clips import ids_of_rows
from mosi_nb.data.readers.counts import described
from mosi_nb.data.readers.padding import stacked_steps
from mosi_nb.data.readers.stored import is_array, read_array
from mosi_nb.data.segments import Modality, Sequences, Texts
from mosi_nb.errors import DataError

FORMAT = "pickles of MISA, MAG-BERT and MMIM (one file, or a folder of train, dev and test)"

PAUSE = "sp"
"""The SDK's word for silence."""

VISUAL, ACOUSTIC, WORDS = 1, 2, 3


def fits(tree: Any) -> bool:
    """Tell whether a pickle's content is a list of segments, or a dict of such lists by fold."""
    if isinstance(tree, dict):
        named = bool(tree) and all(str(key).lower() in FOLD_OF for key in tree)
        return named and all(
            isinstance(held, (list, tuple)) and held and _is_segment(held[0]) for held in tree.values()
        )
    return isinstance(tree, (list, tuple)) and bool(tree) and _is_segment(tree[0])


def parts_of(tree: Any, source: str) -> Parts:
    """Return the segments of all folds.

    Raises
    ------
    DataError
        If one segment is unlike the others.
    """
    folds = tree if isinstance(tree, dict) else {"": tree}
    segments = [segment for held in folds.values() for segment in held]
    for row, segment in enumerate(segments):
        if not _is_segment(segment):
            sentence = "expected (words, visual, acoustic), label and id, as in the first row."
            raise DataError.of(f"{source}, row {row + 1}", sentence)
    names = [FOLD_OF[str(name).lower()] for name, held in folds.items() for _ in held]
    fold = np.array(names, dtype="<U5")
    ids = ids_of_rows([segment[2] for segment in segments], fold, source)
    video, audio = (_steps(segments, place, name, source) for place, name in ((VISUAL, "video"), (ACOUSTIC, "audio")))
    sentiment = rounded(numbers([_number(segment[1]) for segment in segments], source, "label"))
    notes = (*ids.notes, *(note for note in (_flattened("audio", audio), _flattened("video", video)) if note))
    modalities: dict[str, Modality] = {"text": _texts(segments), "audio": audio, "video": video}
    standard = {"standard": fold} if isinstance(tree, dict) else {}
    parts = Parts(ids.segment_ids, ids.video_ids, sentiment, modalities, standard, source=source, notes=notes)
    return described(parts, _layout(segments[0][0]))


def _is_segment(thing: Any) -> bool:
    if not isinstance(thing, (list, tuple)) or len(thing) != 3 or not isinstance(thing[0], (list, tuple)):  # noqa: PLR2004
        return False
    features, label, _ = thing
    if len(features) < 3 or not all(is_array(f) and f.ndim == 2 and f.dtype.kind in "fiu" for f in features[1:3]):  # noqa: PLR2004
        return False
    words = features[WORDS] if len(features) > WORDS else features[0]
    return _are_words(words) and (isinstance(label, (int, float)) or (is_array(label) and label.dtype.kind in "fiu"))


def _are_words(thing: Any) -> bool:
    if is_array(thing):
        return bool(thing.dtype.kind in "SU" and thing.ndim <= 2)  # noqa: PLR2004
    return isinstance(thing, (list, tuple)) and all(isinstance(word, str) for word in thing)


def _steps(segments: list[Any], place: int, name: str, source: str) -> Sequences:
    return stacked_steps([read_array(segment[0][place]) for segment in segments], what=name, source=source)


def _texts(segments: list[Any]) -> Texts:
    spoken = [features[WORDS] if len(features) > WORDS else features[0] for features, _, _ in segments]
    words = [texts(read_array(w).reshape(-1)).tolist() if is_array(w) else w for w in spoken]
    return texts([" ".join(word for word in held if word != PAUSE) for held in words])


def _number(label: Any) -> float:
    if not is_array(label):
        return float(label)
    values: NDArray[Any] = read_array(label).reshape(-1)
    return float(values[0]) if len(values) else float("nan")


def _flattened(name: str, held: Sequences) -> str:
    """Say when each segment was brought to mean 0 over its steps: what is left is its shape in time."""
    values = np.asarray(held.values)
    means = values.sum(axis=1, dtype=np.float64) / np.maximum(held.lengths, 1)[:, None]
    if not values.any() or np.nanmedian(np.abs(means).max(axis=1)) > 1e-3:  # noqa: PLR2004
        return ""
    return (
        f"{name}: its mean over time is 0 in each segment (z-normalised segment by segment): pooling by the mean "
        "leaves nothing of it, pool(std, min, max) does"
    )


def _layout(features: Any) -> str:
    lengths = 6
    return "MAG-BERT" if len(features) == WORDS else "MMIM" if len(features) >= lengths else "MISA"
