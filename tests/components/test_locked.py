import numpy as np
import pytest

from mosi_nb.components.locked import holdout, none, standard
from mosi_nb.data import Segments


def segments_of(videos, fold=None):
    ids = np.array([f"{video}_{n}" for n, video in enumerate(videos)])
    folds = {} if fold is None else {"standard": np.array(fold)}
    audio = {"audio": np.zeros((len(ids), 1))}
    return Segments(ids, np.array([str(video) for video in videos]), np.zeros(len(ids)), audio, folds)


def test_standard_joins_the_valid_fold_or_leaves_it_apart():
    segments = segments_of("aabbcc", ["train"] * 2 + ["valid"] * 2 + ["test"] * 2)
    assert standard()(segments, 0).train.tolist() == [0, 1, 2, 3]
    apart = standard(valid="apart")(segments, 0)
    assert (apart.train.tolist(), apart.test.tolist()) == ([0, 1], [4, 5])
    assert apart.sentence.endswith("; 2 of the valid fold left out.")


def test_standard_refuses_folds_that_the_data_do_not_know():
    with pytest.raises(ValueError, match=r"no folds called 'standard' \(they know: none\)"):
        standard()(segments_of("aabb"), 0)


def test_standard_refuses_folds_that_split_a_video():
    with pytest.raises(ValueError, match="split 1 videos between train and test, the first: a"):
        standard()(segments_of("aab", ["train", "test", "test"]), 0)


def test_standard_refuses_an_empty_side():
    with pytest.raises(ValueError, match="leave 2 segments to train on and 0 to test"):
        standard()(segments_of("ab", ["train", "valid"]), 0)


def test_holdout_locks_whole_videos_by_the_seed(segments):
    locked = holdout(0.25)(segments, 3)
    assert len(np.unique(segments.video_ids[locked.test])) == 2
    assert not np.intersect1d(segments.video_ids[locked.train], segments.video_ids[locked.test]).size
    assert np.array_equal(locked.test, holdout(0.25)(segments, 3).test)
    assert not np.array_equal(locked.test, holdout(0.25)(segments, 4).test)


def test_holdout_always_leaves_something_on_both_sides():
    segments = segments_of("aabbcc")
    for share in (0.01, 0.99):
        locked = holdout(share)(segments, 0)
        assert len(locked.train)
        assert len(locked.test)


def test_holdout_refuses_shares_and_data_that_cannot_be_meant():
    with pytest.raises(ValueError, match="a share between 0 and 1, found 2"):
        holdout(2)
    with pytest.raises(ValueError, match="has 2 videos: too few"):
        holdout(0.5)(segments_of("aabb"), 0)


def test_none_locks_nothing_away(segments):
    locked = none()(segments, 0)
    assert len(locked.train) == len(segments)
    assert not len(locked.test)


def test_a_test_of_whole_speakers_splits_none():
    segments = segments_of("aabbccdd")
    speakers = dict(zip("abcd", ["x", "y", "x", "z"], strict=True))
    for seed in range(5):
        locked = holdout(0.3, by=speakers)(segments, seed)
        assert ({"a", "c"} <= set(segments.video_ids[locked.test])) == ("a" in segments.video_ids[locked.test])


def test_a_test_of_speakers_needs_three_of_them():
    with pytest.raises(ValueError, match="has 2 speakers: too few"):
        holdout(0.5, by={"a": "x", "b": "x", "c": "y"})(segments_of("aabbcc"), 0)
