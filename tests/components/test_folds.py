import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold

from mosi_nb.components.folds import by_speaker, by_video, file, holdout, inner, standard
from mosi_nb.data import Segments


def segments_of(videos, fold=None, sentiment=None):
    ids = np.array([f"{video}_{n}" for n, video in enumerate(videos)])
    folds = {} if fold is None else {"standard": np.array(fold)}
    audio = {"audio": np.zeros((len(ids), 1))}
    return Segments(
        ids, np.array([str(v) for v in videos]), np.zeros(len(ids)) if sentiment is None else sentiment, audio, folds
    )


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


@st.composite
def data_with_speakers(draw):
    videos = draw(groups)
    speakers = {str(video): draw(st.sampled_from("xyz")) for video in set(videos)}
    sentiment = np.array(draw(st.lists(st.integers(-3, 3), min_size=len(videos), max_size=len(videos))), dtype=float)
    return segments_of(videos, sentiment=sentiment), speakers


@given(data_with_speakers(), st.data(), st.integers(0, 99))
def test_nothing_ever_splits_a_video_or_a_speaker(given_data, data, seed):
    segments, speakers = given_data
    named = {video: number % 2 for number, video in enumerate(np.unique(segments.video_ids).tolist())}
    splits = {
        "stratified": by_video(2, 2, stratify=True),
        "holdout": holdout(0.4, repeats=2),
        "file": file(named),
        "speakers": by_speaker(speakers, 2, 2),
        "held-out speakers": holdout(0.4, by=speakers),
    }
    which = data.draw(st.sampled_from(sorted(splits)))
    who = segments.video_ids if "speakers" not in which else np.array([speakers[v] for v in segments.video_ids])
    assume("speakers" not in which or len(set(speakers.values())) > 1)
    for fold in splits[which](segments, np.arange(len(segments)), seed):
        assert not np.intersect1d(who[fold.train], who[fold.held_out]).size
        assert len(fold.train)
        assert len(fold.held_out)
        for one in inner(segments, fold) if len(np.unique(segments.video_ids[fold.train])) > 1 else ():
            assert not np.intersect1d(segments.video_ids[one.train], segments.video_ids[one.held_out]).size
            assert set(one.train) | set(one.held_out) == set(fold.train)


def test_stratified_folds_are_alike_in_sentiment(segments):
    rows = np.arange(len(segments))

    def spread(folds):
        return np.std([segments.sentiment[fold.held_out].mean() for fold in folds])

    assert spread(by_video(3, stratify=True)(segments, rows, 0)) < spread(by_video(3)(segments, rows, 0))


def test_stratified_repeats_differ(segments):
    first, second = (
        [set(f.held_out) for f in by_video(3, 2, stratify=True)(segments, np.arange(len(segments)), 0) if f.repeat == n]
        for n in (1, 2)
    )
    assert first != second


def test_standard_trains_on_train_and_holds_valid_out():
    segments = segments_of("aabbcc", ["train"] * 2 + ["valid"] * 2 + ["test"] * 2)
    (fold,) = standard()(segments, np.arange(4), 0)
    assert (fold.train.tolist(), fold.held_out.tolist()) == ([0, 1], [2, 3])


def test_standard_may_judge_on_a_test_that_is_not_locked():
    segments = segments_of("aabbcc", ["train"] * 2 + ["valid"] * 2 + ["test"] * 2)
    (fold,) = standard(judged="test")(segments, np.arange(6), 0)
    assert (fold.train.tolist(), fold.held_out.tolist()) == ([0, 1, 2, 3], [4, 5])
    with pytest.raises(ValueError, match=r"0 of the test fold.\n.*the test fold is judged under test = none only"):
        standard(judged="test")(segments, np.arange(4), 0)


@pytest.mark.parametrize(
    ("fold", "name", "message"),
    [
        (["train", "train", "test"], "standard", "2 segments to train on and 0 of the valid fold"),
        (["train", "valid", "valid"], "standard", "split 1 videos between train and held out, the first: a"),
        (["train", "valid", "valid"], "poria", r"no folds called 'poria' \(they know: standard\)"),
    ],
)
def test_standard_refuses_folds_that_cannot_be(fold, name, message):
    with pytest.raises(ValueError, match=message):
        standard(name)(segments_of("aab", fold), np.arange(3), 0)


def test_held_out_shares_are_drawn_by_the_seed_and_anew_in_each_repeat(segments):
    rows = np.arange(len(segments))
    drawn = [set(fold.held_out) for fold in holdout(0.3, repeats=3)(segments, rows, 4)]
    assert drawn == [set(fold.held_out) for fold in holdout(0.3, repeats=3)(segments, rows, 4)]
    assert len({frozenset(held_out) for held_out in drawn}) > 1
    assert [fold.repeat for fold in holdout(0.3, repeats=3)(segments, rows, 4)] == [1, 2, 3]


