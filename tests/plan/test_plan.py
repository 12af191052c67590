from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LassoLars, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from mosi_nb import Model
from mosi_nb.cell import parse, write
from mosi_nb.cell.variables import variables
from mosi_nb.components.scorers import function_metric
from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.components.transformers import Dense
from mosi_nb.data import Sequences, as_segments, sample
from mosi_nb.errors import SpecError
from mosi_nb.plan import make_plan, summary
from mosi_nb.registry import component
from mosi_nb.results import Metric


class Nets:
    small = Ridge(alpha=7)


class Plain:
    """Fits and predicts, and knows nothing of scikit-learn."""

    def fit(self, x, y):
        return self

    def predict(self, x):
        return np.zeros(x.shape[0])


class Wide(Plain):
    def __init__(self, width, depth):
        self.width, self.depth = width, depth


class Half:
    def fit(self, x, y):
        return self


class Broken:
    @property
    def net(self):
        raise RuntimeError("boo")


def model_of(plan):
    return plan.candidates[-1].pipeline.steps[-1][1]


def steps_of(plan, modality):
    union = dict(plan.candidates[-1].pipeline.named_steps["features"].transformer_list)
    return [name for name, _ in union[modality].steps]


def test_every_combination_is_a_candidate_with_its_parameters_as_written(make_plan_of):
    plan = make_plan_of("models = svr(kernel=[rbf, linear], C=[1, 10])\naudio = pca([5, 10])\nbaselines = none")
    assert len(plan.candidates) == 8
    assert list(plan.candidates[0].params) == ["kernel", "C", "audio.pca.n"]
    assert [c.number for c in plan.candidates] == list(range(8))
    pca = {c.pipeline.get_params()["features__audio__pca__n_components"] for c in plan.candidates}
    assert pca == {5, 10}


def test_fits_go_by_fold_so_that_all_models_fill_up_alike(make_plan_of):
    plan = make_plan_of("models = ridge, svr\nbaselines = none\nfolds = by_video(3)")
    assert [(c.model, f.number) for c, f in plan.fits[:3]] == [("ridge", 1), ("svr", 1), ("ridge", 2)]


def test_a_name_that_is_there_twice_is_numbered(make_plan_of):
    plan = make_plan_of("models = ridge, ridge(alpha=2), ridge_2\nbaselines = none", ridge_2=Ridge(9))
    assert list(plan.models()) == ["ridge", "ridge_3", "ridge_2"]


def test_defaults_are_written_out_and_can_be_read_again(make_plan_of):
    spec = make_plan_of("models = svr").spec
    assert parse(write(spec)) == spec
    assert write(spec).splitlines()[-1] == "seed       = 0"
    assert "audio      = impute, scale(block=True)" in write(spec)


def test_baselines_run_beside_the_models(make_plan_of):
    assert make_plan_of("models = svr").baselines == ("dummy", "text_only")
    assert make_plan_of("models = svr\nmodalities = audio").baselines == ("dummy",)
    assert make_plan_of("models = svr\nbaselines = none").baselines == ()
    assert make_plan_of("models = svr\nbaselines = knn").baselines == ("knn",)
    assert parse(write(make_plan_of("models = dummy\nmodalities = text").spec))


def test_sequences_are_pooled_and_gaps_filled_even_if_nobody_asked(segments):
    rng = np.random.default_rng(0)
    audio = Sequences(rng.normal(size=(len(segments), 4, 3)), np.full(len(segments), 4))
    held = replace(segments, modalities={"audio": audio})
    assert steps_of(make_plan(parse("models = ridge\naudio = scale"), held, {}), "audio") == [
        "take",
        "pool",
        "impute",
        "scale",
    ]
    with pytest.raises(SpecError, match="'pca' keeps 7 columns and audio has 6 columns here"):
        make_plan(parse("models = ridge\naudio = pool(mean, std), pca(7)"), held, {})


def test_steps_of_a_chain_have_names_of_their_own(make_plan_of):
    plan = make_plan_of("models = ridge\naudio = pca(20), scale, pca(5)")
    assert steps_of(plan, "audio") == ["take", "impute", "pca", "scale", "pca_2"]


