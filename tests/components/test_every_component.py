"""One test over all components: whoever adds one adds no test for these promises."""

import warnings

import pytest

import mosi_nb.components  # noqa: F401 -- it registers them
from mosi_nb import check_component
from mosi_nb.components.build import build
from mosi_nb.errors import SpecError
from mosi_nb.registry import KINDS, find, names
from mosi_nb.spec import Use

VALUES = {"log": (0.1, 1.0, 3), "uniform": (0.0, 1.0, 3), "integers": (1, 3), "choice": (1, 2), "fixed": (1,)}
# Doctests and other tests may have registered theirs.
OWN = "mosi_nb.components", "mosi_nb.data"
ALL = [(kind, name) for kind in KINDS for name in names(kind) if find(kind, name).build.__module__.startswith(OWN)]
BUILT = [(kind, name) for kind, name in ALL if kind != "data" or name == "sample"]


NEEDED = {"by_speaker": ({"a": "x"},), "file": ("folds.csv",), "lexicon": ({"good": 1.5, "awful": -2},)}


def use_of(kind, name):
    return Use(name, VALUES.get(name, ()) if kind == "space" else NEEDED.get(name, ()))


@pytest.mark.parametrize(("kind", "name"), BUILT)
def test_builds_with_its_defaults(kind, name):
    assert build(find(kind, name), use_of(kind, name), kind) is not None


def handed(kind, name, segments):
    """Return what is handed to a component that its defaults cannot be built without."""
    videos = sorted({str(video) for video in segments.video_ids})
    if kind == "space":
        return {
            "log": {"low": 0.1, "high": 1.0},
            "uniform": {"low": 0.0, "high": 1.0},
            "integers": {"low": 1, "high": 3},
        }
    return {
        "by_speaker": {"speakers": {video: video[-1] for video in videos}, "k": 2},
        "file": {"source": {video: number % 3 for number, video in enumerate(videos)}},
        "lexicon": {"words": {"good": 1.5, "awful": -2}},
    }


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_keeps_what_is_promised_of_its_kind(kind, name, segments):
    shown = check_component(kind, name, **handed(kind, name, segments).get(name, {})).frame()
    assert shown[(shown["status"] == "fired") & (shown["severity"] != "info")]["report"].tolist() == []
    if kind not in ("space", "data"):  # some need what a name and a value cannot hand over
        assert "not judged" not in set(shown["status"])


@pytest.mark.parametrize("name", [name for kind, name in ALL if kind == "model"])
def test_models_say_what_task_they_do_and_which_model_does_the_other(name):
    component = find("model", name)
    task, twin = component.tags["task"], component.tags.get("twin")
    classes = component.parameters.get("classes")
    assert task == ("regression" if classes is None else "both" if classes.default is None else "classification")
    if twin:
        assert {task, find("model", twin).tags["task"]} == {"regression", "classification"}


def test_models_refuse_values_that_scikit_learn_would_only_refuse_in_the_run(make_plan_of):
    with pytest.raises(SpecError, match="hidden wants at least 1 unit, found 0"):
        make_plan_of("models = mlp(hidden=[8, 0])")


def test_building_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind, name in BUILT:
            build(find(kind, name), use_of(kind, name), kind)
