import numpy as np
import pytest

from mosi_nb.data import DataIterator
from mosi_nb.errors import DataError


def test_rows_follow_the_transcripts_and_labels_are_signs(poria):
    data = DataIterator(poria)
    assert data.segments.segment_ids.tolist() == ["a_1", "a_2", "b_1", "b_2"]
    assert data.segments.modalities["audio"].tolist() == [[0.5, 7.0], [1.5, 7.0], [2.5, 7.0], [3.5, 7.0]]
    assert data.segments.sentiment.tolist() == [1.0, -1.0, 1.0, -1.0]
    assert data.segments.folds["poria"].tolist() == ["test", "test", "train", "train"]
    assert "binary" in data.notes[0]


def test_its_only_folds_are_meant_by_train_and_test(poria):
    assert DataIterator(poria).test.segments.segment_ids.tolist() == ["a_1", "a_2"]


def test_transcripts_can_stand_for_the_features(poria):
    assert DataIterator(poria, text="transcripts").segments.modalities["text"].tolist() == ["GOOD", "BAD", "SO", "HM"]


def test_real_valued_labels_can_be_joined(poria, tmp_path):
    labels = tmp_path / "labels.csv"
    labels.write_text("id,label\na_1,2.2\na_2,-0.4\nb_1,1.0\nb_2,0.0\n")
    data = DataIterator(poria, sentiment=labels)
    assert data.segments.sentiment.tolist() == [2.2, -0.4, 1.0, 0.0]
    assert not any("binary" in note for note in data.notes)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("audio_train0.csv", '"1.0","2.0","1"\n', "1 rows, but text_train.csv has 2"),
        ("video_test0.csv", '"1.0","2.0","1"\n"1.0"\n', "expected rows of numbers, all of one length"),
        ("text_train.csv", '"2","0.5"\n"9","0.5"\n', "column 0 must be a row of transcripts.csv, from 0 to 3"),
        ("text_test0.csv", None, "there is no such file"),
    ],
)
def test_files_that_do_not_fit_are_named(poria, name, content, said):
    if content is None:
        (poria / name).unlink()
    else:
        (poria / name).write_text(content)
    with pytest.raises(DataError, match=f"{name}.*: {said}"):
        DataIterator(poria)


def test_the_real_folder_holds_what_was_joined_from_it(real_mosi):
    found = DataIterator(real_mosi / "poria").segments
    joined = real_mosi / "mosi_poria_features.npz"
    other = DataIterator(joined, text="text100", audio="audio73", video="video100").segments
    assert found.segment_ids.tolist() == other.segment_ids.tolist()
    for name in found.modalities:
        np.testing.assert_allclose(found.modalities[name], other.modalities[name], rtol=1e-6, atol=1e-6)
    assert (found.folds["poria"] == other.folds["poria"]).all()
    raw = DataIterator(real_mosi / "poria", text="transcripts", sentiment=joined)
    assert DataIterator(raw, ["text"]).fingerprint == DataIterator(joined, ["text"]).fingerprint
