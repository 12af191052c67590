import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, hstack
from sklearn.ensemble import RandomForestRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold, KFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mosi_nb.data import DataIterator, nonfinite, sample
from mosi_nb.errors import DataError


@pytest.fixture(scope="module")
def data():
    return sample()


def out_of_fold(segments, modalities):
    """Predict each video by a ridge that was trained on the others."""
    predicted = np.zeros(len(segments))
    for train, held_out in GroupKFold(5).split(predicted, groups=segments.video_ids):
        blocks = [block(segments.modalities[name], train, held_out) for name in modalities]
        known, new = (hstack([pair[side] for pair in blocks]).tocsr() for side in (0, 1))
        predicted[held_out] = Ridge().fit(known, segments.sentiment[train]).predict(new)
    return predicted


def block(held, train, held_out):
    if held.ndim == 1:
        encoder = TfidfVectorizer()
        return encoder.fit_transform(held[train]), encoder.transform(held[held_out])
    encoder = make_pipeline(SimpleImputer(), StandardScaler())
    known = 0.05 * encoder.fit_transform(held[train])
    return csr_matrix(known), csr_matrix(0.05 * encoder.transform(held[held_out]))


def correlation(segments, predicted):
    return np.corrcoef(segments.sentiment, predicted)[0, 1]


def test_it_has_the_shape_of_mosi(data):
    s = data.segments
    _, counts = np.unique(s.video_ids, return_counts=True)
    assert (len(counts), counts.min(), counts.max()) == (93, 9, 63)
    assert 2000 <= len(data) <= 2200
    assert (s.modalities["audio"].shape[1], s.modalities["video"].shape[1]) == (74, 35)
    assert {f: len(set(s.video_ids[s.folds["standard"] == f])) for f in ("train", "valid", "test")} == {
        "train": 52, "valid": 10, "test": 31,
    }  # fmt: skip


def test_sentiment_has_mosis_distribution_in_steps_of_a_fifth(data):
    points = data.segments.sentiment
    assert np.allclose(points * 5, np.round(points * 5))
    assert abs(points.mean()) < 0.2
    assert 1.4 < points.std() < 1.8
    assert np.abs(points[points < 0]).mean() > 1.3


def test_texts_are_lower_case_words_of_a_small_vocabulary(data):
    texts = data.segments.modalities["text"].tolist()
    lengths = [len(text.split()) for text in texts]
    assert (min(lengths) >= 3, max(lengths)) == (True, 40)
    assert 500 <= len({word for text in texts for word in text.split()}) <= 900
    assert all(text == text.lower() and text.replace(" ", "").isalpha() for text in texts)


def test_a_few_values_are_missing_and_some_ids_hold_an_underscore(data):
    assert nonfinite(data.segments)["audio"].segments == 12
    assert 5 < sum("_" in video for video in set(data.segments.video_ids.tolist())) < 40


def test_text_predicts_as_well_as_on_mosi_and_the_others_add_a_little(data):
    text = out_of_fold(data.segments, ["text"])  # measured: r .602, MAE 1.027
    everything = out_of_fold(data.segments, ["text", "audio", "video"])  # measured: r .622, MAE 1.006
    assert 0.55 < correlation(data.segments, text) < 0.7
    assert 0.95 < np.abs(data.segments.sentiment - text).mean() < 1.15
    assert 0.005 < correlation(data.segments, everything) - correlation(data.segments, text) < 0.15


def test_a_fold_that_splits_videos_flatters_audio(data):
    s = data.segments
    forest = make_pipeline(SimpleImputer(), RandomForestRegressor(30, min_samples_leaf=5, random_state=0))
    audio = s.modalities["audio"]
    shuffled = cross_val_predict(forest, audio, s.sentiment, cv=KFold(5, shuffle=True, random_state=0))
    grouped = cross_val_predict(forest, audio, s.sentiment, cv=GroupKFold(5), groups=s.video_ids)
    assert correlation(s, shuffled) > correlation(s, grouped) + 0.15  # measured: .44 against .17


def test_the_same_seed_gives_the_same_data_and_another_does_not(data):
    assert sample().fingerprint == data.fingerprint
    assert sample(seed=1).fingerprint != data.fingerprint


def test_it_is_the_same_on_every_machine(data):
    assert data.fingerprint == "03f552aeb5cbfd3a2e41160a65f4950375ffb369340fffc85476e9abd5837eb3"


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**32))
def test_any_number_of_videos_and_any_seed_will_do(videos, seed):
    data = sample(videos, seed)
    assert isinstance(data, DataIterator)
    assert len(set(data.segments.video_ids.tolist())) == videos
    assert set(data.segments.folds) == ({"standard"} if videos > 2 else set())


def test_no_videos_are_refused():
    with pytest.raises(DataError, match=r"sample\(videos=0, seed=0\): videos must be from 1 to 10,000"):
        sample(0)
