"""Files that were cut or changed: an error that names the file, or whole data; nothing else, and nothing half."""

import contextlib
import pickle
import random

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mosi_nb.data import DataIterator, read_parts
from mosi_nb.errors import DataError

NAMES = ("aligned", "unaligned", "mult", "misa", "mag", "mmim", "lmf", "audio", "csd", "npz", "csv", "poria")


@pytest.fixture(scope="module")
def whole(build, tmp_path_factory):
    """Return a file of each format, by name."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "sdk").mkdir()
    files = {name: build(name, folder) for name in NAMES[:8]}
    files["csd"] = build("sdk", folder / "sdk") / "CMU_MOSI_Opinion_Labels.csd"
    ids = np.array([f"a_{k}" for k in range(6)])
    np.savez(folder / "npz.npz", segment_id=ids, label=np.linspace(-1, 1, 6), audio=np.ones((6, 3)))
    text = "id,text,label\n" + "".join(f"a_{k},good,0.4\n" for k in range(6))
    (folder / "csv.csv").write_text(text)
    return files | {"npz": folder / "npz.npz", "csv": folder / "csv.csv"}


def opened(path, size):
    """Read a file that may be damaged; what comes of it is whole, or an error that names the file."""
    try:
        data = DataIterator(path)
        assert all(len(held) == len(data) for held in data.segments.modalities.values())
        data.union()
    except DataError as error:
        assert path.name in str(error)  # noqa: PT017 -- either may happen
    else:
        assert len(data) == size


@pytest.mark.filterwarnings("ignore:overflow|invalid value:RuntimeWarning")
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("csv", "poria")])
def test_a_cut_file_is_never_half_read(whole, tmp_path, name):
    content, path = whole[name].read_bytes(), tmp_path / whole[name].name
    for length in sorted({round(k * len(content) / 200) for k in range(200)}):
        path.write_bytes(content[:length])
        with pytest.raises(DataError, match=path.name.replace(".", r"\.")):
            DataIterator(path)


@pytest.mark.filterwarnings("ignore:overflow|invalid value:RuntimeWarning")
@pytest.mark.parametrize("name", [name for name in NAMES if name != "poria"])
def test_flipped_bits_give_an_error_or_whole_data(whole, tmp_path, name):
    content, path, chance = whole[name].read_bytes(), tmp_path / whole[name].name, random.Random(7)
    size = len(DataIterator(whole[name]))
    for _ in range(200):
        changed = bytearray(content)
        changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        opened(path, size)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from([b"\x80\x02", b"\x80\x04\x95", b"(", b"cnumpy\nndarray\n", b"]}", b""]))
def test_no_bytes_of_a_pickle_raise_anything_else(tmp_path_factory, content, start):
    path = tmp_path_factory.mktemp("f") / "file.pkl"
    path.write_bytes(start + content)
    with contextlib.suppress(DataError):
        read_parts(path)


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(NESTED, st.integers(0, 5))
def test_plain_containers_come_back_as_they_were(tmp_path_factory, tree, protocol):
    from mosi_nb.data.readers.unpickle import load_tree

    path = tmp_path_factory.mktemp("f") / "file.pkl"
    path.write_bytes(pickle.dumps(tree, protocol))
    with contextlib.suppress(DataError):  # bytes may come back as text, but all else as it was
        assert repr(load_tree(path)) == repr(tree) or "b'" in repr(tree) or 'b"' in repr(tree)


@settings(max_examples=150, deadline=None)
@given(NESTED)
def test_no_content_of_a_layout_raises_anything_else(tmp_path_factory, build, inner):
    path = tmp_path_factory.mktemp("f") / "file.pkl"
    held = {"labels": inner, "text": inner, "id": inner, "audio": np.ones((2, 3, 1))}
    path.write_bytes(pickle.dumps({"train": held, "test": dict(held, labels=np.zeros(2))}))
    with contextlib.suppress(DataError):
        DataIterator(path)


@pytest.mark.parametrize("change", ["shape", "missing", "columns"])
def test_files_of_a_folder_that_do_not_fit_are_named(build, tmp_path, change):
    folder = build("mfn", tmp_path)
    if change == "missing":
        (folder / "X_test.h5").unlink()
    else:
        with h5py.File(folder / "X_test.h5", "w") as file:
            file["data"] = np.ones((2, 20, 325) if change == "shape" else (3, 20, 324))
    with pytest.raises(DataError, match=r"X_test.h5: "):
        DataIterator(folder)
