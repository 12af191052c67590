import numpy as np
import pandas as pd
import pytest

from mosi_nb import DataError, NotTrainedError, SpecError


def test_batches_do_not_change_a_prediction(model, data):
    for name in model.models:
        whole = model.models[name].predict(data)
        for size in (1, 7, 10_000):
            # BLAS adds up in another order where there are more rows.
            np.testing.assert_allclose(model.models[name].predict(data, batch_size=size), whole, atol=1e-12)


def test_the_best_model_predicts(model, data):
    np.testing.assert_array_equal(model.predict(data), model.best().predict(data))


def test_new_text_is_predicted_from_a_frame(quick):
    model = quick("ridge").fit()
    frame = pd.DataFrame({"text": ["what a wonderful film", "dull and boring", ""]})
    assert model.predict(frame).shape == (3,)


def test_a_batch_has_at_least_one_segment(model, data):
    with pytest.raises(SpecError, match="a batch has at least 1 segment, found 0"):
        model.predict(data, batch_size=0)


def test_given_data_are_evaluated(model, data):
    frame = model.evaluate(data).frame()
    given = model.evaluate(data, data.segments.sentiment).frame()
    assert list(frame["metric"]) == ["mae", "corr"]
    pd.testing.assert_frame_equal(frame, given)
    assert list(model.evaluate(data, show_metrics=False).frame()["metric"]) == ["mae"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "there is nothing to evaluate on"),
        ((pd.DataFrame({"text": ["good"]}),), "X brings no sentiment"),
        ((pd.DataFrame({"text": ["good"]}), [1.0, 2.0]), r"X has 1 segments, y the shape \(2,\)"),
        ((pd.DataFrame({"text": ["good"]}), [9.0]), r"outside -3 \.\.\. \+3"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(quick, arguments, words):
    model = quick("ridge").fit()
    with pytest.raises(DataError, match=words):
        model.evaluate(*arguments)


def test_opening_the_locked_test_is_counted_and_shown(quick):
    model = quick("ridge").fit()
    once, twice = model.evaluate(test=True), model.models["ridge"].evaluate(test=True)
    assert "The locked test was opened once." in repr(once)
    assert "The locked test was opened twice." in repr(twice)
    assert "The locked test was opened twice." in repr(model)


def test_data_and_the_locked_test_are_one_or_the_other(model, data):
    with pytest.raises(DataError, match="either X or test=True"):
        model.evaluate(data, test=True)


def test_without_a_test_there_is_nothing_to_open(quick):
    model = quick("ridge", test="none").fit()
    with pytest.raises(NotTrainedError, match="nothing is locked away"):
        model.evaluate(test=True)


def test_one_model_knows_its_own_folds_and_parameters(model):
    ridge = model.models["ridge"]
    assert ridge.params["alpha"] in (1, 10)
    assert len(ridge.folds) == 3
    assert len(ridge.predictions) == len(model.plan.locked.train)
    assert ridge.pipeline is ridge.pipeline
    assert repr(ridge).startswith("ridge (alpha=")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"audio": 73}, "audio is 73 columns of numbers here, and {} was trained on 74 columns of numbers"),
        ({"video": 1}, "video is 1 column of numbers here, and {} was trained on 35 columns of numbers"),
        ({"text": 3}, "text is 3 columns of numbers here, and {} was trained on raw text"),
    ],
)
def test_other_columns_than_those_of_training_are_named(model, given, message):
    new = {"text": ["a film"], "audio": [[0.0] * 74], "video": [[0.0] * 35]}
    new |= {name: [[0.0] * columns] for name, columns in given.items()}
    model.ensemble("mean", ["ridge", "svr"], "both")
    for name in ("ridge", "both"):
        with pytest.raises(DataError, match=f"^X: {message.format(name)}\\.\nGive the features of {next(iter(given))}"):
            model.models[name].predict(new)
    model.remove("both")
