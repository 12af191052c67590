import numpy as np
import pandas as pd
import pytest

from mosi_nb.data import for_prediction, sample
from mosi_nb.errors import DataError


def test_one_row_of_text_is_enough():
    new = for_prediction(pd.DataFrame({"text": ["what a film"]}), ["text"])
    assert (new.segment_ids.tolist(), new.sentiment.tolist()) == (["0"], [0.0])


def test_a_frame_gives_raw_text_and_prefixed_features_in_the_order_of_their_numbers():
    frame = pd.DataFrame({"audio_1": [2.0], "audio_0": [1.0], "text": ["a"], "segment_id": ["v_3"], "label": ["good"]})
    new = for_prediction(frame, ["audio", "text"])
    assert new.modalities["audio"].tolist() == [[1.0, 2.0]]
    assert (new.segment_ids.tolist(), new.video_ids.tolist()) == (["v_3"], ["v"])


def test_ids_may_stand_in_the_index():
    new = for_prediction(sample(videos=3).union(["audio"]), ["audio"])
    assert new.segment_ids.tolist() == sample(videos=3).segments.segment_ids.tolist()


def test_a_dict_of_arrays_keeps_its_order():
    new = for_prediction({"audio": np.ones((2, 3)), "segment_ids": ["b_1", "a_1"]}, ["audio"])
    assert new.segment_ids.tolist() == ["b_1", "a_1"]


def test_segments_and_iterators_keep_their_sentiment():
    data = sample(videos=3)
    for new in (for_prediction(data, ["text"]), for_prediction(data.segments, ["text"])):
        assert new.sentiment is data.segments.sentiment
        assert list(new.modalities) == ["text"]


def test_a_missing_modality_is_named_with_what_is_there():
    with pytest.raises(DataError, match=r"X: there is no audio, which the model was trained on. It has: text"):
        for_prediction(pd.DataFrame({"text": ["a"]}), ["text", "audio"])
    with pytest.raises(DataError, match=r"there is no modality. It has: txt"):
        for_prediction({"txt": ["a"]}, ["text"])


def test_what_cannot_be_predicted_is_told_what_can():
    with pytest.raises(DataError, match=r"X: a float cannot be predicted.\nAccepted: Segments"):
        for_prediction(1.5, ["text"])


def test_files_without_sentiment_can_be_predicted(table, tmp_path):
    path = tmp_path / "new.csv"
    table.drop(columns=["label", "mode"]).to_csv(path, index=False)
    assert len(for_prediction(path, ["text"])) == 6


def test_a_union_that_was_written_down_is_read_back(tmp_path):
    data = sample(videos=3)
    ids = data.segments.segment_ids.tolist()
    data.union().reset_index().to_csv(tmp_path / "with_row_numbers.csv")
    data.union().to_csv(tmp_path / "plain.csv")
    for name in ("with_row_numbers.csv", "plain.csv"):
        found = for_prediction(tmp_path / name, ["text", "audio"])
        assert found.segment_ids.tolist() == ids
        assert found.video_ids.tolist() == data.segments.video_ids.tolist()
    numbered = data.union().reset_index().assign(segment=[int(one.rsplit("_", 1)[1]) for one in ids])
    assert for_prediction(numbered, ["text"]).segment_ids.tolist() == ids