def test_models_that_take_no_sparse_features_get_dense_ones(make_plan_of):
    assert steps_of(make_plan_of("models = boosting"), "text")[-1] == "dense"
    assert steps_of(make_plan_of("models = ridge"), "text")[-1] == "tfidf"


def test_the_seed_reaches_what_has_none_and_nothing_else(make_plan_of):
    plan = make_plan_of(
        "models = mine, forest, boosting\nseed = 5\naudio = pca(3)\nbaselines = none",
        mine=RandomForestRegressor(random_state=3),
    )
    for candidate, expected in zip(plan.candidates, (3, 5, 5), strict=True):
        assert candidate.pipeline.get_params()["model__random_state"] == expected
        assert candidate.pipeline.get_params()["features__audio__pca__random_state"] == 5


def test_estimators_of_the_notebook_are_copied_with_their_values(make_plan_of):
    mine = SVR()
    plan = make_plan_of("models = mine(C=[1, 2], kernel=linear)\nbaselines = none", mine=mine)
    assert [c.params for c in plan.candidates] == [{"C": 1}, {"C": 2}]
    assert model_of(plan).kernel == "linear"
    assert mine.C == 1.0
    assert mine.kernel == "rbf"


def test_a_name_in_a_value_is_a_variable_before_it_is_a_word(make_plan_of):
    assert model_of(make_plan_of("models = mine(alpha=strength)", mine=Ridge(), strength=3.5)).alpha == 3.5


class Own(RegressorMixin, BaseEstimator):
    def __init__(self, flag=None, loss: Literal["squared", "huber"] | None = None, names=None):
        self.flag, self.loss, self.names = flag, loss, names

    def fit(self, features, sentiment):
        return self

    def predict(self, features):
        return np.zeros(len(features))


def test_words_that_a_signature_lists_and_variables_may_stand_without_quotes(make_plan_of):
    own = model_of(make_plan_of("models = Own(flag=empty, loss=huber, names={1: size})", Own=Own, size=2, empty=None))
    assert (own.flag, own.loss, own.names) == (None, "huber", {1: 2})
    plan = make_plan_of("models = Own(flag='Ture', loss=choice(squared, huber))\nbaselines = none", Own=Own())
    assert [c.pipeline[-1].get_params()["loss"] for c in plan.candidates] == ["squared", "huber"]
    assert model_of(plan).flag == "Ture"
    assert model_of(make_plan_of("models = pipe(svr__kernel=poly)", pipe=make_pipeline(SVR())))[-1].kernel == "poly"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Own(flag=Ture)", "'Ture' is no value of flag, and there is no variable of that name. Did you mean True?"),
        ("own(loss=sqared)", "'sqared' is no value of loss, and there is no variable of that name. Did you mean squar"),
        ("Own(loss=[squared, hubr])", "'hubr' is no value of loss, and there is no variable"),
        ("Own(loss=choice(squared, hubr))", "Did you mean huber?\n"),
        ("Own(names=(1, sise))", "Did you mean size?\n"),
        ("Own(names={1: sise})", 'A word is written in quotes: "sise".'),
        ("svm(kernel=rbff)", "'rbff' is no value of kernel, and there is no variable of that name. Did you mean rbf?"),
        ("pipe(svr__kernel=rbff)", "'rbff' is no value of svr__kernel"),
        ("anything(flag=Ture)", "'flag' of model 'anything' takes no variable, found Ture. Did you mean True?"),
    ],
)
def test_a_name_that_nobody_knows_is_no_string(text, told, make_plan_of):
    @component("model", "anything")
    def anything(flag=None):
        return Own(flag)

    held = {"Own": Own, "own": Own(), "svm": SVR(), "pipe": make_pipeline(StandardScaler(), SVR()), "size": 2}
    with pytest.raises(SpecError) as refused:
        make_plan_of(f"seed = 1\nmodels = {text}", **held)
    assert told in str(refused.value)
    assert str(refused.value).startswith("line 2: ")


