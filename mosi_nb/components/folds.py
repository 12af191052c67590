"""How rows are held out: in folds, and for the locked test. A fold never splits a video."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from mosi_nb.data.segments import Rows, Segments
from mosi_nb.registry import component
from mosi_nb.results import Fold

Folds: TypeAlias = Callable[[Segments, Rows, int], list[Fold]]


@dataclass(frozen=True)
class Locked:
    """Rows that are kept for one last evaluation.

    Attributes
    ----------
    train
        Rows that may be trained on.
    test
        Locked rows; empty if nothing is held back.
    sentence
        What was done, for people.
    valid
        What became of the valid fold, if there is one.
    """

    train: Rows
    test: Rows
    sentence: str
    valid: str = ""

    @property
    def trained_on(self) -> str:
        """What a model for use is fitted on, as a sentence."""
        valid = f" ({self.valid})" if self.valid else ""
        locked = f"; {len(self.test):,} are locked away" if len(self.test) else ""
        return f"Trained on {len(self.train):,} segments{valid}{locked}."


Lock: TypeAlias = Callable[[Segments, int], Locked]


@component("folds", "by_video")
def by_video(k: int = 5, repeats: int = 1) -> Folds:
    """Folds of whole videos, of about equal numbers of segments.

    The first repeat is scikit-learn's `GroupKFold(k)`; further ones shuffle the videos by the seed.

    Parameters
    ----------
    k
        Number of folds, from 2 to the number of videos.
    repeats
        How often all is held out once, at least 1.

    Returns
    -------
    function
        From segments, the rows to use and a seed to folds.

    Raises
    ------
    ValueError
        If there are fewer videos than folds.
    """
    if k < 2 or repeats < 1:  # noqa: PLR2004 -- one fold holds nothing out
        sentence = f"by_video(k, repeats) wants at least 2 folds and 1 repeat, found {k} and {repeats}."
        raise ValueError(sentence)

    def split(segments: Segments, rows: Rows, seed: int) -> list[Fold]:
        videos = segments.video_ids[rows]
        count = len(np.unique(videos))
        if k > count:
            there = "only 1 video" if count == 1 else f"only {count} videos"
            locked = len(np.unique(segments.video_ids)) - count
            there += f" to train on ({locked} are locked away)" if locked else ""
            sentence = f"{k} folds, but the data has {there}, and a fold never splits a video."
            enough = f"Use at most {count}." if count > 1 else "Folds need at least 2 videos to train on."
            message = f"{sentence}\n{enough}"
            raise ValueError(message)
        folds = []
        for repeat in range(1, repeats + 1):
            for number, (train, held_out) in enumerate(_splitter(k, repeat, seed).split(rows, groups=videos), 1):
                folds.append(Fold(repeat, number, rows[train], rows[held_out]))
        return folds

    return split


def _splitter(k: int, repeat: int, seed: int) -> GroupKFold:
    return GroupKFold(k) if repeat == 1 else GroupKFold(k, shuffle=True, random_state=seed + repeat - 1)


@component("test", "standard")
def standard(valid: Literal["train", "apart"] = "train", name: str = "standard") -> Lock:
    """The test fold that the data bring; for MOSI, the 31 videos of the SDK's standard test fold.

    Parameters
    ----------
    valid
        `train`: the segments of the valid fold join those to train on. `apart`: they are left out.
    name
        Which folds, where the data know several.

    Returns
    -------
    function
        From segments and a seed to the rows to train on and the locked ones.

    Raises
    ------
    ValueError
        If the data do not know these folds.
    """

    def lock(segments: Segments, _seed: int) -> Locked:
        if name not in segments.folds:
            known = ", ".join(segments.folds) or "none"
            sentence = f"the data bring no folds called '{name}' (they know: {known})."
            advice = "Write test = holdout(0.2), test = none, or standard(name=...) with one that they know."
            message = f"{sentence}\n{advice}"
            raise ValueError(message)
        fold = segments.folds[name]
        used = ["train", "valid"] if valid == "train" else ["train"]
        train, test = _rows(np.isin(fold, used)), _rows(fold == "test")
        _refuse_empty(train, test, f"the folds '{name}'")
        _refuse_shared(segments, train, test, name)
        apart = int(np.sum(fold == "valid"))
        joined = "of them from the valid fold" if valid == "train" else "of the valid fold left out"
        valid_fold = f"{apart:,} {joined}" if apart else ""
        sentence = "; ".join(filter(None, (_sentence(segments, train, test), valid_fold)))
        return Locked(train, test, f"{sentence}.", valid_fold)

    return lock


@component("test", "holdout")
def holdout(share: float = 0.2) -> Lock:
    """A share of the videos, drawn by the seed.

    Parameters
    ----------
    share
        Of the videos, between 0 and 1.

    Returns
    -------
    function
        As `standard`.
    """
    if not 0 < share < 1:
        message = f"holdout(share) wants a share between 0 and 1, found {share:g}."
        raise ValueError(message)

    def lock(segments: Segments, seed: int) -> Locked:
        videos = np.unique(segments.video_ids)
        if len(videos) < 3:  # noqa: PLR2004 -- one to test on and two for folds
            sentence = f"the data has {len(videos)} videos: too few to lock some away for a test."
            message = f"{sentence}\nWrite test = none."
            raise ValueError(message)
        count = min(max(round(share * len(videos)), 1), len(videos) - 1)
        drawn = np.random.default_rng(seed).choice(videos, count, replace=False)
        locked = np.isin(segments.video_ids, drawn)
        train, test = _rows(~locked), _rows(locked)
        return Locked(train, test, _sentence(segments, train, test) + ", drawn by the seed.")

    return lock


@component("test", "none")
def none() -> Lock:
    """No test: every segment is trained on, and only the folds judge."""

    def lock(segments: Segments, _seed: int) -> Locked:
        return Locked(np.arange(len(segments)), np.arange(0), "Nothing is locked away: there is no test.")

    return lock


def _rows(chosen: NDArray[np.bool_]) -> Rows:
    return np.flatnonzero(chosen)


def _sentence(segments: Segments, train: Rows, test: Rows) -> str:
    videos = len(np.unique(segments.video_ids[test]))
    return f"{len(test):,} segments of {videos} videos are locked away; {len(train):,} to train on"


def _refuse_empty(train: Rows, test: Rows, which: str) -> None:
    if not len(train) or not len(test):
        sentence = f"{which} leave {len(train)} segments to train on and {len(test)} to test."
        message = f"{sentence}\nWrite test = holdout(0.2) or test = none."
        raise ValueError(message)


def _refuse_shared(segments: Segments, train: Rows, test: Rows, name: str) -> None:
    shared = np.intersect1d(segments.video_ids[train], segments.video_ids[test])
    if len(shared):
        sentence = f"the folds '{name}' split {len(shared)} videos between train and test, the first: {shared[0]}."
        message = f"{sentence}\nA fold never splits a video: write test = holdout(0.2)."
        raise ValueError(message)
