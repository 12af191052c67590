import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosi_nb.data import DataIterator, Segments, Sequences, sample
from mosi_nb.errors import DataError

SEQUENCE = np.array([[[1.0], [3.0], [0.0]], [[0.0], [0.0], [0.0]]])


def two(**modalities):
    return DataIterator.from_arrays(modalities, sentiment=[1.0, -1.0], segment_ids=["a_1", "b_1"])


def test_features_are_joined_by_segment_id_and_the_loss_is_noted(csv, features):
    data = DataIterator(csv, audio=(features, "audio73"))
    assert data.segments.segment_ids.tolist() == ["v_a_2", "_b_1", "_b_2", "c_1", "c_2"]
    assert data.segments.modalities["audio"][:, 0].tolist() == [15.0, 12.0, 9.0, 6.0, 3.0]
    assert data.notes == ("audio: 1 of 6 segments left out, not in features.npz: v_a_1",)


def test_the_array_called_like_the_modality_needs_no_name(csv, features):
    assert DataIterator(csv, video=str(features)).modalities == ("text", "video")


def test_an_archive_without_that_array_lists_those_it_has(csv, features):
    with pytest.raises(DataError, match=r"no array called 'audio'. Did you mean 'audio73'\?\n.*audio73 \(6, 3\)"):
        DataIterator(csv, audio=features)


def test_an_array_file_is_joined_by_row_and_says_so(csv, tmp_path):
    np.save(tmp_path / "a.npy", np.ones((6, 4)))
    assert "has no segment ids" in DataIterator(csv, audio=tmp_path / "a.npy").notes[0]
    np.save(tmp_path / "b.npy", np.ones((5, 4)))
    with pytest.raises(DataError, match=r"5 rows for audio, but segments.csv has 6 segments"):
        DataIterator(csv, audio=tmp_path / "b.npy")


