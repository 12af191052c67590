"""Predictions batch by batch, here and on a cluster."""

import os
import signal

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from mosi_nb import ClusterError, FitError, Model, SpecError
from mosi_nb.components.transformers import TakeModality
from mosi_nb.data.segments import Segments, Sequences
from mosi_nb.data.steps import StoredSteps
from mosi_nb.run import embedded, predict_here, predict_there
from mosi_nb.run.predict import Fitted
from mosi_nb.run.predict_there import _in_memory, _Predictor
from tests.run.estimators import RaisesLate, SlowToPredict


def quietly(_):
    """Listen to no news."""


@pytest.fixture(scope="module")
def trained(segments, _workers):
    given = {"modalities": "text", "text": "tfidf", "baselines": "none", "folds": "by_video(2)", "jobs": 2}
    return Model(segments, models="ridge, svr", ensemble="mean", **given).fit()


def over_text(model, segments):
    return Pipeline([("take", TakeModality("text")), ("model", model)]).fit(segments, segments.sentiment)


@pytest.mark.parametrize("name", ["ridge", "mean"])
def test_batches_of_any_size_give_the_same_here_and_on_the_cluster(trained, segments, name):
    model = trained.models[name]
    whole = model.predict(segments)
    for size in (7, len(segments) + 1, None):
        np.testing.assert_allclose(model.predict(segments, size, where="cluster"), whole, rtol=0, atol=1e-9)
    few = segments.take(np.arange(9))
    for where in ("local", "cluster"):
        np.testing.assert_allclose(model.predict(few, 1, where), whole[:9], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(trained.predict(few, where="cluster").shape, (9,))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"batch_size": 0}, "at least 1 segment, found 0"),
        ({"batch_size": 2.5}, "a whole number of segments, found 2.5"),
        ({"where": "clutser"}, r"unknown place to predict in: 'clutser'. Did you mean 'cluster'\?"),
    ],
)
def test_what_is_no_batch_and_no_place_is_refused(trained, segments, given, message):
    with pytest.raises(SpecError, match=message):
        trained.predict(segments, **given)


def test_a_failure_on_a_worker_names_model_batch_and_segments(segments, cluster):
    pipeline = over_text(RaisesLate(), segments)
    with pytest.raises(
        FitError, match=r"(?s)mine, batch \d+ of \d+ \(segments .* to .*\): KeyError: 'no such word'.*predict"
    ):
        predict_there(cluster, "mine", pipeline, segments, 50, quietly)


def test_a_batch_that_cannot_be_read_ends_it(trained, segments, cluster, monkeypatch):
    def gone(self, rows):
        raise OSError("the disk is gone")

    monkeypatch.setattr(Segments, "take", gone)
    with pytest.raises(OSError, match="the disk is gone"):
        predict_there(cluster, "ridge", trained.models["ridge"].pipeline, segments, 50, quietly)


def test_a_batch_that_ends_each_process_in_which_it_is_alone_is_named(segments, cluster):
    predictor = _Predictor(cluster, "mine", Fitted(b""), segments, 20)
    for alone in (False, False, False, False, True):
        assert predictor.trouble is None
        predictor._take_death(1, alone=alone)
    predictor.cluster.leave()
    ids = segments.segment_ids
    assert str(predictor.trouble).startswith(
        f"mine, batch 2 of {-(-len(ids) // 20)} (segments {ids[20]} to {ids[39]}): its"
    )
    assert "Give a smaller batch_size" in str(predictor.trouble)


def test_few_batches_are_under_way(segments, cluster, monkeypatch):
    taken, done, most = [], [0], []
    take = Segments.take

    def counted(self, rows):
        taken.append(len(rows))
        most.append(sum(taken) - done[0])
        return take(self, rows)

    pipeline = over_text(SlowToPredict(0.02), segments)
    monkeypatch.setattr(Segments, "take", counted)
    predict_there(embedded(2), "mine", pipeline, segments, 5, lambda number: done.__setitem__(0, number))
    assert sum(taken) == len(segments)
    assert max(most) <= 5 * 2 * 4  # two a worker, and those on their way to whoever waits for them


def test_only_a_batch_of_a_file_is_read(segments, tmp_path):
    n, read = len(segments), []
    stored = np.lib.format.open_memmap(tmp_path / "audio.npy", mode="w+", dtype=np.float32, shape=(n, 4, 2))
    stored[:] = np.random.default_rng(0).normal(size=stored.shape)
    stored.flush()
    held = Sequences(np.load(tmp_path / "audio.npy", mmap_mode="r"), np.full(n, 4))
    assert isinstance(held.values, StoredSteps)
    with_files = Segments(segments.segment_ids, segments.video_ids, segments.sentiment, {"audio": held})

    class Sums:
        def predict(self, batch):
            found = batch.modalities["audio"].read(np.arange(len(batch)))
            read.append(len(found))
            return [steps.sum() for steps in found]

    found = predict_here(Sums(), with_files, 100, quietly)
    np.testing.assert_allclose(found, stored.sum(axis=(1, 2)), rtol=1e-5)
    assert max(read) == 100
    sent = _in_memory(with_files.take(np.arange(3))).modalities["audio"]
    assert isinstance(sent.values, np.ndarray)
    np.testing.assert_array_equal(sent.values, stored[:3])


def test_the_cluster_of_the_run_is_used(trained, segments, monkeypatch):
    monkeypatch.setattr(trained._run, "cluster", "tcp//10.0.0.7")
    with pytest.raises(ClusterError, match=r"cluster 'tcp//10\.0\.0\.7': no address"):
        trained.models["ridge"].predict(segments, where="cluster")


def test_a_batch_whose_worker_died_is_sent_again(segments, cluster):
    client, pipeline = embedded(2), over_text(SlowToPredict(0.1), segments)
    told = []

    def kill_one(done):
        if len(told) == 2:
            os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        told.append(done)

    found = predict_there(client, "mine", pipeline, segments, 20, kill_one)
    np.testing.assert_array_equal(found, predict_here(pipeline, segments, None, quietly))
    assert told[-1] == len(segments)
    assert len(told) == -(-len(segments) // 20)
