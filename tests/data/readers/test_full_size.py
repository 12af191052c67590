"""Files of the real sizes, made from the real ids, texts and labels; and the real files themselves."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from mosi_nb.data import DataIterator

FOLDS = {"train": 1284, "valid": 229, "test": 686}


@pytest.fixture(scope="module")
def utterances(real_mosi):
    """Return the segments in the order of rows of MMSA and MulT, fold by fold."""
    frame = pd.read_csv(real_mosi / "mosi_utterances.csv", keep_default_na=False)
    return {fold: frame[frame.fold_standard == fold].sort_values("mmsa_row") for fold in FOLDS}


def mmsa(frame, chance):
    n = len(frame)
    return {
        "raw_text": frame.text.to_numpy(dtype=str),
        "audio": chance.random((n, 375, 5), dtype="f4"),
        "vision": chance.random((n, 500, 20), dtype="f4"),
        "id": frame.mmsa_id.to_numpy(dtype="U16"),
        "text": chance.random((n, 50, 768), dtype="f4"),
        "text_bert": np.ones((n, 3, 50), "f4"),
        "regression_labels": frame.label.to_numpy(dtype="f4"),
        "audio_lengths": [375] * n,
        "vision_lengths": [500] * n,
    }


@pytest.fixture(scope="module")
def unaligned(utterances, tmp_path_factory):
    path = tmp_path_factory.mktemp("full") / "unaligned_50.pkl"
    chance = np.random.default_rng(0)
    with path.open("wb") as file:
        pickle.dump({fold: mmsa(frame, chance) for fold, frame in utterances.items()}, file, protocol=4)
    yield path
    path.unlink()


MEASURE = """
import resource, sys, pandas
from mosi_nb.data import DataIterator, sample
sample(videos=3).segments
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
data = DataIterator(sys.argv[1], text="bert")
print(peak() - before)
"""


def test_reading_mmsa_takes_little_more_memory_than_its_file(unaligned):
    command = [sys.executable, "-c", MEASURE, str(unaligned)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=os.environ)
    assert int(done.stdout) < 1.15 * unaligned.stat().st_size  # measured: 1.00


def test_mmsa_has_the_segments_texts_labels_and_folds_of_mosi(unaligned, real_mosi):
    data, known = DataIterator(unaligned), DataIterator(real_mosi / "mosi_utterances.csv")
    assert DataIterator(data, ["text"]).fingerprint == DataIterator(known, ["text"]).fingerprint
    assert (len(data), len(data.train), len(data.test)) == (2199, 1513, 686)
    assert not any("missing" in note or "gaps" in note for note in data.notes)
    assert "2,199 segments of 93 videos" in data.notes[0]


def test_mult_numbers_all_clips_as_the_sdk_does_but_for_two_videos(utterances, tmp_path, real_mosi):
    tree = {
        fold: {
            "id": frame[["video_id", "start", "end"]].to_numpy().astype("S"),
            "labels": frame.label.to_numpy(dtype="f4")[:, None, None],
            "audio": np.ones((len(frame), 5, 5), "f4"),
        }
        for fold, frame in utterances.items()
    }
    (tmp_path / "mosi_data.pkl").write_bytes(pickle.dumps(tree))
    found = DataIterator(tmp_path / "mosi_data.pkl").segments
    ids = np.concatenate([frame.segment_id.to_numpy() for frame in utterances.values()])
    wrong = found.segment_ids != ids
    assert (wrong.sum(), len(set(found.video_ids[wrong].tolist()))) == (46, 2)


def test_mag_without_four_segments_says_which_counts_are_known(utterances, tmp_path, real_mosi):
    short = {"train": 1281, "valid": 229, "test": 685}
    tree = {}
    for fold, frame in utterances.items():
        some = frame.sort_values("segment_id").iloc[-short[fold] :]
        block = np.ones((1, 74), "f4")
        tree[fold] = [((["w"], block[:, :47], block), y, i) for i, y in zip(some.segment_id, some.label, strict=True)]
    (tmp_path / "mosi.pkl").write_bytes(pickle.dumps(tree))
    beside = DataIterator(tmp_path / "mosi.pkl", sentiment=real_mosi / "mosi_utterances.csv").notes
    assert any(note.startswith("mosi.pkl lacks 4 of the 2,199 segments of mosi_utterances.csv: ") for note in beside)
    notes = DataIterator(tmp_path / "mosi.pkl").notes
    assert any("4 of MOSI's 2,199 segments are missing (1,281 / 229 / 685" in note for note in notes)
    assert any(note.startswith("gaps in the numbers of clips") for note in notes)


def test_the_real_misa_file_holds_the_valid_fold(real_mosi):
    data, known = DataIterator(real_mosi / "misa" / "dev.pkl"), DataIterator(real_mosi / "mosi_utterances.csv")
    rows = np.flatnonzero(known.segments.folds["standard"] == "valid")
    there = known.segments.take(rows)
    assert dict(zip(data.segments.segment_ids, data.segments.sentiment, strict=True)) == dict(
        zip(there.segment_ids, there.sentiment, strict=True)
    )
    assert {name: m.values.shape[2] for name, m in data.segments.modalities.items() if name != "text"} == {
        "audio": 74, "video": 47,
    }  # fmt: skip
    assert sum("its mean over time is 0" in note for note in data.notes) == 2


def test_the_real_pickle_of_poria_holds_the_features_of_the_tables(real_mosi):
    found = DataIterator(real_mosi / "poria" / "audio.pickle").segments
    known = DataIterator(real_mosi / "mosi_poria_features.npz", audio="audio73").segments
    for fold in ("train", "test"):
        ours = found.modalities["audio"][found.folds["poria"] == fold]
        theirs = known.modalities["audio"][known.folds["poria"] == fold]
        ours, theirs = (block[np.lexsort(np.round(block[:, :3].T, 3))] for block in (ours, theirs))
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


def test_the_real_labels_of_mfn_are_in_the_order_of_mmsa(real_mosi, utterances, tmp_path):
    h5py = pytest.importorskip("h5py")
    for fold, n in FOLDS.items():
        (tmp_path / f"y_{fold}.h5").write_bytes((real_mosi / "mfn" / f"y_{fold}.h5").read_bytes())
        with h5py.File(tmp_path / f"X_{fold}.h5", "w") as file:
            file["data"] = np.ones((n, 2, 325), "f4")
    ordered = pd.concat(utterances.values())[["segment_id", "text", "label", "fold_standard"]]
    assert DataIterator(ordered, audio=tmp_path).segments.modalities["audio"].values.shape == (2199, 2, 5)
