"""The card that a notebook shows for data.

Colours are inherited, so that it reads on a dark page as on a light one, and every word that comes
from the data is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from mosi_nb.data.audit import nonfinite, padding, z_normalised
from mosi_nb.data.segments import Modality, Segments, Sequences
from mosi_nb.results import counted

STYLE = """
.mosi-data {font: inherit; color: inherit; max-width: 64em; line-height: 1.4; overflow-x: auto}
.mosi-data table {border-collapse: collapse; margin: .4em 0; color: inherit; font: inherit}
.mosi-data th, .mosi-data td {text-align: left; padding: .1em 1.2em .1em 0; background: none;
  color: inherit; vertical-align: top}
.mosi-data td {white-space: nowrap}
.mosi-data th {font-weight: normal; opacity: .75}
.mosi-data .bars {display: flex; align-items: flex-end; gap: 2px; height: 4.5em; margin-top: .6em; max-width: 46em}
.mosi-data .bars div {flex: 1; background: currentColor; opacity: .6; min-height: 1px}
.mosi-data .axis {display: flex; justify-content: space-between; opacity: .75; font-size: .85em; max-width: 54em}
.mosi-data ul {margin: .4em 0; padding-left: 1.2em}
"""

BARS = 13

STEPS = ("steps of a segment", "padding", "z-normalised")

MOSI = {"train": 1284, "valid": 229, "test": 686}
"""Segments in MOSI's standard folds."""

MOSI_VIDEOS, MISSING = 93, 20
"""Videos of MOSI, and how many of its segments may be missing for data that still look like it."""


def card(segments: Segments, shapes: Mapping[str, str]) -> str:
    """Return the card.

    Parameters
    ----------
    segments
        What it describes.
    shapes
        By modality, what it holds in a few words.

    Returns
    -------
    str
        HTML without scripts and without addresses.
    """
    videos = len(np.unique(segments.video_ids))
    held = f"{counted(len(segments), 'segment')} of {counted(videos, 'video')}"
    head = f"<strong>{escape(segments.source)}</strong>: {held}"
    parts = [head, _modalities(segments, shapes), _histogram(segments), _folds(segments), _notes(segments.notes)]
    return f'<div class="mosi-data"><style>{STYLE}</style>{"".join(parts)}</div>'


def _modalities(segments: Segments, shapes: Mapping[str, str]) -> str:
    has_steps = any(isinstance(held, Sequences) for held in segments.modalities.values())
    head = [
        "modality",
        "holds",
        *(STEPS if has_steps else ()),
        "segments with NaN or inf",
        "NaN",
        "inf",
        "empty or all 0",
    ]
    rows = [
        [
            name,
            shapes[name],
            *(_steps(segments.modalities[name]) if has_steps else ()),
            *(f"{number:,}" for number in (count.segments, count.nan, count.inf, count.empty)),
        ]
        for name, count in nonfinite(segments).items()
    ]
    return _table(head, rows)


def _steps(held: Modality) -> tuple[str, ...]:
    """Return how many steps segments have, where their padding stands, and whether they are z-normalised."""
    if not isinstance(held, Sequences):
        return ("", "", "")
    shortest, middle, longest = np.quantile(held.lengths, (0, 0.5, 1)).tolist()
    alike = "yes: pool no means" if z_normalised(held) else "no"
    return f"{shortest:.0f} to {longest:.0f}, median {middle:.0f}", padding(held), alike


def _folds(segments: Segments) -> str:
    known = MOSI if _looks_like_mosi(segments) else {}
    rows = []
    for name, fold in segments.folds.items():
        counts = {word: int((fold == word).sum()) for word in ("train", "valid", "test", "")}
        expected = known if name == "standard" else {}
        rows.append([name, *(_counted(count, expected.get(word)) for word, count in counts.items())])
    return _table(["folds", "train", "valid", "test", "in none"], rows) if rows else ""


def _counted(count: int, expected: int | None) -> str:
    if expected is None:
        return f"{count:,}"
    return f"{count:,}, as in MOSI" if count == expected else f"{count:,} of MOSI's {expected:,}"


def _looks_like_mosi(segments: Segments) -> bool:
    # Published files lack up to four segments; one that lacks more is rather something else.
    videos = len(np.unique(segments.video_ids))
    return videos == MOSI_VIDEOS and sum(MOSI.values()) - MISSING <= len(segments) <= sum(MOSI.values())


def _histogram(segments: Segments) -> str:
    low, high = segments.scale
    # Bars are centred on their values, so that 0 has a bar of its own on a scale around 0.
    half = (high - low) / (BARS - 1) / 2
    counts, edges = np.histogram(segments.sentiment, bins=BARS, range=(low - half, high + half))
    top = max(int(counts.max()), 1)
    bars = "".join(
        f'<div style="height:{100 * count / top:.1f}%" title="{(a + b) / 2:+.2g}: {count:,} segments"></div>'
        for count, a, b in zip(counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    )
    label = f"Histogram of sentiment, mean {segments.sentiment.mean():+.2f}"
    middle = f"{(low + high) / 2:+g}" if low + high else "0"
    axis = f"<span>{low:+g}</span><span>sentiment {middle}</span><span>{high:+g}</span>"
    return f'<div class="bars" role="img" aria-label="{label}">{bars}</div><div class="axis">{axis}</div>'


def _notes(notes: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in notes)}</ul>" if notes else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"
