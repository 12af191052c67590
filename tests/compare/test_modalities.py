"""What a modality changes, from made-up predictions."""

import numpy as np
import pytest

from mosi_nb.compare.changes import Change
from mosi_nb.compare.learning import Point, last_step, learning_frame
from mosi_nb.compare.modalities import Scored, Subset, sentences

NOISE = {"text": 0.5, "audio": 1.5, "text + audio": 0.5}


@pytest.fixture
def scored(results_of):
    results = results_of({(name, number): spread for number, (name, spread) in enumerate(NOISE.items())})
    subsets = [
        Subset("ridge", "early", tuple(name.split(" + ")), tuple(f for f in results.fits if f.model == name))
        for name in NOISE
    ]
    return Scored(results, subsets, results.metrics["mae"])


def test_a_row_a_subset_the_whole_first_with_what_each_modality_changes(scored):
    frame = scored.frame()
    assert frame["modalities"].tolist() == ["text + audio", "text", "audio"]
    by_name = frame.set_index("modalities")
    assert by_name.loc["text + audio", "text"] == by_name.loc["text + audio", "score"] - by_name.loc["audio", "score"]
    assert by_name.loc["text + audio", "text_low"] < by_name.loc["text + audio", "text"] < 0
    assert by_name.loc["text", ["text", "audio"]].isna().all()


def test_a_change_has_the_interval_of_the_paired_draws(scored):
    changes = scored.changes().set_index("modality")
    assert changes.loc["text", "verdict"] == "better"
    assert changes.loc["audio", "verdict"] == "not shown"
    wide = scored.frame().set_index("modalities").loc["text", ["low", "high"]]
    assert changes.loc["audio", "high"] - changes.loc["audio", "low"] < wide["high"] - wide["low"] + 0.05


def test_a_sentence_a_modality_says_what_it_adds(scored):
    told = sentences(scored.frame(), scored.changes(), scored.metric)
    assert told[0].startswith("text helps: mae -0.")
    assert told[0].endswith(" beside audio (ridge, early).")
    assert told[1].startswith("audio shows no change: mae ")


def test_the_verdict_knows_which_way_is_better():
    assert Change(0.1, 0.05, 0.2, larger_is_better=True).verdict == "better"
    assert Change(0.1, 0.05, 0.2, larger_is_better=False).verdict == "worse"
    assert Change(0.1, np.nan, np.nan, larger_is_better=False).verdict == ""


def test_what_was_not_fitted_is_said_and_never_raises(results_of):
    results = results_of({("ridge", 0): 0.5})
    subsets = [Subset("ridge", "early", ("text", "audio"), results.fits), Subset("ridge", "early", ("text",), (), "no")]
    scored = Scored(results, subsets, results.metrics["mae"])
    assert scored.frame()["status"].tolist() == ["done", "failed"]
    assert scored.changes()["change"].isna().all()
    assert sentences(scored.frame(), scored.changes(), scored.metric) == [
        "text: what it adds cannot be said.",
        "audio: what it adds cannot be said.",
    ]
    empty = Scored(results, [], results.metrics["mae"])
    assert empty.frame().empty
    assert sentences(empty.frame(), empty.changes(), empty.metric) == []


def test_a_learning_curve_compares_each_point_with_the_one_before(results_of):
    results = results_of({("few", 0): 1.5, ("all", 1): 0.5})
    fits = {name: tuple(f for f in results.fits if f.model == name) for name in ("few", "all")}
    points = [Point(1.0, 6, 150, fits["all"]), Point(0.6, 4, 90, (), "E: no"), Point(0.3, 2, 40, fits["few"])]
    frame = learning_frame(results, points, results.metrics["mae"])
    assert frame["share"].tolist() == [0.3, 0.6, 1.0]
    assert frame["score"].isna().tolist() == [False, True, False]
    assert frame.loc[2, "change"] == frame.loc[2, "score"] - frame.loc[0, "score"]
    assert last_step(frame, results.metrics["mae"]).startswith("From 2 to 6 videos mae fell by 0.")
    assert last_step(frame.head(1), results.metrics["mae"]) == ""


def test_a_learning_curve_that_turns_is_said_to(results_of):
    results = results_of({("few", 0): 1.0, ("some", 1): 1.6, ("all", 2): 0.5})
    fits = {name: tuple(f for f in results.fits if f.model == name) for name in ("few", "some", "all")}
    points = [Point(n / 3, 2 * n, 50 * n, fits[name]) for n, name in enumerate(("few", "some", "all"), 1)]
    told = last_step(learning_frame(results, points, results.metrics["mae"]), results.metrics["mae"])
    assert told.startswith("From 4 to 6 videos mae fell by ")
    assert told.endswith(": better. The curve is not monotone: it rises and falls.")


def test_what_is_counted_is_what_is_there_and_a_stopped_subset_is_no_failed_one(results_of):
    spread = {"text": 0.5, "audio": 1.5, "text + audio": 0.5}
    results = results_of({(name, number): one for number, (name, one) in enumerate(spread.items())})
    fits = {name: tuple(f for f in results.fits if f.model == name) for name in spread}
    late = [Subset(m, "late", tuple(name.split(" + ")), fits[name]) for m in ("ridge", "svr") for name in spread]
    gone = Subset("ridge", "early", ("audio",), (), "stopped")
    scored = Scored(results, [*late, gone], results.metrics["mae"])
    told = sentences(scored.frame(), scored.changes(), scored.metric)
    assert told[0].endswith("(ridge, late). Of all models (late), it helps 2 of 2 and harms 0 of 2.")
    assert told[1].startswith("audio shows no change: ")
    assert sorted(set(scored.frame()["status"])) == ["done", "stopped"]