def test_arrays_of_python_objects_are_never_unpickled(csv, tmp_path):
    np.save(tmp_path / "a.npy", np.array([{}] * 6, dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match=r"Python objects"):
        DataIterator(csv, audio=tmp_path / "a.npy")


def test_files_that_share_no_id_show_ids_of_both(csv, tmp_path):
    np.savez(tmp_path / "x.npz", segment_id=["q_1"], audio=np.ones((1, 2)))
    with pytest.raises(DataError, match=r"First ids: q_1 here, v_a_1"):
        DataIterator(csv, audio=tmp_path / "x.npz")


def test_a_column_or_an_array_can_stand_for_a_modality_and_for_sentiment(table):
    table["f0"], table["f1"], table["other"] = range(6), 1.0, [0.5] * 6
    data = DataIterator(table, audio=["f0", "f1"], video=np.ones((6, 3)), text="mode", sentiment="other")
    assert [data.segments.modalities[m].shape for m in ("audio", "video", "text")] == [(6, 2), (6, 3), (6,)]
    assert set(data.segments.sentiment) == {0.5}


def test_a_misspelt_column_is_answered_with_the_nearest_one(table):
    with pytest.raises(DataError, match=r"'lable' is no column of it and no file. Did you mean 'label'"):
        DataIterator(table, sentiment="lable")
    with pytest.raises(DataError, match=r"audio: no column called 'labell'. Did you mean 'label'\?"):
        DataIterator(table, audio=["labell"])


def test_a_scale_admits_other_ranges_and_refuses_what_is_outside(table):
    assert DataIterator(table, scale=(-4, 4)).segments.scale == (-4.0, 4.0)
    with pytest.raises(DataError, match=r"row 1 \(v_a_1\): sentiment 2.4 is outside -1 ... \+1 \(3 more rows"):
        DataIterator(table, scale=(-1, 1))


def test_a_scale_survives_being_wrapped_again(table):
    assert DataIterator(DataIterator(table, scale=(-4, 4))).segments.scale == (-4.0, 4.0)


def test_folds_come_from_a_json_a_column_or_a_mapping(table, tmp_path):
    path = tmp_path / "folds.json"
    path.write_text('{"train": ["v_a"], "dev": ["c"]}')
    data = DataIterator(table.drop(columns="mode"), folds=path)
    assert data.segments.folds["standard"].tolist() == ["train", "train", "", "", "valid", "valid"]
    assert data.notes == ("folds: 2 of 6 segments are in none",)
    assert set(DataIterator(table, folds={"mine": ["test"] * 6}).segments.folds) == {"standard", "mine"}
    with pytest.raises(DataError, match=r"the video c is in train and in test"):
        DataIterator(table, folds={"train": ["c"], "test": ["c"]})


def test_train_is_all_that_is_not_test(table):
    data = DataIterator(table)
    assert data.train.segments.segment_ids.tolist() == ["v_a_1", "v_a_2", "_b_1", "_b_2"]
    assert data.test.segments.segment_ids.tolist() == ["c_1", "c_2"]


def test_data_without_folds_say_what_to_do():
    with pytest.raises(DataError, match=r"the data know no standard folds.\nSay folds="):
        _ = two(text=["a", "b"]).test


def test_records_are_aligned_and_copy_nothing():
    data = two(text=["good", "bad"], audio=SEQUENCE, video=np.ones((2, 4)))
    first, second = data
    assert (first.segment_id, first.video_id, first.sentiment, first.modalities["text"]) == ("a_1", "a", 1.0, "good")
    assert first.modalities["audio"].tolist() == [[1.0], [3.0]]
    assert second.modalities["audio"].shape == (0, 1)
    assert np.shares_memory(first.modalities["video"], data.segments.modalities["video"])


def test_lengths_can_be_given_and_must_fit():
    held = DataIterator.from_arrays({"audio": SEQUENCE}, [0, 0], ["a_1", "b_1"], lengths={"audio": [1, 3]})
    assert held.segments.modalities["audio"].lengths.tolist() == [1, 3]
    with pytest.raises(DataError, match=r"the lengths of audio do not fit: expected 2 whole numbers from 0 to 3"):
        DataIterator.from_arrays({"audio": SEQUENCE}, [0, 0], ["a_1", "b_1"], lengths={"audio": [1, 4]})


def test_padding_in_front_is_left_out_where_no_lengths_are_given():
    data = two(audio=SEQUENCE[:1, ::-1].repeat(2, axis=0))
    assert [record.modalities["audio"].tolist() for record in data] == [[[3.0], [1.0]]] * 2
    assert not any("padded" in note for note in data.notes)


def test_lengths_that_do_not_suit_padding_in_front_are_noted():
    front = SEQUENCE[:1, ::-1].repeat(2, axis=0)
    data = DataIterator.from_arrays({"audio": front}, [0, 0], ["a_1", "b_1"], lengths={"audio": [2, 2]})
    assert "look padded in front" in data.notes[0]


def test_union_prefixes_columns_and_averages_sequences():
    frame = two(text=["good", "bad"], audio=SEQUENCE, video=np.ones((2, 2))).union()
    assert list(frame.columns) == ["text", "audio_0", "video_0", "video_1"]
    assert list(frame.index) == [("a", "a_1"), ("b", "b_1")]
    assert frame.index.names == ["video_id", "segment"]
    assert frame["audio_0"].iloc[0] == 2.0
    assert np.isnan(frame["audio_0"].iloc[1])


def test_a_union_can_be_read_again():
    data = sample(videos=3)
    again = DataIterator(data.union(), sentiment=data.segments.sentiment)
    assert again.fingerprint == data.fingerprint


@given(st.permutations(range(5)), st.sampled_from([np.float32, np.float64, ">f8"]))
def test_the_fingerprint_is_that_of_the_content(order, kind):
    values = np.array([[0.5], [-0.0], [np.nan], [np.inf], [2.0]])
    ids = np.array([f"a_{k}" for k in range(5)])
    data = DataIterator.from_arrays({"audio": values}, np.zeros(5), ids)
    other = DataIterator.from_arrays({"audio": values[list(order)].astype(kind)}, np.zeros(5), ids[list(order)])
    assert other.fingerprint == data.fingerprint


def test_the_fingerprint_sees_a_change_but_no_padding():
    padded = np.concatenate([SEQUENCE, np.zeros((2, 2, 1))], axis=1)
    assert two(audio=padded).fingerprint == two(audio=SEQUENCE).fingerprint
    assert two(audio=SEQUENCE * 2).fingerprint != two(audio=SEQUENCE).fingerprint
    assert two(text=["a", "bc"]).fingerprint != two(text=["ab", "c"]).fingerprint


def test_the_card_escapes_what_the_data_say():
    segments = Segments(
        np.array(["<b>_1"]), np.array(["<b>"]), np.zeros(1), {"text": np.array(["<i>"], dtype=object)},
        {"<u>": np.array(["train"])}, source="<script>", notes=("<img>",),
    )  # fmt: skip
    html = DataIterator(segments)._repr_html_()
    assert not any(word in html for word in ("<script", "<img", "<u>", "<i>", "<b>", "http"))
    assert "&lt;script&gt;" in html


def test_the_card_counts():
    html = two(audio=np.array([[np.nan, 1.0], [np.inf, -np.inf]]))._repr_html_()
    assert "<td>audio</td><td>2 columns</td><td>2</td><td>1</td><td>2</td><td>0</td>" in html
    assert "currentColor" in html


def test_it_describes_itself_in_a_line(table):
    assert repr(DataIterator(table)) == "DataIterator(6 segments of 3 videos: text (raw text))"


def test_only_the_modalities_asked_for_are_held():
    assert DataIterator(sample(videos=3), "audio").modalities == ("audio",)
    with pytest.raises(DataError, match=r"there is no modality audio. It has text"):
        DataIterator(two(text=["a", "b"]), ["audio"])


def test_ragged_rows_are_refused():
    with pytest.raises(DataError, match=r"audio: rows differ in length"):
        two(audio=[[1.0], [1.0, 2.0]])


def test_whole_numbers_and_pandas_columns_become_features():
    data = two(text=pd.Series(["a", None]), audio=pd.DataFrame({"x": [1, 2]}))
    assert data.segments.modalities["text"].tolist() == ["a", ""]
    assert data.segments.modalities["audio"].dtype == np.float64


def test_sequences_keep_their_precision():
    held = two(audio=SEQUENCE.astype(np.float32)).segments.modalities["audio"]
    assert isinstance(held, Sequences)
    assert held.values.dtype == np.float32


def test_fingerprints_tell_which_modality_differs():
    one, other = two(text=["a", "b"], audio=SEQUENCE), two(text=["a", "b"], audio=SEQUENCE * 2)
    assert one.fingerprints["text"] == other.fingerprints["text"]
    assert one.fingerprints["audio"] != other.fingerprints["audio"]
    assert two(audio=SEQUENCE).fingerprints["audio"] == one.fingerprints["audio"]


@given(st.permutations(range(4)), st.sampled_from([np.float32, np.float64]), st.integers(0, 2), st.integers(0, 2))
def test_the_fingerprint_of_sequences_is_that_of_their_steps(order, kind, front, end):
    values = np.arange(24.0).reshape(4, 3, 2) + 1
    ids = np.array([f"a_{k}" for k in range(4)])
    padded = np.pad(values[list(order)].astype(kind), ((0, 0), (front, end), (0, 0)))
    data = DataIterator.from_arrays({"audio": values}, np.zeros(4), ids)
    other = DataIterator.from_arrays({"audio": padded}, np.zeros(4), ids[list(order)])
    assert other.fingerprints == data.fingerprints


@pytest.mark.parametrize("scale", ["x", None, (1, 2, 3), (5, 1), (1, 1), (float("nan"), 1), (-float("inf"), 3)])
def test_what_is_no_scale_is_refused(scale):
    with pytest.raises(DataError, match="is not lowest and highest sentiment"):
        DataIterator.from_arrays({"text": ["good"]}, [1.0], ["a_1"], scale=scale)


@pytest.mark.parametrize("missing", ["", "  ", None, float("nan")])
def test_a_missing_id_is_refused(missing):
    with pytest.raises(DataError, match="an id is missing"):
        DataIterator.from_arrays({"text": ["good", "bad"]}, [1.0, -1.0], ["a_1", missing])


def test_ids_are_stripped_and_whole_numbers_stay_whole():
    data = DataIterator.from_arrays({"text": ["good", "bad"]}, [1.0, -1.0], [" a_1 ", 2.0])
    assert data.segments.segment_ids.tolist() == ["a_1", "2"]


def test_arrays_that_were_passed_over_are_named_with_how_to_take_them(tmp_path):
    held = {"segment_id": ["a_1", "a_2"], "label": [1.0, -1.0], "text": ["fine", "dull"]}
    arrays = {"text100": np.ones((2, 5)), "audio73": np.ones((2, 3)), "video9_lengths": np.ones((2, 1))}
    np.savez(tmp_path / "x.npz", **held, **arrays)
    note = 'text100, audio73 were passed over: audio="audio73" takes one in the place of a modality'
    assert DataIterator(tmp_path / "x.npz").notes == (note,)
    taken = DataIterator(tmp_path / "x.npz", audio="audio73")
    assert (taken.notes, list(taken.modalities)) == ((), ["text", "audio"])
    assert DataIterator(tmp_path / "x.npz", ["text"]).notes == ()
