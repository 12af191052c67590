"""Pickles of padded arrays by fold: MMSA, MulT, MultiBench and LMF.

All are a dict of train, valid and test, each a dict of arrays with one row for each segment. MMSA
has raw texts and BERT features, and lengths where its modalities are not aligned; MulT and MultiBench pad in
front and have no lengths; LMF averages audio and video and has no ids.

References
----------
thuiar/MMSA, src/MMSA/data_loader.py; yaohungt/Multimodal-Transformer, src/dataset.py;
pliang279/MultiBench, datasets/affect/get_data.py; Justin1904/Low-rank-Multimodal-Fusion, utils.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import FOLD_OF, as_modality, numbers, rounded, texts
from mosi_nb.data.parts import Column, Later, Parts
from mosi_nb.data.readers.clips import ids_of_rows
from mosi_nb.data.readers.counts import described
from mosi_nb.data.readers.stored import Array, is_array, joined, read_array
from mosi_nb.data.segments import Modality
from mosi_nb.errors import DataError

FORMAT = "pickles of MMSA, MulT, MultiBench and LMF"

LABELS = ("regression_labels", "labels", "label")
NAMES = {
    "text": ("text", "glove"),
    "audio": ("audio", "covarep", "acoustic"),
    "video": ("vision", "video", "facet", "visual"),
}
MASK = 3
"""`text_bert` holds word ids, mask and segments of each step."""

OTHERS = ("annotations", "regression_labels_T", "regression_labels_A", "regression_labels_V")
"""Columns that can be asked for by name."""


@dataclass(frozen=True)
class _Folds:
    """The folds of a file, with what their arrays have in common."""

    of: Mapping[str, Mapping[str, Any]]
    source: str

    def has(self, key: str) -> bool:
        return all(key in held for held in self.of.values())

    def arrays(self, key: str) -> list[Array]:
        return [held[key] if is_array(held[key]) else np.asarray(_flat(held[key])) for held in self.of.values()]

    def column(self, key: str) -> list[Any]:
        return [
            cell
            for held in self.of.values()
            for cell in (read_array(held[key]).tolist() if is_array(held[key]) else list(held[key]))
        ]

    def first(self, *keys: str) -> str | None:
        return next((key for key in keys if self.has(key)), None)


def fits(tree: Any) -> bool:
    """Tell whether a pickle's content is a dict of folds, each a dict with labels and a modality."""
    if not isinstance(tree, dict) or not tree or not all(str(key).lower() in FOLD_OF for key in tree):
        return False
    if not all(isinstance(held, dict) for held in tree.values()):
        return False
    folds = _Folds(tree, "")
    return folds.first(*LABELS) is not None and any(folds.first(*names) for names in NAMES.values())


def parts_of(tree: Any, source: str) -> Parts:
    """Return the segments of all folds.

    Raises
    ------
    DataError
        If arrays do not fit together.
    """
    folds = _Folds({FOLD_OF[str(key).lower()]: held for key, held in tree.items()}, source)
    label = folds.first(*LABELS) or ""
    sentiment = rounded(
        np.concatenate([numbers(read_array(a), source, label).reshape(-1) for a in folds.arrays(label)])
    )
    sizes = [read_array(array).shape[0] for array in folds.arrays(label)]
    names = np.repeat(np.array(list(folds.of), dtype="<U5"), sizes)
    modalities, columns = _modalities(folds), _columns(folds)
    if folds.has("raw_text"):
        modalities = {"text": texts(folds.column("raw_text")), **modalities}
    rows = _ids(folds, names)
    parts = Parts(
        rows.segment_ids, rows.video_ids, sentiment, modalities, {"standard": names}, columns, source, rows.notes,
        rows.numbered,
    )  # fmt: skip
    _check(parts, columns)
    return described(parts, _layout(folds))


def _modalities(folds: _Folds) -> dict[str, Modality]:
    found: dict[str, Modality] = {}
    for name, keys in NAMES.items():
        key = folds.first(*keys)
        if key is not None and not (name == "text" and folds.has("raw_text")):
            found[name] = _modality(folds, key, name)
    return found


def _modality(folds: _Folds, key: str, name: str) -> Modality:
    values = joined(folds.arrays(key), name, folds.source)
    if values.ndim == 2:  # noqa: PLR2004 -- already one row of features a segment
        return values
    if values.ndim != 3:  # noqa: PLR2004
        raise DataError.of(folds.source, f"{name} has the shape {values.shape}, expected (n, steps, columns).")
    return as_modality(values, name, folds.source, _lengths(folds, key, values.shape[1]))


def _lengths(folds: _Folds, key: str, steps: int) -> NDArray[np.int64] | None:
    """Return the lengths that the file knows: its own, or how much of each text is no padding."""
    if folds.has(f"{key}_lengths"):
        return np.concatenate([np.asarray(read_array(a)).reshape(-1) for a in folds.arrays(f"{key}_lengths")])
    if not folds.has("text_bert") or any(a.ndim != 3 or a.shape[1] != MASK for a in folds.arrays("text_bert")):  # noqa: PLR2004
        return None
    masks = [read_array(array)[:, 1, :] for array in folds.arrays("text_bert")]
    if any(mask.shape[1] != steps for mask in masks):
        return None
    return np.concatenate([mask.sum(axis=1) for mask in masks]).astype(np.int64)


def _columns(folds: _Folds) -> dict[str, Column | Later]:
    found: dict[str, Any] = {}
    if folds.has("raw_text"):
        found["raw_text"] = texts(folds.column("raw_text"))
        if folds.has("text"):
            n = len(found["raw_text"])
            found["bert"] = Later(n, lambda: _modality(folds, "text", "text"))
    return found | {name: np.asarray(folds.column(name)) for name in OTHERS if folds.has(name)}


def _ids(folds: _Folds, names: NDArray[np.str_]) -> Any:
    key = folds.first("id", "ids", "segment_id")
    return ids_of_rows(folds.column(key) if key else None, names, folds.source)


def _layout(folds: _Folds) -> str:
    if folds.has("regression_labels"):
        return "MMSA, not aligned" if folds.first("audio_lengths", "vision_lengths") else "MMSA, aligned"
    return "LMF" if folds.has("glove") or folds.has("covarep") else "MulT or MultiBench"


def _check(parts: Parts, columns: Mapping[str, Column | Later]) -> None:
    sized = {
        **parts.modalities,
        **{n: c for n, c in columns.items() if not isinstance(c, Later)},
        "ids": parts.segment_ids,
    }
    for name, held in sized.items():
        if len(held) != len(parts.folds["standard"]):
            sentence = f"{name} has {len(held):,} rows, but there are {len(parts.folds['standard']):,} labels."
            raise DataError.of(parts.source, sentence, "Is the file cut? Copy it again.")


def _flat(cells: Any) -> Any:
    if not isinstance(cells, (list, tuple)) or not all(isinstance(cell, (int, float, str, bool)) for cell in cells):
        raise TypeError("no column")
    return cells
