import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import HuberRegressor, Ridge
from sklearn.svm import SVR

from mosi_nb.cell import Search, spec_of
from mosi_nb.errors import SpecError
from mosi_nb.spec import Use


def test_text_is_cell_text():
    spec, objects = spec_of({"models": ["ridge(alpha=[1, 10])", "svr, knn"], "folds": "by_video(3)"})
    assert [use.name for use in spec.models] == ["ridge", "svr", "knn"]
    assert spec.folds == Use("by_video", (3,))
    assert objects == {}


def test_objects_are_named_after_their_class():
    spec, objects = spec_of({"models": [HuberRegressor(), HuberRegressor()]})
    assert [use.name for use in spec.models] == ["huberregressor", "huberregressor_2"]
    assert set(objects) == {"huberregressor", "huberregressor_2"}


def test_objects_are_never_named_as_components_are(make_plan_of):
    spec, _ = spec_of({"models": [Ridge(), SVR()]})
    assert [use.name for use in spec.models] == ["Ridge", "SVR"]


def test_pairs_and_dicts_name_objects():
    model = Ridge()
    for models in (("mine", model), [("mine", model)], {"mine": model}):
        spec, objects = spec_of({"models": models})
        assert spec.models == (Use("mine"),)
        assert objects == {"mine": model}


@pytest.mark.parametrize("name", ["my net", "class", "2nd", "x|y"])
def test_names_that_no_cell_could_hold_are_refused(name):
    told = f"models: '{re.escape(name)}' is no name that a cell can write.\nA name has letters, digits"
    with pytest.raises(SpecError, match=told):
        spec_of({"models": [(name, Ridge())]})


def test_functions_keep_their_name():
    spec, _ = spec_of({"metrics": [np.corrcoef, lambda y, p: 0.0]})
    assert [use.name for use in spec.metrics] == ["corrcoef", "metric"]


def test_a_search_stands_for_three_keys():
    spec, _ = spec_of({"search": Search(type="random", n=5, cv=3, jobs=2)})
    assert (spec.search, spec.folds, spec.jobs) == (Use("random", (5,)), Use("by_video", (3,)), 2)


def test_what_is_given_beside_a_search_wins():
    spec, _ = spec_of({"search": Search(cv=3), "folds": "by_video(4)"})
    assert spec.folds == Use("by_video", (4,))


def test_data_are_paths_or_objects():
    assert spec_of({"data": Path("a.csv")})[0].data == "a.csv"
    assert spec_of({"data": (data := object())})[1] == {"data": data}


def test_numbers_may_be_numpys():
    assert spec_of({"seed": np.int64(3)})[0].seed == 3


WRONG = {
    "model": ("ridge", "unknown argument: 'model'. Did you mean 'models'?"),
    "seed": (-1, "seed: 'seed' wants a whole number from 0 to 4294967295, found -1."),
    "jobs": (1.5, "jobs: 'jobs' wants a whole number of workers, or -1 for one on each core, found 1.5."),
    "models": ([], "models: there is nothing in it; leave it out for the default."),
    "folds": (5, "folds: 'folds' wants a component, found 5."),
    "metrics": ("mae(", "metrics: this is not a line of name = expression"),
    "budget": (10, "budget: 'budget' wants a length of time"),
}


@pytest.mark.parametrize("key", WRONG)
def test_arguments_that_cannot_be_meant_are_refused_by_name(key):
    argument, sentence = WRONG[key]
    with pytest.raises(SpecError) as caught:
        spec_of({key: argument})
    assert sentence in str(caught.value)
    assert "line" not in str(caught.value).split("\n")[0].replace("not a line", "")
