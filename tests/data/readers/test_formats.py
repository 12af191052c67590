"""Each format, in the shapes that its project writes."""

import numpy as np
import pytest

from mosi_nb.data import DataIterator
from mosi_nb.errors import DataError

IDS = ["film_a_1", "film_a_2", "film_a_3", "film_a_4", "_b_1", "_b_2", "c-d_1", "c-d_2", "c-d_3"]
WITH_IDS = ("aligned", "unaligned", "misa", "misa folder", "mag", "mmim")


@pytest.mark.parametrize("name", WITH_IDS)
def test_ids_and_folds_of_every_format_are_the_same(build, tmp_path, name):
    held = DataIterator(build(name, tmp_path)).segments
    assert held.segment_ids.tolist() == IDS
    assert held.video_ids.tolist() == ["film_a"] * 4 + ["_b"] * 2 + ["c-d"] * 3
    assert held.folds["standard"].tolist() == ["train"] * 4 + ["valid"] * 2 + ["test"] * 3
    assert held.sentiment[:2].tolist() == [-2.4, -0.7]


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", ["aligned", "mult", "misa", "lmf", "audio"])
def test_every_protocol_gives_the_same(build, tmp_path, name, protocol):
    (tmp_path / "other").mkdir()
    one, other = build(name, tmp_path, protocol), build(name, tmp_path / "other", 4)
    assert DataIterator(one).fingerprint == DataIterator(other).fingerprint


def test_aligned_lengths_are_those_of_the_text(build, tmp_path):
    held = DataIterator(build("aligned", tmp_path)).segments.modalities
    assert {name: held[name].lengths.tolist() for name in ("audio", "video")} == {"audio": [4] * 9, "video": [4] * 9}
    assert held["text"][0] == "words of film_a$_$1"


def test_given_lengths_are_taken_at_their_word(build, tmp_path):
    held = DataIterator(build("unaligned", tmp_path)).segments.modalities
    assert set(held["audio"].lengths.tolist()) == {3}
    assert set(held["video"].lengths.tolist()) == {4}


def test_features_of_text_can_be_asked_for(build, tmp_path):
    path = build("aligned", tmp_path)
    data = DataIterator(path, text="bert")
    assert data.segments.modalities["text"].values.shape == (9, 6, 8)
    assert 'text: raw text was taken; text="bert" takes the features' in DataIterator(path).notes
    with pytest.raises(DataError, match=r"the column 'bert' holds features, not one value for each segment"):
        DataIterator(path, sentiment="bert")


def test_features_of_text_follow_the_rows_that_are_left(build, tmp_path):
    np.savez(tmp_path / "a.npz", segment_id=IDS[:3:-1], audio=np.ones((5, 2)))
    path = build("aligned", tmp_path)
    both = DataIterator(tmp_path / "a.npz", text=(path, "bert"), sentiment=path).segments
    assert both.segment_ids.tolist() == IDS[:3:-1]
    whole = np.asarray(DataIterator(path, text="bert").segments.modalities["text"].values)
    assert (np.asarray(both.modalities["text"].values) == whole[:3:-1]).all()


def test_padding_in_front_is_told_from_padding_at_the_end(build, tmp_path):
    held = DataIterator(build("mult", tmp_path)).segments.modalities
    assert {n: (set(m.starts.tolist()), set(m.lengths.tolist())) for n, m in held.items()} == {
        "text": ({2}, {4}), "audio": ({2}, {7}), "video": ({2}, {6}),
    }  # fmt: skip


def test_ids_of_video_and_times_are_numbered_by_time_and_that_is_said(build, tmp_path):
    data = DataIterator(build("mult", tmp_path))
    assert data.segments.segment_ids.tolist()[:4] == ["film_a_4", "film_a_3", "film_a_2", "film_a_1"]
    assert "clips were numbered by their start" in data.notes[1]


def test_pauses_are_no_words_and_lengths_are_those_of_the_lists(build, tmp_path):
    held = DataIterator(build("misa", tmp_path)).segments.modalities
    assert held["text"][1] == "so word1"
    assert held["audio"].values.shape == (9, 3, 74)


def test_a_file_of_one_fold_is_that_fold(build, tmp_path):
    data = DataIterator(build("misa folder", tmp_path) / "dev.pkl")
    assert data.segments.folds["standard"].tolist() == ["valid"] * 2


def test_averaged_features_stay_matrices(build, tmp_path):
    held = DataIterator(build("lmf", tmp_path)).segments
    assert (held.modalities["audio"].shape, held.modalities["text"].values.shape) == ((9, 74), (9, 6, 300))
    assert "no ids" in held.notes[1]


