import numpy as np

from mosi_nb.data import DataIterator, Nonfinite, nonfinite, sample


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
