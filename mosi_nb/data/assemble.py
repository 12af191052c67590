"""From parts and what the user asked for in addition to finished segments."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mosi_nb.data.arrays import FOLD_OF, as_fold, as_modality, numbers, stacked
from mosi_nb.data.audit import with_notes
from mosi_nb.data.ids import rows_in
from mosi_nb.data.parts import Later, Parts, taken
from mosi_nb.data.readers import read_parts
from mosi_nb.data.readers.counts import NEAR, SHOWN
from mosi_nb.data.readers.csd_folder import times_of
from mosi_nb.data.readers.features import Block, as_column, read_features
from mosi_nb.data.readers.paths import existing, named
from mosi_nb.data.segments import SCALE, Segments
from mosi_nb.errors import DataError, nearest
from mosi_nb.results import Vector
from mosi_nb.spec import MODALITIES

Given: TypeAlias = "str | Path | tuple[str | Path, str] | Sequence[str] | ArrayLike | None"
"""What a modality, `sentiment` or `folds` may be given as."""

PAIR = 2
MATRIX = 2
"""Dimensions of features: segments and columns."""


@dataclass(frozen=True)
class Wishes:
    """What was asked for besides the source.

    Attributes
    ----------
    modalities
        Names; None for all.
    sentiment, folds, features
        As they were given; `features` by modality.
    scale
        Lowest and highest sentiment.
    """

    modalities: Sequence[str] | None = None
    sentiment: Any = None
    folds: Any = None
    features: Mapping[str, Any] | None = None
    scale: tuple[float, float] = SCALE


def assemble(parts: Parts, wishes: Wishes) -> Segments:
    """Return segments with everything joined.

    Parameters
    ----------
    parts
        What the source holds.
    wishes
        What was asked for. What has no ids of its own (a column, an array) is set before anything
        is joined by id, since a join may drop rows.

    Raises
    ------
    DataError
        If something asked for is not there or does not fit.
    """
    blocks = {name: _block(parts, name, given) for name, given in (wishes.features or {}).items()}
    parts = parts if blocks or wishes.modalities is not None else parts.noting(*_passed_over(parts))
    for name, block in blocks.items():
        parts = _joined(parts, name, block) if block.ids is None else parts
    parts = _with_folds(parts, wishes.folds)
    parts = _with_sentiment(parts, wishes.sentiment)
    for name, block in blocks.items():
        parts = _joined(parts, name, block) if block.ids is not None else parts
    segments = parts.segments(wishes.scale)
    if wishes.modalities is not None:
        segments = segments.only(list(wishes.modalities))
    return replace(segments, notes=with_notes(segments))


def _passed_over(parts: Parts) -> tuple[str, ...]:
    """Name arrays of features that are called like a modality and something, where none is called like it alone."""
    arrays = [n for n, held in parts.columns.items() if isinstance(held, np.ndarray) and held.ndim >= MATRIX]
    left = [n for n in arrays if n not in parts.modalities and n.startswith(MODALITIES) and not n.endswith("_lengths")]
    first = next((n for n in left if not n.startswith(tuple(parts.modalities))), left[0] if left else "")
    if not first:
        return ()
    modality = next(name for name in MODALITIES if first.startswith(name))
    were = "was" if len(left) == 1 else "were"
    return (f'{", ".join(left)} {were} passed over: {modality}="{first}" takes one in the place of a modality',)


def _block(parts: Parts, name: str, given: Given) -> Block:
    """Find what was given for a modality: a column, a file, or the values themselves."""
    if isinstance(given, (str, Path)):
        if str(given) in parts.columns:
            return Block(as_column(parts.columns[str(given)], name, parts.source), None, parts.source)
        _column_or_path(parts, name, str(given))
        return read_features(given, name, times=times_of(parts))
    if _is_pair(given) and str(given[0]) not in parts.columns:
        return read_features(given[0], name, given[1], times_of(parts))
    if _is_words(given) and (name != "text" or given[0] in parts.columns):
        return Block(_columns(parts, name, given), None, parts.source)
    return Block(as_modality(given, name, f"{name}="), None, f"{name}=")


def _columns(parts: Parts, name: str, wanted: Sequence[str]) -> NDArray[np.floating]:
    missing = [column for column in wanted if column not in parts.columns]
    if missing:
        sentence = f"{name}: no column called '{missing[0]}'.{nearest(missing[0], parts.columns)}"
        raise DataError.of(parts.source, sentence, f"It has: {', '.join(parts.columns) or 'none'}.")
    return stacked({column: _plain(parts, column) for column in wanted}, wanted, parts.source)


def _plain(parts: Parts, name: str) -> NDArray[Any]:
    """Return a column with one cell for each segment."""
    column = parts.columns[name]
    if isinstance(column, Later):
        raise DataError.of(parts.source, f"the column '{name}' holds features, not one value for each segment.")
    return column


def _is_pair(given: object) -> TypeGuard[tuple[str | Path, str]]:
    return isinstance(given, tuple) and len(given) == PAIR and all(isinstance(part, (str, Path)) for part in given)


def _is_words(given: object) -> TypeGuard[Sequence[str]]:
    return isinstance(given, (list, tuple)) and bool(given) and all(isinstance(part, str) for part in given)


def _column_or_path(parts: Parts, what: str, given: str) -> None:
    """Refuse a word that is neither a column nor a path; a word with a dot or a slash is a path."""
    if parts.columns and not Path(given).exists() and not Path(given).suffix and "/" not in given:
        sentence = f"{what}: '{given}' is no column of it and no file.{nearest(given, parts.columns)}"
        raise DataError.of(parts.source, sentence, f"Columns: {', '.join(parts.columns)}.")


def _joined(parts: Parts, name: str, block: Block) -> Parts:
    if block.ids is not None:
        kept, rows = parts.matched(name, block.ids, block.source)
        return kept.with_modality(name, taken(block.values, rows))
    if len(block.values) != len(parts):
        sentence = f"{len(block.values):,} rows for {name}, but {parts.source} has {len(parts):,} segments."
        advice = "Without ids, rows are joined by their order. Save a .npz with segment_id to join by id."
        raise DataError.of(block.source, sentence, advice)
    _check_order(parts, block)
    joined = parts.with_modality(name, block.values)
    if block.source in (parts.source, f"{name}="):
        return joined
    return joined.noting(f"{name}: {block.source} has no segment ids; its rows were taken in the order of the source")


def _check_order(parts: Parts, block: Block) -> None:
    """Refuse rows in another order, where both sources have labels to tell it by."""
    if block.sentiment is None or parts.sentiment is None:
        return
    ours, theirs = parts.sentiment, block.sentiment
    if {1.0, -1.0} >= set(theirs.tolist()) or {1.0, -1.0} >= set(ours.tolist()):
        ours, theirs = np.sign(ours), np.sign(theirs)
        differ = (ours != theirs) & (ours != 0) & (theirs != 0)
    else:
        differ = np.abs(ours - theirs) > SAME
    if differ.any():
        row = int(np.flatnonzero(differ)[0])
        sentence = f"its rows are in another order than those of {parts.source}: {int(differ.sum()):,} labels differ"
        example = f"row {row + 1} has {block.sentiment[row]:g} here and {parts.sentiment[row]:g} there"
        raise DataError.of(
            block.source, f"{sentence}; {example}.", "It has no ids. Join it to a source in its own order."
        )


SAME = 0.01
"""Points by which the labels of one segment may differ between files: they round differently."""


def _with_sentiment(parts: Parts, given: Any) -> Parts:
    if given is None:
        return parts
    # What the reader said of its own sentiment is no longer true of another.
    parts = replace(parts, notes=tuple(note for note in parts.notes if not note.startswith("sentiment ")))
    if isinstance(given, (str, Path)):
        if str(given) in parts.columns:
            return replace(parts, sentiment=numbers(_plain(parts, str(given)), parts.source, str(given)))
        _column_or_path(parts, "sentiment", str(given))
        other = read_parts(given)
        if other.sentiment is None:
            sentence = "it holds no sentiment. Columns called label, sentiment or regression_label were looked for."
            raise DataError.of(other.source, sentence)
        kept, rows = parts.matched("sentiment", other.segment_ids, other.source)
        kept = kept.noting(*_not_in(kept, other))
        return replace(kept, sentiment=other.sentiment[rows])
    return replace(parts, sentiment=_vector(given, parts))


def _not_in(parts: Parts, other: Parts) -> tuple[str, ...]:
    """Name the few segments of a labelled file that the data do not have."""
    lacking = other.segment_ids[rows_in(other.segment_ids, parts.segment_ids, parts.source) < 0].tolist()
    if not 0 < len(lacking) <= NEAR:
        return ()
    shown = ", ".join(lacking[:SHOWN]) + (", ..." if len(lacking) > SHOWN else "")
    return (f"{parts.source} lacks {len(lacking):,} of the {len(other):,} segments of {other.source}: {shown}",)


def _vector(given: Any, parts: Parts) -> Vector:
    found = numbers(given, "sentiment=", "sentiment").reshape(-1)
    if len(found) != len(parts):
        sentence = f"{len(found):,} values, but there are {len(parts):,} segments."
        raise DataError.of("sentiment=", sentence, "A labelled file is joined by segment id.")
    return found


def _with_folds(parts: Parts, given: Any) -> Parts:
    if given is None:
        return parts
    if isinstance(given, Mapping):
        return _mapped(parts, given, "folds=")
    if isinstance(given, (str, Path)):
        if str(given) in parts.columns:
            column = str(given)
            return _set_folds(parts, {_fold_name(column): as_fold(_plain(parts, column), parts.source, column)})
        _column_or_path(parts, "folds", str(given))
        return _folds_of_file(parts, existing(given))
    return _mapped(parts, {"standard": given}, "folds=")


def _folds_of_file(parts: Parts, path: Path) -> Parts:
    if path.suffix.lower() != ".json":
        other = read_parts(path)
        row_of = dict(zip(other.segment_ids.tolist(), range(len(other)), strict=True))
        rows = np.array([row_of.get(i, -1) for i in parts.segment_ids.tolist()])
        return _set_folds(parts, {n: np.where(rows >= 0, fold[rows], "") for n, fold in other.folds.items()})
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError, MemoryError, OSError) as error:
        raise DataError.of(named(path), f"this is no JSON ({str(error)[:200]}).", _JSON) from None
    lists = isinstance(content, dict) and all(_is_words_or_none(videos) for videos in content.values())
    if not lists or not content or not set(content) <= set(FOLD_OF):
        raise DataError.of(named(path), "train, valid and test were expected.", _JSON)
    return _mapped(parts, content, named(path))


def _is_words_or_none(videos: object) -> bool:
    return isinstance(videos, list) and all(isinstance(video, str) for video in videos)


_JSON = 'Expected: {"train": [video ids], "valid": [...], "test": [...]}.'


def _mapped(parts: Parts, given: Mapping[str, Any], source: str) -> Parts:
    """Take folds by name -> one word a segment, or train, valid and test -> video ids."""
    if not {str(name).lower() for name in given} <= set(FOLD_OF):
        aligned = {str(name): _aligned(fold, parts, source) for name, fold in given.items()}
        return _set_folds(parts, {name: as_fold(fold, source, name) for name, fold in aligned.items()})
    fold_of: dict[str, str] = {}
    for name, videos in given.items():
        twice = [v for v in videos if v in fold_of]
        if twice:
            raise DataError.of(source, f"the video {twice[0]} is in {fold_of[twice[0]]} and in {name}.")
        fold_of |= {str(video): FOLD_OF[str(name).lower()] for video in videos}
    fold = np.array([fold_of.get(video, "") for video in parts.video_ids.tolist()], dtype="<U5")
    unknown = int((fold == "").sum())
    if unknown == len(fold):
        raise DataError.of(source, f"no video of {parts.source} is in it.", _JSON)
    noted = parts.noting(f"folds: {unknown:,} of {len(fold):,} segments are in none") if unknown else parts
    return _set_folds(noted, {"standard": fold})


def _aligned(fold: Any, parts: Parts, source: str) -> Any:
    if len(fold) != len(parts):
        raise DataError.of(source, f"a fold has {len(fold):,} rows, but there are {len(parts):,} segments.")
    return fold


def _set_folds(parts: Parts, folds: Mapping[str, NDArray[np.str_]]) -> Parts:
    if not folds:
        raise DataError.of("folds=", "the file holds no folds. A column called fold, mode or split was looked for.")
    return replace(parts, folds={**parts.folds, **folds})


def _fold_name(column: str) -> str:
    name = column.removeprefix("fold_")
    return "standard" if name in ("fold", "mode", "split") else name