def test_speakers_come_from_a_table_too(tmp_path):
    path = tmp_path / "speakers.csv"
    path.write_text("video_id,speaker\na,x\nb,y\nc,x\n")
    segments = segments_of("aabbcc")
    folds = by_speaker(str(path), 2)(segments, np.arange(6), 0)
    assert sorted(sorted(set(segments.video_ids[fold.held_out])) for fold in folds) == [["a", "c"], ["b"]]


@pytest.mark.parametrize(
    ("speakers", "message"),
    [
        ({"a": "x"}, "no speaker for 1 of 2 videos, the first: b"),
        ({"a": "x", "b": "x"}, "2 folds, but the data has only 1 speaker, and a fold never splits a speaker"),
        ("nowhere.csv", "there is no such file or folder"),
    ],
)
def test_speakers_that_do_not_fit_are_refused(speakers, message):
    with pytest.raises(ValueError, match=message):
        by_speaker(speakers, 2)(segments_of("aabb"), np.arange(4), 0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "segment_id,fold\na_0,1\na_1,1\nb_2,10\nb_3,10\nc_4,2\nc_5,2\n"),
        ("a.tsv", "video_id\tfold\na\t1\nb\t10\nc\t2\n"),
        ("a.json", '{"1": ["a"], "10": ["b"], "2": ["c"]}'),
        ("b.json", '[["a"], ["c"], ["b"]]'),
    ],
)
def test_a_file_names_the_folds_which_go_by_number(name, text, tmp_path):
    (tmp_path / name).write_text(text)
    segments = segments_of("aabbcc")
    folds = file(str(tmp_path / name))(segments, np.arange(6), 0)
    assert [segments.video_ids[fold.held_out][0] for fold in folds] == ["a", "c", "b"]
    assert all(len(fold.train) == 4 for fold in folds)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("video_id,fold\na,1\n", "names no fold for 2 of 4 segments, the first: b_2"),
        ("video_id,fold\na,1\nb,1\n", "names one fold only: '1'"),
        ("video_id,other\na,1\n", "has no column 'fold'"),
        ("video_id,fold\na,1\na,2\n", "gives a more than one fold"),
        ("segment_id,fold\na_0,1\na_1,2\nb_2,1\nb_3,2\n", "split 2 videos between train and held out"),
    ],
)
def test_files_of_folds_that_cannot_be_meant_are_refused(text, message, tmp_path):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ValueError, match=message):
        file(str(tmp_path / "a.csv"))(segments_of("aabb"), np.arange(4), 0)


@pytest.mark.parametrize("text", ["{", "[]", '{"1": "a"}', '{"1": ["a", "b"], "2": ["b"]}'])
def test_json_that_names_no_folds_is_refused(text, tmp_path):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ValueError, match=r"is no JSON|no list of video ids|has the video b in the folds"):
        file(str(tmp_path / "a.json"))(segments_of("aabb"), np.arange(4), 0)


def test_inner_folds_are_those_asked_for_and_leave_the_held_out_rows_alone(segments):
    speakers = {video: f"speaker {number // 2}" for number, video in enumerate(np.unique(segments.video_ids).tolist())}
    outer = by_speaker(speakers, 2)(segments, np.arange(len(segments)), 0)[0]
    who = np.array([speakers[video] for video in segments.video_ids])
    for fold in inner(segments, outer, by_speaker(speakers, 2)):
        assert not np.intersect1d(who[fold.train], who[fold.held_out]).size
        assert not np.intersect1d(outer.held_out, np.concatenate([fold.train, fold.held_out])).size


@pytest.mark.parametrize("content", [b"", b"video_id,speaker\n\xe9,x\n", b"[" * 200_000, b"\0\1\2"])
@pytest.mark.parametrize("name", ["who.csv", "folds.json"])
def test_damaged_files_of_folds_and_speakers_are_refused_by_name(name, content, tmp_path):
    segments = segments_of("aabbccdd")
    path = tmp_path / name
    path.write_bytes(content)
    make = by_speaker(str(path), 2) if name == "who.csv" else file(str(path))
    with pytest.raises(ValueError, match=name):
        make(segments, np.arange(len(segments)), 0)


def test_a_table_of_speakers_may_begin_with_a_byte_order_mark(tmp_path):
    segments = segments_of("aabbccdd")
    videos = sorted(set(segments.video_ids.tolist()))
    lines = ["video_id,speaker", *(f"{video},{n % 3}" for n, video in enumerate(videos))]
    (tmp_path / "who.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    folds = by_speaker(str(tmp_path / "who.csv"), 2)(segments, np.arange(len(segments)), 0)
    assert len(folds) == 2
