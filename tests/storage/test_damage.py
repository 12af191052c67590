"""A file that is damaged, or made to do harm, gives a BundleError and runs nothing."""

import io
import pickle
import zipfile
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mosi_nb import BundleError
from mosi_nb.storage import load

MEMBERS = ("about.json", "pipeline.skops", "predictions.npz")


class Harm:
    """Writes a file when it is unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return (open, (str(self.mark), "w"))


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def written(file, found):
    with zipfile.ZipFile(file, "w") as bundle:
        for name, content in found.items():
            bundle.writestr(name, content)
    return file


def test_a_file_cut_short_is_refused(saved_bytes, tmp_path):
    file = tmp_path / "cut.mosi"
    for end in range(0, len(saved_bytes), max(len(saved_bytes) // 60, 1)):
        file.write_bytes(saved_bytes[:end])
        with pytest.raises(BundleError, match=r"cut.mosi: this is no saved model, or it is damaged"):
            load(file)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_flipped_byte_is_noticed_or_harmless(saved_bytes, tmp_path, data):
    position = data.draw(st.integers(0, len(saved_bytes) - 1))
    damaged = bytearray(saved_bytes)
    damaged[position] ^= data.draw(st.integers(1, 255))
    file = tmp_path / "flipped.mosi"
    file.write_bytes(damaged)
    with suppress(BundleError):  # and nothing else
        assert load(file).model == "ridge"


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)], ids=["empty", "text", "no members"])
def test_what_is_no_saved_model_is_refused(tmp_path, content):
    file = tmp_path / "other.mosi"
    file.write_bytes(content)
    with pytest.raises(BundleError, match="this is no saved model"):
        load(file)


@pytest.mark.parametrize("name", MEMBERS)
def test_a_pickle_in_place_of_a_member_is_never_run(saved_bytes, tmp_path, name):
    mark = tmp_path / "harm"
    file = written(tmp_path / "harm.mosi", {**members(saved_bytes), name: pickle.dumps(Harm(mark))})
    with pytest.raises(BundleError):
        load(file)
    assert not mark.exists()


def test_a_pickle_among_the_predictions_is_never_run(saved_bytes, tmp_path):
    mark, buffer = tmp_path / "harm", io.BytesIO()
    np.savez(buffer, sentiment=np.array([Harm(mark)], dtype=object))
    file = written(tmp_path / "harm.mosi", {**members(saved_bytes), "predictions.npz": buffer.getvalue()})
    with pytest.raises(BundleError):
        load(file)
    assert not mark.exists()


def test_a_function_in_the_pipeline_is_not_trusted(saved_bytes, tmp_path):
    found = members(saved_bytes)
    skops = members(found["pipeline.skops"])
    hostile = skops["schema.json"].replace(b'"sklearn.linear_model._ridge"', b'"os"').replace(b'"Ridge"', b'"system"')
    assert hostile != skops["schema.json"]
    inner = written(tmp_path / "inner", {**skops, "schema.json": hostile}).read_bytes()
    file = written(tmp_path / "harm.mosi", {**found, "pipeline.skops": inner})
    with pytest.raises(BundleError, match=r"not trusted: .*system"):
        load(file)


def test_members_that_do_not_belong_are_passed_over(saved_bytes, tmp_path):
    extra = {"../../outside.py": b"raise SystemExit", "__init__.py": b"raise SystemExit"}
    file = written(tmp_path / "more.mosi", {**members(saved_bytes), **extra})
    assert load(file).model == "ridge"
    assert [path.name for path in tmp_path.iterdir()] == ["more.mosi"]


@pytest.mark.parametrize(
    "about", [b"[]", b"{}", b'{"format": "1"}', b'{"format": null}', b"[" * 100_000], ids=lambda a: str(a[:12])
)
def test_an_about_that_says_something_else_is_refused(saved_bytes, tmp_path, about):
    file = written(tmp_path / "other.mosi", {**members(saved_bytes), "about.json": about})
    with pytest.raises(BundleError, match="this is no saved model, or it is damaged"):
        load(file)


def test_a_member_that_unfolds_without_end_is_not_read(saved_bytes, tmp_path, monkeypatch):
    monkeypatch.setattr("mosi_nb.storage.bundle.LARGEST_MEMBER", 1000)
    file = tmp_path / "large.mosi"
    file.write_bytes(saved_bytes)
    with pytest.raises(BundleError, match="it is not read"):
        load(file)


def test_predictions_of_other_segments_are_refused(saved_bytes, tmp_path):
    found, buffer = members(saved_bytes), io.BytesIO()
    with np.load(io.BytesIO(found["predictions.npz"])) as arrays:
        np.savez(buffer, **{**arrays, "sentiment": np.zeros(2)})
    file = written(tmp_path / "other.mosi", {**found, "predictions.npz": buffer.getvalue()})
    with pytest.raises(BundleError, match="fold 1 does not fit its segments"):
        load(file)