def test_what_a_cell_gave_is_no_model_of_the_same_name(make_plan_of):
    held = Model(sample(videos=8), "ridge")
    assert model_of(make_plan_of("models = ridge(alpha=3)", ridge=held)).alpha == 3
    assert "ridge" not in variables({"ridge": held}, "model", "")
    for result in (held, Model):
        with pytest.raises(SpecError, match="'first' is what a cell or a saved model gave, and no estimator"):
            make_plan_of("models = ridge, first", first=result)
        assert variables({"first": result}, "model", "") == []


def test_classes_dotted_names_and_pipelines_may_stand_among_the_models(make_plan_of):
    assert model_of(make_plan_of("models = mine(alpha=3)", mine=Ridge)).alpha == 3
    assert model_of(make_plan_of("models = nets.small", nets=Nets)).alpha == 7
    pipe = make_pipeline(StandardScaler(with_mean=False), SVR())
    assert model_of(make_plan_of("models = mine(svr__C=5)", mine=pipe)).steps[1][1].C == 5
    assert isinstance(model_of(make_plan_of("models = mine", mine=Plain())).model, Plain)


def test_a_pipeline_that_is_fitted_is_trained_anew(make_plan_of):
    pipe = make_pipeline(StandardScaler(), Ridge()).fit(np.eye(3), np.arange(3.0))
    taken = model_of(make_plan_of("models = mine", mine=pipe))
    assert not hasattr(taken[-1], "coef_")
    assert hasattr(pipe[-1], "coef_")


def test_a_classifier_is_put_on_the_scale(make_plan_of):
    model = model_of(make_plan_of("models = mine(C=3)", mine=LogisticRegression()))
    assert isinstance(model, SentimentClassifier)
    assert model.classifier.C == 3


def test_rows_are_locked_by_default_as_the_data_know(make_plan_of, segments):
    plan = make_plan_of("models = ridge")
    assert plan.spec.test.name == "standard"
    assert np.array_equal(plan.locked.test, np.flatnonzero(segments.folds["standard"] == "test"))
    assert not np.intersect1d(np.concatenate([f.held_out for f in plan.folds]), plan.locked.test).size
    assert not len(make_plan_of("models = ridge\ntest = none").locked.test)


def test_rows_are_drawn_where_the_data_know_no_folds(segments):
    plan = make_plan(parse("models = ridge"), replace(segments, folds={}), {})
    assert plan.spec.test.name == "holdout"
    assert len(plan.locked.test)


def test_fingerprint_tells_data_and_folds_apart_and_not_models(make_plan_of):
    first = make_plan_of("models = ridge").fingerprint
    assert first == make_plan_of("models = svr(C=[1, 2])\nmodalities = text").fingerprint
    assert first != make_plan_of("models = ridge\nfolds = by_video(3)").fingerprint
    other = make_plan(parse("models = ridge"), as_segments(sample(8, seed=1)), {})
    assert first != other.fingerprint


def test_summary_is_plain_values(make_plan_of, segments):
    shown = summary(make_plan_of("models = ridge(alpha=[1, 10])"))
    assert (shown["candidates"], shown["fits"]) == (4, 20)
    assert shown["models"][-1]["params"] == "alpha: 1, 10"
    assert shown["modalities"][0]["columns"] == "raw text"
    assert len(shown["folds"]) == 5
    assert shown["settings"]["folds"] == "by_video(5)"
    assert not set(shown["folds"][0]["held_out_videos"]) & set(shown["folds"][1]["held_out_videos"])