def test_utterances_leave_the_padding_of_their_videos(build, tmp_path):
    held = DataIterator(build("audio", tmp_path)).segments
    assert held.segment_ids.tolist() == ["train1_1", "train1_2", "train2_1", "train2_2", "train2_3", "test1_1"]
    assert held.sentiment.tolist() == [1, -1, 1, 1, -1, -1]
    assert held.modalities["audio"].shape == (6, 73)


def test_columns_of_one_array_are_three_modalities(build, tmp_path):
    held = DataIterator(build("mfn", tmp_path)).segments.modalities
    assert {name: m.values.shape for name, m in held.items()} == {
        "text": (9, 20, 300), "audio": (9, 20, 5), "video": (9, 20, 20),
    }  # fmt: skip
    assert set(held["audio"].starts.tolist()) == {15}


def test_rows_without_ids_are_joined_by_order_if_their_labels_agree(build, tmp_path):
    (tmp_path / "mfn").mkdir()
    folder, path = build("mfn", tmp_path / "mfn"), build("aligned", tmp_path)
    data = DataIterator(path, audio=folder)
    assert data.segments.modalities["audio"].values.shape == (9, 20, 5)
    assert any("no segment ids; its rows were taken in the order" in note for note in data.notes)
    turned = DataIterator(path).segments.take(np.arange(9)[::-1])
    with pytest.raises(DataError, match=r"mfn: its rows are in another order than those of aligned.pkl: 6 labels"):
        DataIterator(turned, audio=folder)
    with pytest.raises(DataError, match=r"mfn has no segment ids, so nothing can be joined to it by id"):
        DataIterator(folder, sentiment=path)


def test_a_folder_of_sequences_is_cut_into_segments(build, tmp_path):
    data = DataIterator(build("sdk", tmp_path))
    rows = np.arange(9)
    assert sorted(data.segments.segment_ids.tolist()) == sorted(IDS)
    assert set(data.segments.modalities["text"].tolist()) == {"hey"}
    assert {len(s) for s in data.segments.modalities["audio"].read(rows)} == {2}
    with pytest.raises(DataError, match=r"COVAREP.csd: its ids are videos.*\nName the labels of the SDK first"):
        DataIterator(build("aligned", tmp_path), audio=tmp_path / "CMU_MOSI_COVAREP.csd")


def test_several_sources_are_joined(build, tmp_path):
    (tmp_path / "sdk").mkdir()
    labels = build("sdk", tmp_path / "sdk") / "CMU_MOSI_Opinion_Labels.csd"
    np.savez(tmp_path / "x.npz", segment_id=IDS[:-1], audio=np.ones((8, 3)))
    path = build("mag", tmp_path)
    data = DataIterator(path, sentiment=labels, audio=tmp_path / "x.npz", video=path)
    assert data.segments.modalities["audio"].shape == (8, 3)
    one = DataIterator(labels, audio=labels.with_name("CMU_MOSI_COVAREP.csd"), text=(path, "text"))
    assert set(one.modalities) == {"audio", "text"}


def test_missing_clips_are_named(build, tmp_path):
    frame = DataIterator(build("mag", tmp_path)).segments.take(np.array([0, 2, 3, 4, 5, 6, 7, 8]))
    from mosi_nb.data.readers.counts import missing
    from mosi_nb.data.sources import from_segments

    assert missing(from_segments(frame)) == ("gaps in the numbers of clips, 1 in all: film_a_2",)


@pytest.mark.parametrize(
    ("counts", "said"),
    [((1283, 229, 686), "drops one segment of zero length"), ((1281, 229, 685), "as MAG-BERT has it")],
)
def test_counts_short_of_mosi_are_explained(counts, said):
    from mosi_nb.data.parts import Parts
    from mosi_nb.data.readers.counts import missing

    fold = np.repeat(["train", "valid", "test"], counts)
    ids = np.array([f"v_{k}" for k in range(len(fold))])
    assert said in missing(Parts(ids, ids, folds={"standard": fold}, numbered=True))[0]


def test_what_is_no_layout_is_outlined(tmp_path):
    from pickle import dumps

    (tmp_path / "x.pkl").write_bytes(dumps({"a": [1], "b": 2}))
    with pytest.raises(DataError, match=r"x.pkl: this pickle holds a dict with the keys a, b, which is no layout"):
        DataIterator(tmp_path / "x.pkl")
