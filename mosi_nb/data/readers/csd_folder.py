"""A folder of the SDK's computational sequences: one of labels, others of words and features."""

from __future__ import annotations

from pathlib import Path

from mosi_nb.data.arrays import numbers
from mosi_nb.data.parts import Parts, taken
from mosi_nb.data.readers import csd
from mosi_nb.data.readers.counts import described
from mosi_nb.data.readers.csd_steps import Times, holds_labels, modality_from, modality_of
from mosi_nb.data.readers.paths import HDF5, files_in, leads_out, member, named, start_of
from mosi_nb.errors import DataError
from mosi_nb.spec import MODALITIES

FORMAT = "a folder of the CMU-MultimodalSDK's .csd files, one of them the labels"

PREFERRED = ("word", "covarep", "facet_42", "facet_4.2", "glove")
"""Parts of file names that are taken first, where a modality is there more than once."""


def recognises(path: Path) -> bool:
    """Tell whether the folder holds more than one computational sequence."""
    try:
        return path.is_dir() and len(_sequences(path)) > 1
    except OSError:
        return False


def read(path: Path) -> Parts:
    """Return the segments of the labels with every modality that the other sequences hold.

    Raises
    ------
    DataError
        If there are no labels, more than one file of them, or a file is damaged.
    """
    source = named(path)
    for link in path.iterdir():
        if leads_out(link):
            member(link)
    files = _sequences(path)
    labels = [file for file in files if holds_labels(file)]
    if len(labels) != 1:
        found = ", ".join(file.name for file in labels) or "none"
        sentence = f"expected one .csd of labels, found {found}."
        raise DataError.of(source, sentence, 'Name it: DataIterator("labels.csd", audio="features.csd").')
    unknown = [file.name for file in files if file not in labels and modality_of(file) is None]
    parts = csd.read(labels[0]).noting(*(f"{name} was passed over: it tells of no modality" for name in unknown))
    for name in MODALITIES:
        parts = _with(parts, name, [file for file in files if file not in labels and modality_of(file) == name])
    return described(parts, "computational sequences of the CMU-MultimodalSDK")


def times_of(parts: Parts) -> Times | None:
    """Return when the segments are spoken, if the parts know it."""
    columns = [parts.columns.get(name) for name in ("start", "end")]
    starts, ends = (None if column is None else numbers(column, parts.source, "start") for column in columns)
    if starts is None or ends is None:
        return None
    return Times(parts.segment_ids, parts.video_ids, starts, ends)


def _with(parts: Parts, name: str, files: list[Path]) -> Parts:
    if not files:
        return parts
    chosen, *others = sorted(files, key=_rank)
    values, ids = modality_from(chosen, name, times_of(parts))
    kept, rows = parts.matched(name, ids, chosen.name)
    kept = kept.with_modality(name, taken(values, rows))
    if not others:
        return kept
    more = ", ".join(file.name for file in others)
    return kept.noting(f'{name}: {chosen.name} was taken; to take {more}, name it: {name}="{others[0]}"')


def _rank(path: Path) -> tuple[int, str]:
    lower = path.name.lower()
    return next((place for place, word in enumerate(PREFERRED) if word in lower), len(PREFERRED)), path.name


def _sequences(folder: Path) -> list[Path]:
    return [path for path in files_in(folder) if start_of(path).startswith(HDF5) and csd.recognises(path)]
