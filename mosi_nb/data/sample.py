"""Synthetic data in the shape of MOSI, for examples and tests: made up, and the same on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.ids import as_ids
from mosi_nb.data.iterator import DataIterator
from mosi_nb.data.sample_text import write_texts
from mosi_nb.data.segments import Features, Rows, Segments
from mosi_nb.errors import DataError
from mosi_nb.results import Vector

MOST_VIDEOS = 10_000
FEWEST, MOST = 9, 63
"""Segments of a video."""

AUDIO_COLUMNS, VIDEO_COLUMNS = 74, 35

PITCH = 12
"""The first columns of audio, which carry its little sentiment."""

SMILE = 6
"""The first columns of video, which do so there."""

TRAIN, VALID = 52 / 93, 10 / 93
"""Shares of the videos in the standard folds; the rest is test."""

HALVES = (44, 78, 242, 182, 265, 147, 234, 145, 218, 189, 314, 100, 41)
"""Segments in each half point of sentiment from -3 to +3: two modes, one on either side of 0."""

ALPHABET = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")

SPEAKER = 0.55
"""How far a video's mean sentiment moves its segments, beside their own deviation of 1."""


def sample(videos: int = 93, seed: int = 0) -> DataIterator:
    """Synthetic segments in the shape of MOSI.

    Nothing in it is real: ids, texts and numbers are drawn from a seeded generator. It behaves like
    MOSI, though: text carries most of the sentiment, audio and video a little; audio knows the
    speaker, so that folds that split a video flatter every model; a few values are missing.

    Parameters
    ----------
    videos
        Number of videos, from 1 to 10,000; each has 9 to 63 segments. Fewer than 3 have no standard folds.
    seed
        What every random choice starts from, at least 0.

    Returns
    -------
    DataIterator
        With raw text, audio of shape (n, 74), video of shape (n, 35), sentiment from -3 to +3 in steps
        of 0.2, and the folds `standard`.

    Raises
    ------
    DataError
        If `videos` is not from 1 to 10,000, or `seed` under 0.

    Examples
    --------
    >>> sample()
    DataIterator(2,108 segments of 93 videos: text (raw text), audio (74 columns), video (35 columns))
    """
    if not 1 <= videos <= MOST_VIDEOS or seed < 0:
        sentence = f"videos must be from 1 to {MOST_VIDEOS:,}, and seed at least 0."
        raise DataError.of(f"sample(videos={videos}, seed={seed})", sentence)
    rng = np.random.default_rng(seed)
    names = _video_ids(rng, videos)
    counts = _counts(rng, videos)
    video_of = np.repeat(np.arange(videos), counts)
    sentiment = _sentiment(rng, video_of)
    clips = np.concatenate([np.arange(1, n + 1) for n in counts])
    segment_ids = as_ids(f"{names[v]}_{k}" for v, k in zip(video_of.tolist(), clips.tolist(), strict=True))
    segments = Segments(
        segment_ids,
        names[video_of],
        sentiment,
        {
            "text": write_texts(rng, sentiment, video_of),
            "audio": _audio(rng, sentiment, video_of),
            "video": _video(rng, sentiment, video_of),
        },
        _folds(video_of, videos),
        source=f"sample(videos={videos}, seed={seed})",
    )
    return DataIterator(segments)


def _video_ids(rng: np.random.Generator, videos: int) -> NDArray[np.str_]:
    """Draw ids of 11 characters, sorted; about every fifth holds a `_`, as on the site they imitate."""
    found: set[str] = set()
    while len(found) < videos:
        letters = [ALPHABET[i] for i in rng.integers(len(ALPHABET), size=11)]
        if rng.random() < 0.2:  # noqa: PLR2004
            letters[rng.integers(11)] = "_"
        found.add("".join(letters))
    return as_ids(sorted(found))


def _counts(rng: np.random.Generator, videos: int) -> Rows:
    # Quantiles of one distribution rather than draws: the total hardly depends on the seed.
    quantiles = np.linspace(0.0, 1.0, videos)
    return rng.permutation(np.rint(FEWEST + (MOST - FEWEST) * quantiles**3).astype(np.intp))


def _sentiment(rng: np.random.Generator, video_of: Rows) -> Vector:
    """Draw latent opinions, and give the k-th lowest the k-th lowest sentiment of MOSI's distribution."""
    opinion = SPEAKER * rng.standard_normal(video_of[-1] + 1)[video_of] + rng.standard_normal(len(video_of))
    share = _shares()
    levels = np.searchsorted(np.cumsum(share) / share.sum(), (np.arange(len(opinion)) + 0.5) / len(opinion))
    sentiment = np.empty(len(opinion))
    sentiment[np.argsort(opinion, kind="stable")] = np.round((levels - 15) * 0.2, 1) + 0.0
    return sentiment


def _shares() -> Vector:
    """Spread each half point over the fifths of a point next to it: five raters give means in fifths."""
    fifths = np.round(np.arange(-15, 16) * 0.2, 1)
    half = np.rint(fifths * 2 + 1e-9).astype(np.intp) + 6
    return np.array(HALVES)[half] / np.bincount(half)[half]


def _folds(video_of: Rows, videos: int) -> dict[str, NDArray[np.str_]]:
    if videos < 3:  # noqa: PLR2004 -- train, valid and test need one each
        return {}
    valid = max(1, round(videos * VALID))
    train = min(max(1, round(videos * TRAIN)), videos - valid - 1)
    words = np.select([video_of < train, video_of < train + valid], ["train", "valid"], "test")
    return {"standard": words.astype("<U5")}


def _audio(rng: np.random.Generator, sentiment: Vector, video_of: Rows) -> Features:
    """Draw audio: a voice that is the same in all segments of a video, and a little sentiment."""
    n, videos = len(sentiment), video_of[-1] + 1
    voice = rng.standard_normal((videos, AUDIO_COLUMNS))[video_of]
    own = rng.standard_normal((n, AUDIO_COLUMNS))
    pitch = np.arange(AUDIO_COLUMNS) < PITCH
    signal = sentiment[:, None] * np.where(pitch, 0.085, 0.0)
    voice = voice * np.where(pitch, 0.5, 1.0)
    spread = np.exp(rng.uniform(-2.0, 3.0, AUDIO_COLUMNS))
    middle = spread * rng.uniform(-2.0, 4.0, AUDIO_COLUMNS)
    audio = _stored(middle + spread * (voice + 0.7 * own + signal))
    _lose(rng, audio)
    return audio


def _lose(rng: np.random.Generator, audio: Features) -> None:
    """Lose the pitch of some segments: nobody was heard."""
    rows = rng.choice(len(audio), size=min(len(audio), 12), replace=False)
    audio[rows[:, None], np.arange(3)] = np.nan


def _video(rng: np.random.Generator, sentiment: Vector, video_of: Rows) -> Features:
    """Draw video: mostly noise around a face, never below 0, and a little sentiment in a few columns."""
    n, videos = len(sentiment), video_of[-1] + 1
    face = 0.6 * rng.standard_normal((videos, VIDEO_COLUMNS))[video_of]
    signal = sentiment[:, None] * np.where(np.arange(VIDEO_COLUMNS) < SMILE, 0.22, 0.0)
    return _stored(np.maximum(0.8 + face + rng.standard_normal((n, VIDEO_COLUMNS)) + signal, 0.0))


def _stored(values: NDArray[np.float64]) -> Features:
    # Rounded: the last digits of exp differ between processors.
    return np.round(values, 4).astype(np.float32)
