"""What people are shown of segments and no model sees."""

import numpy as np
import pandas as pd

from mosi_nb import DataIterator
from mosi_nb.cell import parse
from mosi_nb.plan.plan import make_plan

TABLE = pd.DataFrame(
    {
        "segment_id": ["a_1", "a_2", "b_1", "b_2"],
        "text": ["one", "two words", "", "four"],
        "start": ["0.5", "3", "", "7"],
        "end": ["2.0", "2.5", "4", "9"],
        "audio_0": [1.0, 2.0, 3.0, 4.0],
        "label": [1.0, -1.0, 2.0, 0.0],
    }
)


def test_seconds_come_from_start_and_end_and_are_missing_where_they_make_no_sense():
    segments = DataIterator(TABLE).segments
    np.testing.assert_equal(segments.beside["seconds"], [1.5, np.nan, np.nan, 2.0])
    assert segments.take(np.array([3])).beside["seconds"].tolist() == [2.0]
    assert "seconds" not in DataIterator(TABLE.assign(start="00:01")).segments.beside


def test_transcripts_are_known_whatever_models_see():
    assert DataIterator(TABLE, modalities=["audio"]).segments.transcripts.tolist() == TABLE["text"].tolist()
    assert DataIterator(TABLE, text=np.ones((4, 2))).segments.transcripts.tolist() == TABLE["text"].tolist()
    assert DataIterator(TABLE.drop(columns="text")).segments.transcripts is None


def test_they_do_not_travel_to_workers():
    segments = DataIterator(TABLE).segments
    plan = make_plan(parse("modalities = audio\nmodels = ridge\nfolds = by_video(2)\ntest = none"), segments, {})
    assert set(plan.segments.beside) == {"transcript", "seconds"}
    assert not plan.pooled.beside
