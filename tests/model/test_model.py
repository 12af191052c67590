import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from mosi_nb import FitError, Model, NotTrainedError, Search, SpecError
from tests.run.estimators import FailsLate, Raises, Slow


def bias(sentiment, predicted):
    """Mean of what is predicted too much."""
    return abs(float(np.mean(predicted - sentiment)))


bias.larger_is_better = False


class Mine(Ridge):
    """An estimator of this module, which travels to the workers."""


def numbers(model):
    return model.results.predictions().sort_values(["model", "params", "fold", "segment_id"])["predicted"].to_numpy()


def test_text_objects_and_pairs_stand_side_by_side(quick):
    model = quick(["ridge(alpha=[1, 3])", ("pair", Ridge(2)), Mine()], ["mae", bias]).fit()
    assert list(model.models) == ["ridge", "pair", "mine"]
    assert list(model.results.metrics) == ["mae", "bias"]


def test_a_search_may_be_one_object(quick):
    search = Search(type="random", n=2, cv=2, jobs=2)
    plan = quick("ridge(alpha=log(0.1, 10, 5))", search=search, folds=None, jobs=None).plan
    assert (len(plan.candidates), len(plan.folds), plan.spec.jobs) == (2, 2, 2)


def test_fit_replaces_keys_and_keeps_the_others(quick):
    model = quick("ridge").fit(models="svr", folds="by_video(2)")
    assert list(model.models) == ["svr"]
    assert len(model.results.fits) == 2
    assert "modalities = text" in model.cell


def test_a_refused_change_changes_nothing(quick):
    model = quick("ridge")
    for changes in ({"models": "rigde"}, {"folds": "by_video(99)"}, {"modelz": "svr"}):
        with pytest.raises(SpecError):
            model.fit(**changes)
    assert list(model.plan.models()) == ["ridge"]
    assert not model.trained


def test_a_classifier_of_the_users_is_put_on_the_scale(quick):
    model = quick([LogisticRegression()]).fit()
    predicted = model.models["logisticregression"].predictions["predicted"]
    assert predicted.between(-3, 3).all()
    assert predicted.nunique() > 7


def test_the_leaderboard_has_a_row_a_model_best_first(model):
    frame = model.leaderboard().frame()
    assert frame.index.name == "model"
    assert set(frame.index) == {"dummy", "text_only", "ridge", "svr", "logistic"}
    wanted = ["mae", "mae_low", "mae_high", "corr", "corr_low", "corr_high", "rank", "fit_seconds", "status"]
    assert [column for column in frame if column in wanted] == wanted
    assert frame["mae"].is_monotonic_increasing


def test_results_have_a_row_a_fit_and_a_row_a_prediction(model):
    fits, predictions = model.results.frame(), model.results.predictions()
    known = ["model", "params", "repeat", "fold", "status", "fit_seconds", "predict_seconds", "reason"]
    assert [column for column in fits if column in [*known, "mae", "corr"]] == [*known, "mae", "corr"]
    assert list(predictions) == ["segment_id", "model", "params", "repeat", "fold", "sentiment", "predicted"]
    assert len(fits) == 6 * 3
    assert len(predictions) == 6 * len(model.plan.locked.train)
    assert list(fits["model"].unique()) == ["dummy", "text_only", "ridge", "svr", "logistic"]


def test_results_are_gathered_once_until_the_next_fit_ends(model):
    assert model.results is model.results


def test_an_unknown_model_is_answered_with_the_nearest(model):
    with pytest.raises(SpecError, match=r"'rigde'. Did you mean 'ridge'\?"):
        model.models["rigde"]


def test_the_best_follows_the_direction_of_the_metric(model):
    frame = model.leaderboard().frame()
    assert model.best().name == frame["mae"].idxmin()
    assert model.best("corr").name == frame["corr"].idxmax()
    with pytest.raises(SpecError, match="Known: mae, corr"):
        model.best("mea")


