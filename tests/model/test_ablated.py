"""Which modality helps, and whether more videos would: of runs that are finished."""

import re

import numpy as np
import pandas as pd
import pytest

from mosi_nb import Model, NotTrainedError, SpecError
from mosi_nb.model.ran import Ran
from mosi_nb.model.stages import Stages
from mosi_nb.model.subsets import how_made, subsets_of
from mosi_nb.plan.ablation import Asked
from mosi_nb.results import Fit
from mosi_nb.run import State

CELL = """
models   = ridge(alpha=[1, 10]), svr
fusion   = both
ensemble = mean
metrics  = mae, corr
folds    = by_video(3)
jobs     = 2
ablate   = modalities
"""


@pytest.fixture(scope="module")
def ablated(data, _workers):
    """Return an experiment whose cell asks for an ablation."""
    return Model.from_cell(f"data = data\n{CELL}", {"data": data}).fit()


def test_all_subsets_early_and_late_stand_in_a_display_of_their_own(ablated):
    frame = ablated.ablate().frame()
    assert frame.groupby(["model", "fusion"]).size().tolist() == [7, 7, 7, 7]
    assert frame["status"].eq("done").all()
    assert frame[["score", "low", "high"]].notna().all().all()
    assert "ridge_text_audio" not in ablated.leaderboard().frame().index
    assert "ridge_text_audio" in ablated.ablate().results.models
    assert [shown.frame().equals(frame) for shown in ablated.shown_beside] == [True]


def test_the_numbers_are_those_of_an_experiment_with_these_modalities(ablated, data, quick):
    best = ablated.models["ridge"].params
    alone = quick(f"ridge(alpha={best['alpha']})", modalities="text, audio").fit()
    frame = ablated.ablate().frame().set_index(["model", "fusion", "modalities"])
    assert frame.loc[("ridge", "early", "text + audio"), "score"] == pytest.approx(alone.best().scores["mae"], abs=1e-9)
    board = ablated.leaderboard().frame()["mae"]
    whole = "text + audio + video"
    assert frame.loc[("ridge", "early", whole), "score"] == pytest.approx(board["ridge"], abs=1e-12)
    assert frame.loc[("ridge", "late", whole), "score"] == pytest.approx(board["ridge_late"], abs=1e-12)


def test_nothing_is_fitted_twice(ablated, monkeypatch):
    monkeypatch.setattr("mosi_nb.model.relying.run_beside", None)
    monkeypatch.setattr("mosi_nb.model.relying.probed", None)
    assert ablated.ablate("corr").changes()["verdict"].isin(["better", "worse", "not shown"]).all()
    with pytest.raises(SpecError, match=r"unknown model with subsets: 'nope'"):
        ablated.ablate().chart("nope")
    (run,) = (held for key, held in ablated._ran.kept.items() if key[0] == "ablation")
    assert "svr_text_audio" in run.results.models
    assert "svr_text" not in run.results.models  # late fusion has trained it, with the same parameters


def test_an_ablation_of_early_fusion_alone_is_made_afterwards(quick, history):
    model = quick("ridge, text_only", modalities="text, audio", text="tfidf").fit()
    shown = model.ablate()
    assert shown.frame().groupby("fusion").size().to_dict() == {"early": 3, "late": 3}
    assert "Left out: text_only (looks at text only)." in repr(shown)
    again = quick("ridge, text_only", modalities="text, audio", text="tfidf").fit()
    assert again.ablate().frame().equals(shown.frame())
    (run,) = (held for key, held in again._ran.kept.items() if key[0] == "ablation")
    assert all(fit.resumed for fit in run.results.fits)


TREES = "forest(n_estimators=[5, 20, 80], max_depth=[1, 2]), ridge(alpha=[1, 10])"


