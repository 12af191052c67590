"""Held-out predictions of one model, and what is made of them, against plain pandas and scikit-learn."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, mean_absolute_error

from mosi_nb.compare.calibration import calibration, distribution
from mosi_nb.compare.confusion import CONVENTIONS, confusion, convention
from mosi_nb.compare.conventions import FAMILIES, conventions, counts, sentences
from mosi_nb.compare.disagreement import alike, disagreement, square
from mosi_nb.compare.errors import errors, in_common
from mosi_nb.compare.judged import Judged, all_judged, judged, named_alone
from mosi_nb.compare.residuals import agreement, by_sentiment
from mosi_nb.compare.scores import scores
from mosi_nb.components.folds import by_video
from mosi_nb.errors import SpecError

NOISE = {("svr", 0): 2.0, ("svr", 1): 0.7, ("ridge", 2): 1.0, ("mean", 3): 3.0}


@pytest.fixture
def results(results_of, segments):
    folds = by_video(4, repeats=2)(segments, np.arange(len(segments)), 0)
    return results_of(NOISE, names=("mae", "corr", "acc7", "acc2_nonzero"), folds=folds)


@pytest.fixture
def ranked(results, segments):
    return all_judged(results, 8, segments)


@pytest.fixture
def best(ranked):
    return ranked[0]


@pytest.fixture
def frame(results, segments):
    """Return the predictions of the best candidate, and its repeats side by side."""
    held = results.predictions().query("model == 'svr' and params == 'a=1'")
    return held.assign(video=held["segment_id"].map(dict(zip(segments.segment_ids, segments.video_ids, strict=True))))


def test_the_best_model_comes_first_and_one_that_lacks_fits_last(results, segments):
    assert [one.name for one in all_judged(results, 8, segments)] == ["svr", "ridge", "mean"]
    stopped = replace(results, fits=tuple(f for f in results.fits if f.model != "svr" or f.fold.number > 1))
    assert [one.name for one in all_judged(stopped, 8, segments)] == ["ridge", "mean", "svr"]
    assert [one.complete for one in all_judged(stopped, 8, segments)] == [True, True, False]


def test_an_unknown_model_is_answered_with_those_that_are_there(results):
    with pytest.raises(SpecError, match=r"unknown model: 'svm'\. Did you mean 'svr'") as told:
        judged(results, 8, None, "svm")
    assert "Known: svr, ridge, mean." in str(told.value)


def test_predictions_are_averaged_over_repeats(best, frame, segments):
    mean = frame.groupby("segment_id")["predicted"].mean()
    np.testing.assert_allclose(best.averaged, mean.loc[segments.segment_ids], rtol=1e-12)


def test_a_measure_of_a_part_is_that_of_its_segments_the_mean_over_repeats(best, frame, results):
    positive = results.sentiment > 0
    plain = frame[frame["sentiment"] > 0].groupby("repeat")[["sentiment", "predicted"]].corr().iloc[::2, 1].mean()
    assert best.measure(best.part(positive), results.metrics["corr"]) == pytest.approx(plain)


def test_a_part_of_few_videos_has_no_interval(best, results):
    few = np.isin(results.video_ids, np.unique(results.video_ids)[:4])
    assert np.isnan(best.interval(best.part(few), results.metrics["mae"])).all()
    low, high = best.interval(best.by_repeat, results.metrics["mae"])
    assert low < best.measure(best.by_repeat, results.metrics["mae"]) < high


def test_errors_are_sorted_by_the_first_model(ranked, frame):
    told = errors(ranked)
    mean = frame.groupby("segment_id").mean(numeric_only=True)
    plain = (mean["predicted"] - mean["sentiment"]).sort_values(key=np.abs, ascending=False)
    np.testing.assert_allclose(told["error"], plain)
    assert told["segment_id"].tolist() == plain.index.tolist()
    assert {"transcript", "words", "svr", "ridge", "mean"} <= set(told)
    assert (told["words"] == told["transcript"].str.split().str.len()).mean() > 0.9


def test_segments_on_which_all_models_err_alike_are_counted(ranked):
    told = errors(ranked)
    off = told[["svr", "ridge", "mean"]].sub(told["sentiment"], axis=0)
    assert in_common(ranked) == (int(((off > 1).all(axis=1) | (off < -1).all(axis=1)).sum()), len(told))


def test_the_model_of_one_modality_is_the_best_ones_own():
    looks_at = {"svr": ("text", "audio"), "text_only": ("text",), "svr_text": ("text",), "knn_audio": ("audio",)}
    assert named_alone("svr", looks_at) == {"text": "svr_text", "audio": "knn_audio"}


def test_agreement_is_that_of_all_predictions(best, frame):
    told, (y, p) = agreement(best), (frame["sentiment"].to_numpy(), frame["predicted"].to_numpy())
    assert told.mae == pytest.approx(mean_absolute_error(y, p))
    slopes = [LinearRegression().fit(a[:, None], b) for a, b in ((y, p), (p, y))]
    assert told.of_sentiment.slope == pytest.approx(slopes[0].coef_[0])
    assert (told.of_predicted.slope, told.of_predicted.intercept) == pytest.approx(
        (slopes[1].coef_[0], slopes[1].intercept_)
    )


def test_residuals_by_half_points(best, frame):
    edges = np.arange(-3, 3.1, 0.5)
    place = np.clip(np.digitize(frame["sentiment"].round(9), edges) - 1, 0, 11)
    plain = (frame["predicted"] - frame["sentiment"]).groupby(place).agg(["mean", "std", "size"])
    told = by_sentiment(best)
    np.testing.assert_allclose(told["residual"], plain["mean"])
    assert (2 * told["segments"] == plain["size"].to_numpy()).all()
    known = told.dropna()
    assert len(known)
    assert known["residual"].between(known["low"], known["high"]).all()


def test_calibration_of_the_tenths(results_of, segments):
    one = judged(results_of({("svr", 0): 1.0}), 4, segments)
    told = calibration(one)
    tenth = pd.qcut(pd.Series(one.averaged), len(told), labels=False)
    plain = (
        pd.DataFrame({"y": segments.sentiment, "p": one.averaged})
        .groupby(tenth)
        .agg(sentiment=("y", "mean"), predicted=("p", "mean"), positive=("y", lambda y: (y > 0).mean()))
    )
    for name in plain:
        np.testing.assert_allclose(told[name], plain[name])


def test_both_distributions_sum_to_one_and_count_what_lies_beyond(best, frame):
    told = distribution(best)
    assert told[["sentiment", "predicted"]].sum().tolist() == pytest.approx([1, 1])
    middle = told.set_index("from").loc[0.0]
    assert middle["predicted"] == pytest.approx(frame["predicted"].between(0, 0.5, inclusive="left").mean())
    far = replace(best, fits=tuple(replace(f, predicted=f.predicted * 1e9) for f in best.fits))
    assert distribution(far)["from"].min() == -9
    assert distribution(far)["predicted"].sum() == pytest.approx(1)


def test_the_end_of_the_scale_is_in_its_last_part(best):
    for end, last in ((3.0, 3.0), (3.2, 3.5)):
        fits = [replace(fit, predicted=np.full(len(fit.predicted), 3.0)) for fit in best.fits]
        fits[0] = replace(fits[0], predicted=np.full(len(fits[0].predicted), end))
        told = distribution(replace(best, fits=tuple(fits))).set_index("from")
        assert told["to"].iloc[-1] == last
        assert told.loc[2.5, "predicted"] == pytest.approx(1 - told["predicted"].get(3.0, 0.0))
        assert told["sentiment"].get(3.0, 0.0) == 0


@pytest.mark.parametrize("name", [2, 3, 5, 7, *CONVENTIONS])
def test_the_diagonal_of_a_confusion_is_the_metric(best, frame, results_of, name):
    how = convention(name)
    counts_ = confusion(best, how)
    right = counts_.loc[counts_["true"] == counts_["predicted"], "segments"].sum() / counts_["segments"].sum()
    known = results_of({("a", 0): 1.0}, names=(how.metric,)).metrics[how.metric]
    assert right == pytest.approx(known(frame["sentiment"].to_numpy(), frame["predicted"].to_numpy()))


def test_a_confusion_is_scikit_learns(best, frame):
    classes = frame[["sentiment", "predicted"]].clip(-3, 3).round()
    plain = confusion_matrix(classes["sentiment"], classes["predicted"], labels=range(-3, 4))
    assert (confusion(best, convention(7))["segments"].to_numpy().reshape(7, 7) == plain).all()


def test_classes_that_nobody_knows_are_refused():
    with pytest.raises(SpecError, match="unknown classes: '4'"):
        convention(4)


def test_disagreement_of_a_pair(ranked, segments):
    told = disagreement(ranked).set_index(["model", "other"]).loc[("svr", "ridge")]
    a, b = (one.averaged for one in ranked[:2])
    y = segments.sentiment
    assert told["correlation"] == pytest.approx(np.corrcoef(a - y, b - y)[0, 1])
    assert told["differing"] == pytest.approx(((a < 0) != (b < 0)).mean())
    assert told["mean"] == pytest.approx(mean_absolute_error(y, (a + b) / 2))
    assert told["oracle"] == pytest.approx(np.minimum(np.abs(a - y), np.abs(b - y)).mean())


def test_a_matrix_of_disagreement_is_symmetric_and_models_alike_are_neighbours(ranked):
    twin = Judged("twin", ranked[0].results, ranked[0].segments, ranked[0].fits)
    pairs = disagreement([*ranked, twin])
    order = alike(pairs, [one.name for one in [*ranked, twin]])
    matrix = square(pairs, order, "correlation")
    assert (matrix.to_numpy() == matrix.to_numpy().T).all()
    assert abs(order.index("twin") - order.index("svr")) == 1


def test_conventions_are_those_of_scikit_learn(results_of, segments):
    one = judged(results_of({("svr", 0): 1.0}, folds=by_video(2)(segments, np.arange(len(segments)), 0)), 2, segments)
    told = conventions(one).set_index("convention")["value"]
    pairs = [(segments.sentiment[fit.fold.held_out], fit.predicted) for fit in one.fits]
    pairs0 = [(y[y != 0], p[y != 0]) for y, p in pairs]
    assert told["acc2_nonneg"] == pytest.approx(np.mean([accuracy_score(y >= 0, p >= 0) for y, p in pairs]))
    assert told["f1_nonzero"] == pytest.approx(np.mean([f1_score(y > 0, p > 0, average="weighted") for y, p in pairs0]))
    assert told["f1_nonzero_mult"] == pytest.approx(
        np.mean([f1_score(p > 0, y > 0, average="weighted") for y, p in pairs0])
    )
    assert told["mae_clipped"] == pytest.approx(np.mean([np.abs(np.clip(p, -3, 3) - y).mean() for y, p in pairs]))
    assert set(told.index) == {name for names in FAMILIES.values() for name in names}


def test_only_conventions_that_differ_by_more_than_rounding_are_told(best, segments):
    told = sentences(conventions(best), counts(best))
    zero = int((segments.sentiment == 0).sum())
    assert any(one.startswith("acc2: ") and f"exactly 0: {zero:,} of {len(segments):,};" in one for one in told)
    right = replace(best, results=replace(best.results, known={}), fits=tuple(
        replace(f, predicted=segments.sentiment[f.fold.held_out]) for f in best.fits
    ))  # fmt: skip
    assert sentences(conventions(right), counts(right))[-1].startswith("The same to three decimals")


def test_scores_have_a_column_a_fold(ranked, results):
    told = scores(ranked, results.metrics["mae"])
    plain = results.frame().query("model == 'ridge'")["mae"]
    assert told.index.tolist() == ["svr", "ridge", "mean"]
    assert told.loc["ridge", "score"] == pytest.approx(plain.mean())
    assert told.loc["ridge", "sd"] == pytest.approx(plain.std())
    assert next(name for name in told if "fold" in name) == "fold 1"
    assert told.loc["ridge", "repeat 2, fold 4"] == pytest.approx(plain.iloc[-1])
