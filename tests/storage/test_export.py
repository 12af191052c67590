"""An experiment written down, trained elsewhere, and brought back."""

import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mosi_nb import DataError, DataIterator, MissingExtraError, Model, SpecError, sample

AWK = """
BEGIN { FS = OFS = "," }
FILENAME ~ /segments/ { if (FNR > 1) y[$1] = $3; next }
FILENAME ~ /video/ { if (FNR > 1) x[$1] = $3; next }
FNR == 1 { next }
{ f = $1 "," $2 }
$4 == "train" { n[f]++; sx[f] += x[$3]; sy[f] += y[$3]; sxx[f] += x[$3]^2; sxy[f] += x[$3] * y[$3]; next }
{ asked[++number] = f; repeat[number] = $1; id[number] = $3 }
END {
    print "segment_id", "repeat", "prediction"
    for (i = 1; i <= number; i++) {
        f = asked[i]
        slope = (n[f] * sxy[f] - sx[f] * sy[f]) / (n[f] * sxx[f] - sx[f]^2)
        printf "%s,%d,%.10f\\n", id[i], repeat[i], (sy[f] - slope * sx[f]) / n[f] + slope * x[id[i]]
    }
}
"""
"""Least squares on the second column of video, fold by fold: a few lines of a language that every machine has."""


@pytest.fixture(scope="module")
def model(_workers):
    given = {"modalities": "text, audio, video", "folds": "by_video(3)", "jobs": 2, "baselines": "none"}
    return Model(sample(videos=8), models="ridge", audio="scale", metrics=["mae"], **given)


@pytest.fixture(scope="module")
def audio(_workers):
    given = {"modalities": "audio, video", "folds": "by_video(3, repeats=2)", "jobs": 2, "baselines": "none"}
    return Model(sample(videos=8), models="ridge(alpha=10)", audio="scale", video="scale", **given).fit()


def read(folder, name, kind="csv"):
    path = folder / f"{name}.{kind}"
    return pd.read_csv(path) if kind == "csv" else pd.read_parquet(path)


def test_what_is_trained_on_the_files_alone_has_the_score_of_the_run(audio, tmp_path):
    folder = audio.export(tmp_path / "out")
    sentiment = read(folder, "segments").set_index("segment_id")["sentiment"]
    features = pd.concat([read(folder, name).set_index("segment_id") for name in ("audio", "video")], axis=1)
    features = features.replace([np.inf, -np.inf], np.nan)
    parts = []
    for (repeat, _), fold in read(folder, "folds").groupby(["repeat", "fold"]):
        train, held_out = (fold["segment_id"][fold["part"] == part] for part in ("train", "held_out"))
        ridge = make_pipeline(SimpleImputer(), StandardScaler(), Ridge(alpha=10))
        ridge.fit(features.loc[train], sentiment[train])
        predicted = ridge.predict(features.loc[held_out])
        parts.append(pd.DataFrame({"segment_id": held_out, "repeat": repeat, "prediction": predicted}))
    pd.concat(parts).to_csv(tmp_path / "theirs.csv", index=False)
    theirs = audio.add_predictions("theirs", tmp_path / "theirs.csv")
    assert theirs.scores["mae"] == pytest.approx(audio.models["ridge"].scores["mae"], abs=1e-6)


def test_another_language_trains_on_the_files_and_comes_back(audio, tmp_path):
    awk = shutil.which("awk")
    assert awk, "every POSIX system has awk"
    folder = audio.export(tmp_path / "out")
    files = [str(folder / f"{name}.csv") for name in ("segments", "video", "folds")]
    done = subprocess.run([awk, AWK, *files], capture_output=True, text=True, check=True)
    (tmp_path / "awk.csv").write_text(done.stdout)
    theirs = audio.add_predictions("awk", tmp_path / "awk.csv")
    x, y = audio.plan.segments.modalities["video"][:, 1], audio.plan.segments.sentiment
    assert len(theirs.results.fits) == 6
    for fit in theirs.results.fits:
        line = np.polynomial.Polynomial.fit(x[fit.fold.train], y[fit.fold.train], 1)
        np.testing.assert_allclose(fit.predicted, line(x[fit.fold.held_out]), atol=1e-6)
    assert audio.leaderboard(intervals=False).frame().loc["awk", "status"] == "done"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_files_hold_what_the_plan_does_and_the_test_stays_locked(model, tmp_path, kind):
    folder = model.export(tmp_path / "out", kind)
    segments, plan = read(folder, "segments", kind), model.plan
    assert list(segments.columns) == ["segment_id", "video_id", "sentiment", "role", "text"]
    assert segments["text"].tolist() == plan.segments.modalities["text"].tolist()
    locked = segments["role"] == "locked"
    assert np.flatnonzero(locked).tolist() == plan.locked.test.tolist()
    assert segments.loc[locked, "sentiment"].isna().all()
    np.testing.assert_array_equal(segments.loc[~locked, "sentiment"], plan.segments.sentiment[~locked])
    folds = read(folder, "folds", kind)
    assert len(folds) == 3 * len(plan.locked.train)
    assert set(folds["segment_id"]).isdisjoint(segments.loc[locked, "segment_id"])
    audio = read(folder, "audio", kind)
    np.testing.assert_array_equal(audio.drop(columns="segment_id"), plan.segments.modalities["audio"])


