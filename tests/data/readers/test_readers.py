import contextlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosi_nb.data import DataIterator, read_parts
from mosi_nb.errors import DataError, MosiError


def test_a_missing_path_names_those_nearby(csv):
    with pytest.raises(DataError, match=r"there is no such file or folder.\nDid you mean '.*segments.csv'\?"):
        DataIterator(csv.with_name("segmnets.csv"))


def test_an_unknown_folder_names_what_can_be_read_in_it(csv, csd):
    with pytest.raises(DataError, match=r"In it, these can be read: labels.csd, segments.csv"):
        DataIterator(csv.parent)


def test_what_is_no_data_is_neither_listed_nor_suggested(csv):
    for name in ("seg.py", "segments.ipynb", "segments.mosi", "notes.md"):
        csv.with_name(name).write_text("id,text,label\na_1,good,1\n")
    with pytest.raises(DataError, match=r"In it, these can be read: segments.csv\.\n"):
        DataIterator(csv.parent)
    with pytest.raises(DataError, match=r"Did you mean '[^']*segments.csv'\?$"):
        DataIterator(csv.with_name("segmnets.csv"))
    with pytest.raises(DataError, match=r"there are: segments.csv\.$"):
        DataIterator(csv.with_name("nosuch"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "the file is empty"),
        ("data.pkl", b"\x80\x04N.", "this pickle holds a NoneType, which is no layout that is known"),
        ("old.pickle", b"(lp0\n.", "this pickle holds a list of 0, which is no layout that is known"),
        ("x.npz", b"PK\x03\x04cut", "the file is cut or damaged"),
        ("x.parquet", b"PAR1cut", "the Parquet file is cut or damaged"),
        ("x.bin", b"\x00\x01\x02", "this is a binary file, and none of the formats"),
        ("notes.md", b"a line\n", "this is a text file, and none of the formats"),
        ("latin.csv", "id,text,label\na_1,caf\xe9,1\n".encode("latin-1"), "the table is not UTF-8 text"),
        ("open.csv", b'id,text,label\na_1,"never closed,1\n', "the table is damaged"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_reason(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=f"^{name}: {said}"):
        DataIterator(tmp_path / name)


def test_arrays_with_ids_are_data(tmp_path, table):
    path = tmp_path / "x.npz"
    np.savez(path, segment_id=table.segment_id.tolist(), label=table.label.astype("f4"), audio=np.ones((6, 2, 3)))
    data = DataIterator(path)
    assert data.modalities == ("audio",)
    assert data.segments.sentiment.tolist() == table.label.tolist()


def test_arrays_without_ids_say_what_they_hold(tmp_path):
    np.savez(tmp_path / "x.npz", stuff=np.ones(3))
    with pytest.raises(DataError, match=r"no array called segment_id or id. It has stuff"):
        DataIterator(tmp_path / "x.npz")


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\x80\x02", b"id,text,label\n"]))
def test_no_bytes_raise_anything_but_an_error_for_users(tmp_path_factory, content, start):
    path = tmp_path_factory.mktemp("f") / "file.csv"
    path.write_bytes(start + content)
    with contextlib.suppress(MosiError):
        read_parts(path)


def test_segments_load_without_pandas():
    code = "import sys, mosi_nb.data.segments; print({'pandas', 'h5py', 'sklearn'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"set()"
