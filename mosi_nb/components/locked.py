"""Which rows are locked away for one last evaluation. A test never splits a video."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mosi_nb.components.speakers import drawn_rows, groups_of, shared_video
from mosi_nb.data.segments import Rows, Segments
from mosi_nb.registry import component
from mosi_nb.results import counted


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


@component("test", "holdout", variables=("by",))
def holdout(share: float = 0.2, by: dict[Any, Any] | str = "video") -> Lock:
    """A share of the videos, drawn by the seed.

    Parameters
    ----------
    share
        Of the videos, or of the speakers, between 0 and 1.
    by
        `video`; or who speaks in each video, as for the folds `by_speaker`: then whole speakers are drawn.

    Returns
    -------
    function
        As `standard`.
    """
    if not 0 < share < 1:
        message = f"holdout(share) wants a share between 0 and 1, found {share:g}."
        raise ValueError(message)

    def lock(segments: Segments, seed: int) -> Locked:
        everything = np.arange(len(segments))
        groups = groups_of(by, segments, everything)
        least = 3  # one to test on and two for folds
        if len(np.unique(groups)) < least:
            what = "videos" if by == "video" else "speakers"
            sentence = f"the data has {len(np.unique(groups))} {what}: too few to lock some away for a test."
            message = f"{sentence}\nWrite test = none."
            raise ValueError(message)
        train, test = drawn_rows(groups, share, np.random.default_rng(seed))
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
    are = "is" if len(test) == 1 else "are"
    locked = f"{counted(len(test), 'segment')} of {counted(videos, 'video')} {are} locked away"
    return f"{locked}; {len(train):,} to train on"


def _refuse_empty(train: Rows, test: Rows, which: str) -> None:
    if not len(train) or not len(test):
        sentence = f"{which} leave {len(train)} segments to train on and {len(test)} to test."
        message = f"{sentence}\nWrite test = holdout(0.2) or test = none."
        raise ValueError(message)


def _refuse_shared(segments: Segments, train: Rows, test: Rows, name: str) -> None:
    shared = shared_video(segments, train, test)
    if shared:
        sentence = f"the folds '{name}' split {shared.number} videos between train and test, the first: {shared.first}."
        message = f"{sentence}\nA fold never splits a video: write test = holdout(0.2)."
        raise ValueError(message)