MODELS = {
    "svr(C=-1)": "The 'C' parameter of SVR must be a float in the range (0.0, inf]. Got -1 instead.",
    "svr(C=[1, -1])": "The 'C' parameter of SVR",
    "logistic(C=[1, 0])": "The 'C' parameter of LogisticRegression",
    "mine(C=[1, -2])": "The 'C' parameter of SVR",
    "mine(gama=1)": "unknown parameter of 'mine': 'gama'. Did you mean 'gamma'?",
    "mine(3)": "parameters of 'mine' are written with their names: mine(name=value).",
    "mine(C=make(3))": "'make(3)' is no value: a cell looks names up and calls none but components.",
    "mine(C=[])": "there is no value to try for 'C' of 'mine'.",
    "mine(c=[1, 2])": "unknown parameter of 'mine': 'c'. Did you mean 'C'?",
    "pipe(C=[1, 2])": "unknown parameter of 'pipe': 'C'. Did you mean 'svr__C'?",
    "svr(c=[1, 2])": "unknown parameter of model 'svr': 'c'. Did you mean 'C'?",
    "plain(a=[1, 2])": "unknown parameter of 'plain': 'a'. It has none that can be set.",
    "Wide": "'Wide' is a class that needs 'width' and 'depth'.",
    "Wide(width=[3, 4])": "Write Wide(depth=...) here, or make it in another cell and name that: made =",
    "broken.net": "looking 'broken.net' up failed: RuntimeError: boo",
    "nets.large": "unknown model: 'nets.large'.",
    "3": "'models' wants the name of a component or variable, found 3.",
    "number": "'number' is of type int and cannot fit and predict.",
    "make": "'make' is of type builtin_function_or_method and cannot fit and predict.",
    "make()": "If it makes one, call it in another cell and name what it returns: made = make().",
    "scaler": "It transforms: name it under text, audio or video, or put a model behind it (make_pipeline).",
    "several": "Name each of the 2 by itself, with commas between them.",
    "half": "It has fit; give it a method predict too.",
    "tfidf": "unknown model: 'tfidf'. It is the name of an encoder.",
    "ridge": "'ridge' is a model of mosi_nb and also a variable of yours that could stand here.",
    "ridg": "unknown model: 'ridg'. Did you mean 'ridge'?",
    "mae": "unknown model: 'mae'. It is the name of a metric.",
    "elastic(alhpa=1)": "unknown parameter of model 'elastic': 'alhpa'. Did you mean 'alpha'?",
    'elastic(alpha="1")': "'alpha' of model 'elastic' wants a number, found \"1\".",
    "elastic(1, 1, 1, 1)": "model 'elastic' takes at most 3 values, found 4.",
    "elastic(1, alpha=1)": "'alpha' of model 'elastic' is given twice.",
    "elastic(alpha=[])": "there is no value to try for 'alpha' of 'elastic'.",
    "elastic(alpha=fixed([1, 2]))": "'alpha' of model 'elastic' wants a number, found [1, 2].",
    "elastic(alpha=log())": "space 'log' needs 'low'.",
    "knn(n_neighbors=log(1, 100, 4))": "Whole numbers to try: a list, or integers(low, high).",
    "logistic(classes=4)": "'classes' of model 'logistic' wants 2 or 3 or 5 or 7, found 4.",
    "svr(kernel=lin)": "'kernel' of model 'svr' wants rbf or linear or poly or sigmoid, found lin.",
}


@pytest.mark.parametrize("text", MODELS)
def test_models_that_cannot_be_meant_are_refused_with_their_line(text, make_plan_of):
    variables = {"mine": SVR(), "plain": Plain(), "nets": Nets, "broken": Broken(), "number": 3, "ridge": Ridge()}
    variables |= {"pipe": make_pipeline(StandardScaler(), SVR()), "Wide": Wide, "make": print}
    variables |= {"scaler": StandardScaler(), "several": [SVR(), Ridge()], "half": Half()}
    with pytest.raises(SpecError) as caught:
        make_plan_of(f"seed = 1\nmodels = {text}", **variables)
    assert str(caught.value).startswith("line 2: ")
    assert MODELS[text] in str(caught.value)