def grown(data, models, errors, **settings):
    """Return a trained model without a fit: `errors` gives, from parameters, the spread of the predictions."""
    model = Model(data, models=models, baselines="none", metrics="mae", folds="by_video(3)", **settings)
    rng, sentiment, fits = np.random.default_rng(0), data.segments.sentiment, []
    for fold in model.plan.folds:
        noise = rng.normal(size=len(fold.held_out))
        for one in model.plan.candidates:
            predicted = sentiment[fold.held_out] + errors(one.params) * noise
            fits.append(Fit(one.model, one.number, one.params, fold, predicted, rng.uniform(1, 2)))
    model._run = Ran(Stages(model.plan), State(len(fits), fits, over=True))
    return model


@pytest.mark.parametrize("nested", ["on", "off"])
def test_the_smallest_forest_that_is_as_good_stands_for_the_best(data, nested):
    spread = {(5, 2): 1.3, (20, 2): 1.001, (80, 2): 1.0}
    errors = lambda params: spread.get((params.get("n_estimators"), params.get("max_depth")), 2.0)  # noqa: E731
    model = grown(data, TREES, errors, nested=nested)
    assert dict(model.models["forest"].params) == {"n_estimators": 80, "max_depth": 2}
    what = model._wanted(model._run, model._how())
    assert {name: dict(fits[0].params) for name, fits in what.taken.items()} == {
        "forest": {"n_estimators": 20, "max_depth": 2},
        "ridge": {"alpha": 1},
    }
    assert {
        c.params["n_estimators"] for name, held in what.plan.models().items() if "forest" in name for c in held
    } == {20}
    whole = subsets_of(what, None)[0]
    assert (whole.modalities, whole.fits) == (("text", "audio", "video"), what.taken["forest"])
    _, taken, smaller = how_made([what], [whole], model._how())
    assert taken == "Taken: forest (n_estimators=20, max_depth=2), ridge (alpha=1)."
    assert smaller.startswith("forest: n_estimators=20 is within one standard error of the best, n_estimators=80, in")
    best = model._wanted(model._run, model._how(candidate="best"))
    assert best.taken["forest"][0].params["n_estimators"] == 80


def test_the_cell_says_which_candidate_is_taken(data):
    errors = lambda params: 1.0  # noqa: E731
    model = grown(data, "forest(n_estimators=[5, 20])", errors, ablate="modalities(candidate=best)")
    assert model._how() == Asked(candidate="best")
    assert model._how(candidate="small") == Asked()
    assert model._how(search=True) == Asked(search=True)
    with pytest.raises(SpecError, match=r"unknown candidate that stands for a model: 'bset'\. Did you mean 'best'"):
        model.ablate(candidate="bset")
    with pytest.raises(SpecError, match="unknown candidate that stands for a model: 'first'"):
        grown(data, "ridge", errors, ablate="modalities(candidate=first)")


def test_permuting_a_modality_tells_what_a_model_relies_on(ablated):
    ridge = ablated.importance("ridge", repeats=3).frame().set_index("modality")
    assert ridge["score"].tolist() == pytest.approx([ablated.models["ridge"].scores["mae"]] * 3, abs=1e-9)
    assert (ridge["change"] > 0).all()
    text = ablated.importance("ridge_text", repeats=3).frame().set_index("modality")
    assert text.loc["audio", ["change", "low", "high"]].tolist() == [0, 0, 0]
    assert text.loc["audio", "repeats"] == 0
    assert text.loc["text", "change"] > 0


def test_an_ensemble_is_probed_through_its_members_and_keeps_its_weights(ablated):
    late = ablated.importance("ridge_late", repeats=2)
    assert late.frame()["score"].tolist() == pytest.approx([ablated.models["ridge_late"].scores["mae"]] * 3, abs=1e-9)
    found = [value for key, value in ablated._ran.kept.items() if key[:2] == ("probed", "mean")]
    assert not found
    mean = ablated.robustness("mean", shares=[1.0]).frame()
    whole = mean[mean["share"] == 0]["score"]
    assert whole.tolist() == pytest.approx([ablated.models["mean"].scores["mae"]] * 6, abs=1e-9)


