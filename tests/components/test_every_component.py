"""One test over all components: whoever adds one adds no test for these promises."""

import inspect
import pickle
import re
import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone

import mosi_nb.components  # noqa: F401 -- it registers them
from mosi_nb.cell import parse_value
from mosi_nb.components.build import _fit_to, build
from mosi_nb.errors import SpecError
from mosi_nb.plan.parts import part_of
from mosi_nb.plan.pipelines import seeded
from mosi_nb.registry import KINDS, find, names
from mosi_nb.spec import Use, written

VALUES = {"log": (0.1, 1.0, 3), "uniform": (0.0, 1.0, 3), "integers": (1, 3), "choice": (1, 2), "fixed": (1,)}
# Doctests and other tests may have registered theirs.
OWN = "mosi_nb.components", "mosi_nb.data"
ALL = [(kind, name) for kind in KINDS for name in names(kind) if find(kind, name).build.__module__.startswith(OWN)]
BUILT = [(kind, name) for kind, name in ALL if kind != "data" or name == "sample"]
ESTIMATORS = [(kind, name) for kind, name in ALL if kind in ("model", "encoder")]


NEEDED = {"by_speaker": ({"a": "x"},), "file": ("folds.csv",), "lexicon": ({"good": 1.5, "awful": -2},)}


def use_of(kind, name):
    return Use(name, VALUES.get(name, ()) if kind == "space" else NEEDED.get(name, ()))


@pytest.mark.parametrize(("kind", "name"), BUILT)
def test_builds_with_its_defaults(kind, name):
    assert build(find(kind, name), use_of(kind, name), kind) is not None


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_documents_every_parameter(kind, name):
    component = find(kind, name)
    doc = inspect.getdoc(component.build)
    assert component.summary.endswith(".")
    for parameter in component.parameters:
        assert re.search(rf"^(.*, )?\*?{parameter}(,.*)?$", doc, re.MULTILINE), parameter


@pytest.mark.parametrize(("kind", "name"), [one for one in ALL if one[0] != "data"])
def test_annotations_are_checked_and_admit_the_default(kind, name):
    for parameter in find(kind, name).parameters.values():
        if parameter.default is not inspect.Parameter.empty:
            assert _fit_to(parameter.annotation, parameter.default)[0], parameter
            assert not _fit_to(parameter.annotation, Use("nothing", (1,)))[0], parameter


@pytest.mark.parametrize(("kind", "name"), ESTIMATORS)
def test_defaults_survive_cell_text(kind, name):
    component = find(kind, name)
    defaults = {n: p.default for n, p in component.parameters.items() if p.default is not inspect.Parameter.empty}
    needed = NEEDED.get(name, ())
    (use,) = parse_value("models", written(Use(name, needed, defaults, called=True)))
    plain = build(component, use_of(kind, name), kind)
    assert str(build(component, use, kind).get_params()) == str(plain.get_params())


@pytest.mark.parametrize(("kind", "name"), ESTIMATORS)
def test_estimators_clone_and_pickle(kind, name):
    estimator = build(find(kind, name), use_of(kind, name), kind)
    assert isinstance(estimator, BaseEstimator)
    assert str(clone(estimator).get_params()) == str(estimator.get_params())
    assert str(pickle.loads(pickle.dumps(estimator)).get_params()) == str(estimator.get_params())


@pytest.mark.parametrize("name", [name for kind, name in ALL if kind == "model"])
def test_models_predict_points_and_the_same_with_the_same_seed(name, make_plan_of, segments):
    use = Use(name, NEEDED.get(name, ()), called=name in NEEDED)
    candidate = make_plan_of(f"models = {written(use)}\nbaselines = none").candidates[0]
    first, second = (clone(candidate.pipeline).fit(segments, segments.sentiment).predict(segments) for _ in range(2))
    assert first.shape == (len(segments),)
    assert np.isfinite(first).all()
    assert np.array_equal(first, second)
    assert np.abs(first).max() < 10


@pytest.mark.parametrize("name", [name for kind, name in ALL if kind == "model"])
def test_models_say_what_task_they_do_and_which_model_does_the_other(name):
    component = find("model", name)
    task, twin = component.tags["task"], component.tags.get("twin")
    classes = component.parameters.get("classes")
    assert task == ("regression" if classes is None else "both" if classes.default is None else "classification")
    if twin:
        assert {task, find("model", twin).tags["task"]} == {"regression", "classification"}


@pytest.mark.parametrize("name", [name for kind, name in ALL if kind == "encoder"])
def test_encoders_fit_the_modality_that_they_read(name, segments):
    raw = find("encoder", name).tags["reads"] == "text"
    modality = segments.modalities["text"] if raw else np.nan_to_num(segments.modalities["audio"])
    encoder = seeded(part_of(Use(name), "audio", "encoder", {}).make({}), 0)
    assert encoder.fit_transform(modality, segments.sentiment).shape[0] == len(segments)


def test_models_refuse_values_that_scikit_learn_would_only_refuse_in_the_run(make_plan_of):
    with pytest.raises(SpecError, match="hidden wants at least 1 unit, found 0"):
        make_plan_of("models = mlp(hidden=[8, 0])")


def test_building_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind, name in BUILT:
            build(find(kind, name), use_of(kind, name), kind)
