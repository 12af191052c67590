import h5py
import pytest

from mosi_nb.data import DataIterator
from mosi_nb.errors import DataError


def test_labels_have_ids_counted_from_one(csd):
    data = DataIterator(csd)
    assert data.segments.segment_ids.tolist() == ["_b_1", "_b_2", "c_1", "c_2", "v_a_1", "v_a_2"]
    assert data.segments.sentiment.tolist() == [0.0, -2.2, 1.2, 3.0, 2.4, -1.0]
    assert data.notes == ("segments without duration: 3 of 6",)
    assert data.segments.folds == {}


def test_labels_can_be_joined_to_others_and_others_to_them(csd, csv, table, features):
    assert DataIterator(csv).fingerprint == DataIterator(table.drop(columns="label"), sentiment=csd).fingerprint
    assert DataIterator(csd, text=csv).fingerprint == DataIterator(csv).fingerprint
    assert len(DataIterator(csd, audio=(features, "audio73"))) == 5


def test_a_cut_file_is_named(csd):
    csd.write_bytes(csd.read_bytes()[:900])
    with pytest.raises(DataError, match=r"labels.csd: the HDF5 file is cut or damaged"):
        DataIterator(csd)


def test_other_sequences_are_told_from_labels(csd):
    with h5py.File(csd, "a") as file:
        del file["Opinion Segment Labels/data/c/features"]
        file["Opinion Segment Labels/data/c/features"] = [[1.0, 2.0], [1.0, 2.0]]
    with pytest.raises(DataError, match=r"expected labels, one number for each segment; data/c holds float64 \(2, 2\)"):
        DataIterator(csd)


def test_the_real_labels_know_their_standard_folds(real_mosi):
    labels = DataIterator(real_mosi / "csd" / "CMU_MOSI_Opinion_Labels.csd", text=real_mosi / "mosi_utterances.csv")
    utterances = DataIterator(real_mosi / "mosi_utterances.csv")
    assert labels.fingerprint == utterances.fingerprint
    assert labels.test.fingerprint == utterances.test.fingerprint
    assert labels.train.fingerprint == DataIterator(labels, folds=real_mosi / "standard_folds.json").train.fingerprint
