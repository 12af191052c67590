import json
import platform
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from mosi_nb import BundleError, Model, NotTrainedError, SpecError, sample
from mosi_nb.registry import names
from mosi_nb.storage import differing, load, save

GOLDEN = Path(__file__).parent / "format_1.mosi"


class Mine(Ridge):
    """An estimator that the package does not know."""


@pytest.fixture(scope="module")
def all_models(_workers):
    needed = {"lexicon": 'lexicon(words={"good": 1})'}
    models = [needed.get(name, name) for name in names("model") if name not in ("dummy", "text_only")]
    return Model(sample(videos=6), models=models, metrics="mae, acc7", folds="by_video(2)", jobs=2).fit()


@pytest.mark.parametrize("name", names("model"))
def test_every_model_comes_back_as_it_was(all_models, tmp_path, name):
    loaded = Model.load(all_models.save(name, tmp_path / "model.mosi"))
    data = sample(videos=3, seed=1)
    np.testing.assert_array_equal(loaded.predict(data), all_models.models[name].predict(data))
    of_others = ["rank", "letters", "gain", "gain_low", "gain_high", "optimism", "candidates"]
    one = all_models.leaderboard().frame().loc[[name]].drop(columns=of_others)
    pd.testing.assert_frame_equal(loaded.leaderboard().frame().drop(columns=of_others), one)


def test_a_loaded_model_knows_where_it_comes_from(trained, tmp_path):
    loaded = Model.load(trained.save("ridge", tmp_path / "model.mosi"))
    assert loaded.cell == trained.cell
    assert loaded.results.fingerprint == trained.results.fingerprint
    pd.testing.assert_frame_equal(loaded.results.predictions(), trained.models["ridge"].results.predictions())
    assert "are locked away" in repr(loaded)
    with pytest.raises(NotTrainedError, match="does not bring the locked segments"):
        loaded.evaluate(test=True)


def test_a_loaded_model_is_saved_as_it_was(trained, tmp_path):
    loaded = Model.load(trained.save("ridge", tmp_path / "model.mosi"))
    again = Model.load(loaded.save("ridge", tmp_path / "again.mosi"))
    np.testing.assert_array_equal(again.predict(sample(videos=3)), trained.models["ridge"].predict(sample(videos=3)))


def test_an_unknown_type_is_refused_until_it_is_named(trained, tmp_path):
    saved = trained._ran.saved(trained.models["ridge"], trained.cell)
    segments = trained.plan.segments
    pipeline = type(saved.pipeline)([saved.pipeline.steps[0], ("model", Mine())]).fit(segments, segments.sentiment)
    file = save(replace(saved, pipeline=pipeline), tmp_path / "mine.mosi")
    name = f"{Mine.__module__}.Mine"
    with pytest.raises(BundleError, match=rf"not trusted: {name}.\n.*trusted=\['{name}'\]"):
        Model.load(file)
    assert isinstance(Model.load(file, trusted=[name]).models["ridge"].pipeline["model"], Mine)


def test_the_versions_are_recorded(trained, tmp_path):
    versions = load(trained.save("ridge", tmp_path / "model.mosi")).versions
    assert versions["python"] == platform.python_version()
    assert set(versions) == {"python", "mosi_nb", "scikit-learn", "numpy", "scipy", "skops"}


def test_another_version_is_told_under_the_leaderboard(trained, tmp_path):
    saved = load(trained.save("ridge", tmp_path / "model.mosi"))
    assert differing(saved) == {}
    older = replace(saved, versions={**saved.versions, "scikit-learn": "1.2.0"})
    now = saved.versions["scikit-learn"]
    assert differing(older) == {"scikit-learn": ("1.2.0", now)}


def test_a_file_of_format_1_is_read():
    loaded = Model.load(GOLDEN)
    assert list(loaded.models) == ["ridge"]
    new = {"text": ["what a wonderful film", "dull and boring"], "audio": np.linspace(-1, 1, 148).reshape(2, 74)}
    assert loaded.predict(new) == pytest.approx([-0.06056737, -0.21337902], abs=1e-6)
    assert list(loaded.leaderboard().frame()["fits"]) == [2]


def test_a_newer_format_is_refused_with_words(saved_bytes, tmp_path):
    def newer(about):
        about["format"], about["versions"]["mosi_nb"] = 99, "9.0"

    file = changed(saved_bytes, tmp_path / "new.mosi", newer)
    with pytest.raises(BundleError, match=r"written by mosi_nb 9.0, in a format .* not know. Update mosi_nb"):
        Model.load(file)


def test_a_file_that_is_there_is_replaced_as_a_whole(trained, tmp_path, monkeypatch):
    file = trained.save("ridge", tmp_path / "model.mosi")
    before = file.read_bytes()

    def fails(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(BundleError, match="could not be written: no space left"):
        trained.save("ridge", file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_not_there_is_told(trained, tmp_path):
    with pytest.raises(BundleError, match="could not be written"):
        trained.save("ridge", tmp_path / "nowhere" / "model.mosi")
    with pytest.raises(BundleError, match="there is no such file"):
        Model.load(tmp_path / "nothing.mosi")
    with pytest.raises(SpecError, match="unknown trained model: 'rigde'"):
        trained.save("rigde", tmp_path / "model.mosi")


def changed(content, file, change):
    """Write a saved model with another `about.json`."""
    file.write_bytes(content)
    with zipfile.ZipFile(file) as bundle:
        members = {name: bundle.read(name) for name in bundle.namelist()}
    about = json.loads(members["about.json"])
    change(about)
    with zipfile.ZipFile(file, "w") as bundle:
        for name, member in members.items():
            bundle.writestr(name, json.dumps(about) if name == "about.json" else member)
    return file