def test_robustness_begins_at_the_stored_predictions(ablated):
    shown = ablated.robustness("ridge", shares=[0.5, 1])
    frame = shown.frame()
    assert frame.groupby(["kind", "modality"])["share"].apply(list).tolist() == [[0.0, 0.5, 1.0]] * 6
    (probe,) = (
        value for key, value in ablated._ran.kept.items() if key[:2] == ("probed", "ridge") and len(key[4]) > 12
    )
    assert probe.apart < 1e-9
    assert probe.note == ""
    worst = frame[(frame["modality"] == "text") & (frame["share"] == 1)].set_index("kind")
    assert worst.loc["missing", "score"] > frame["score"].iloc[0]
    assert "Noise has 1 standard deviation" in repr(shown)


def test_a_learning_curve_ends_where_the_leaderboard_stands(ablated):
    shown = ablated.learning_curve("ridge", shares=(0.3, 0.6, 1))
    frame = shown.frame()
    assert frame["videos"].is_monotonic_increasing
    assert frame["score"].iloc[-1] == pytest.approx(ablated.models["ridge"].scores["mae"], abs=1e-12)
    assert frame["score"].iloc[0] > frame["score"].iloc[-1]
    late = ablated.learning_curve("ridge_late", shares=(1,)).frame()
    assert late["score"].tolist() == pytest.approx([ablated.models["ridge_late"].scores["mae"]], abs=1e-12)


def test_a_learning_curve_that_was_stopped_says_so_once(ablated):
    shown = ablated.learning_curve("ridge", shares=(0.2, 0.5), listen=lambda model, _: model.stop())
    assert "stopped" in shown.frame()["reason"].tolist()
    assert re.search(r"Stopped after \d of 6 fits\. It was asked to stop\.", repr(shown))
    assert "it was not fitted" not in repr(shown)


def test_what_cannot_be_asked_is_said(ablated, quick, data, tmp_path):
    with pytest.raises(NotTrainedError, match="nothing was trained yet"):
        quick("ridge").ablate()
    with pytest.raises(SpecError, match=r"unknown trained model: 'rigde'. Did you mean 'ridge'\?"):
        ablated.importance("rigde")
    with pytest.raises(SpecError, match="'dummy' looks at no modality"):
        ablated.robustness("dummy")
    with pytest.raises(SpecError, match="unknown metric of this run: 'maee'"):
        ablated.ablate("maee")
    with pytest.raises(SpecError, match="'repeats' wants a whole number from 1 on, found 0"):
        ablated.importance("ridge", repeats=0)
    with pytest.raises(SpecError, match=r"a share is a number above 0 and up to 1; found 1\.5"):
        ablated.learning_curve("ridge", shares=[0.5, 1.5])
    with pytest.raises(SpecError, match="shares: a share is a number above 0 and up to 1; there is none"):
        ablated.robustness("ridge", shares=[])
    loaded = Model.load(ablated.save("ridge", tmp_path / "ridge.mosi"))
    for ask in (loaded.ablate, loaded.importance, loaded.robustness, loaded.learning_curve):
        with pytest.raises(NotTrainedError, match="does not bring the data"):
            ask()


def test_one_modality_and_predictions_of_others_are_refused(quick, data, tmp_path):
    model = quick("ridge").fit()
    with pytest.raises(SpecError, match="no trained model looks at several modalities: there is nothing to leave out"):
        model.ablate()
    segments = data.segments
    table = pd.DataFrame({"segment_id": segments.segment_ids, "predicted": np.zeros(len(segments))})
    table.to_csv(tmp_path / "theirs.csv", index=False)
    model.add_predictions("theirs", tmp_path / "theirs.csv")
    with pytest.raises(NotTrainedError, match="theirs was made elsewhere, and cannot be fitted in the folds"):
        model.importance("theirs")
