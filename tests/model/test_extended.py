"""Another task, or other data, on the same folds and the same leaderboard."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mosi_nb import DataError, DataIterator, Model, NotTrainedError, SpecError


@pytest.fixture
def trained(quick):
    return quick("ridge(alpha=[1, 10]), svr, forest(n_estimators=20)", metrics="mae, acc2_nonneg").fit()


def test_another_task_is_trained_on_the_same_folds_and_compared(trained):
    trained.extend(type="classification", models="logistic(classes=7), naive_bayes(classes=2)")
    board = trained.leaderboard().frame()
    assert set(board.index) == {"ridge", "svr", "forest", "logistic", "naive_bayes"}
    assert board[["mae", "acc2_nonneg", "rank", "mae_low"]].notna().all().all()
    assert sorted(board["rank"]) == [1, 2, 3, 4, 5]
    ridge, logistic = (trained.models[name].predictions for name in ("ridge", "logistic"))
    assert ridge[["segment_id", "fold"]].equals(logistic[["segment_id", "fold"]])


def test_the_same_numbers_as_an_experiment_of_its_own(trained, quick):
    trained.extend("classification", models="logistic(classes=3)")
    alone = quick("logistic(classes=3)", metrics="mae, acc2_nonneg").fit()
    assert trained.models["logistic"].scores == alone.models["logistic"].scores


def test_counterparts_of_the_models_are_trained_where_none_is_named(trained):
    trained.extend("classification")
    assert list(trained.models) == ["ridge", "svr", "forest", "logistic", "svc", "forest_classification"]
    trained.extend("regression", models="ridge(alpha=3)")
    assert "ridge_regression" in trained.models
    assert trained.remove("svc").models.keys() == set(trained.models) - {"svc"}


def test_extended_models_join_ensembles_and_predict(trained, data):
    trained.extend("classification", models="logistic")
    both = trained.ensemble("weighted", members=["ridge", "logistic"])
    assert np.isfinite(both.predict(data.test)).all()


def test_other_data_of_the_same_segments_in_another_order(trained, data):
    turned = data.segments.take(np.arange(len(data.segments))[::-1])
    trained.extend("regression", data=turned, models="ridge(alpha=1)")
    again = trained.models["ridge_regression"]
    assert again.modalities == ("text", "audio", "video")
    assert again.predictions["segment_id"].equals(trained.models["ridge"].predictions["segment_id"])


def test_fusion_is_that_of_the_experiment(quick):
    model = quick("ridge", modalities="text, audio", fusion="both").fit()
    model.extend("classification", models="logistic")
    ridges, logistics = ([name, f"{name}_text", f"{name}_audio"] for name in ("ridge", "logistic"))
    assert list(model.models) == [*ridges, *logistics, "ridge_late", "logistic_late"]


def test_a_model_of_the_other_task_is_refused(trained):
    with pytest.raises(SpecError) as caught:
        trained.extend("classification", models="ridge")
    assert str(caught.value) == (
        "models: 'ridge' is a regressor, and extend(type='classification') trains others.\nFor example: logistic."
    )
    with pytest.raises(SpecError, match=r"'forest' is a regressor.*\nFor example: forest\(classes=7\)"):
        trained.extend("classification", models="forest")
    with pytest.raises(SpecError, match=r"'logistic' is a classifier"):
        trained.extend("regression", models="logistic")
    with pytest.raises(SpecError, match=r"unknown type of task: 'classify'. Did you mean 'classification'"):
        trained.extend("classify")
    assert list(trained.models) == ["ridge", "svr", "forest"]


def test_what_would_make_rows_that_cannot_be_compared_is_refused(trained):
    for key, value in {"folds": "by_video(2)", "seed": 1, "metrics": "f1_nonzero", "test": "none"}.items():
        with pytest.raises(SpecError, match=f"'{key}' is that of the experiment, so that all rows can be compared"):
            trained.extend("classification", models="logistic", **{key: value})


def test_extending_twice_trains_nothing_twice(trained):
    trained.extend("classification")
    with pytest.raises(SpecError, match="the counterparts of the models are there already: logistic, svc, forest"):
        trained.extend("classification")
    trained.remove("svc").extend("classification")
    assert "svc" in trained.models


def test_data_on_another_scale_or_of_other_segments_are_refused(trained, data):
    frame = pd.DataFrame({"segment_id": data.segments.segment_ids, "text": "words", "sentiment": 0.5})
    with pytest.raises(
        DataError, match=r"sentiment is on the scale 0 \.\.\. 1 here, and -3 \.\.\. 3 in what was trained"
    ):
        trained.extend("regression", data=DataIterator(frame, scale=(0, 1)), models="ridge")
    fewer = data.segments.take(np.arange(5, len(data.segments)))
    with pytest.raises(
        DataError, match=r"5 of the 330 segments that were trained on are not there: .*\nRows could not"
    ):
        trained.extend("regression", data=fewer, models="ridge")
    other = replace(data.segments, sentiment=np.clip(data.segments.sentiment + 1, -3, 3))
    with pytest.raises(DataError, match="segments have another sentiment here, the first"):
        trained.extend("regression", data=other, models="ridge")


class Fails:
    def fit(self, x, y):
        if x.shape[0] > 130:
            message = "no"
            raise ValueError(message)

    def predict(self, x):
        return np.zeros(x.shape[0])


def test_what_fails_is_told_and_what_was_there_stays(trained):
    with pytest.raises(RuntimeError, match="fails"):
        trained.extend("regression", models=[Fails()])
    assert {"ridge", "svr", "forest"} <= set(trained.models)
    assert "fails" not in trained.models


def test_only_a_run_can_be_extended(quick, trained, tmp_path):
    with pytest.raises(NotTrainedError, match="nothing was trained yet"):
        quick("ridge").extend("classification")
    trained.save("ridge", tmp_path / "ridge.mosi")
    with pytest.raises(NotTrainedError, match="does not bring the data"):
        Model.load(tmp_path / "ridge.mosi").extend("classification")
