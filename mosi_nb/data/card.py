"""The card that a notebook shows for data.

Colours are inherited, so that it reads on a dark page as on a light one, and every word that comes
from the data is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from mosi_nb.data.audit import nonfinite
from mosi_nb.data.segments import Segments

STYLE = """
.mosi-data {font: inherit; color: inherit; max-width: 46em; line-height: 1.4}
.mosi-data table {border-collapse: collapse; margin: .4em 0; color: inherit}
.mosi-data th, .mosi-data td {text-align: left; padding: .1em .8em .1em 0; background: none; color: inherit}
.mosi-data th {font-weight: normal; opacity: .75}
.mosi-data .bars {display: flex; align-items: flex-end; gap: 2px; height: 4.5em; margin-top: .6em}
.mosi-data .bars div {flex: 1; background: currentColor; opacity: .6; min-height: 1px}
.mosi-data .axis {display: flex; justify-content: space-between; opacity: .75; font-size: .85em}
.mosi-data ul {margin: .4em 0; padding-left: 1.2em}
"""

BARS = 13


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
    head = f"<strong>{escape(segments.source)}</strong>: {len(segments):,} segments of {videos:,} videos"
    parts = [head, _modalities(segments, shapes), _histogram(segments), _folds(segments), _notes(segments.notes)]
    return f'<div class="mosi-data"><style>{STYLE}</style>{"".join(parts)}</div>'


def _modalities(segments: Segments, shapes: Mapping[str, str]) -> str:
    counts = nonfinite(segments)
    rows = [
        [name, shapes[name], f"{c.segments:,}", f"{c.nan:,}", f"{c.inf:,}", f"{c.empty:,}"]
        for name, c in counts.items()
    ]
    return _table(["modality", "holds", "segments with NaN or inf", "NaN", "inf", "empty or all zero"], rows)


def _folds(segments: Segments) -> str:
    rows = [
        [name, *(f"{int((fold == word).sum()):,}" for word in ("train", "valid", "test", ""))]
        for name, fold in segments.folds.items()
    ]
    return _table(["folds", "train", "valid", "test", "in none"], rows) if rows else ""


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
    middle = (low + high) / 2
    axis = f"<span>{low:+g}</span><span>sentiment {middle:+g}</span><span>{high:+g}</span>"
    return f'<div class="bars" role="img" aria-label="{label}">{bars}</div><div class="axis">{axis}</div>'


def _notes(notes: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in notes)}</ul>" if notes else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"
