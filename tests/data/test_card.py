import numpy as np

from mosi_nb.data import DataIterator, Sequences


def sequences(n=6):
    rng = np.random.default_rng(0)
    audio, video = rng.normal(size=(n, 8, 2)), rng.normal(3, 2, size=(n, 8, 2))
    audio[:, 5:] = 0
    audio[:, :5] = (audio[:, :5] - audio[:, :5].mean(1, keepdims=True)) / audio[:, :5].std(1, keepdims=True)
    video[:, :3] = 0
    video[0, 4, 0] = -np.inf
    return {"audio": audio, "video": video}


def data(ids, **folds):
    return DataIterator.from_arrays({"text": ["a"] * len(ids)}, np.zeros(len(ids)), ids, folds=folds)


def test_sequences_tell_their_steps_padding_and_normalisation():
    html = DataIterator.from_arrays(sequences(), np.zeros(6), [f"a_{k}" for k in range(6)])._repr_html_()
    assert "<td>5 to 5, median 5</td><td>end</td><td>yes: pool no means</td>" in html
    assert "<td>5 to 5, median 5</td><td>front</td><td>no</td><td>1</td><td>0</td><td>1</td>" in html


def test_padding_on_both_sides_is_told():
    steps = np.zeros((2, 4, 1))
    steps[:, 1] = 1
    held = DataIterator.from_arrays({"audio": steps}, [0, 0], ["a_1", "a_2"])
    assert "<td>front and end</td>" in held._repr_html_()
    whole = DataIterator.from_arrays({"audio": Sequences(steps, np.full(2, 4))}, [0, 0], ["a_1", "a_2"])
    assert "<td>none</td>" in whole._repr_html_()


def test_folds_of_data_that_look_like_mosi_are_set_beside_its_own():
    ids = [f"v{k % 93}_{k}" for k in range(2198)]
    words = ["train"] * 1283 + ["valid"] * 229 + ["test"] * 686
    html = data(ids, standard=words, mine=words)._repr_html_()
    assert "<td>1,283 of MOSI&#x27;s 1,284</td><td>229, as in MOSI</td><td>686, as in MOSI</td>" in html
    assert "<td>mine</td><td>1,283</td>" in html


def test_other_data_are_not_set_beside_mosi():
    assert "MOSI" not in data([f"v{k % 9}_{k}" for k in range(2199)], standard=["train"] * 2199)._repr_html_()
