from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import RidgeCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline

from mosi_nb.cell import parse, write
from mosi_nb.data import Sequences
from mosi_nb.data.checks import BEFORE
from mosi_nb.errors import SpecError
from mosi_nb.plan import check_plan, make_plan, splits_rows, summary
from mosi_nb.plan.checks import REPORTS
from mosi_nb.registry import component, find, names
from mosi_nb.results import Fold


@pytest.fixture
def plan_with(segments):
    """Return a function from modalities, and cell text, to a plan."""

    def make(cell="models = ridge", /, **modalities):
        return make_plan(parse(cell), replace(segments, modalities={**segments.modalities, **modalities}), {})

    return make


def fired(plan):
    return {finding.check.code: finding.report for finding in check_plan(plan) if finding.status == "fired"}


def test_every_check_of_a_plan_has_its_function():
    assert set(REPORTS) == set(BEFORE)


def test_of_the_sample_nothing_worse_is_told_than_that_it_is_small_and_has_gaps(make_plan_of):
    assert set(fired(make_plan_of("models = ridge"))) == {"MOSI004", "MOSI012"}


def test_folds_that_split_a_video_are_refused_whoever_made_them(make_plan_of):
    @component("folds", "careless_example")
    def careless():
        """Every other row."""
        return lambda segments, rows, seed: [Fold(1, 1, rows[::2], rows[1::2])]

    with pytest.raises(SpecError, match=r"line 2: MOSI001: 5 videos are trained on and judged on in fold 1"):
        make_plan_of("models = ridge\nfolds = careless_example")


def test_a_transcript_on_both_sides_is_found_and_a_short_one_is_not(plan_with, segments):
    text = segments.modalities["text"].copy()
    first, last = (np.flatnonzero(segments.folds["standard"] == fold)[0] for fold in ("train", "test"))
    text[first], text[last] = "No words like these  words", "no words like THESE words"
    assert "1 transcript is trained on and judged on (2 segments" in fired(plan_with(text=text))["MOSI002"]
    text[first], text[last] = "not good", "not good"
    assert "MOSI002" not in fired(plan_with(text=text))


@pytest.mark.parametrize("sign", [1, -2.5])
def test_a_position_among_the_features_is_named(plan_with, segments, sign):
    audio = np.random.default_rng(0).normal(size=(len(segments), 4))
    assert "MOSI003" not in fired(plan_with(audio=audio))
    audio[:, 2] = sign * np.arange(len(segments))
    assert fired(plan_with(audio=audio))["MOSI003"].startswith("audio: column 2 grows or falls with the position")


def test_a_code_of_the_video_among_the_features_is_named(plan_with, segments):
    audio = np.random.default_rng(0).normal(size=(len(segments), 4))
    audio[:, 1] = np.unique(segments.video_ids, return_inverse=True)[1] * 7 % 11
    assert fired(plan_with(audio=audio))["MOSI003"] == "audio: column 1 is a code of the video."
    audio[:, 1] %= 2
    assert "MOSI003" not in fired(plan_with(audio=audio))


def test_missing_values_are_counted(plan_with, segments):
    video = np.ones((len(segments), 2))
    video[0], video[1, 0] = 0, -np.inf
    told = f"video: 1 of {len(segments)} segments hold NaN or infinite values (1 infinite), 1 are all zero"
    assert told in fired(plan_with(video=video))["MOSI004"]


def test_steps_of_zeros_that_count_are_suspected_to_be_padding(plan_with, segments):
    steps = np.random.default_rng(0).normal(1, 1, size=(len(segments), 4, 3))
    steps[: len(segments) // 2, 2:] = 0
    counted = Sequences(steps, np.full(len(segments), 4))
    known = Sequences(steps, np.where(np.arange(len(segments)) < len(segments) // 2, 2, 4))
    assert "end in steps of zeros" in fired(plan_with(audio=counted))["MOSI005"]
    assert "MOSI005" not in fired(plan_with(audio=known))


def test_sequences_brought_to_mean_0_are_told(plan_with, segments):
    steps = np.random.default_rng(0).normal(size=(len(segments), 6, 3))
    steps = (steps - steps.mean(axis=1, keepdims=True)) / steps.std(axis=1, keepdims=True)
    found = fired(plan_with(audio=Sequences(steps, np.full(len(segments), 6))))
    assert found["MOSI005"] == "audio: each segment was brought to mean 0 over its own steps."


def test_a_model_that_splits_rows_is_named_with_the_parameter(make_plan_of):
    plan = make_plan_of("models = net, ridge", net=make_pipeline(MLPRegressor(early_stopping=True)))
    assert fired(plan)["MOSI011"] == "net: early_stopping=True."


@pytest.mark.parametrize(
    ("estimator", "found"),
    [(RidgeCV(), ["cv=None"]), (GradientBoostingRegressor(n_iter_no_change=3), ["n_iter_no_change=3"])],
)
def test_ways_of_splitting_rows(estimator, found):
    assert splits_rows(estimator) == found
    assert splits_rows(GradientBoostingRegressor()) == []


@pytest.mark.parametrize("name", [name for name in names("model") if name != "lexicon"])
def test_no_model_of_the_package_splits_rows(name, make_plan_of):
    assert find("model", name)
    plan = make_plan_of(f"models = {name}\nbaselines = none")
    assert [splits_rows(candidate.pipeline) for candidate in plan.candidates] == [[]] * len(plan.candidates)


def test_far_more_columns_than_videos_are_told_unless_they_are_reduced(plan_with, segments):
    audio = np.random.default_rng(0).normal(size=(len(segments), 60))
    assert "audio has 60 columns, and there are 5 videos" in fired(plan_with(audio=audio))["MOSI012"]
    reduced = plan_with("models = ridge\naudio = pca(5)\nvideo = pca(5)", audio=audio)
    assert "MOSI012" not in fired(reduced)


def test_what_is_silenced_is_not_told(make_plan_of):
    plan = make_plan_of("models = ridge\nsilence = MOSI004, MOSI012")
    assert fired(plan) == {}
    assert [f.check.code for f in check_plan(plan) if f.silenced] == ["MOSI004", "MOSI012"]
    assert parse(write(plan.spec)) == plan.spec


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("MOSI0044", "line 2: unknown check: 'MOSI0044'. Did you mean 'MOSI004'?"),
        ("MOSI001", "MOSI001 is an error .* and cannot be silenced"),
    ],
)
def test_unknown_codes_and_errors_cannot_be_silenced(make_plan_of, code, message):
    with pytest.raises(SpecError, match=message):
        make_plan_of(f"models = ridge\nsilence = {code}")


def test_the_plan_shows_what_fired(make_plan_of):
    row = summary(make_plan_of("models = ridge"))["checks"][0]
    assert (row["check"], row["severity"]) == ("MOSI004", "info")
    assert row["found"].startswith("missing, infinite or all-zero rows: audio: ")


def test_features_whose_rows_are_their_own_videos_are_looked_at_as_a_whole(segments):
    alone = replace(segments, video_ids=np.array([f"v{n}" for n in range(len(segments))]), folds={})
    audio = np.random.default_rng(0).normal(size=(len(segments), 2))
    audio[:, 0] = np.arange(len(segments))
    plan = make_plan(parse("models = ridge"), replace(alone, modalities={"audio": audio}), {})
    assert "column 0 grows" in (fired(plan).get("MOSI003") or "")
