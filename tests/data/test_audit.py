import numpy as np
import pytest

from mosi_nb.data import DataIterator, Nonfinite, Sequences, nonfinite, sample
from mosi_nb.data.audit import z_normalised


def test_missing_values_are_counted_not_fatal():
    audio = np.array([[np.nan, 1.0], [0.0, 0.0], [np.inf, -np.inf]])
    data = DataIterator.from_arrays({"audio": audio, "text": ["a", " ", "b"]}, np.zeros(3), ["a_1", "a_2", "a_3"])
    assert nonfinite(data.segments) == {
        "audio": Nonfinite(segments=2, nan=1, inf=2, empty=1, values=6),
        "text": Nonfinite(segments=0, nan=0, inf=0, empty=1, values=3),
    }
    assert data.notes == ("audio: 2 of 3 segments hold NaN or inf (50.0 % of the values)",)


def test_what_padding_holds_is_not_counted():
    audio = np.full((1, 3, 2), np.nan)
    audio[0, 0] = 1.0
    data = DataIterator.from_arrays({"audio": audio}, [0.0], ["a_1"], lengths={"audio": [1]})
    assert nonfinite(data.segments)["audio"] == Nonfinite(segments=0, nan=0, inf=0, empty=0, values=2)


def test_the_note_is_counted_anew_for_a_part_of_the_data():
    data = sample(videos=12)
    total = sum(nonfinite(part.segments)["audio"].segments for part in (data.train, data.test))
    assert total == nonfinite(data.segments)["audio"].segments
    assert sum("NaN" in note for note in data.train.notes) <= 1


def flat(steps, lengths):
    """Bring each segment to mean 0 and deviation 1, as MISA's files are: with 1e-6 beside the deviation."""
    flat = np.zeros_like(steps)
    for row, length in enumerate(lengths):
        if not length:
            continue
        inside = steps[row, :length]
        flat[row, :length] = (inside - inside.mean(axis=0)) / (inside.std(axis=0) + 1e-6)
    return Sequences(flat, lengths)


STEPS = np.random.default_rng(0).normal(5, 3, (30, 20, 6))
LENGTHS = np.random.default_rng(1).integers(0, 21, 30)


def test_z_normalised_sequences_are_recognised_even_with_columns_that_stand_still():
    steps = STEPS.copy()
    steps[:20, :, 1] = 7.0
    assert z_normalised(flat(steps, LENGTHS))
    assert z_normalised(flat(steps.astype(np.float32), LENGTHS))


@pytest.mark.parametrize("steps", [STEPS, STEPS - STEPS.mean((0, 1)), np.zeros_like(STEPS), np.ones_like(STEPS)])
def test_other_sequences_are_not_taken_for_z_normalised(steps):
    assert not z_normalised(Sequences(steps, LENGTHS))


@pytest.mark.parametrize("lengths", [np.zeros(30, int), np.ones(30, int)])
def test_segments_of_one_step_say_nothing(lengths):
    assert not z_normalised(Sequences(np.zeros_like(STEPS), lengths))


def test_gaps_within_the_steps_are_counted():
    steps = np.ones((2, 3, 1))
    steps[0, 0], steps[0, 2], steps[1] = -np.inf, np.nan, 0
    data = DataIterator.from_arrays({"audio": Sequences(steps, np.array([2, 3]))}, [0, 0], ["a_1", "a_2"])
    assert nonfinite(data.segments)["audio"] == Nonfinite(segments=1, nan=0, inf=1, empty=1, values=5)
    assert data.notes == ("audio: 1 of 2 segments hold NaN or inf (20.0 % of the values)",)


def test_the_real_files_of_misa_are_recognised(real_mosi):
    held = DataIterator(real_mosi / "misa" / "dev.pkl").segments.modalities
    assert z_normalised(held["audio"])
    assert z_normalised(held["video"])


def test_segments_without_video_ids_are_said_to_be_videos_of_their_own():
    texts = {"text": ["good", "bad"]}
    alone = DataIterator.from_arrays(texts, sentiment=[1, -1], segment_ids=["7", "8"])
    assert alone.notes == ("no video ids: each segment is taken for a video of its own",)
    assert DataIterator.from_arrays(texts, sentiment=[1, -1], segment_ids=["a_7", "a_8"]).notes == ()
