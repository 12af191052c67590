import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from mosi_nb.compare.leaks import unevenness


def made(seed, known=0.0, videos=60, each=20, strength=0.5, spread=0.1):
    """Make predictions, of which a share of the videos is known."""
    rng = np.random.default_rng(seed)
    ids = np.repeat(np.arange(videos), each)
    offset, z = rng.normal(0, 0.5, videos)[ids], rng.normal(np.arctanh(strength), spread, videos)
    r = np.tanh(np.where(np.arange(videos) < known * videos, 2.0, z))[ids]
    own = rng.normal(size=len(ids))
    return offset + 1.2 * own, r * own + np.sqrt(1 - r**2) * rng.normal(size=len(ids)), ids


def test_features_that_know_half_of_the_videos_are_found():
    assert sum(unevenness(*made(seed, known=0.5)).leaks for seed in range(20)) >= 18


@pytest.mark.parametrize("strength", [0.05, 0.5, 0.8])
def test_honest_predictions_hardly_ever_are(strength):
    assert sum(unevenness(*made(seed, strength=strength)).leaks for seed in range(100)) <= 1


def test_of_too_few_videos_or_too_small_ones_nothing_is_said():
    assert not unevenness(*made(0, known=0.5, videos=14)).leaks
    assert unevenness(*made(0, each=5)).videos == 0


def test_a_scale_without_negative_values_has_its_border_at_the_median():
    sentiment, predicted, videos = made(1, known=0.5)
    assert unevenness(sentiment + 10, predicted, videos).leaks


def test_predictions_that_do_not_move_within_a_video_are_left_out():
    sentiment, _, videos = made(0)
    assert unevenness(sentiment, np.zeros(len(videos)), videos).videos == 0


@pytest.fixture(scope="module")
def mosi(real_mosi):
    held = np.load(real_mosi / "mosi_poria_features.npz")
    table = pd.read_csv(real_mosi / "mosi_utterances.csv", keep_default_na=False)
    rows = np.flatnonzero(held["fold_standard"] != "test")
    features = {
        name: np.nan_to_num(held[name][rows], posinf=0, neginf=0) for name in ("text100", "video100", "audio73")
    }
    features["transcripts"] = np.array(table["text"].tolist(), dtype=object)[rows]
    return features, held["label"][rows].astype(float), np.array(table["video_id"].tolist())[rows]


@pytest.mark.parametrize("model", [Ridge(), SVR()])
@pytest.mark.parametrize(
    ("name", "leaks"), [("text100", True), ("video100", True), ("audio73", False), ("transcripts", False)]
)
def test_real_features_that_leak_are_told_from_those_that_do_not(mosi, name, leaks, model):
    features, sentiment, videos = mosi
    first = TfidfVectorizer() if name == "transcripts" else StandardScaler()
    whole = make_pipeline(first, model)
    predicted = cross_val_predict(whole, features[name], sentiment, groups=videos, cv=GroupKFold(5))
    found = unevenness(sentiment, predicted, videos)
    assert found.leaks == leaks
    assert (found.p < 1e-6) == leaks
