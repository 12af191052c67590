import numpy as np
import pytest

from mosi_nb.data import DataIterator, as_segments, read, sample
from mosi_nb.errors import DataError


def test_everything_that_is_data_becomes_segments(csv, table):
    arrays = {"text": table.text, "sentiment": table.label, "segment_ids": table.segment_id}
    data = DataIterator(csv)
    found = [as_segments(thing) for thing in (csv, str(csv), table, data, data.segments, arrays)]
    assert {DataIterator(segments).fingerprint for segments in found} == {data.fingerprint}


def test_what_is_no_data_is_told_what_would_be():
    with pytest.raises(DataError, match=r"int: this is no data.\nAccepted: a path, a pandas DataFrame"):
        as_segments(3)


def test_a_dict_without_ids_says_so():
    with pytest.raises(DataError, match=r"segment_ids is not in it. It has: audio, sentiment"):
        as_segments({"audio": np.ones((2, 2)), "sentiment": [1, 2]})


def test_options_reach_the_iterator(csv):
    assert as_segments(csv, scale=(-5, 5)).scale == (-5.0, 5.0)
    assert list(as_segments(sample(videos=3), modalities=["video"]).modalities) == ["video"]


def test_read_takes_the_options_of_a_cell(csv, features):
    data = read(str(csv), audio=(str(features), "audio73"), modalities=("audio",))
    assert data.modalities == ("audio",)
