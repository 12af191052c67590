import numpy as np
import pandas as pd
import pytest

from mosi_nb import Model
from mosi_nb.components.lexicon import Lexicon, word_weights
from mosi_nb.errors import SpecError
from mosi_nb.run.fit import trained
from mosi_nb.run.trial import try_out

WEIGHTS = {"good": 2.0, "awful": -3.0, "not bad at all": 1.0, "bad": -1.0}


@pytest.mark.parametrize(
    ("said", "weight"),
    [
        ("A GOOD film", 2.0),
        ("good, but awful", -0.5),
        ("It isn\u2019t really good.", -2.0),
        ("never in my life, good", 2.0),  # too far away
        ("not bad at all", 1.0),
        ("goodness", 0.0),
        ("", 0.0),
    ],
)
def test_the_weight_of_a_segment_is_the_mean_of_its_words(said, weight):
    assert Lexicon(WEIGHTS).weights(np.array([[said]], dtype=object)).tolist() == [weight]


def test_negation_can_be_left_out():
    assert Lexicon(WEIGHTS, negation=False).weights(np.array([["not good"]], dtype=object)).tolist() == [2.0]


def test_two_parameters_bring_weights_to_points():
    texts = np.array([["good"], ["bad"], ["a film"]], dtype=object)
    model = Lexicon({"good": 1.0, "bad": -1.0}).fit(texts, np.array([2.5, -1.5, 0.5]))
    np.testing.assert_allclose(model.predict(texts), [2.5, -1.5, 0.5])


def test_a_list_that_says_nothing_predicts_the_mean_and_tells_it():
    texts = np.array([["a film"], ["another"]], dtype=object)
    with pytest.warns(UserWarning, match="no training segment holds a word of the list"):
        model = Lexicon({"good": 1.0}).fit(texts, np.array([1.0, 2.0]))
    assert model.predict(texts).tolist() == [1.5, 1.5]


TABLES = {
    "words.csv": "word,weight\ngood,1.5\nawful,-2\n",
    "columns.csv": "id,weight,word\n1,1.5,good\n2,-2,awful\n",
    "plain.txt": "good 1.5\nawful -2\n",
    "tabs.tsv": "good\t1.5\t0.4\nawful\t-2\t0.1\n",
    "other.csv": "entry;score\ngood;1.5\nawful;-2\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_words_are_read_from_tables(name, tmp_path):
    (tmp_path / name).write_text(TABLES[name])
    assert word_weights(str(tmp_path / name)) == {"good": 1.5, "awful": -2.0}


def test_words_come_from_the_notebook_or_stand_in_the_cell(make_plan_of):
    for cell, given in (
        ("lexicon(words=mine)", {"mine": {"Good": 1, "bad": -1}}),
        ("lexicon(words=mine)", {"mine": pd.Series({"good": 1.0, "bad": -1.0})}),
        ("lexicon(words=mine)", {"mine": pd.DataFrame({"n": [3, 4], "weight": [1, -1], "word": ["good", "bad"]})}),
        ('lexicon({"positive": ("good",), "negative": ("bad",)})', {}),
    ):
        plan = make_plan_of(f"models = {cell}\nbaselines = none", **given)
        assert plan.candidates[0].estimator.words == {"good": 1.0, "bad": -1.0}
        assert plan.baselines == ("lexicon",)


def test_it_reads_transcripts_whatever_the_encoders_are(make_plan_of, segments):
    plan = make_plan_of("models = lexicon({'the': 1}), ridge\ntext = tfidf(min_df=[1, 2]), pca(5)\nbaselines = none")
    assert [c.model for c in plan.candidates] == ["lexicon", "ridge", "ridge"]
    fitted = trained(segments, plan.candidates[0].pipeline, np.arange(len(segments)))
    texts = segments.modalities["text"].reshape(-1, 1)
    expected = Lexicon({"the": 1.0}).fit(texts, segments.sentiment).predict(texts)
    np.testing.assert_array_equal(fitted.predict(segments), expected)
    try_out(plan)


REFUSED = {
    "lexicon(words=mine)": "wants a variable that maps words, there is none called 'mine'",
    "lexicon(words=numbr)": r"there is none called 'numbr'\. Did you mean 'number'\?",
    "lexicon(words=['good', 'bad'])": "'good' is no file; a word alone has no weight.(.|\n)*Or two lists of words: {",
    "lexicon(words=twice)": "'good' has two values: 1.0 and 2.0",
    "lexicon(words=number)": "maps words, 'number' is of type int.*\n.*\n.*\n.*weights = {",
    "lexicon(words=empty)": "there is no word in the list",
    "lexicon(words={'good': 'very'})": "the weight of 'good' is 'very', which is no finite number",
    "lexicon(words={'good': 1, 'Good': 2})": "the word 'Good' has two weights: 1 and 2",
    "lexicon(words='nowhere.csv')": "nowhere.csv: there is no such file",
    "lexicon": "model 'lexicon' needs 'words'",
}


@pytest.mark.parametrize("cell", REFUSED)
def test_a_list_that_cannot_be_meant_is_refused(cell, make_plan_of):
    with pytest.raises(SpecError, match=REFUSED[cell]):
        make_plan_of(f"models = {cell}", empty={}, number=3, twice=pd.Series([1.0, 2.0], index=["good", "good"]))


def test_data_without_raw_text_are_refused(segments):
    from dataclasses import replace

    features = replace(segments, modalities={"text": np.zeros((len(segments), 4))})
    with pytest.raises(SpecError, match="reads the words of each segment, but text holds 4 columns of numbers"):
        _ = Model(features, models='lexicon({"good": 1})').plan
    with pytest.raises(SpecError, match="'lexicon' looks at text, which this experiment leaves out"):
        _ = Model(segments, models='lexicon({"good": 1})', modalities="audio").plan
