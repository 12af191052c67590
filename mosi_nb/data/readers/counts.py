"""What was read, in a sentence; and beside MOSI's own numbers, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from mosi_nb.data.parts import Later, Parts
from mosi_nb.data.segments import Modality, Sequences, split_id
from mosi_nb.results import counted

MOSI = {"train": 1284, "valid": 229, "test": 686}
"""Segments of MOSI in the SDK's standard folds."""

NEAR = 30
"""Data that lack up to this many segments of MOSI are taken to be MOSI."""

KNOWN = {
    (1283, 229, 686): "the SDK's align drops one segment of zero length, and this is its usual outcome",
    (1281, 229, 685): "the usual outcome of the SDK's align with three modalities, as MAG-BERT has it",
    (1283, 229, 685): "the usual outcome of the SDK's align, less one of test",
}

SHOWN = 8


def described(parts: Parts, layout: str) -> Parts:
    """Return the parts with notes on what was found.

    Parameters
    ----------
    parts
        As they were read.
    layout
        The format, as users call it.
    """
    n, videos = len(parts), len(np.unique(parts.video_ids))
    held = ", ".join(f"{name} {_held(modality)}" for name, modality in parts.modalities.items())
    told = counted(n, "segment") + ("" if parts.numbered else f" of {counted(videos, 'video')}")
    notes = [f"read as {layout}: {told}; {held or 'no modality'}{_folds(parts)}"]
    asked = [name for name, column in parts.columns.items() if isinstance(column, Later)]
    notes += [f'text: raw text was taken; text="{name}" takes the features' for name in asked]
    return replace(parts, notes=(*notes, *parts.notes, *missing(parts)))


def beside_mosi(parts: Parts) -> Parts:
    """Return the parts, and if they are nearly all of MOSI, notes on what is missing."""
    fold = parts.folds.get("standard")
    near = fold is not None and 0 < _lacking(_counts(fold)) <= NEAR
    return parts.noting(*missing(parts)) if near else parts


def missing(parts: Parts) -> tuple[str, ...]:
    """Say which of MOSI's segments are not there, as far as the ids tell."""
    notes = []
    fold = parts.folds.get("standard")
    if fold is not None and 0 < (lacking := _lacking(_counts(fold))) <= NEAR:
        found = tuple(_counts(fold).values())
        why = f": {KNOWN[found]}" if found in KNOWN else ""
        given = " / ".join(f"{count:,}" for count in found)
        notes.append(f"{lacking} of MOSI's 2,199 segments are missing ({given} of 1,284 / 229 / 686){why}")
    if gaps := [] if parts.numbered else _gaps(parts):
        shown = ", ".join(gaps[:SHOWN]) + (", ..." if len(gaps) > SHOWN else "")
        notes.append(f"gaps in the numbers of clips, {len(gaps):,} in all: {shown}")
    return tuple(notes)


def _lacking(counts: Mapping[str, int]) -> int:
    if any(counts[name] > MOSI[name] for name in MOSI):
        return -1
    return sum(MOSI.values()) - sum(counts.values())


def _counts(fold: np.ndarray[tuple[int, ...], np.dtype[np.str_]]) -> dict[str, int]:
    return {name: int((fold == name).sum()) for name in MOSI}


def _folds(parts: Parts) -> str:
    words = [f"{name} {count:,}" for fold in parts.folds.values() for name, count in _counts(fold).items() if count]
    return f"; {', '.join(words)}" if words else ""


def _held(modality: Modality) -> str:
    if isinstance(modality, Sequences):
        _, steps, columns = modality.values.shape
        front = modality.starts is not None and (modality.starts > 0).mean() > 0.5  # noqa: PLR2004 -- most segments
        return f"up to {steps} steps of {columns} columns{', padded in front' if front else ''}"
    return "raw" if modality.ndim == 1 else f"{modality.shape[1]} columns"


def _gaps(parts: Parts) -> list[str]:
    """Return the ids between the first and the last clip of a video that nobody holds."""
    clips: dict[str, set[int]] = {}
    for segment_id in parts.segment_ids.tolist():
        video, clip = split_id(segment_id)
        if clip and len(clip) < 5:  # noqa: PLR2004 -- a longer number is a time, not a count
            clips.setdefault(video, set()).add(int(clip))
    return [
        f"{video}_{clip}"
        for video, held in sorted(clips.items())
        if max(held) <= 4 * len(held)
        for clip in range(1, max(held))
        if clip not in held
    ]