def test_the_same_seed_gives_the_same_numbers(quick):
    models = ["forest(n_estimators=5)", "mlp(max_iter=3)"]
    first, again, other = (quick(models, seed=seed).fit() for seed in (1, 1, 2))
    np.testing.assert_array_equal(numbers(first), numbers(again))
    assert not np.array_equal(numbers(first), numbers(other))


def test_a_failing_fit_ends_the_run_and_what_is_finished_is_kept(quick):
    model = quick(["ridge", FailsLate(seconds=0.5)])
    with pytest.raises(FitError, match=r"failslate, fold \d: ValueError: too many rows") as caught:
        model.fit()
    assert 'raise ValueError("too many rows")' in str(caught.value)
    assert 'File "tests/run/estimators.py", line' in str(caught.value)  # not where the worker keeps its copy
    assert "ridge" in {fit.model for fit in model.results.fits if fit.status == "done"}


def test_a_failing_model_may_be_kept_as_a_row(quick):
    model = quick(["ridge", FailsLate()]).fit(on_error="keep")
    row = model.leaderboard().frame().loc["failslate"]
    assert (row["status"], row["fits"]) == ("failed", 0)
    assert "ValueError: too many rows" in row["reason"]
    assert list(model.models) == ["ridge"]
    with pytest.raises(SpecError, match=r"models: 'failslate' failed: ValueError: too many rows.*\nfailures\(\) shows"):
        model.models["failslate"]
    with pytest.raises(SpecError, match="compare: 'failslate' failed: ValueError: too many rows"):
        model.compare("ridge", "failslate")


def test_a_refused_trial_keeps_the_run_before(quick):
    model = quick("ridge").fit()
    with pytest.raises(FitError, match="raises, tried on"):
        model.fit(models=[Raises()])
    assert list(model.models) == ["ridge"]


def test_an_interrupt_keeps_what_is_finished(quick):
    def interrupt(model, state):
        if len(state.fits) == 4:
            raise KeyboardInterrupt

    model = quick(["ridge", Slow(0.2)], folds="by_video(3, repeats=6)")
    with pytest.raises(KeyboardInterrupt):
        model.fit(listen=interrupt)
    assert 4 <= len(model.results.fits) < 36
    note = next(note for note in model._run.notes if note.startswith("Stopped"))
    ridge, slow = (sum(fit.model == name for fit in model.results.fits) for name in ("ridge", "slow"))
    lacks = [f"{name} {18 - n} of 18" for name, n in (("ridge", ridge), ("slow", slow)) if n]
    assert note.startswith(f"Stopped after 4 of 36 fits. Missing: {', '.join(lacks)}.")
    progress = model.progress()
    assert (progress.done, progress.elapsed, progress.remaining) == (4, model.progress().elapsed, None)


def test_progress_tells_how_far_the_run_is(quick):
    seen = []
    quick("ridge").fit(listen=lambda model, state: seen.append(model.progress()))
    assert seen[-1].done == seen[-1].total == 3
    assert seen[-1].workers == 2
    assert list(seen[-1].leaderboard.index) == ["ridge"]


def test_nothing_is_known_before_the_first_fit(quick):
    model = quick("ridge")
    for ask in (model.leaderboard, model.best, lambda: model.results, lambda: model.models, model.progress):
        with pytest.raises(NotTrainedError, match=r"Call fit\(\) first"):
            ask()
    assert "not trained yet" in repr(model)


def test_the_cell_is_kept_as_it_was_written_until_it_is_changed(data):
    text = "# of mine\nmodels = ridge   # first\ndata = mine\n"
    model = Model.from_cell(text, {"mine": data})
    assert model.cell == text.strip()
    model._change({"seed": 3})
    assert model.cell.split() == ["models", "=", "ridge", "data", "=", "mine", "seed", "=", "3"]


def test_a_model_is_the_same_from_a_cell(data, cluster):
    cell = "data = mine\nmodels = ridge\nmetrics = mae\nmodalities = text\nfolds = by_video(3)\njobs = 2"
    from_cell = Model.from_cell(cell, {"mine": data}).fit()
    assert from_cell.models["ridge"].scores["mae"] < from_cell.models["dummy"].scores["mae"]
