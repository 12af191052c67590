"""How rows are held out in folds. A fold never splits a video, nor a speaker where those are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np

from mosi_nb.components.fold_files import named_folds, told
from mosi_nb.components.partition import parted
from mosi_nb.components.speakers import Groups, drawn_rows, groups_of, shared_video
from mosi_nb.data.segments import Rows, Segments
from mosi_nb.registry import component
from mosi_nb.results import Fold, Vector

Folds: TypeAlias = Callable[[Segments, Rows, int], list[Fold]]


@component("folds", "by_video")
def by_video(k: int = 5, repeats: int = 1, stratify: bool = False) -> Folds:
    """Folds of whole videos, of about equal numbers of segments.

    The first repeat is scikit-learn's `GroupKFold(k)`; further ones shuffle the videos by the seed.

    Parameters
    ----------
    k
        Number of folds, from 2 to the number of videos.
    repeats
        How often all is held out once, at least 1.
    stratify
        Whether folds are also alike in sentiment (five bins of about equal size): scikit-learn's
        `StratifiedGroupKFold`; in further repeats, the most even of 50 shuffles of the videos.

    Returns
    -------
    function
        From segments, the rows to use and a seed to folds.

    Raises
    ------
    ValueError
        If there are fewer videos than folds.
    """
    _refuse_few("by_video", k, repeats)

    def split(segments: Segments, rows: Rows, seed: int) -> list[Fold]:
        videos = groups_of("video", segments, rows)
        _refuse_more_folds(k, videos, segments.video_ids, "video")
        sentiment = segments.sentiment[rows] if stratify else None
        return _grouped(rows, videos, k, repeats, seed, sentiment)

    return split


@component("folds", "by_speaker", variables=("speakers",))
def by_speaker(speakers: dict[Any, Any] | str, k: int = 5, repeats: int = 1) -> Folds:
    """Folds of whole speakers: nobody is heard in training and judged on.

    Parameters
    ----------
    speakers
        Who speaks in each video: a dict from video id to speaker, written out or a variable of the
        notebook, or the path of a table with the columns `video_id` and `speaker`.
    k
        Number of folds, from 2 to the number of speakers.
    repeats
        How often all is held out once, at least 1.

    Returns
    -------
    function
        As `by_video`.

    Raises
    ------
    ValueError
        If a video has no speaker, or there are fewer speakers than folds.
    """
    _refuse_few("by_speaker", k, repeats)

    def split(segments: Segments, rows: Rows, seed: int) -> list[Fold]:
        groups = groups_of(speakers, segments, rows)
        _refuse_more_folds(k, groups, groups, "speaker")
        return _grouped(rows, groups, k, repeats, seed, None)

    return split


@component("folds", "standard")
def standard(name: str = "standard", judged: Literal["valid", "test"] = "valid") -> Folds:
    """One fold: trained on the train fold that the data bring, judged on their valid fold.

    Parameters
    ----------
    name
        Which folds, where the data know several.
    judged
        `valid`, or `test` for protocols that have no other: trained on train and valid, and judged on the
        test fold, which then must not be locked (`test = none`).

    Returns
    -------
    function
        As `by_video`.

    Raises
    ------
    ValueError
        If the data do not know these folds, or one of the two is empty.
    """

    def split(segments: Segments, rows: Rows, _seed: int) -> list[Fold]:
        if name not in segments.folds:
            known = ", ".join(segments.folds) or "none"
            sentence = f"the data bring no folds called '{name}' (they know: {known})."
            message = f"{sentence}\nWrite folds = by_video(5), or standard(name=...) with folds that they know."
            raise ValueError(message)
        fold = segments.folds[name][rows]
        held_out = rows[fold == judged]
        train = rows[fold == "train"] if judged == "valid" else rows[(fold == "train") | (fold == "valid")]
        if not len(train) or not len(held_out):
            sentence = (
                f"the folds '{name}' leave {len(train)} segments to train on and {len(held_out)} of the {judged} fold."
            )
            out = {
                "valid": "under test = standard(valid=apart) the valid fold is out.",
                "test": "the test fold is judged under test = none only.",
            }
            message = f"{sentence}\nWrite folds = by_video(5); {out[judged]}"
            raise ValueError(message)
        return _whole_videos(segments, [Fold(1, 1, train, held_out)], f"the folds '{name}'")

    return split


@component("folds", "holdout", variables=("by",))
def holdout(share: float = 0.2, by: dict[Any, Any] | str = "video", repeats: int = 1) -> Folds:
    """One fold: a share of the videos is drawn by the seed and held out.

    Parameters
    ----------
    share
        Of the videos, or of the speakers, between 0 and 1.
    by
        `video`; or who speaks in each video, as for `by_speaker`: then whole speakers are drawn.
    repeats
        How often it is drawn anew, at least 1.

    Returns
    -------
    function
        As `by_video`.

    Raises
    ------
    ValueError
        If there are fewer than two videos or speakers to draw from.
    """
    if not 0 < share < 1 or repeats < 1:
        sentence = f"holdout(share, repeats) wants a share between 0 and 1 and at least 1 repeat, found {share:g}"
        message = f"{sentence} and {repeats}."
        raise ValueError(message)

    def split(segments: Segments, rows: Rows, seed: int) -> list[Fold]:
        groups = groups_of(by, segments, rows)
        _refuse_more_folds(2, groups, groups, "video" if by == "video" else "speaker")
        drawn = [drawn_rows(groups, share, np.random.default_rng([seed, n])) for n in range(1, repeats + 1)]
        return [Fold(n, 1, rows[train], rows[held_out]) for n, (train, held_out) in enumerate(drawn, 1)]

    return split


@component("folds", "file", variables=("source",))
def file(source: dict[Any, Any] | str, column: str = "fold") -> Folds:
    """The folds that a file names: each is held out once, trained on the others.

    Parameters
    ----------
    source
        Path of a table with a column of folds (numbers or words) beside `segment_id` or `video_id`, or
        of a JSON with a list of video ids for each fold; or, written out or a variable of the
        notebook, a dict from video id to fold.
    column
        The table's column of folds.

    Returns
    -------
    function
        As `by_video`.

    Raises
    ------
    ValueError
        If a segment has no fold, there is one fold only, or a fold splits a video.
    """

    def split(segments: Segments, rows: Rows, _seed: int) -> list[Fold]:
        fold = named_folds(source, column, segments, rows)
        names = sorted(
            set(fold.tolist()), key=lambda word: (not word.isdigit(), int(word) if word.isdigit() else 0, word)
        )
        if len(names) < 2:  # noqa: PLR2004 -- one fold holds everything out
            message = f"{told(source)} names one fold only: '{names[0]}'.\nFolds need at least two."
            raise ValueError(message)
        folds = [Fold(1, n, rows[fold != name], rows[fold == name]) for n, name in enumerate(names, 1)]
        return _whole_videos(segments, folds, told(source))

    return split


def inner(segments: Segments, fold: Fold, split: Folds | None = None, *, k: int = 5, seed: int = 0) -> list[Fold]:
    """Return folds inside the train rows of a fold: for whatever is chosen or stacked within it.

    Parameters
    ----------
    segments
        The data.
    fold
        The outer fold; its held-out rows are on neither side of any inner one.
    split
        How, such as `by_speaker(speakers, 3)`; left out, by video, in at most `k` folds.
    k, seed
        As of `by_video`.

    Examples
    --------
    >>> from mosi_nb.data import as_segments, sample
    >>> segments = as_segments(sample(videos=6))
    >>> outer = by_video(3)(segments, np.arange(len(segments)), 0)[0]
    >>> [len(set(segments.video_ids[one.held_out])) for one in inner(segments, outer, k=2)]
    [2, 3]
    """
    videos = len(np.unique(segments.video_ids[fold.train]))
    chosen = by_video(max(min(k, videos), 2)) if split is None else split
    return _whole_videos(segments, chosen(segments, fold.train, seed), "the inner folds")


def _refuse_few(name: str, k: int, repeats: int) -> None:
    if k < 2 or repeats < 1:  # noqa: PLR2004 -- one fold holds nothing out
        message = f"{name}(k, repeats) wants at least 2 folds and 1 repeat, found {k} and {repeats}."
        raise ValueError(message)


def _refuse_more_folds(k: int, groups: Groups, everything: Groups, what: str) -> None:
    count = len(np.unique(groups))
    if k <= count:
        return
    there = f"only 1 {what}" if count == 1 else f"only {count} {what}s"
    locked = len(np.unique(everything)) - count
    there += f" to train on ({locked} are locked away)" if locked else ""
    sentence = f"{k} folds, but the data has {there}, and a fold never splits a {what}."
    enough = f"Use at most {count}." if count > 1 else f"Folds need at least 2 {what}s to train on."
    message = f"{sentence}\n{enough}"
    raise ValueError(message)


def _grouped(rows: Rows, groups: Groups, k: int, repeats: int, seed: int, sentiment: Vector | None) -> list[Fold]:
    folds = []
    for repeat in range(1, repeats + 1):
        for number, (train, held_out) in enumerate(parted(groups, k, repeat, seed, sentiment), 1):
            folds.append(Fold(repeat, number, rows[train], rows[held_out]))
    return folds


def _whole_videos(segments: Segments, folds: list[Fold], which: str) -> list[Fold]:
    for fold in folds:
        shared = shared_video(segments, fold.train, fold.held_out)
        if shared:
            sentence = f"{which} split {shared.number} videos between train and held out, the first: {shared.first}."
            message = f"{sentence}\nA fold never splits a video: write folds = by_video(5)."
            raise ValueError(message)
    return folds
