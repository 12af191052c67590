"""How a run and its search went, asked of a model; linked views outside a notebook."""

import pytest

from mosi_nb.errors import NotTrainedError, SpecError


def test_a_model_shows_its_search_its_time_and_its_failures(model):
    assert set(model.search().frame()["model"]) == {"dummy", "text_only", "ridge", "svr", "logistic"}
    assert set(model.search("ridge").frame()["params"]) == {"alpha=1", "alpha=10"}
    assert model.search("ridge").chart().frame()["trial"].tolist()
    assert set(model.times("corr").frame()["model"]) == set(model.models)
    assert model.timeline().frame()["candidates"].sum() == len(model.results.fits)
    assert "of 18 fits failed" in repr(model.failures())


def test_what_is_not_there_is_named(model):
    with pytest.raises(SpecError, match=r"search: unknown model of this run: 'rigde'. Did you mean 'ridge'"):
        model.search("rigde")
    with pytest.raises(SpecError, match=r"times: unknown metric of this run: 'mea'. Did you mean 'mae'"):
        model.times("mea")


def test_linked_views_outside_a_notebook_say_what_to_do(model):
    with pytest.raises(SpecError, match=r"In a notebook, run %load_ext mosi_nb\. Elsewhere, leaderboard\(\)"):
        model.explore()
    with pytest.raises(NotTrainedError, match=r"Call choose\(\) or explore\(\) in a notebook first"):
        model.selected  # noqa: B018 -- a property
