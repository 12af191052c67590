"""Every model and what it can be asked for: saved and loaded, it predicts the same. No cluster: one fit each."""

import numpy as np
import pytest

from mosi_nb import Model, sample
from mosi_nb.registry import find, names
from mosi_nb.run import quiet, trained
from mosi_nb.storage import Saved, load, save

TWO = [name for name in names("model") if find("model", name).tags.get("task") == "both"]
CALIBRATED = [name for name in names("model") if "calibrate" in find("model", name).parameters]
TREES = ", n_estimators=5"
SMALL = {"forest": TREES, "extra_trees": TREES, "boosting": ", max_iter=5", "mlp": ", max_iter=5"}
CELLS = [
    'lexicon(words={"good": 1, "bad": -1})',
    *(f"{name}(classes=3{SMALL.get(name, '')})" for name in TWO),
    *(f"{name}(classes=3, calibrate=sigmoid)" for name in CALIBRATED if name not in TWO),
    "forest(classes=3, n_estimators=5, calibrate=sigmoid)",
    "logistic(classes=3, calibrate=isotonic)",
    "naive_bayes(kind=gaussian)",
    "sgd(loss=squared_error)",
    "sgd(classes=2, loss=modified_huber)",
    "kernel_ridge(kernel=laplacian)",
    "gaussian_process(optimise=True)",
]


@pytest.fixture(scope="module")
def segments():
    return sample(videos=8).segments


@pytest.mark.parametrize("cell", CELLS)
def test_a_saved_model_predicts_the_same(cell, segments, tmp_path):
    plan = Model(segments, models=cell, folds="by_video(2)", test="none", baselines="none").plan
    with quiet():
        pipeline = trained(segments, plan.candidates[0].pipeline, np.arange(len(segments)))
    columns = ("segment_ids", "video_ids", "sentiment")
    given = {name: getattr(segments, name) for name in columns}
    saved = Saved("one", "", pipeline, plan.candidates[0].modalities, segments.scale, (), metrics=("mae",), **given)
    loaded = load(save(saved, tmp_path / "one.mosi"))
    np.testing.assert_array_equal(loaded.pipeline.predict(segments), pipeline.predict(segments))
