"""Parts of the segments, and the metrics on them."""

from dataclasses import replace

import numpy as np
import pytest

from mosi_nb.compare.judged import judged
from mosi_nb.compare.own_slices import own_slices
from mosi_nb.compare.slices import built_in, by_length, by_negation, by_sentiment, extremes, slices, undefined_on
from mosi_nb.data.segments import Segments
from mosi_nb.errors import SpecError


@pytest.fixture
def one(results_of, segments):
    return judged(results_of({("svr", 0): 1.0}, names=("mae", "corr", "acc2_nonzero")), 4, segments)


def test_metrics_of_a_slice_are_those_of_its_segments(one, segments):
    frame = slices(one, built_in(segments)).set_index("slice")
    y, p = segments.sentiment, one.averaged
    weak = (y > 0) & (y < 1.5)
    row = frame.loc["weakly positive"]
    assert row["segments"] == weak.sum()
    assert row["videos"] == len(np.unique(segments.video_ids[weak]))
    assert row["mae"] == pytest.approx(np.abs(p - y)[weak].mean())
    assert row["corr"] == pytest.approx(np.corrcoef(y[weak], p[weak])[0, 1])
    assert row["mae_difference"] == pytest.approx(row["mae"] - np.abs(p - y).mean())
    assert row["mae_low"] < row["mae"] < row["mae_high"]


def test_a_metric_without_a_value_is_missing_and_said(one, segments):
    frame = slices(one, by_sentiment(segments))
    neutral = frame.set_index("slice").loc["neutral"]
    assert neutral[["corr", "corr_low", "acc2_nonzero", "corr_difference"]].isna().all()
    assert undefined_on(frame, one.results.metrics) == [
        "corr is undefined on neutral.", "acc2_nonzero is undefined on neutral.",
    ]  # fmt: skip


def test_every_segment_is_in_one_slice_of_each_kind(segments):
    for parts in (by_sentiment(segments), by_length(segments), by_negation(segments)):
        assert (np.sum([part.rows for part in parts], axis=0) == 1).all()


def test_all_videos_are_in_the_frame_and_ten_are_shown(one, segments):
    frame = slices(one, built_in(segments))
    videos = len(np.unique(segments.video_ids))
    assert (frame["kind"] == "video").sum() == videos
    shown = extremes(frame, "mae", larger_is_better=False, most=2).query("kind == 'video'")["mae"]
    assert shown.tolist() == sorted(shown, reverse=True)
    assert len(shown) == 4


def made(texts):
    n = len(texts)
    return Segments(
        np.array([f"v_{k}" for k in range(n)]), np.array(["v"] * n), np.zeros(n),
        {"text": np.array(texts, dtype=object)},
    )  # fmt: skip


def test_negations_are_found_with_and_without_their_apostrophe():
    texts = ["I DONT LIKE IT", "don't", "it isn\u2019t", "nothing at all", "a knot of notes", "", "CANT WAIT", "want"]
    negated = by_negation(made(texts))[0].rows
    assert negated.tolist() == [True, True, True, True, False, False, True, False]


def test_thirds_by_words_say_where_they_end():
    parts = by_length(made(["a " * n for n in range(1, 10)]))
    assert [(part.name, part.definition) for part in parts] == [
        ("short", "up to 3 words"), ("middle", "more than 3, up to 6 words"), ("long", "more than 6 words"),
    ]  # fmt: skip
    assert [int(part.rows.sum()) for part in parts] == [3, 3, 3]


def test_seconds_stand_in_for_words_where_there_is_no_transcript():
    silent = replace(made(["a"] * 9), modalities={}, beside={"seconds": np.arange(9.0)})
    assert by_length(silent)[2].definition.endswith("seconds")
    assert by_negation(silent) == []
    assert by_length(replace(silent, beside={})) == []


def test_functions_may_take_all_segments_or_one_record_and_return_labels_or_truth(segments):
    whole = own_slices(lambda s: s.sentiment > 1, segments)
    each = own_slices(lambda record: record.sentiment > 1, segments)
    assert [(part.kind, part.name) for part in whole] == [("own 1", "own 1"), ("own 1", "not own 1")]
    assert (whole[0].rows == each[0].rows).all()
    first = own_slices({"begins with": lambda record: record.video_id[0]}, segments)
    assert {part.name for part in first} == {video[0] for video in segments.video_ids}
    assert (np.sum([part.rows for part in first], axis=0) == 1).all()


def test_what_a_function_leaves_undefined_is_named(segments):
    parts = own_slices({"loud": lambda record: np.nan if record.sentiment > 1 else 1.0}, segments)
    assert [part.name for part in parts] == ["1", "(undefined)"]
    assert parts[1].rows.tolist() == (segments.sentiment > 1).tolist()


def test_a_function_is_given_the_transcript_whatever_models_see(segments):
    silent = segments.only(["audio"])
    long = own_slices({"long": lambda record: len(record.modalities["text"]) > 40}, silent)[0]
    assert long.rows.tolist() == [len(text) > 40 for text in segments.modalities["text"]]


def test_functions_that_fail_are_answered_with_the_segment(segments):
    def broken(record):
        return record.modalities["smell"]

    with pytest.raises(SpecError, match=rf"broken failed on the segment {segments.segment_ids[0]}: KeyError: 'smell'"):
        own_slices(broken, segments)
    with pytest.raises(SpecError, match="slices: a function is wanted, found 3"):
        own_slices(3, segments)
    with pytest.raises(SpecError, match="different labels"):
        own_slices({"id": lambda record: record.segment_id}, segments)
