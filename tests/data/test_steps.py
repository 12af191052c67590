import os
import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest

from mosi_nb.data import DataIterator, Sequences, steps
from mosi_nb.data.steps import Hdf5Rows, PlainRows
from mosi_nb.errors import DataError

VALUES = np.random.default_rng(0).normal(size=(40, 5, 3)).astype(np.float32)
LENGTHS = np.random.default_rng(1).integers(0, 6, 40)


def npy(folder):
    np.save(folder / "a.npy", VALUES)
    return np.load(folder / "a.npy", mmap_mode="r")


def hdf5(folder, **options):
    with h5py.File(folder / "a.h5", "w") as file:
        file.create_dataset("x/audio", data=VALUES, **options)
    with h5py.File(folder / "a.h5") as file:
        return Sequences(file["x/audio"], LENGTHS).values


FILES = {
    "npy": npy,
    "hdf5": hdf5,
    "hdf5 in chunks": lambda folder: hdf5(folder, chunks=(7, 2, 3)),
    "hdf5 compressed": lambda folder: hdf5(folder, chunks=(3, 5, 3), compression="gzip"),
}


@pytest.fixture(params=FILES)
def stored(request, tmp_path):
    return Sequences(FILES[request.param](tmp_path), LENGTHS)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Read seven rows at a time."""
    monkeypatch.setattr(steps, "BLOCK", 7 * 5 * 3 * 4)


def content(sequences, **options):
    blocks = list(sequences.blocks(**options))
    return np.concatenate([rows for rows, _ in blocks]).tolist(), [steps for _, block in blocks for steps in block]


def handles():
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def test_a_file_is_read_by_blocks_without_padding(stored):
    assert len(list(stored.blocks())) > 4
    rows, found = content(stored)
    assert sorted(rows) == list(range(40))
    for row, one in zip(rows, found, strict=True):
        np.testing.assert_array_equal(one, VALUES[row, : LENGTHS[row]])


def test_rows_can_be_taken_in_any_order_and_twice(stored):
    order = np.array([39, 3, 3, 0, 17])
    taken = stored.take(order)
    np.testing.assert_array_equal(np.asarray(taken.values), VALUES[order])
    rows, found = content(taken, as_stored=False)
    assert rows == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(found[1], VALUES[3, : LENGTHS[3]])
    assert [len(one) for one in stored.read(order)] == LENGTHS[order].tolist()


def test_what_is_taken_is_read_in_the_order_of_the_file(stored):
    taken = stored.take(np.arange(40)[::-1])
    assert content(taken)[0] == list(range(40))[::-1]


def test_files_leave_no_handle_open_and_can_be_pickled(stored):
    before = handles()
    again = pickle.loads(pickle.dumps(stored))
    assert len(pickle.dumps(stored)) < VALUES.nbytes
    np.testing.assert_array_equal(np.asarray(again.values), VALUES)
    assert handles() <= before


def test_a_part_of_a_mapped_file_is_read_from_where_it_begins(tmp_path):
    part = Sequences(npy(tmp_path)[10:20], LENGTHS[10:20])
    assert isinstance(part.values, PlainRows)
    np.testing.assert_array_equal(np.asarray(part.values), VALUES[10:20])


def test_a_mapped_file_that_may_be_written_to_stays_what_it_is(tmp_path):
    npy(tmp_path)
    assert isinstance(Sequences(np.load(tmp_path / "a.npy", mmap_mode="c"), LENGTHS).values, np.memmap)


def test_arrays_in_hdf5_that_are_not_compressed_are_read_without_it(tmp_path):
    assert isinstance(hdf5(tmp_path), PlainRows)
    assert isinstance(hdf5(tmp_path, compression="gzip"), Hdf5Rows)


def test_an_hdf5_file_in_memory_is_read_at_once():
    with h5py.File("none.h5", "w", driver="core", backing_store=False) as file:
        assert isinstance(Sequences(file.create_dataset("audio", data=VALUES), LENGTHS).values, np.ndarray)


@pytest.mark.parametrize("kind", [">f4", "f8", "f2", "i4"])
def test_values_of_any_type_are_handed_over_as_floats(tmp_path, kind):
    values = (VALUES * 10).astype(kind)
    np.save(tmp_path / "a.npy", values)
    stored = Sequences(np.load(tmp_path / "a.npy", mmap_mode="r"), LENGTHS)
    (_, block), *_ = stored.blocks()
    assert block[0].dtype == (np.float32 if kind == ">f4" else np.float64)
    np.testing.assert_array_equal(np.asarray(stored.values), values)


def test_a_file_that_was_cut_since_is_told(stored):
    os.truncate(stored.values.path, 100)
    with pytest.raises(DataError, match=r"a.(npy|h5): the file was changed, moved or cut since it was opened"):
        list(stored.blocks())


def test_a_file_that_is_gone_is_told(stored):
    stored.values.path.unlink()
    with pytest.raises(DataError, match=r"Open the data again"):
        stored.read(np.array([0]))


def test_data_in_a_file_are_the_same_as_in_memory(stored):
    ids = [f"a_{k}" for k in range(40)]
    there = DataIterator.from_arrays({"audio": stored}, np.zeros(40), ids)
    here = DataIterator.from_arrays({"audio": VALUES}, np.zeros(40), ids, lengths={"audio": LENGTHS})
    assert there.fingerprints == here.fingerprints
    assert not isinstance(there.segments.modalities["audio"].values, np.ndarray)
    for one, other in zip(there, here, strict=True):
        np.testing.assert_array_equal(one.modalities["audio"], other.modalities["audio"])


@pytest.mark.parametrize("name", ["a.npy", "a.h5"])
def test_large_sequences_named_by_their_path_stay_in_the_file(tmp_path, monkeypatch, name):
    for reader in ("npz", "features"):
        monkeypatch.setattr(f"mosi_nb.data.readers.{reader}.STAYS", 1000)
    FILES["npy" if name == "a.npy" else "hdf5"](tmp_path)
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file["audio"] = VALUES
    labels = DataIterator.from_arrays({"text": ["a"] * 40}, np.zeros(40), [f"a_{k}" for k in range(40)])
    held = DataIterator(labels, audio=tmp_path / name).segments.modalities["audio"]
    assert isinstance(held.values, PlainRows)
    np.testing.assert_array_equal(np.asarray(held.values), VALUES)
