"""Displays of where a model fails: what they say, and their charts."""

import json
from dataclasses import replace

import numpy as np
import pytest

from mosi_nb.compare.confusion import convention
from mosi_nb.compare.failures import all_failed
from mosi_nb.displays import (
    Calibration,
    Confusion,
    Conventions,
    Disagreement,
    Distribution,
    Errors,
    Predicted,
    Residuals,
    Slices,
)
from mosi_nb.displays.chart_marks import reach, thinned
from mosi_nb.displays.charts import MIME
from mosi_nb.errors import SpecError

OF_ONE = (Predicted, Residuals, Calibration, Distribution, Conventions)


@pytest.fixture
def one(failing):
    return failing["Predicted"]._judged


def everything(judged):
    displays = [kind(judged) for kind in OF_ONE]
    return [*displays, Confusion(judged, convention(7)), Slices(judged, []), Errors([judged] if judged.fits else [])]


def test_every_chart_has_a_title_a_description_and_the_table_it_was_drawn_from(hostile_failing):
    for display in hostile_failing:
        chart = display.chart()
        spec = chart.altair.to_dict()
        assert spec["title"]["text"], type(display)
        assert spec["description"], type(display)
        assert not chart.frame().empty
        assert "\x1b" not in chart.markdown()


def test_a_chart_of_hostile_words_is_drawn(hostile_failing):
    errors = hostile_failing[0]  # with names, transcripts and ids in its labels
    assert len(errors.chart().mimebundle().get("image/png", "drawn")) > 4


def test_rows_that_are_drawn_stand_apart_from_what_is_checked(failing):
    spec = failing["Predicted"].chart().altair.to_dict()
    assert spec["layer"][0]["data"] == {"name": "rows_1"}
    assert len(spec["datasets"]["rows_1"]) == 60


def test_of_many_points_a_part_is_drawn_and_said(failing):
    frame = failing["Predicted"].frame()
    few, told = thinned(frame, 20)
    assert len(few) == 20
    assert told == "20 of 60 segments are drawn, taken at random."
    assert thinned(frame)[1] == ""


def test_far_predictions_do_not_stretch_an_axis_and_are_counted(one):
    assert reach(-3, 3, [1e12]) == (-3.24, 9.24)
    far = replace(one, fits=tuple(replace(f, predicted=f.predicted + 1e9 * (f.predicted > 2)) for f in one.fits))
    numbers = json.dumps(Predicted(far).chart().mimebundle()[MIME]["datasets"])
    assert "000000" not in numbers
    assert "lie further out and are not drawn" in Predicted(far).chart().altair.to_dict()["description"]


def test_before_the_first_fit_there_is_a_sentence_and_no_chart(one):
    for display in everything(replace(one, name="", fits=())):
        assert "There are no held-out predictions yet." in repr(display)
        assert display.chart() is None
        assert display.frame().empty or type(display) is Confusion


def test_constant_predictions_are_said_to_be_so(one):
    flat = replace(one, fits=tuple(replace(fit, predicted=np.full(20, 0.3)) for fit in one.fits))
    for display in everything(flat):
        display.chart()
        display.markdown()
    assert "All predictions are equal" in repr(Calibration(flat))
    assert "r undefined (constant predictions)" in Predicted(flat).chart().altair.to_dict()["description"]


def test_predictions_of_few_values_are_said_to_be_so(one):
    signs = [replace(fit, predicted=np.sign(fit.predicted) + n / 10) for n, fit in enumerate(one.fits)]
    shown = Calibration(replace(one, fits=tuple(signs)))
    told = f"few values, up to 2 in a fold, {2 * len(signs)} in all: parts are folds as much as predictions."
    assert told in repr(shown)
    assert told in shown.chart().altair.to_dict()["title"]["subtitle"][-1]
    assert "few values" not in repr(Calibration(one))


def test_models_that_predict_the_same_agree(one):
    text = repr(Disagreement([one, replace(one, name="twin")]))
    assert "All 2 models agree: they predict the same." in text
    assert "under the best model's" not in text


def test_where_all_fits_failed_it_is_said(one):
    results = replace(one.results, fits=tuple(replace(f, predicted=None, reason="E: x") for f in one.results.fits))
    told = f"All {len(results.fits)} fits failed: failures() has the reasons."
    assert told in repr(Calibration(replace(one, name="", fits=(), results=results)))
    assert all_failed(one.results) == ""


def test_on_another_scale_there_are_no_classes(one):
    segments = replace(one.segments, sentiment=one.segments.sentiment / 1.5 + 3, scale=(1.0, 5.0))
    results = replace(one.results, sentiment=segments.sentiment, known={})
    other = replace(one, segments=segments, results=results)
    assert "on the scale from -3 to +3 only" in repr(Confusion(other, convention(7)))
    assert Conventions(other).frame()["convention"].tolist() == ["mae", "rmse", "corr"]
    assert Residuals(other).frame()["from"].min() >= 1


def test_errors_show_the_best_others_and_each_modality_alone_and_cut_long_transcripts(failing, one):
    text = failing["Errors"].markdown()
    assert "| sentiment | error | svr | ridge | text alone |" in text
    assert "The worst 5 of 60 held-out segments of 6 videos." in text
    spoken = np.array(["word " * 40] * 60, dtype=object)
    long = replace(one, segments=replace(one.segments, modalities={"text": spoken}))
    assert "…" in Errors([long]).markdown()
    assert Errors([long]).frame()["transcript"][0] == "word " * 40


def test_slices_say_their_difference_to_all_segments_and_where_there_is_no_interval(failing):
    text = failing["Slices"].markdown()
    row = failing["Slices"].frame().set_index("slice").loc["neutral"]
    assert f"({row['mae_difference']:+.3f})" in text
    assert "corr is undefined on neutral" in text
    assert "No interval for slices of fewer than 5 videos." in text
    assert failing["Slices"].chart("corr").altair.to_dict()["title"]["text"] == "svr: corr on slices (larger is better)"


def test_disagreement_is_a_matrix_of_what_is_asked_for(failing):
    shown = failing["Disagreement"]
    assert shown.matrix("differing").to_numpy().diagonal().tolist() == [0, 0, 0]
    assert shown.chart("oracle").altair.to_dict()["title"]["text"].endswith("mae of whoever is nearer (points)")
    with pytest.raises(SpecError, match=r"unknown column: 'corelation'\. Did you mean 'correlation'"):
        shown.matrix("corelation")
    assert "Two models with all their fits are needed." in repr(Disagreement([]))


def test_a_confusion_says_what_is_most_frequent(failing):
    text = repr(failing["Confusion"])
    assert "Share of segments in the right one of 7 classes" in text
    assert "Most frequent: " in text
    assert "is in a neighbouring class." in text
