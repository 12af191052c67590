import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosi_nb.data import DataIterator, read_parts
from mosi_nb.data.frame import from_frame
from mosi_nb.errors import DataError, MissingExtraError

FORMS = {
    "segment_id": lambda ids: {"segment_id": ids},
    "id": lambda ids: {"id": ids},
    "video and clip": lambda ids: {"video_id": [i.rsplit("_", 1)[0] for i in ids], "clip_id": ["0001", "2"] * 3},
    "sdk": lambda ids: {"sdk_id": [f"{i.rsplit('_', 1)[0]}[{int(i[-1]) - 1}]" for i in ids]},
    "mmsa": lambda ids: {"mmsa_id": ["$_$".join(i.rsplit("_", 1)) for i in ids]},
}


@pytest.mark.parametrize("form", FORMS)
def test_ids_of_every_form_are_the_same(form, table):
    frame = pd.DataFrame(FORMS[form](table.segment_id.tolist()) | {"label": table.label})
    parts = from_frame(frame, "a table")
    assert parts.segment_ids.tolist() == table.segment_id.tolist()
    assert parts.video_ids.tolist() == ["v_a", "v_a", "_b", "_b", "c", "c"]


def test_no_text_becomes_nan(csv):
    texts = DataIterator(csv).segments.modalities["text"].tolist()
    assert texts == ["good", "NA", "", "dull, really", "null", "fine"]


def test_folds_are_known_by_their_words(csv, table):
    assert DataIterator(csv).segments.folds["standard"].tolist() == ["train"] * 2 + ["valid"] * 2 + ["test"] * 2
    noted = DataIterator(table.assign(fold_cv=[1, 2, 3, 4, 5, 6]))
    assert noted.notes == ("the column fold_cv was passed over: it holds more than train, valid and test",)


@pytest.mark.parametrize(("suffix", "separator"), [("tsv", "\t"), ("csv", ";"), ("txt", ",")])
def test_the_separator_is_told_from_the_header(table, tmp_path, suffix, separator):
    path = tmp_path / f"t.{suffix}"
    table.to_csv(path, index=False, sep=separator, encoding="utf-8-sig")
    assert DataIterator(path).fingerprint == DataIterator(table).fingerprint


def test_parquet_is_a_table(table, tmp_path):
    pytest.importorskip("pyarrow")
    table.to_parquet(tmp_path / "t.parquet")
    assert DataIterator(tmp_path / "t.parquet").fingerprint == DataIterator(table).fingerprint


def test_parquet_without_pyarrow_names_the_extra(table, tmp_path, monkeypatch):
    (tmp_path / "t.parquet").write_bytes(b"PAR1....")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"mosi_nb\[parquet\]"):
        DataIterator(tmp_path / "t.parquet")


def test_numbered_columns_are_features_and_must_be_numbers(table):
    frame = table.assign(audio_1=["1", "", "inf", "4", "5", "6"], audio_0=0.5, audio_path="x.wav", video_id="v")
    audio = from_frame(frame.drop(columns="audio_path"), "t").modalities["audio"]
    assert audio[:2].tolist() == [[0.5, 1.0], [0.5, pytest.approx(np.nan, nan_ok=True)]]
    with pytest.raises(DataError, match=r"t, row 1, column audio_0: 'loud' is not a number"):
        from_frame(table.assign(audio_0="loud"), "t")


def test_a_label_that_is_no_number_names_its_row(table, tmp_path):
    table.label = table.label.astype(object)
    table.loc[3, "label"] = "Positive"
    with pytest.raises(DataError, match=r"row 4, column label: 'Positive' is not a number"):
        DataIterator(table)


def test_a_table_without_ids_or_sentiment_says_what_it_has(table):
    with pytest.raises(
        DataError, match=r"no column holds segment ids.\nExpected: segment_id.*It has: text, label, mode"
    ):
        DataIterator(table.drop(columns="segment_id"))
    with pytest.raises(DataError, match=r"there is no sentiment"):
        DataIterator(table.drop(columns="label"))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00")), min_size=1, max_size=5))
def test_any_text_survives_a_table(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("t") / "t.csv"
    pd.DataFrame({"id": [f"v_{k}" for k in range(len(texts))], "text": texts}).to_csv(path, index=False)
    assert read_parts(path).modalities["text"].tolist() == texts


def test_real_tables_are_read(real_mosi):
    utterances, mmsa = (
        DataIterator(real_mosi / "mosi_utterances.csv"),
        DataIterator(real_mosi / "mmsa_labels/label.csv"),
    )
    assert (len(utterances), len(utterances.train), len(utterances.test)) == (2199, 1284 + 229, 686)
    assert (len(mmsa), len(mmsa.train), len(mmsa.test)) == (2195, 1281 + 229, 685)


def test_a_table_that_lacks_some_of_mosi_says_so_and_names_the_gaps(real_mosi):
    notes = "; ".join(DataIterator(real_mosi / "mmsa_labels" / "label.csv").notes)
    assert "4 of MOSI's 2,199 segments are missing (1,281 / 229 / 685 of 1,284 / 229 / 686)" in notes
    assert "gaps in the numbers of clips" in notes