def test_sequences_are_pooled_as_the_plan_does(tmp_path):
    values = np.arange(48.0).reshape(6, 4, 2)
    ids = [f"{video}_{k}" for video in "abc" for k in (1, 2)]
    data = DataIterator.from_arrays({"audio": values}, [0.5, 1, -1, -0.5, 2, -2], ids)
    given = {"folds": "by_video(2)", "test": "none", "baselines": "none"}
    model = Model(data, models="ridge", audio="pool(max, std)", **given)
    found = read(model.export(tmp_path / "out"), "audio")
    np.testing.assert_allclose(found.drop(columns="segment_id"), model.plan.pooled.modalities["audio"])
    assert found.shape == (6, 5)
    assert set(read(tmp_path / "out", "segments")["role"]) == {"train"}


def test_encoded_features_are_fitted_on_the_train_rows_of_their_fold(audio, model, tmp_path):
    folder = audio.export(tmp_path / "dense", features="encoded")
    fold, table = audio.plan.folds[1], read(folder, "encoded_1_2")
    train = table[table["part"] == "train"]
    assert train["segment_id"].tolist() == audio.plan.segments.segment_ids[fold.train].tolist()
    features = train.drop(columns=["segment_id", "part"]).to_numpy()
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-9)
    whole = read(folder, "encoded_all")
    assert set(whole.loc[whole["part"] == "locked", "segment_id"]) == set(
        audio.plan.segments.segment_ids[audio.plan.locked.test]
    )
    sparse = read(model.export(tmp_path / "sparse", features="encoded"), "encoded_1_1")
    assert list(sparse.columns) == ["segment_id", "part", "column", "value"]


def test_the_readme_says_how_to_come_back(audio, model, tmp_path):
    text = (audio.export(tmp_path / "a") / "README.txt").read_text()
    assert 'model.add_predictions("theirs", "predictions.csv")' in text
    assert "There are 2 repeats: add a column repeat" in text
    assert audio.plan.fingerprint in text
    assert "encoded_R_F" not in text
    assert "What the model ridge sees" in (model.export(tmp_path / "b", features="encoded") / "README.txt").read_text()


def test_a_folder_that_holds_something_is_left_alone(model, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SpecError, match=r"is not empty: it holds mine.txt.\nName another one, or say replace=True"):
        model.export(tmp_path)
    model.export(tmp_path, features="encoded", replace=True)
    model.export(tmp_path, "parquet", replace=True)
    found = {path.name for path in tmp_path.iterdir()}
    assert found == {"mine.txt", "README.txt", *(f"{n}.parquet" for n in ("segments", "folds", "audio", "video"))}


def test_parquet_without_its_package_is_told(model, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"Writing Parquet needs the package pyarrow, .*\nRun: pip install"):
        model.export(tmp_path / "x", "parquet")
    assert not (tmp_path / "x").exists()


def test_what_cannot_be_written_is_refused(model, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SpecError, match=r"unknown format: 'parket'. Did you mean 'parquet'\?"):
        model.export(tmp_path / "x", "parket")
    with pytest.raises(SpecError, match="unknown features: 'pooled'"):
        model.export(tmp_path / "x", features="pooled")
    with pytest.raises(SpecError, match=r"file is a file.\nName a folder"):
        model.export(tmp_path / "file")
    with pytest.raises(DataError, match="it cannot be written"):
        model.export(tmp_path / "file" / "x")
