import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold

from mosi_nb.components.folds import by_video, holdout, none, standard
from mosi_nb.data import Segments


def segments_of(videos, fold=None):
    ids = np.array([f"{video}_{n}" for n, video in enumerate(videos)])
    folds = {} if fold is None else {"standard": np.array(fold)}
    audio = {"audio": np.zeros((len(ids), 1))}
    return Segments(ids, np.array([str(video) for video in videos]), np.zeros(len(ids)), audio, folds)


groups = st.lists(st.integers(0, 6), min_size=8, max_size=50).filter(lambda videos: len(set(videos)) >= 3)


@given(groups, st.integers(2, 3), st.integers(1, 3), st.integers(0, 99))
def test_folds_never_split_a_video_and_hold_every_row_out_once(videos, k, repeats, seed):
    segments = segments_of(videos)
    rows = np.arange(len(segments))
    folds = by_video(k, repeats)(segments, rows, seed)
    assert len(folds) == k * repeats
    for fold in folds:
        assert not np.intersect1d(segments.video_ids[fold.train], segments.video_ids[fold.held_out]).size
        assert sorted([*fold.train, *fold.held_out]) == list(rows)
    for repeat in range(1, repeats + 1):
        assert sorted(np.concatenate([f.held_out for f in folds if f.repeat == repeat])) == list(rows)


def test_first_repeat_is_scikit_learns(segments):
    rows = np.arange(3, len(segments))
    folds = by_video(4, repeats=2)(segments, rows, 7)
    expected = GroupKFold(4).split(rows, groups=segments.video_ids[rows])
    for fold, (train, held_out) in zip(folds, expected, strict=False):
        assert np.array_equal(fold.train, rows[train])
        assert np.array_equal(fold.held_out, rows[held_out])


def test_repeats_differ_and_depend_on_the_seed_alone(segments):
    rows = np.arange(len(segments))

    def held_out(seed):
        return [tuple(fold.held_out) for fold in by_video(2, repeats=3)(segments, rows, seed)]

    assert held_out(1) == held_out(1)
    assert held_out(1)[:2] == held_out(2)[:2]
    assert held_out(1)[2:] != held_out(2)[2:]
    assert len({frozenset(held_out(1)[n : n + 2]) for n in (0, 2, 4)}) == 3


@pytest.mark.parametrize(("videos", "there"), [("aabb", "only 2 videos"), ("aa", "only 1 video")])
def test_more_folds_than_videos_are_refused(videos, there):
    segments = segments_of(videos)
    with pytest.raises(ValueError, match=f"5 folds, but the data has {there}, and a fold never splits a video."):
        by_video(5)(segments, np.arange(len(segments)), 0)


@pytest.mark.parametrize(("k", "repeats"), [(1, 1), (2, 0)])
def test_too_few_folds_are_refused(k, repeats):
    with pytest.raises(ValueError, match="at least 2 folds and 1 repeat"):
        by_video(k, repeats)


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