SETTINGS = {
    "modalities = txt": "unknown modality: 'txt'. Did you mean 'text'?",
    "modalities = text, text": "'text' is there twice.",
    "modalities = text(3)": "a modality takes no values",
    "audio = mine": "It predicts: name it among the models.",
    "audio = pca(n_components=[1, 2])": "unknown parameter of encoder 'pca': 'n_components'.",
    "audio = scaler(with_men=[True, False])": "unknown parameter of 'scaler': 'with_men'. Did you mean 'with_mean'?",
    "audio = pca(1000)": "'pca' keeps 1000 columns and audio has 74 columns here.",
    "audio = pca([10, 1000])": "Write pca(n) with n from 1 to 74.",
    "audio = select(0)": "'select' keeps 0 columns",
    "audio = tfidf": "'tfidf' reads raw text, but audio holds 74 columns of numbers.",
    "audio = pool(mean, men)": "'statistics' of encoder 'pool' wants mean or std or min or max or last or q05",
    "text = scale": "'scale' reads numbers, but text is raw text.",
    "text = tfidf, tfidf": "'tfidf' reads raw text, but it comes after another encoder.",
    "text = tfidf, scale": "'scale' cannot centre the columns of words",
    "text = tfidf(ngrams=(2, 1))": "ngrams wants the shortest run of words first",
    "text = tfidf(min_df=[1, -1])": "The 'min_df' parameter of TfidfVectorizer",
    "folds = by_video(40)": "40 folds, but the data has only 5 videos to train on (3 are locked away)",
    "folds = kfold(5)": "unknown folds: 'kfold'.",
    "test = holdout(2)": "holdout(share) wants a share between 0 and 1, found 2.",
    "test = none(3)": "test 'none' takes no values, found 1.",
    'test = standard(name="mine")': "the data bring no folds called 'mine' (they know: standard).",
    "fusion = late\nmodalities = text": "late fusion combines modalities, and there is only one: text.",
    "fusion = late(combine=best)": "'combine' of fusion 'late' wants weighted or mean or median or greedy or stack",
    "search = tpe(0)": "tpe(n) wants n from 1 to 10,000, found 0.",
    "search = halving(level=2)": "halving wants a level between 0 and 1, found 2.",
    "folds = by_speaker": "folds 'by_speaker' needs 'speakers'.",
    "folds = by_speaker(3)": "'speakers' of folds 'by_speaker' wants",
    "folds = by_speaker(who)": "wants a variable that maps video ids, there is none called 'who'.",
    "folds = holdout(0.2, by=number)": "wants a variable that maps video ids, 'number' is of type int.",
    'folds = by_speaker("nowhere.csv")': "there is no such file or folder.",
    "ensemble = mean": "'mean' combines models, and there is only one: svr.",
    "ensemble = meen": "unknown ensemble: 'meen'. Did you mean 'mean'?",
    "ensemble = mean(members=[svr])": "combines models, and there is only one: svr.",
    "ensemble = mean(members=[svr, svm])": "unknown member of 'mean': 'svm'. Did you mean 'svr'?",
    "ensemble = mean(members=[svr, svr])": "'svr' is a member of 'mean' twice.",
    "ensemble = stack(ridge(alpha=[1, 2]), members=[svr, dummy])": "here nothing is searched.",
    "ensemble = stack(text_only, members=[svr, dummy])": "'text_only' cannot stand on predictions",
    "ensemble = greedy(0, members=[svr, dummy])": "greedy wants at least 1 round, found 0.",
    "thresholds = mae": "unknown metric that has thresholds: 'mae'.",
    "ablate = modality": "unknown thing to leave out: 'modality'. Did you mean 'modalities'?",
    "ablate = modalities(serach=on)": "unknown parameter of 'modalities': 'serach'. Did you mean 'search'?",
    "ablate = modalities(search=maybe)": "'search' of 'modalities' wants on or off, found maybe.",
    "ablate = modalities(on)": "'modalities' takes its values by name.",
    "ablate = modalities\nmodalities = text": "leaves modalities out in turn, and there is only one: text.",
    "metrics = mae, mae": "'mae' is there twice.",
    "baselines = nope": "unknown model: 'nope'.",
}


@pytest.mark.parametrize("text", SETTINGS)
def test_settings_that_cannot_be_meant_are_refused_with_their_line(text, make_plan_of):
    with pytest.raises(SpecError) as caught:
        make_plan_of(f"models = svr\n{text}", number=3, mine=SVR(), scaler=StandardScaler())
    assert str(caught.value).startswith("line 2: ")
    assert SETTINGS[text] in str(caught.value)


