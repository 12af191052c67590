import numpy as np
import pandas as pd
import pytest

from mosi_nb import DataIterator, Model, check_loader
from mosi_nb.data import as_segments
from mosi_nb.errors import DataError


class Films:
    """Two modalities of twelve segments of four videos."""

    def __init__(self, **others):
        names = [f"f{number // 3}" for number in range(12)], [f"f{number // 3}_{number}" for number in range(12)]
        self.index = pd.MultiIndex.from_arrays(names, names=["video_id", "segment"])
        self.texts = [f"word{number}" for number in range(12)]
        self.audio = np.arange(24.0).reshape(12, 2)
        self.points = np.linspace(-2, 2, 12)
        vars(self).update(others)

    def modalities(self):
        return ["text", "audio"]

    def load(self, modality):
        return self.texts if modality == "text" else self.audio

    def union(self, modalities):
        frame = pd.DataFrame(self.audio, index=self.index, columns=["audio_pitch", "audio_energy"])
        return frame.assign(text=self.texts)[[c for c in ("text", *frame) if c.split("_")[0] in modalities]]

    def sentiment(self):
        return self.points


def fired(loader):
    return {finding.check.code: finding.report for finding in check_loader(loader).fired}


@pytest.mark.parametrize("loader", [Films(), Films])
def test_a_loader_or_its_class_is_data_wherever_a_path_is(loader):
    segments = as_segments(loader)
    assert (len(segments), list(segments.modalities), len(set(segments.video_ids))) == (12, ["text", "audio"], 4)
    settings = {"models": "ridge", "folds": "by_video(2)", "modalities": "audio"}
    assert len(Model(loader, **settings).plan.folds) == 2
    cell = "data = films\nmodels = ridge\nfolds = by_video(2)"
    assert len(Model.from_cell(cell, {"films": loader}).plan.segments) == 12


def test_its_own_union_is_honoured_for_parts_too():
    data = DataIterator(Films(folds=lambda: ["train"] * 9 + ["test"] * 3))
    assert list(data.union().columns) == ["text", "audio_pitch", "audio_energy"]
    assert list(data.union(["audio"]).columns) == ["audio_pitch", "audio_energy"]
    assert data.test.union(["audio"]).index.tolist() == [("f3", "f3_9"), ("f3", "f3_10"), ("f3", "f3_11")]
    replaced = DataIterator(Films(), audio=np.ones((12, 1)))
    assert list(replaced.union(["audio"]).columns) == ["audio_0"]


def test_what_carries_an_index_is_aligned_by_it():
    films = Films()
    shuffled = pd.DataFrame(films.audio, index=films.index).iloc[::-1]
    points = pd.Series(films.points, index=films.index).iloc[::-1]
    segments = as_segments(
        Films(audio=films.audio, load=lambda m: films.texts if m == "text" else shuffled, points=points)
    )
    assert np.array_equal(segments.modalities["audio"], films.audio)
    assert np.array_equal(segments.sentiment, films.points.round(6)) or np.allclose(segments.sentiment, films.points)


def test_sequences_come_with_their_lengths():
    pair = np.ones((12, 4, 2)), np.full(12, 3)
    films = Films()
    films.load = lambda m: films.texts if m == "text" else pair
    assert as_segments(films).modalities["audio"].lengths.tolist() == [3] * 12
    pair[1][0] = 5
    assert "the lengths of audio do not fit" in fired(films)["LOAD04"]


def test_without_video_ids_each_row_is_its_own_video_and_that_is_said():
    films = Films()
    films.index = pd.Index([f"review_{number}" for number in range(12)])
    segments = as_segments(films)
    assert len(set(segments.video_ids)) == 12
    assert "no video ids: each segment is taken for a video of its own" in segments.notes
    assert set(fired(films)) == {"LOAD07"}


def test_another_scale_stands_beside_it():
    stars = Films(points=np.linspace(1, 5, 12), scale=(1, 5))
    assert as_segments(stars).scale == (1.0, 5.0)
    assert fired(stars) == {}
    assert "values are outside -3 ... 3" in fired(Films(points=np.linspace(1, 5, 12)))["LOAD11"]


def test_what_it_raises_is_told_with_the_method():
    def broken(modality):
        raise KeyError(modality)

    with pytest.raises(DataError, match=r"Films.load\('text'\): KeyError: 'text'"):
        as_segments(Films(load=broken))
    assert "Films.load('text'): KeyError" in fired(Films(load=broken))["LOAD03"]


def test_rows_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match=r"load\('text'\) gave 11 rows, its union has 12"):
        as_segments(Films(texts=None, load=lambda m: ["a"] * 11))
    with pytest.raises(DataError, match=r"1 of 12 segments of its union are missing elsewhere, the first: f3_11"):
        as_segments(Films(points=pd.Series(np.zeros(11), index=Films().index[:11])))


films = Films()
WRONG = {
    "LOAD02": (Films(modalities=lambda: ["text", "adio"]), "'adio'. Did you mean 'audio'?"),
    "LOAD03": (Films(union=lambda modalities: [1]), "union gave list, not a DataFrame"),
    "LOAD04": (Films(points=np.zeros(11)), "sentiment() has 11 rows, union 12"),
    "LOAD05": (Films(audio=films.audio, load=lambda m: pd.DataFrame(films.audio, index=films.index[::-1].set_levels(
        [f"{one}x" for one in films.index.levels[1]], level=1))), "ids are in load or in union only"),
    "LOAD06": (Films(index=films.index[[0, 0, *range(2, 12)]]), "1 segment ids, the first: f0_0"),
    "LOAD08": (Films(audio=np.where(films.audio == 3, np.nan, films.audio)), "audio: 1 of 12 segments hold NaN"),
    "LOAD09": (Films(sentiment=lambda: np.random.default_rng().uniform(size=12)), "something else: sentiment"),
    "LOAD10": (Films(union=lambda m: pd.DataFrame({"pitch": 1.0}, index=films.index)), "the first: 'pitch'"),
    "LOAD11": (Films(points=np.array([9.0] * 12)), "12 values are outside -3 ... 3, the first: 9"),
    "LOAD12": (Films(folds=lambda: ["train", "test"] * 6), "splits 4 videos between train and test"),
}  # fmt: skip


@pytest.mark.parametrize("code", WRONG)
def test_what_is_wrong_with_a_loader_is_told_under_its_code(code):
    loader, told = WRONG[code]
    assert told in fired(loader)[code]


def test_a_good_loader_passes_and_other_objects_are_none():
    assert fired(Films()) == {}
    assert fired(Films) == {}
    assert set(fired(3)) == {"LOAD01"}
    with pytest.raises(DataError, match="this is no data"):
        as_segments(object())
