"""The HDF5 arrays of MFN: a folder with one file for each fold, without ids.

Either `X_<fold>.h5` of shape (n, 20, 325), words, audio and video side by side, or one file for each
modality (`text_<fold>_emb.h5`, `audio_<fold>.h5`, `video_<fold>.h5`); labels in `y_<fold>.h5`. Padding
stands in front. Each file holds one dataset.

References
----------
pliang279/MFN, test_mosi.py and new_data.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import as_modality, rounded
from mosi_nb.data.parts import Parts
from mosi_nb.data.readers.clips import ids_of_rows
from mosi_nb.data.readers.counts import described
from mosi_nb.data.readers.hdf5 import array, members, open_hdf5
from mosi_nb.data.readers.paths import member, named
from mosi_nb.data.readers.stored import joined
from mosi_nb.data.segments import Features, Modality, Sequences
from mosi_nb.errors import DataError

FORMAT = "the HDF5 folder of MFN (X_train.h5, y_train.h5, ...)"

FOLDS = ("train", "valid", "test")
PARTS = {"text": slice(0, 300), "audio": slice(300, 305), "video": slice(305, 325)}
COLUMNS, CUBE = 325, 3
APART = {"text": ("text_{}_emb.h5", "text_{}.h5"), "audio": ("audio_{}.h5",), "video": ("video_{}.h5",)}


def recognises(path: Path) -> bool:
    """Tell whether the folder holds labels and arrays of the train fold under MFN's names."""
    return path.is_dir() and (path / "y_train.h5").is_file() and bool(_patterns(path))


def read(path: Path) -> Parts:
    """Return the segments of all folds; their ids only number the rows.

    Raises
    ------
    DataError
        If a file is missing or damaged, or the files do not fit together.
    """
    source = named(path)
    labels = [_dataset(path / f"y_{fold}.h5").reshape(-1) for fold in FOLDS]
    fold = np.repeat(np.array(FOLDS, dtype="<U5"), [len(block) for block in labels])
    modalities: dict[str, Modality] = {}
    for name, pattern in _patterns(path).items():
        files = [path / pattern.format(fold) for fold in FOLDS]
        values = joined([_cube(file, len(y)) for file, y in zip(files, labels, strict=True)], name, source)
        held = as_modality(values, name, source)
        modalities |= _apart(values, held) if name == "X" and isinstance(held, Sequences) else {name: held}
    ids = ids_of_rows(None, fold, source)
    sentiment = rounded(joined(labels, "the labels", source).astype(np.float64))
    parts = Parts(
        ids.segment_ids, ids.video_ids, sentiment, modalities, {"standard": fold}, {}, source, ids.notes, ids.numbered
    )
    return described(parts, "MFN")


def _patterns(folder: Path) -> dict[str, str]:
    if (folder / "X_train.h5").is_file():
        return {"X": "X_{}.h5"}
    found = {name: [p for p in patterns if (folder / p.format("train")).is_file()] for name, patterns in APART.items()}
    return {name: patterns[0] for name, patterns in found.items() if patterns}


def _apart(values: Features, held: Sequences) -> dict[str, Modality]:
    # Padding is told from all columns together: one modality alone may be zero at a real word.
    return {name: Sequences(values[:, :, part], held.lengths, held.starts) for name, part in PARTS.items()}


def _cube(path: Path, n: int) -> NDArray[np.floating]:
    values = _dataset(path)
    wanted = values.ndim == CUBE and (not path.name.startswith("X_") or values.shape[2] == COLUMNS)
    if not wanted or len(values) != n:
        columns = f"{COLUMNS} " if path.name.startswith("X_") else ""
        sentence = f"shape {values.shape}, expected ({n:,}, steps, {columns}columns), one row for each label."
        raise DataError.of(named(path), sentence)
    return values


def _dataset(path: Path) -> NDArray[np.floating]:
    source = named(path)
    with open_hdf5(member(path)) as file:
        held = list(members(file, source).values())
        if len(held) != 1:
            raise DataError.of(source, f"expected one dataset, found {len(held)}.")
        return array(held[0], source)
