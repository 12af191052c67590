"""Predictions that were made elsewhere, as they are read."""

import json

import numpy as np
import pandas as pd
import pytest

from mosi_nb import DataError, SpecError
from mosi_nb.data.predictions import read_predictions

FRAME = pd.DataFrame({"segment_id": ["a_1", "a_2", "b_1"], "prediction": [0.5, -1.25, 2.0]})
EXPECTED = dict(zip(FRAME["segment_id"], FRAME["prediction"], strict=True))
BY_ID = FRAME.set_index("segment_id")["prediction"]
FILES = {
    "plain.csv": FRAME.to_csv(index=False),
    "tabs.tsv": FRAME.to_csv(index=False, sep="\t"),
    "semicolons.csv": FRAME.to_csv(index=False, sep=";"),
    "index.csv": BY_ID.rename_axis(None).to_csv(),
    "sdk.csv": "id,yhat\na[0],0.5\na[1],-1.25\nb[0],2\n",
    "mmsa.csv": "video_id,clip_id,sentiment\na,1,0.5\na,2,-1.25\nb,1,2\n",
    "beside_truth.csv": "segment_id,fold,sentiment,Predicted\na$_$1,1,3,0.5\na$_$2,1,3,-1.25\nb$_$0001,2,3,2\n",
    "mapping.json": json.dumps(EXPECTED),
    "records.json": FRAME.to_json(orient="records"),
    "columns.json": FRAME.to_json(),
    "lists.json": json.dumps(FRAME.to_dict("list")),
    "rows.json": json.dumps({one: {"y_pred": value} for one, value in EXPECTED.items()}),
    "lines.jsonl": FRAME.to_json(orient="records", lines=True),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_is_read(tmp_path, name):
    file = tmp_path / name
    file.write_text(FILES[name])
    assert read_predictions(file).by_repeat == {0: EXPECTED}


def test_parquet_is_read(tmp_path):
    FRAME.to_parquet(tmp_path / "theirs.parquet")
    assert read_predictions(str(tmp_path / "theirs.parquet")).by_repeat == {0: EXPECTED}


@pytest.mark.parametrize(
    "given", [FRAME, BY_ID, BY_ID.rename("x"), EXPECTED, FRAME.to_dict("list"), FRAME.set_index("segment_id")]
)
def test_every_kind_of_object_is_read(given):
    assert read_predictions(given).by_repeat == {0: EXPECTED}


def test_a_repeat_tells_predictions_of_one_segment_apart():
    given = pd.DataFrame({"id": ["a_1", "a_1", "b_1"], "repeat": [1, 2, ""], "pred": [1.0, 2.0, 3.0]})
    found = read_predictions(given)
    ids = np.array(["a[0]", "b_1", "c_1"])
    np.testing.assert_array_equal(found.of(ids, 2), [2.0, 3.0, np.nan])
    np.testing.assert_array_equal(found.of(ids), [1.5, 3.0, np.nan])


def test_one_scale_is_brought_onto_another():
    assert read_predictions({"a": 0.0, "b": 0.5}).mapped((0, 1), (-3, 3)).by_repeat == {0: {"a": -3.0, "b": 0.0}}


def test_several_columns_of_numbers_are_asked_about():
    frame = pd.DataFrame({"id": ["a_1"], "model_a": [1.0], "model_b": [2.0], "comment": ["good"]})
    with pytest.raises(SpecError, match=r"may be the predictions: model_a, model_b.\nSay which: column='model_a'"):
        read_predictions(frame)
    assert read_predictions(frame, "model_b").by_repeat == {0: {"a_1": 2.0}}
    with pytest.raises(SpecError, match=r"unknown column of the DataFrame: 'model_c'\. Did you mean 'model_"):
        read_predictions(frame, "model_c")


REFUSED = {
    "twice": ("id,pred\na_1,1\na[0],2\nb_1,1\n", "1 segment id is there more than once: a_1.\nLeave one row for each"),
    "words": ("id,pred\na_1,1\nb_1,positive\n", "1 of 2 predictions are no numbers, such as 'positive': b_1.\nA predi"),
    "gaps": ("id,pred\na_1,\nb_1,nan\nc_1,inf\nd_1,1\n", "3 of 4 predictions are missing, NaN or infinite: a_1, b_1"),
    "no ids": ("segment,pred\nx,1\n", "no column holds segment ids.\nExpected: segment_id, .* It has: segment, pred"),
    "no numbers": ("id,comment\na_1,good\n", "no column holds predictions. It has: id, comment.\nCall it prediction"),
    "no rows": ("id,pred\n", "there are no predictions"),
    "a repeat": ("id,repeat,pred\na_1,1,1\nb_1,x,1\n", "row 2, column repeat: 'x' is not a number"),
    "no table": ("{}", "there are no predictions"),
    "no json": ('{"a_1": ', "this is no JSON"),
    "a number": ("[1, 2]", "it holds a list of something else.\nExpected: "),
    "a key twice": ('{"a_1": 1, "a_1": 2}', "1 segment id is there more than once: a_1"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_what_to_do(tmp_path, name):
    content, message = REFUSED[name]
    file = tmp_path / f"theirs.{'json' if content[0] in '{[' else 'csv'}"
    file.write_text(content)
    with pytest.raises(DataError, match=r"theirs\.(csv|json)") as raised:
        read_predictions(file)
    assert raised.match(message)


def test_other_objects_and_paths_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"a list: it cannot be read as predictions\.\nAccepted: a path"):
        read_predictions([1.0, 2.0])
    (tmp_path / "theirs.csv").write_text("id,pred\na,1\n")
    with pytest.raises(DataError, match=r"there is no such file or folder.\nDid you mean .*theirs\.csv"):
        read_predictions(tmp_path / "their.csv")
