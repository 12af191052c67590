"""Parts of the segments that a model may be worse on: which there are, and its metrics on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mosi_nb.compare.errors import lengths
from mosi_nb.compare.judged import FEWEST_VIDEOS, Judged
from mosi_nb.components.lexicon import NEGATIONS, spoken
from mosi_nb.data.segments import Segments

Mask = NDArray[np.bool_]

WHOLE = "all"
KINDS = (WHOLE, "sentiment", "length", "negation", "video")
NO_APOSTROPHE = frozenset(
    {
        "aint", "arent", "cant", "couldnt", "didnt", "doesnt", "dont", "hadnt", "hasnt", "havent", "isnt", "shouldnt",
        "wasnt", "werent", "wont", "wouldnt", "nowhere",
    }
)  # fmt: skip
"""MOSI's transcripts write DONT as often as DON'T."""

THIRDS = ("short", "middle", "long")


@dataclass(frozen=True)
class Slice:
    """A part of the segments.

    Attributes
    ----------
    kind
        What it is one part of: `sentiment`, `length`, `negation`, `video`, or the name of a function.
    name
        Of the part.
    rows
        Which segments belong to it, shape (n_segments,).
    definition
        In words.
    """

    kind: str
    name: str
    rows: Mask
    definition: str = ""


def slices(judged: Judged, parts: Sequence[Slice]) -> pd.DataFrame:
    """Return the metrics of a model on each part of the held-out segments, the first row for all of them.

    Metrics are computed on all segments of a part together, not fold by fold, since a part of a fold may be
    a few segments of one class; with repeats they are the mean over these.

    Parameters
    ----------
    judged
        The model.
    parts
        Of the segments; those without a held-out one are left out.

    Returns
    -------
    DataFrame
        `kind, slice, definition, segments, videos`, then for each metric its value, `<metric>_low`,
        `<metric>_high` (95 % interval, missing for fewer than five videos), and `<metric>_difference`
        to all segments. NaN where a metric is undefined.
    """
    held = np.isin(np.arange(len(judged.results.sentiment)), judged.rows)
    whole = Slice(WHOLE, WHOLE, held, "all held-out segments")
    used = [whole, *(part for part in parts if (part.rows & held).any())] if held.any() else []
    records = [_record(judged, part) for part in used]
    columns = ["kind", "slice", "definition", "segments", "videos"]
    for name in judged.results.metrics:
        for record in records:
            record[f"{name}_difference"] = float(record[name]) - float(records[0][name])  # type: ignore[arg-type]
        columns += [f"{name}{end}" for end in ("", "_low", "_high", "_difference")]
    return pd.DataFrame(records, columns=columns)


def _record(judged: Judged, part: Slice) -> dict[str, object]:
    fits = judged.part(part.rows)
    record: dict[str, object] = {
        "kind": part.kind,
        "slice": part.name,
        "definition": part.definition,
        "segments": len(fits[0].fold.held_out),
        "videos": judged.videos(fits),
    }
    for name, metric in judged.results.metrics.items():
        record[name] = judged.measure(fits, metric)
        # An interval of what has no value would be one of its few lucky draws.
        ends = judged.interval(fits, metric) if np.isfinite(float(record[name])) else (np.nan, np.nan)  # type: ignore[arg-type]
        record[f"{name}_low"], record[f"{name}_high"] = ends
    return record


def built_in(segments: Segments, rows: NDArray[np.intp] | None = None) -> list[Slice]:
    """Return the parts that are looked at without being asked for.

    Parameters
    ----------
    segments
        All rows of the data.
    rows
        Those among which short and long are told apart; left out, all.

    Returns
    -------
    list of Slice
        By sentiment, length, negation and video; those that need transcripts only where they are known.
    """
    return [*by_sentiment(segments), *by_length(segments, rows), *by_negation(segments), *by_video(segments)]


def by_sentiment(segments: Segments) -> list[Slice]:
    """Return the segments that are neutral, weakly and strongly negative and positive."""
    low, high = segments.scale
    middle, half = (low + high) / 2, (high - low) / 4
    off = np.round(segments.sentiment - middle, 9)
    edges = (
        ("strongly negative", off <= -half, f"sentiment up to {middle - half:g}"),
        ("weakly negative", (off > -half) & (off < 0), f"sentiment between {middle - half:g} and {middle:g}"),
        ("neutral", off == 0, f"sentiment exactly {middle:g}"),
        ("weakly positive", (off > 0) & (off < half), f"sentiment between {middle:g} and {middle + half:g}"),
        ("strongly positive", off >= half, f"sentiment from {middle + half:g}"),
    )
    return [Slice("sentiment", *edge) for edge in edges]


def by_length(segments: Segments, rows: NDArray[np.intp] | None = None) -> list[Slice]:
    """Return three parts of about equal size by length; fewer where many are of one length."""
    found = lengths(segments)
    if found is None:
        return []
    held, unit = found
    among = held if rows is None else held[rows]
    cuts = np.nanquantile(among, [1 / 3, 2 / 3]) if np.isfinite(among).any() else np.empty(0)
    cuts = np.floor(cuts) if unit != "seconds" else np.round(cuts, 1)
    parts = []
    for name, (low, high) in zip(THIRDS, pairwise([-np.inf, *cuts, np.inf]), strict=False):
        where = (held > low) & (held <= high)
        parts.append(Slice("length", name, where, _span(low, high, unit)))
    return parts


def by_negation(segments: Segments) -> list[Slice]:
    """Return the segments with and without a negation in their transcript."""
    transcripts = segments.transcripts
    if transcripts is None:
        return []
    negated = np.array([any(map(negates, spoken(text))) for text in transcripts.tolist()])
    words = "not, no, never, nothing, don't, ... in the transcript"
    return [
        Slice("negation", "negation", negated, words),
        Slice("negation", "no negation", ~negated, f"none of {words}"),
    ]


def negates(word: str) -> bool:
    """Tell whether a word, in lower case, is a negation in English.

    Examples
    --------
    >>> negates("didn't"), negates("dont"), negates("note")
    (True, True, False)
    """
    return word in NEGATIONS or word in NO_APOSTROPHE or word.endswith("n't")


def by_video(segments: Segments) -> list[Slice]:
    """Return one part a video."""
    videos, number = np.unique(segments.video_ids, return_inverse=True)
    return [Slice("video", str(video), number == n, "one video") for n, video in enumerate(videos)]


def extremes(frame: pd.DataFrame, metric: str, *, larger_is_better: bool, most: int = 5) -> pd.DataFrame:
    """Return a frame of slices with the best and the worst videos in place of all of them, the worst first.

    Parameters
    ----------
    frame
        From `slices`.
    metric, larger_is_better
        By which they are ordered.
    most
        Videos at either end.
    """
    videos = frame[frame["kind"] == "video"].sort_values(metric, ascending=larger_is_better, kind="stable")
    videos = videos[videos[metric].notna()]
    if len(videos) > 2 * most:
        videos = pd.concat([videos.head(most), videos.tail(most)])
    rest = frame[frame["kind"] != "video"]
    own = ~rest["kind"].isin(KINDS)
    return pd.concat([rest[~own], videos, rest[own]], ignore_index=True)


def undefined_on(frame: pd.DataFrame, metrics: Mapping[str, object]) -> list[str]:
    """Return a sentence for each metric that has no value on some of the shown slices."""
    told = []
    for name in metrics:
        lacking = frame.loc[frame[name].isna(), "slice"].tolist()
        if lacking:
            more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""  # noqa: PLR2004 -- names that are read
            told.append(f"{name} is undefined on {', '.join(map(str, lacking[:3]))}{more}.")
    return told


def without_interval(frame: pd.DataFrame) -> str:
    """Return a sentence on the slices that are of too few videos; empty if there are none."""
    few = int((frame["videos"] < FEWEST_VIDEOS).sum())
    return f"No interval for slices of fewer than {FEWEST_VIDEOS} videos." if few else ""


def _span(low: float, high: float, unit: str) -> str:
    if not np.isfinite(high):
        return f"more than {low:g} {unit}"
    return f"up to {high:g} {unit}" if not np.isfinite(low) else f"more than {low:g}, up to {high:g} {unit}"
