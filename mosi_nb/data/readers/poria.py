"""The utterance features of Poria et al. (2017) as a folder of CSV files.

`{text,audio,video}_{train,test}0.csv` hold features and, last, a binary label, without header and
without ids. Column 0 of `text_train.csv` and `text_test.csv` is the row in `transcripts.csv`, for all
three modalities.

References
----------
Poria et al. 2017, "Context-Dependent Sentiment Analysis in User-Generated Videos", ACL.
declare-lab/multimodal-deep-learning.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import texts
from mosi_nb.data.ids import as_ids, videos_of
from mosi_nb.data.parts import Parts
from mosi_nb.data.readers.paths import member, named
from mosi_nb.data.segments import Modality, Rows
from mosi_nb.errors import DataError
from mosi_nb.spec import MODALITIES

FORMAT = "the CSV folder of Poria et al. (transcripts.csv, text_train0.csv, ...)"

NOTES = (
    'sentiment is binary here, read as -1 and +1: say sentiment="mosi_utterances.csv" for the real-valued labels',
    "text and video come from networks trained on the train fold of 'poria': they leak its labels to other folds",
)


def recognises(path: Path) -> bool:
    """Tell whether the folder holds the transcripts and the features of the train fold."""
    return path.is_dir() and all((path / name).is_file() for name in ("transcripts.csv", "text_train.csv"))


def read(path: Path) -> Parts:
    """Return features, binary sentiment and the folds `poria`; raw texts as the column `transcripts`.

    Raises
    ------
    DataError
        If a file is missing or damaged, or the files do not fit together.
    """
    source = named(path)
    ids, spoken = _transcripts(path / "transcripts.csv")
    rows = {fold: _rows(path / f"text_{fold}.csv", len(ids)) for fold in ("train", "test")}
    order = np.argsort(np.concatenate(list(rows.values())), kind="stable")
    at = np.concatenate(list(rows.values()))[order]
    if len(set(at.tolist())) < len(at):
        raise DataError.of(source, "a row of transcripts.csv is named twice by text_train.csv and text_test.csv.")
    blocks = {name: _block(path, name, rows)[order] for name in MODALITIES}
    modalities: dict[str, Modality] = {name: block[:, :-1] for name, block in blocks.items()}
    folds = np.repeat(np.array(list(rows), dtype="<U5"), [len(r) for r in rows.values()])[order]
    sentiment = np.where(blocks["text"][:, -1] > 0, 1.0, -1.0)
    columns = {"transcripts": spoken[at]}
    return Parts(ids[at], videos_of(ids[at]), sentiment, modalities, {"poria": folds}, columns, source, NOTES)


def _transcripts(path: Path) -> tuple[NDArray[np.str_], NDArray[np.object_]]:
    try:
        with member(path).open(encoding="utf-8", newline="") as file:
            cells = list(csv.reader(file))
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise DataError.of(named(path), f"the table is damaged ({error}).", "Copy it again.") from None
    short = [row for row, found in enumerate(cells) if len(found) < 2]  # noqa: PLR2004 -- id, text
    if short:
        raise DataError.of(f"{named(path)}, row {short[0] + 1}", "expected a segment id and its text.")
    return as_ids((row[0] for row in cells), named(path)), texts([row[1] for row in cells])


def _rows(path: Path, n: int) -> Rows:
    column = _matrix(path)[:, 0]
    rows = np.where(np.isfinite(column), column, -1).astype(np.intp)
    if ((rows < 0) | (rows >= n)).any():
        sentence = f"column 0 must be a row of transcripts.csv, from 0 to {n - 1}."
        raise DataError.of(named(path), sentence)
    return rows


def _block(folder: Path, name: str, rows: dict[str, Rows]) -> NDArray[np.float64]:
    parts = []
    for fold, wanted in rows.items():
        path = folder / f"{name}_{fold}0.csv"
        block = _matrix(path)
        if len(block) != len(wanted):
            sentence = f"{len(block):,} rows, but text_{fold}.csv has {len(wanted):,}."
            raise DataError.of(named(path), sentence, "Is the file cut? Copy it again.")
        parts.append(block)
    if parts[0].shape[1] != parts[1].shape[1]:
        raise DataError.of(named(folder), f"{name}: train has {parts[0].shape[1]} columns, test {parts[1].shape[1]}.")
    return np.concatenate(parts)


def _matrix(path: Path) -> NDArray[np.float64]:
    try:
        return np.loadtxt(member(path), delimiter=",", quotechar='"', ndmin=2)
    except ValueError as error:
        sentence = f"expected rows of numbers, all of one length ({error})."
        raise DataError.of(named(path), sentence, "Is the file cut? Copy it again.") from None