def test_a_space_that_a_grid_cannot_try_is_shown_where_it_stands(make_plan_of):
    with pytest.raises(SpecError) as caught:
        make_plan_of("models = ridge(alpha=log(1e-2, 1e4))")
    assert str(caught.value) == (
        "line 1: a grid needs to know how many values to try for 'alpha'.\n"
        "  models = ridge(alpha=log(1e-2, 1e4))\n"
        "                 ^^^^^^^^^^^^^^^^^^^^\n"
        "Give the number: log(0.1, 10, 5), or search = random(30)."
    )


def test_a_space_in_an_encoder_is_shown_in_the_encoders_line(make_plan_of):
    with pytest.raises(SpecError, match=r"line 2: a grid needs to know how many values to try for 'audio.pca.n'"):
        make_plan_of("models = svr\naudio = scale, pca(uniform(2, 8))")


def test_encoders_without_their_modality_are_refused(make_plan_of, segments):
    with pytest.raises(SpecError, match="line 3: there are encoders for audio, which modalities leaves out"):
        make_plan_of("models = svr\nmodalities = text\naudio = scale")
    with pytest.raises(SpecError, match=r"line 2: there are encoders for audio, but the data .* have no audio"):
        make_plan(parse("models = svr\naudio = scale"), segments.only(["text"]), {})
    with pytest.raises(SpecError, match=r"line 2: the data .* have no audio"):
        make_plan(parse("models = svr\nmodalities = audio"), segments.only(["text"]), {})


def test_a_baseline_that_needs_text_is_refused_without_it(make_plan_of):
    with pytest.raises(SpecError, match="'text_only' looks at text, which this experiment leaves out"):
        make_plan_of("models = svr\nmodalities = audio\nbaselines = text_only")


def test_an_experiment_needs_a_model(make_plan_of):
    with pytest.raises(SpecError, match="an experiment needs the key 'models'"):
        make_plan_of("seed = 1")


def test_a_model_that_takes_no_sparse_features_gets_words_dense(make_plan_of):
    plan = make_plan_of("models = mine, ridge, boosting, logistic", mine=LassoLars())
    steps = {name: held[0].pipeline.get_params().values() for name, held in plan.models().items()}
    assert [name for name, held in steps.items() if any(isinstance(step, Dense) for step in held)] == [
        "mine",
        "boosting",
    ]


def test_a_model_that_looks_at_nothing_is_not_tried_with_every_encoder(make_plan_of):
    plan = make_plan_of("models = ridge\naudio = scale(block=[True, False])")
    assert {name: len(candidates) for name, candidates in plan.models().items()}["dummy"] == 1


def test_a_component_defined_in_the_notebook_is_not_taken_for_a_variable(make_plan_of):
    def flat_example() -> Metric:
        """A metric."""
        return function_metric("flat_example", lambda sentiment, predicted: 0.0)

    component("metric", "flat_example")(flat_example)
    assert "flat_example" in make_plan_of("models = ridge\nmetrics = flat_example", flat_example=flat_example).metrics


def test_speakers_may_be_a_variable_of_the_notebook_or_written_out(make_plan_of, segments):
    speakers = {video: video[-1] for video in np.unique(segments.video_ids).tolist()}
    by_name = make_plan_of("models = ridge\nfolds = by_speaker(speakers, 2)\ntest = none", speakers=speakers)
    series = make_plan_of("models = ridge\nfolds = by_speaker(s, 2)\ntest = none", s=pd.Series(speakers))
    whole = make_plan_of(f"models = ridge\nfolds = by_speaker({speakers}, 2)\ntest = none")
    assert by_name.fingerprint == whole.fingerprint == series.fingerprint
    assert parse(write(by_name.spec)) == by_name.spec
    drawn = make_plan_of("models = ridge\nfolds = holdout(0.3, by=video)\ntest = holdout(0.3, by=video)")
    assert len(drawn.folds) == 1


def test_another_scale_is_measured_by_metrics_that_mean_something_there(segments):
    stars = replace(segments, sentiment=segments.sentiment / 2 + 3, scale=(1.0, 5.0))
    assert list(make_plan(parse("models = ridge"), stars, {}).metrics) == ["mae", "rmse", "corr"]
