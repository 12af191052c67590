import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import SVR

from mosi_nb.compare.coefficients import TOGETHER, explained, is_linear, size_of
from mosi_nb.components.tasks import SentimentClassifier


@pytest.fixture(scope="module")
def fitted(segments):
    """Return a function from a model and chains of encoders to a fitted pipeline."""
    from mosi_nb.cell import parse
    from mosi_nb.plan import make_plan

    def fit(model, **chains):
        text = "\n".join([f"models = {model}", *(f"{name} = {chain}" for name, chain in chains.items())])
        plan = make_plan(parse(f"{text}\ntest = none"), segments, {})
        return plan.candidates[-1].pipeline.fit(plan.pooled, plan.segments.sentiment), plan.pooled

    return fit


def test_coefficients_have_the_names_and_modalities_of_their_columns(fitted):
    pipeline, segments = fitted("ridge", text="tfidf(ngrams=(1, 2))", audio="scale, select(5)", video="scale, pca(3)")
    found = explained(pipeline, segments)
    columns = found.columns.set_index("modality")
    assert found.kind == "coefficients"
    assert {"loved", "loved the"} <= set(columns.loc["text", "column"])
    assert columns.loc["audio", "column"].str.fullmatch(r"audio_\d+").all()
    assert list(columns.loc["video", "column"]) == ["pca0", "pca1", "pca2"]
    assert list(found.by_modality()["columns"]) == [len(columns.loc["text"]), 5, 3]


def test_what_modalities_add_makes_up_the_prediction(fitted):
    pipeline, segments = fitted("ridge", modalities="text")
    found = explained(pipeline, segments)
    assert found.moves["text"] == pytest.approx(np.std(pipeline.predict(segments)))
    assert found.by_modality()["share"].sum() == pytest.approx(1)
    spread = np.std(pipeline[:-1].transform(segments).toarray(), axis=0)
    np.testing.assert_allclose(found.columns["contribution"], pipeline[-1].coef_ * spread, atol=1e-12)


def test_without_the_segments_there_are_values_alone(fitted):
    pipeline, _ = fitted("ridge", modalities="audio")
    found = explained(pipeline)
    assert found.columns["value"].notna().all()
    assert found.columns["contribution"].isna().all()
    assert found.moves == {}


@pytest.mark.parametrize("classes", [2, 3])
def test_the_slope_of_a_classifier_is_that_of_its_prediction_where_classes_are_as_probable(classes):
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(300, 2))
    model = SentimentClassifier(LogisticRegression(), classes).fit(columns, columns[:, 0] + rng.normal(size=300))
    inner = model.classifier_
    inner.intercept_ = np.zeros_like(inner.intercept_)  # at 0, all classes are as probable
    step = 1e-5
    slope = [
        (model.predict(step * unit[None]) - model.predict(-step * unit[None]))[0] / (2 * step) for unit in np.eye(2)
    ]
    found = explained(make_pipeline(FunctionTransformer(), model))
    np.testing.assert_allclose(found.columns["value"], slope, rtol=1e-4)
    assert set(found.columns["modality"]) == {TOGETHER}


def test_importances_of_trees_are_shares_and_other_models_say_that_they_have_none(fitted):
    forest, segments = fitted("forest(n_estimators=5)", modalities="audio")
    found = explained(forest, segments)
    assert found.kind == "importances"
    assert found.columns["contribution"].sum() == pytest.approx(1)
    assert size_of(forest).startswith("5 trees with ")
    svr, _ = fitted("svr", modalities="audio")
    assert explained(svr).meaning.startswith("SVR has neither coefficients nor importances")
    assert explained(svr).columns.empty
    assert size_of(svr).endswith(" support vectors")


def test_linear_models_are_known_unfitted_and_what_is_no_pipeline_is_said():
    assert is_linear(SentimentClassifier(LogisticRegression()))
    assert not is_linear(SVR())
    assert explained(Ridge()).kind == ""
    assert size_of(Pipeline([("model", SVR())])) == ""
