from mosi_nb import Model


def test_a_page_shows_a_model_without_fitting_it(data, cluster):
    fitted = Model(data, models="ridge(alpha=[1, 10])", metrics="mae", folds="by_video(3)", jobs=2).fit()
    page = fitted.models["ridge"].page()
    assert not fitted._run.fitted
    assert page.coefficients is None
    assert "page(fit=True)" in repr(page)
    assert list(page.frame()["fold"]) == ["fold 1", "fold 2", "fold 3"]
    assert page.tried()["chosen"].tolist() == [True, False]
    shown = fitted.models["ridge"]._repr_mimebundle_()
    assert "FeatureUnion" in shown["text/html"]
    assert shown["text/plain"].splitlines()[0] == repr(fitted.models["ridge"])
    assert not fitted._run.fitted


def test_coefficients_come_with_the_fitted_model(model):
    ridge = model.models["ridge"]
    assert "By modality" in repr(ridge.page(fit=True))
    assert ridge.page().coefficients is not None  # fitted by now
    frame = ridge.coefficients().frame()
    assert len(frame) == ridge.pipeline[-1].coef_.size
    assert set(frame["modality"]) == {"text", "audio", "video"}
    assert set(ridge.coefficients().by_modality().index) == {"text", "audio", "video"}


def test_a_model_without_coefficients_says_so(model):
    assert "SVR has neither coefficients nor importances" in repr(model.models["svr"].coefficients())
    page = repr(model.models["dummy"].page())
    assert "has neither coefficients nor importances; importance() tells what it relies on" in page
    assert "page(fit=True)" not in page


def test_an_ensemble_shows_its_members(quick):
    fitted = quick("ridge, svr").fit()
    page = fitted.ensemble("stack", name="stack").page()
    assert "Members\nmember" in repr(page)
    assert "It combines predictions" in repr(fitted.models["stack"].coefficients())


def test_of_predictions_of_others_what_is_known_is_shown(quick):
    fitted = quick("ridge").fit()
    given = fitted.models["ridge"].predictions[["segment_id", "predicted"]]
    shown = repr(fitted.add_predictions("theirs", given).page())
    assert "looks at: nothing that is known here" in shown
    assert "theirs is somebody else's predictions" in shown
    assert "Pipeline" not in fitted.models["theirs"].mimebundle()["text/html"]


def test_a_loaded_model_has_its_page_with_its_coefficients(model, tmp_path):
    loaded = Model.load(model.save("ridge", tmp_path / "ridge.mosi")).models["ridge"]
    assert "coefficients" in repr(loaded.page())
    assert loaded.coefficients().frame()["value"].notna().all()
    assert "shares are –: the training segments are not there" in repr(loaded.coefficients())


def test_the_models_are_a_table(model):
    shown = model.models.mimebundle()
    assert list(model.models.table().frame()["model"]) == list(model.models)
    assert "logistic" in shown["text/html"]
    assert "opens one" in shown["text/plain"]
